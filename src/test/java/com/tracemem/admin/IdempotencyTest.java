package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Calls that are repeated after a lost answer. */
class IdempotencyTest {
    private static final AdminServer server = new AdminServer();

    private final Tenant tenant = server.room(Tenants.class).create("Test");
    private final Caller admin = Caller.of(server, tenant, Role.ADMIN);

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theSameCallAgainGetsTheSameAnswerAndDoesNothingTwice() {
        String id = agent("once");
        String keys = "/v1/admin/agents/" + id + "/keys";

        Caller.Answer first = admin.post(keys, "{\"name\": \"k\"}", "Idempotency-Key", "abc");
        Caller.Answer again = admin.post(keys, "{\"name\": \"k\"}", "Idempotency-Key", "abc");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text()).contains("api_key");
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.header("Cache-Control")).contains("no-store");
        assertThat(admin.get(keys).json().required("items")).hasSize(1);
    }

    @Test
    void aKeptSecretIsNotReadable() {
        String id = agent("sealed");
        String secret = admin.post("/v1/admin/agents/" + id + "/keys", "{}", "Idempotency-Key", "sealed")
                .json()
                .required("api_key")
                .stringValue();

        String kept = server.jdbc()
                .sql("select encode(answer, 'escape') from idempotent_answer where idempotency_key = 'sealed'")
                .query(String.class)
                .single();

        assertThat(kept).isNotEmpty().doesNotContain(secret.substring(0, 12)).doesNotContain("api_key");
    }

    @Test
    void aKeyOfAnotherCallIsRefused() {
        admin.post("/v1/admin/agents", "{\"name\": \"first\"}", "Idempotency-Key", "k1");

        Caller.Answer refused = admin.post("/v1/admin/agents", "{\"name\": \"second\"}", "Idempotency-Key", "k1");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("belongs to another call");
        Caller colleague = Caller.of(server, tenant, Role.ADMIN);
        assertThat(colleague
                        .post("/v1/admin/agents", "{\"name\": \"third\"}", "Idempotency-Key", "k1")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aRefusedCallIsNotKept() {
        assertThat(admin.post("/v1/admin/agents", "{}", "Idempotency-Key", "k2").status())
                .isEqualTo(422);
        assertThat(admin.post("/v1/admin/agents", "{\"name\": \"now\"}", "Idempotency-Key", "k2")
                        .status())
                .isEqualTo(201);
        Caller.Answer taken = admin.post("/v1/admin/agents", "{\"name\": \"now\"}", "Idempotency-Key", "k3");
        assertThat(taken.status()).isEqualTo(422);
        assertThat(taken.wrongFields()).containsExactly("name");
    }

    @Test
    void aDayLaterTheKeyIsFree() {
        admin.post("/v1/admin/agents", "{\"name\": \"monday\"}", "Idempotency-Key", "daily");
        server.clock.turn(Duration.ofHours(25));
        Caller fresh = Caller.of(server, tenant, Role.ADMIN);
        fresh.post("/v1/admin/agents", "{\"name\": \"tuesday\"}", "Idempotency-Key", "daily");

        assertThat(fresh.get("/v1/admin/agents").text()).contains("monday").contains("tuesday");
    }

    @Test
    void aWrongKeyIsNamed() {
        assertThat(admin.post("/v1/admin/agents", "{\"name\": \"x\"}", "Idempotency-Key", "a b")
                        .wrongFields())
                .containsExactly("Idempotency-Key");
    }

    @Test
    void manyAtOnceMakeOne() throws Exception {
        String id = agent("crowd");
        String keys = "/v1/admin/agents/" + id + "/keys";
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Caller.Answer>> calls = IntStream.range(0, 12)
                    .<Callable<Caller.Answer>>mapToObj(i -> () -> admin.post(keys, "{}", "Idempotency-Key", "crowd"))
                    .toList();
            List<Future<Caller.Answer>> answers = callers.invokeAll(calls);
            for (Future<Caller.Answer> answer : answers) {
                assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(201);
                assertThat(answer.get().text())
                        .isEqualTo(answers.getFirst().get().text());
            }
        }
        assertThat(admin.get(keys).json().required("items")).hasSize(1);
    }

    private String agent(String name) {
        return admin.post("/v1/admin/agents", "{\"name\": \"" + name + "\"}")
                .json()
                .required("agent_id")
                .stringValue();
    }
}
