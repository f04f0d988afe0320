package com.tracemem.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.Promise;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.Ids;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MasterKeyCheckTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private final String tenant = new Tenants(database.dataSource(), new Ids(clock), clock)
            .create("Acme")
            .tenantId();

    @AfterEach
    void stop() {
        database.close();
    }

    private MasterKeyCheck check(int... keys) {
        return new MasterKeyCheck(database.dataSource(), MasterKeyTest.key(keys), clock);
    }

    private Secrets secrets(int... keys) {
        return new Secrets(database.dataSource(), MasterKeyTest.key(keys), clock);
    }

    @Test
    void aDatabaseTakesOnlyItsOwnKey() {
        check(1).verify();
        check(1).verify();
        check(2, 1).verify();

        assertThatThrownBy(() -> check(2).verify())
                .isInstanceOf(MasterKeyProblem.class)
                .hasMessageContaining("TRACEMEM_MASTER_KEY");
    }

    @Test
    void changesToANewKeyWithoutAPause() {
        check(1).verify();
        for (int i = 0; i < 450; i++) {
            secrets(1).store(tenant, "int_" + i, "secret", SecretValue.of("value " + i));
        }
        secrets(1).rotate(tenant, "int_7", "secret", SecretValue.of("newer"), Duration.ofHours(1));

        check(2, 1).verify();
        assertThat(check(2, 1).reencrypt()).isEqualTo(451);
        assertThat(check(2, 1).reencrypt()).isZero();

        check(2).verify();
        assertThat(secrets(2).current(tenant, "int_3", "secret")).contains(SecretValue.of("value 3"));
        assertThat(secrets(2).valid(tenant, "int_7", "secret", clock.instant()))
                .containsExactly(SecretValue.of("newer"), SecretValue.of("value 7"));
        assertThatThrownBy(() -> check(1).verify()).isInstanceOf(MasterKeyProblem.class);
    }

    @Test
    @Promise("C4")
    void afterTheChangeNothingIsStoredUnderTheOldKeyByANodeThatStillHasBoth() {
        check(1).verify();
        check(2, 1).reencrypt();
        assertThat(check(2, 1).isFinished()).isTrue();

        secrets(1, 2).store(tenant, "int_1", "secret", SecretValue.of("late"));

        assertThat(check(2, 1).isFinished()).isTrue();
        assertThat(secrets(2).current(tenant, "int_1", "secret")).contains(SecretValue.of("late"));
        assertThatThrownBy(() -> secrets(1).store(tenant, "int_2", "secret", SecretValue.of("by the old key alone")))
                .isInstanceOf(MasterKeyProblem.class);
    }

    @Test
    void aStartWithBothKeysFinishesTheChange() throws Exception {
        check(1).verify();
        secrets(1).store(tenant, "int_1", "secret", SecretValue.of("value"));
        check(1).finishChange().join();

        check(2, 1).verify();
        check(2, 1).finishChange().join();

        check(2).verify();
        assertThat(secrets(2).current(tenant, "int_1", "secret")).contains(SecretValue.of("value"));
    }

    @Test
    void theOldKeyStaysNeededWhileASecretIsUnderIt() {
        check(1).verify();
        secrets(1).store(tenant, "int_1", "secret", SecretValue.of("value"));
        secrets(1).store(tenant, "int_2", "secret", SecretValue.of("of a lost key"));
        byte[] lost =
                MasterKeyTest.key(3).encrypt(new byte[] {1}, StoredSecret.associatedData(tenant, "int_2", "secret", 1));
        database.jdbc()
                .sql("update secret set ciphertext = ? where owner_id = 'int_2'")
                .param(lost)
                .update();

        assertThatThrownBy(() -> check(2, 1).reencrypt())
                .isInstanceOf(SecretUnreadable.class)
                .hasMessageContaining("int_2");

        assertThatThrownBy(() -> check(2).verify()).isInstanceOf(MasterKeyProblem.class);
        assertThat(secrets(2, 1).current(tenant, "int_1", "secret")).contains(SecretValue.of("value"));
    }
}
