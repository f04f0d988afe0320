package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.identity.Tenants;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.Ids;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class SecretsTest {
    private static final SecretValue FIRST = SecretValue.of("first-value");
    private static final SecretValue SECOND = SecretValue.of("second-value");

    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private final Tenants tenants = new Tenants(database.dataSource(), new Ids(clock), clock);
    private final String tenant = tenants.create("Acme").tenantId();
    private final String stranger = tenants.create("Other").tenantId();
    private final Secrets secrets = new Secrets(database.dataSource(), MasterKeyTest.key(1), clock);

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void storesEncryptedAndGivesBack() {
        secrets.store(tenant, "int_1", "incoming", FIRST);

        assertThat(secrets.current(tenant, "int_1", "incoming")).contains(FIRST);
        assertThat(secrets.current(tenant, "int_1", "outgoing")).isEmpty();
        assertThat(secrets.current(stranger, "int_1", "incoming")).isEmpty();
        byte[] ciphertext = database.jdbc()
                .sql("select ciphertext from secret")
                .query((row, number) -> row.getBytes(1))
                .single();
        assertThat(new String(ciphertext, UTF_8)).doesNotContain("first-value");
    }

    @Test
    void anOldVersionVerifiesUntilItsGraceIsOver() {
        secrets.store(tenant, "int_1", "incoming", FIRST);
        secrets.rotate(tenant, "int_1", "incoming", SECOND, Duration.ofHours(1));

        assertThat(secrets.current(tenant, "int_1", "incoming")).contains(SECOND);
        assertThat(valid(clock.instant())).containsExactly(SECOND, FIRST);
        assertThat(valid(clock.instant().plusSeconds(3599))).containsExactly(SECOND, FIRST);
        assertThat(valid(clock.instant().plusSeconds(3600))).containsExactly(SECOND);
    }

    private List<SecretValue> valid(Instant at) {
        return secrets.valid(tenant, "int_1", "incoming", at);
    }

    @Test
    void rotatingTwiceKeepsTheEarlierEndAndDropsWhatIsOver() {
        SecretValue third = SecretValue.of("third-value");
        secrets.store(tenant, "int_1", "incoming", FIRST);
        secrets.rotate(tenant, "int_1", "incoming", SECOND, Duration.ofMinutes(10));
        secrets.rotate(tenant, "int_1", "incoming", third, Duration.ofHours(1));
        assertThat(valid(clock.instant().plusSeconds(601))).containsExactly(third, SECOND);

        clock.turn(Duration.ofMinutes(11));
        secrets.rotate(tenant, "int_1", "incoming", FIRST, Duration.ofHours(1));
        assertThat(versions()).isEqualTo(3);

        secrets.store(tenant, "int_1", "incoming", SECOND);
        assertThat(valid(clock.instant())).containsExactly(SECOND);
        assertThat(versions()).isEqualTo(1);
    }

    private int versions() {
        return database.jdbc()
                .sql("select count(*) from secret")
                .query((row, number) -> row.getInt(1))
                .single();
    }

    @Test
    void rotationsAtOnceAllCount() {
        List<CompletableFuture<Void>> rotations = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.runAsync(() ->
                        secrets.rotate(tenant, "int_1", "incoming", SecretValue.of("v" + i), Duration.ofHours(1))))
                .toList();
        rotations.forEach(CompletableFuture::join);

        assertThat(valid(clock.instant())).hasSize(12);
    }

    @Test
    void manyOwnersInOneQuery() {
        secrets.store(tenant, "int_1", "incoming", FIRST);
        secrets.rotate(tenant, "int_1", "incoming", SECOND, Duration.ofHours(1));
        secrets.store(tenant, "int_1", "outgoing", FIRST);
        secrets.store(tenant, "int_2", "outgoing", SECOND);
        secrets.store(tenant, "int_3", "outgoing", SECOND);
        secrets.store(stranger, "int_2", "outgoing", FIRST);

        assertThat(secrets.validOf(tenant, List.of("int_1", "int_2", "int_none")))
                .isEqualTo(Map.of(
                        "int_1", Map.of("incoming", List.of(SECOND, FIRST), "outgoing", List.of(FIRST)),
                        "int_2", Map.of("outgoing", List.of(SECOND))));
        assertThat(secrets.stored(tenant, "int_1")).isEqualTo(Set.of("incoming", "outgoing"));
        assertThat(secrets.stored(tenant, List.of("int_2", "int_none"))).isEqualTo(Map.of("int_2", Set.of("outgoing")));
        assertThat(secrets.stored(tenant, "int_none")).isEmpty();
    }

    @Test
    void deletesOneOrAll() {
        secrets.store(tenant, "int_1", "incoming", FIRST);
        secrets.store(tenant, "int_1", "outgoing", FIRST);
        secrets.store(stranger, "int_1", "outgoing", FIRST);

        secrets.delete(tenant, "int_1", "incoming");
        assertThat(secrets.stored(tenant, "int_1")).containsExactly("outgoing");
        secrets.deleteAll(tenant, "int_1");
        assertThat(secrets.stored(tenant, "int_1")).isEmpty();
        assertThat(secrets.stored(stranger, "int_1")).containsExactly("outgoing");
    }

    @Test
    void aRowThatWasChangedOrMovedDoesNotOpen() {
        for (String tampering : List.of(
                "update secret set ciphertext = set_byte(ciphertext, 20, 255 - get_byte(ciphertext, 20))",
                "update secret set owner_id = 'int_2'",
                "update secret set tenant_id = '" + stranger + "'",
                "update secret set name = 'other'",
                "update secret set version = 2",
                "update secret set ciphertext = ''")) {
            secrets.store(tenant, "int_1", "incoming", FIRST);
            database.jdbc().sql(tampering).update();

            assertThatThrownBy(this::openEverything)
                    .as(tampering)
                    .isInstanceOf(SecretUnreadable.class)
                    .hasNoCause()
                    .message()
                    .doesNotContain("first-value");
            database.jdbc().sql("delete from secret").update();
        }
    }

    private void openEverything() {
        for (String owner : List.of(tenant, stranger)) {
            var found = secrets.validOf(owner, List.of("int_1", "int_2"));
            assertThat(found).isEmpty();
        }
    }

    @Test
    void takesPartInTheCallersTransaction() {
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            secrets.store(tenant, "int_1", "incoming", FIRST);
            status.setRollbackOnly();
        });

        assertThat(secrets.stored(tenant, "int_1")).isEmpty();
    }

    @Test
    void aValueShowsItselfOnlyWhenAskedTo() {
        assertThat(FIRST).hasToString("SecretValue(stored)");
        assertThat(FIRST.reveal(SecretAccess.granted())).isEqualTo("first-value");
        assertThat(FIRST).isEqualTo(SecretValue.of("first-value")).isNotEqualTo(SECOND);
        assertThatThrownBy(() -> SecretValue.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SecretValue.of("hush".repeat(5000)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("hush");
        assertThat(asJson()).doesNotContain("first-value");
    }

    private static String asJson() {
        try {
            return JsonMapper.builder().build().writeValueAsString(Map.of("secret", FIRST));
        } catch (JacksonException refused) {
            return refused.toString();
        }
    }

    @Test
    void generatesWebhookSecrets() {
        String generated = GeneratedSecrets.webhook().reveal(SecretAccess.granted());

        assertThat(generated).startsWith("whsec_");
        assertThat(Base64.getDecoder().decode(generated.substring(6))).hasSize(32);
        assertThat(GeneratedSecrets.webhook()).isNotEqualTo(GeneratedSecrets.webhook());
    }

    @Test
    void sealsBlobsForATenantAndAPurpose() {
        Seals seals = new Seals(MasterKeyTest.key(1));
        byte[] sealed = seals.seal(tenant, "answer/1", "the answer".getBytes(UTF_8));

        assertThat(seals.open(tenant, "answer/1", sealed).orElseThrow())
                .asString()
                .isEqualTo("the answer");
        assertThat(new String(sealed, UTF_8)).doesNotContain("answer");
        assertThat(seals.open(stranger, "answer/1", sealed)).isEmpty();
        assertThat(seals.open(tenant, "answer/2", sealed)).isEmpty();
        assertThat(new Seals(MasterKeyTest.key(2)).open(tenant, "answer/1", sealed))
                .isEmpty();
    }
}
