package com.tracemem.delivery.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.secret.GeneratedSecrets;
import com.tracemem.secret.SecretUnreadable;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Further secrets that a tenant's callbacks may be signed with, beside each integration's own: for a system that answers
 * in the name of several endpoints, or whose access is to end by itself.
 */
public final class WebhookCredentials implements AutoCloseable {
    /** How many a tenant may have. */
    public static final int MOST = 20;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookCredentials.class);
    private static final String SECRET = "callback_secret";
    private static final String CHANNEL = "webhook_credential";
    private static final int LONGEST_NAME = 200;
    private static final int MOST_TENANTS = 10_000;
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(2);

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Secrets secrets;
    private final Signals signals;
    private final Signals.Subscription subscription;
    private final Ids ids;
    private final Clock clock;
    private final Cache<String, List<Opened>> known;

    public WebhookCredentials(DataSource dataSource, Secrets secrets, Signals signals, Ids ids, Clock clock) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.secrets = secrets;
        this.signals = signals;
        this.ids = ids;
        this.clock = clock;
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST_TENANTS)
                .expireAfterWrite(BELIEVED_FOR)
                .executor(Runnable::run)
                .build();
        this.subscription = signals.subscribe(CHANNEL, payload -> known.invalidateAll());
    }

    /**
     * A credential without its secret.
     *
     * @param expiresAt null when it does not end by itself
     */
    public record Credential(
            String credentialId,
            String name,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        static Credential read(ResultSet row, int number) throws SQLException {
            Timestamp expires = row.getTimestamp("expires_at");
            return new Credential(
                    row.getString("credential_id"),
                    row.getString("name"),
                    row.getTimestamp("created_at").toInstant(),
                    expires == null ? null : expires.toInstant());
        }

        boolean isValid(Instant now) {
            return expiresAt == null || now.isBefore(expiresAt);
        }
    }

    /** A credential with its secret, which is never shown again. */
    public record Created(Credential credential, SecretValue secret) {}

    private record Opened(Credential credential, SecretValue secret) {}

    /**
     * Makes a credential; it counts at once.
     *
     * @param expiresIn null for one that does not end by itself
     * @param createdBy the user's id, for the record
     * @throws InvalidInput naming everything that is wrong
     */
    public Created create(String tenantId, @Nullable String name, @Nullable Duration expiresIn, String createdBy) {
        FieldErrors errors = new FieldErrors();
        errors.requireText("name", name, LONGEST_NAME);
        errors.throwIfAny();
        String checkedName = Objects.requireNonNull(name);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Credential credential = new Credential(
                ids.next(Ids.Prefix.CREDENTIAL), checkedName, now, expiresIn == null ? null : now.plus(expiresIn));
        SecretValue secret = GeneratedSecrets.webhook();
        return changing(() -> {
            insert(tenantId, credential, createdBy);
            secrets.store(tenantId, credential.credentialId(), SECRET, secret);
            return new Created(credential, secret);
        });
    }

    private void insert(String tenantId, Credential credential, String createdBy) {
        // what expired makes room, and frees its name
        jdbc.sql("delete from webhook_credential where tenant_id = ? and expires_at <= ? returning credential_id")
                .params(tenantId, utc(credential.createdAt()))
                .query(String.class)
                .list()
                .forEach(expired -> secrets.deleteAll(tenantId, expired));
        int there = jdbc.sql("select count(*) from webhook_credential where tenant_id = ?")
                .param(tenantId)
                .query((row, n) -> row.getInt(1))
                .single();
        if (there >= MOST) {
            throw InvalidInput.of("name", "would be of credential %d; delete one of the %d".formatted(there + 1, MOST));
        }
        try {
            jdbc.sql("""
                            insert into webhook_credential
                                (tenant_id, credential_id, name, created_by, created_at, expires_at)
                            values (:tenant, :id, :name, :by, :created, :expires::timestamptz)""")
                    .param("tenant", tenantId)
                    .param("id", credential.credentialId())
                    .param("name", credential.name())
                    .param("by", createdBy)
                    .param("created", utc(credential.createdAt()))
                    .param("expires", credential.expiresAt() == null ? null : utc(credential.expiresAt()))
                    .update();
        } catch (DuplicateKeyException taken) {
            throw InvalidInput.of(
                    "name",
                    "%s belongs to a credential already; choose another"
                            .formatted(FieldErrors.quote(credential.name())));
        }
    }

    /** Newest first, expired ones too; the sort key is the credential's id. */
    public Page<Credential> list(String tenantId, PageRequest page) {
        List<Credential> rows = jdbc.sql("""
                        select * from webhook_credential
                        where tenant_id = :tenant and (:before::text is null or credential_id < :before)
                        order by credential_id desc limit :limit""")
                .param("tenant", tenantId)
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(Credential::read)
                .list();
        return Page.of(rows, page, credential -> Cursor.of(credential.credentialId()));
    }

    /**
     * Ends a credential at once, on every node.
     *
     * @return whether there was such a credential
     */
    public boolean delete(String tenantId, String credentialId) {
        return changing(() -> {
            secrets.deleteAll(tenantId, credentialId);
            return jdbc.sql("delete from webhook_credential where tenant_id = ? and credential_id = ?")
                            .params(tenantId, credentialId)
                            .update()
                    == 1;
        });
    }

    /** The secrets that count now. */
    List<SecretValue> valid(String tenantId) {
        Instant now = clock.instant();
        return Objects.requireNonNull(known.get(tenantId, this::open)).stream()
                .filter(opened -> opened.credential().isValid(now))
                .map(Opened::secret)
                .toList();
    }

    private List<Opened> open(String tenantId) {
        List<Opened> opened = new ArrayList<>();
        for (Credential credential : list(tenantId, new PageRequest(MOST, null)).items()) {
            try {
                Map<String, List<SecretValue>> mine = secrets.validOf(tenantId, List.of(credential.credentialId()))
                        .getOrDefault(credential.credentialId(), Map.of());
                mine.getOrDefault(SECRET, List.of()).forEach(secret -> opened.add(new Opened(credential, secret)));
            } catch (SecretUnreadable unreadable) {
                LOG.error("A webhook credential does not open: {}", unreadable.getMessage());
            }
        }
        return List.copyOf(opened);
    }

    private <T> T changing(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            T result = work.get();
            announce();
            return result;
        }));
    }

    /** When the transaction ends, this node forgets what it believed; when it commits, the others do. */
    private void announce() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                known.invalidateAll();
            }
        });
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            signals.notify(connection, CHANNEL, "");
        } catch (SQLException failed) {
            throw new DataAccessResourceFailureException(
                    "The other nodes could not be told of a changed credential", failed);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
