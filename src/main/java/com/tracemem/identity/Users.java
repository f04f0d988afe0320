package com.tracemem.identity;

import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A tenant's users and their logins. Who may change whom is for the caller to decide, by {@link Role}. */
public final class Users {
    private static final int LONGEST_NAME = 200;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,190}");

    /** An e-mail address may belong to users of several tenants; more than this many are not tried. */
    private static final int MOST_TENANTS_AT_LOGIN = 8;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Ids ids;
    private final Clock clock;
    private final Passwords passwords = new Passwords();
    private final LoginAttempts attempts;

    public Users(DataSource dataSource, Ids ids, Clock clock) {
        this.ids = ids;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
        this.attempts = new LoginAttempts(clock);
    }

    /**
     * Makes an active user.
     *
     * @param password null for a user who logs in elsewhere
     * @throws InvalidInput naming {@code email} (also when it is taken), {@code name} or {@code password}
     */
    public User create(String tenantId, String email, String name, Role role, @Nullable String password) {
        FieldErrors errors = new FieldErrors();
        errors.addIf(
                !EMAIL.matcher(email).matches(),
                "email",
                "is %s; give an address like name@example.org".formatted(FieldErrors.quote(email)));
        errors.requireText("name", name, LONGEST_NAME);
        if (password != null) {
            Passwords.check("password", password, errors);
        }
        errors.throwIfAny();
        String hash = password == null ? null : passwords.hash(password);
        try {
            return jdbc.sql("""
                            insert into user_account
                                (tenant_id, user_id, email, name, role, password_hash, created_at, updated_at)
                            values (:tenant, :user, :email, :name, :role, :hash, :now, :now) returning *""")
                    .param("tenant", tenantId)
                    .param("user", ids.next(Ids.Prefix.USER))
                    .param("email", email)
                    .param("name", name)
                    .param("role", role.wireName())
                    .param("hash", hash)
                    .param("now", Times.utc(Times.now(clock)))
                    .query(Users::user)
                    .single();
        } catch (DuplicateKeyException taken) {
            throw InvalidInput.of(
                    "email", "%s belongs to a user already; change that one".formatted(FieldErrors.quote(email)));
        }
    }

    public Optional<User> find(String tenantId, String userId) {
        return jdbc.sql("select * from user_account where tenant_id = ? and user_id = ?")
                .params(tenantId, userId)
                .query(Users::user)
                .optional();
    }

    /** The users whose e-mail address this is, of one tenant: none or one. Letters' case does not matter. */
    public Optional<User> findByEmail(String tenantId, String email) {
        return jdbc.sql("select * from user_account where tenant_id = ? and lower(email) = lower(?)")
                .params(tenantId, email)
                .query(Users::user)
                .optional();
    }

    /** One page of the users, newest first, disabled ones too; the sort key is the user's id. */
    public Page<User> list(String tenantId, PageRequest request) {
        List<User> rows = jdbc.sql("""
                        select * from user_account
                        where tenant_id = :tenant and (:before::text is null or user_id < :before)
                        order by user_id desc limit :limit""")
                .param("tenant", tenantId)
                .param("before", Pages.after(request))
                .param("limit", request.fetch())
                .query(Users::user)
                .list();
        return Page.of(rows, request, user -> Cursor.of(user.userId()));
    }

    /**
     * Changes what the update names; the tenant keeps at least one active owner.
     *
     * @throws InvalidInput naming {@code name} or {@code password}
     */
    public UserChange update(String tenantId, String userId, UserUpdate update) {
        FieldErrors errors = new FieldErrors();
        errors.requireText("name", update.name().orElse("unchanged"), LONGEST_NAME);
        update.password().ifPresent(password -> Passwords.check("password", password, errors));
        errors.throwIfAny();
        Optional<String> hash = update.password().map(passwords::hash);
        UserChange change = transaction.execute(status -> updateLocked(tenantId, userId, update, hash));
        return change == null ? new UserChange.NotFound() : change;
    }

    public UserChange disable(String tenantId, String userId) {
        return update(tenantId, userId, UserUpdate.none().withStatus(User.Status.DISABLED));
    }

    private UserChange updateLocked(String tenantId, String userId, UserUpdate update, Optional<String> hash) {
        // two owners who demote each other at once come one after the other
        jdbc.sql("select tenant_id from tenant where tenant_id = ? for no key update")
                .param(tenantId)
                .query(String.class)
                .optional();
        Optional<User> found = find(tenantId, userId);
        if (found.isEmpty()) {
            return new UserChange.NotFound();
        }
        User user = found.get();
        boolean staysOwner = update.role().orElse(user.role()) == Role.OWNER
                && update.status().orElse(user.status()) == User.Status.ACTIVE;
        boolean isOwner = user.role() == Role.OWNER && user.status() == User.Status.ACTIVE;
        if (isOwner && !staysOwner && activeOwners(tenantId) == 1) {
            return new UserChange.LastOwner(user);
        }
        return new UserChange.Changed(jdbc.sql("""
                        update user_account set
                            name = coalesce(:name, name), role = coalesce(:role, role), status = coalesce(:status, status),
                            password_hash = coalesce(:hash, password_hash), updated_at = :now
                        where tenant_id = :tenant and user_id = :user returning *""")
                .param("name", update.name().orElse(null))
                .param("role", update.role().map(Role::wireName).orElse(null))
                .param(
                        "status",
                        update.status()
                                .map(status -> status.name().toLowerCase(Locale.ROOT))
                                .orElse(null))
                .param("hash", hash.orElse(null))
                .param("now", Times.utc(Times.now(clock)))
                .param("tenant", tenantId)
                .param("user", userId)
                .query(Users::user)
                .single());
    }

    private int activeOwners(String tenantId) {
        return jdbc.sql("""
                        select count(*) from user_account
                        where tenant_id = ? and role = 'owner' and status = 'active'""").param(tenantId).query(Integer.class).single();
    }

    private record Candidate(User user, @Nullable String hash) {}

    /**
     * Checks an e-mail address and a password.
     *
     * @param clientAddress where the try comes from, an IP address; failures are counted by it too
     */
    public LoginOutcome login(String email, String password, String clientAddress) {
        boolean possible = EMAIL.matcher(email).matches() && password.length() <= Passwords.LONGEST;
        return switch (attempts.begin(possible ? email : "", clientAddress)) {
            case LoginAttempts.Answer.Wait wait -> new LoginOutcome.TooManyAttempts(wait.atLeast());
            case LoginAttempts.Answer.Go go when !possible -> new LoginOutcome.Refused();
            case LoginAttempts.Answer.Go go -> login(email, password, go.attempt());
        };
    }

    private LoginOutcome login(String email, String password, LoginAttempts.Attempt attempt) {
        Optional<User> user;
        try {
            user = verified(candidates(email), password);
        } catch (Passwords.Busy busy) {
            attempt.giveBack(); // nothing was found out, so nothing is counted
            return new LoginOutcome.TooManyAttempts(Duration.ofSeconds(2));
        }
        if (user.isEmpty()) {
            return new LoginOutcome.Refused();
        }
        attempt.giveBack();
        jdbc.sql("update user_account set last_login_at = ? where tenant_id = ? and user_id = ?")
                .params(
                        Times.utc(Times.now(clock)),
                        user.get().tenantId(),
                        user.get().userId())
                .update();
        return new LoginOutcome.LoggedIn(user.get().principal());
    }

    private List<Candidate> candidates(String email) {
        return jdbc.sql("""
                        select * from user_account where lower(email) = lower(?) and status = 'active'
                        order by created_at, user_id limit ?""")
                .params(email, MOST_TENANTS_AT_LOGIN)
                .query((row, number) -> new Candidate(user(row, number), row.getString("password_hash")))
                .list();
    }

    private Optional<User> verified(List<Candidate> candidates, String password) {
        if (candidates.isEmpty()) {
            passwords.matchNobody(password);
            return Optional.empty();
        }
        return candidates.stream()
                .filter(candidate -> passwords.matches(password, candidate.hash()))
                .map(Candidate::user)
                .findFirst();
    }

    private static User user(ResultSet row, int number) throws SQLException {
        return new User(
                row.getString("tenant_id"),
                row.getString("user_id"),
                row.getString("email"),
                row.getString("name"),
                Role.stored(row.getString("role")),
                User.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                Times.of(row, "created_at"),
                Times.of(row, "updated_at"),
                Times.optional(row, "last_login_at"));
    }
}
