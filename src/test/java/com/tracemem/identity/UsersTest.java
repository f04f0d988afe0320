package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.store.Ids;
import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String HERE = "192.0.2.1";

    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private final Ids ids = new Ids(clock);
    private final Users users = new Users(database.dataSource(), ids, clock);
    private final Tenants tenants = new Tenants(database.dataSource(), ids, clock);
    private final String tenant = tenants.create("Acme").tenantId();
    private final String stranger = tenants.create("Other").tenantId();

    @AfterEach
    void stop() {
        database.close();
    }

    private User create(String email, Role role) {
        return users.create(tenant, email, "Ada", role, PASSWORD);
    }

    @Test
    void createsAndFinds() {
        User user = create("Ada@example.org", Role.OWNER);

        assertThat(users.find(tenant, user.userId())).contains(user);
        assertThat(users.findByEmail(tenant, "ada@EXAMPLE.org")).contains(user);
        assertThat(users.find(stranger, user.userId())).isEmpty();
        assertThat(users.update(stranger, user.userId(), UserUpdate.none())).isInstanceOf(UserChange.NotFound.class);
        assertThat(users.list(stranger, PageRequest.of(null, null, 1)).items()).isEmpty();
        assertThat(users.list(tenant, PageRequest.of(null, null, 1)).items()).containsExactly(user);
    }

    @Test
    void keepsOnlyAHashOfThePassword() {
        create("ada@example.org", Role.OWNER);

        String row = database.jdbc()
                .sql("select u::text from user_account u")
                .query(String.class)
                .single();
        assertThat(row).contains("$argon2id$").doesNotContain(PASSWORD);
        assertThat(UserUpdate.none().withPassword(PASSWORD).toString()).doesNotContain(PASSWORD);
    }

    @Test
    void namesEveryMistakeAtOnceAndNeverThePassword() {
        assertThatThrownBy(() -> users.create(tenant, "not an address", "", Role.ADMIN, "tooshort"))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        refused -> assertThat(refused.errors())
                                .extracting(FieldError::field)
                                .containsExactly("email", "name", "password"))
                .message()
                .doesNotContain("tooshort");
        create("ada@example.org", Role.OWNER);
        assertThatThrownBy(() -> create("ADA@example.org", Role.OWNER))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("email");
    }

    @Test
    void logsIn() {
        User user = create("ada@example.org", Role.APPROVER);

        assertThat(users.login("ADA@example.org", PASSWORD, HERE))
                .isEqualTo(new LoginOutcome.LoggedIn(
                        new UserPrincipal(tenant, user.userId(), "ada@example.org", "Ada", Role.APPROVER)));
        assertThat(users.find(tenant, user.userId()).orElseThrow().lastLoginAt())
                .contains(clock.instant());
    }

    @Test
    void refusesAllTheSame() {
        create("ada@example.org", Role.OWNER);
        User disabled = create("bob@example.org", Role.ADMIN);
        users.disable(tenant, disabled.userId());
        users.create(tenant, "sso@example.org", "Elsewhere", Role.ADMIN, null);

        for (LoginOutcome outcome : List.of(
                users.login("ada@example.org", "wrong password", HERE),
                users.login("nobody@example.org", PASSWORD, HERE),
                users.login("bob@example.org", PASSWORD, HERE),
                users.login("sso@example.org", PASSWORD, HERE),
                users.login("sso@example.org", "", HERE),
                users.login("no address", PASSWORD, HERE),
                users.login("ada@example.org", "x".repeat(5000), HERE))) {
            assertThat(outcome).isInstanceOf(LoginOutcome.Refused.class);
        }
    }

    @Test
    void anUnknownUserCostsAHashToo() {
        create("ada@example.org", Role.OWNER);
        long known = fastestOfThree("ada@example.org");
        long unknown = fastestOfThree("nobody@example.org");

        // without the hash an unknown address would be answered about fifty times as fast
        assertThat(unknown).isGreaterThan(known / 5);
    }

    private long fastestOfThree(String email) {
        return Stream.generate(() -> {
                    long start = System.nanoTime();
                    users.login(email, "wrong password", HERE);
                    return System.nanoTime() - start;
                })
                .limit(3)
                .min(Long::compare)
                .orElseThrow();
    }

    @Test
    void tenantsShareNoUserAndThePasswordTellsWhose() {
        create("ada@example.org", Role.OWNER);
        User elsewhere = users.create(stranger, "ada@example.org", "Ada", Role.AUDITOR, "another password");

        assertThat(users.login("ada@example.org", "another password", HERE))
                .isInstanceOfSatisfying(
                        LoginOutcome.LoggedIn.class,
                        in -> assertThat(in.user().userId()).isEqualTo(elsewhere.userId()));
    }

    @Test
    void failuresOfAnAddressAreLimitedAndForgotten() {
        create("ada@example.org", Role.OWNER);
        for (int i = 0; i < 10; i++) {
            assertThat(users.login("ada@example.org", "wrong password", "192.0.2." + i))
                    .isInstanceOf(LoginOutcome.Refused.class);
        }

        assertThat(users.login("ADA@example.org", PASSWORD, HERE))
                .isInstanceOfSatisfying(
                        LoginOutcome.TooManyAttempts.class,
                        wait -> assertThat(wait.retryAfter())
                                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(61)));

        clock.turn(Duration.ofSeconds(61));
        assertThat(users.login("ada@example.org", PASSWORD, HERE)).isInstanceOf(LoginOutcome.LoggedIn.class);
        // what succeeded does not count
        assertThat(users.login("ada@example.org", PASSWORD, HERE)).isInstanceOf(LoginOutcome.LoggedIn.class);
    }

    @Test
    void changesNameRoleAndPassword() {
        create("owner@example.org", Role.OWNER);
        User user = create("ada@example.org", Role.AUDITOR);

        UserChange change = users.update(
                tenant, user.userId(), UserUpdate.none().withRole(Role.ADMIN).withPassword("a newer password"));

        assertThat(change)
                .isInstanceOfSatisfying(
                        UserChange.Changed.class,
                        changed -> assertThat(changed.user().role()).isEqualTo(Role.ADMIN));
        assertThat(users.login("ada@example.org", PASSWORD, HERE)).isInstanceOf(LoginOutcome.Refused.class);
        assertThat(users.login("ada@example.org", "a newer password", HERE)).isInstanceOf(LoginOutcome.LoggedIn.class);
    }

    @Test
    void theLastActiveOwnerStays() {
        User owner = create("ada@example.org", Role.OWNER);
        create("bob@example.org", Role.ADMIN);

        assertThat(users.disable(tenant, owner.userId())).isEqualTo(new UserChange.LastOwner(owner));
        assertThat(users.update(tenant, owner.userId(), UserUpdate.none().withRole(Role.ADMIN)))
                .isEqualTo(new UserChange.LastOwner(owner));

        User second = create("eve@example.org", Role.OWNER);
        assertThat(users.disable(tenant, owner.userId())).isInstanceOf(UserChange.Changed.class);
        assertThat(users.disable(tenant, second.userId())).isInstanceOf(UserChange.LastOwner.class);
    }

    @Test
    void twoOwnersWhoLeaveAtOnceDoNotBothGo() {
        for (int round = 0; round < 10; round++) {
            String here = tenants.create("Round " + round).tenantId();
            List<CompletableFuture<UserChange>> changes = Stream.of("a@example.org", "b@example.org")
                    .map(email -> users.create(here, email, "Owner", Role.OWNER, null))
                    .toList()
                    .stream()
                    .map(owner -> CompletableFuture.supplyAsync(() -> users.disable(here, owner.userId())))
                    .toList();

            assertThat(changes.stream().map(CompletableFuture::join))
                    .hasAtLeastOneElementOfType(UserChange.Changed.class)
                    .hasAtLeastOneElementOfType(UserChange.LastOwner.class);
        }
    }
}
