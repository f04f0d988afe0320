package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.Agents;
import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.Users;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, how far, and what every failed call is answered with. */
class DoorTest {
    private static final AdminServer server = new AdminServer();
    private static final String PASSWORD = "correct horse battery";

    private final Tenant tenant = server.room(Tenants.class).create("Test");

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aLoginGivesATokenThatOpensTheDoor() {
        String email = user(Role.OWNER);

        Caller.Answer login = login(email, PASSWORD);

        assertThat(login.status()).isEqualTo(200);
        assertThat(login.header("Cache-Control")).contains("no-store");
        assertThat(login.json().required("token_type").stringValue()).isEqualTo("Bearer");
        assertThat(login.json().required("expires_in").intValue()).isEqualTo(3600);
        Caller.Answer me = Caller.with(
                        server,
                        "Bearer " + login.json().required("access_token").stringValue())
                .get("/v1/me");
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.json().at("/user/email").stringValue()).isEqualTo(email);
        assertThat(me.json().at("/tenant/name").stringValue()).isEqualTo("Test");
        assertThat(me.json().required("role").stringValue()).isEqualTo("owner");
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressAreAnsweredAlike() {
        Caller.Answer wrong = login(user(Role.OWNER), "something else");
        Caller.Answer unknown = login("nobody@example.org", "something else");

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(unknown.text()).isEqualTo(wrong.text());
    }

    @Test
    void tooManyFailedLoginsHaveToWait() {
        String email = user(Role.OWNER);
        Caller.Answer last = login(email, "wrong");
        for (int i = 0; i < 50 && last.status() == 401; i++) {
            last = login(email, "wrong");
        }

        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(login(email, PASSWORD).status()).isEqualTo(429);
        server.clock.turn(Duration.ofDays(1));
    }

    @Test
    void aLoginWithoutItsFieldsNamesBothAndNeverRepeatsThePassword() {
        assertThat(Caller.nobody(server).post("/v1/auth/login", "{}").wrongFields())
                .containsExactlyInAnyOrder("email", "password");
        assertThat(Caller.nobody(server)
                        .post("/v1/auth/login", "{\"email\": \"a@b\", \"password\": 271828}")
                        .text())
                .doesNotContain("271828");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/me",
                "/v1/admin/agents",
                "/v1/admin/users",
                "/v1/admin/settings",
                "/v1/approvals",
                "/v1/decisions",
                "/v1/unknown"
            })
    void nobodyComesInWithoutAToken(String path) {
        Caller.Answer answer = Caller.nobody(server).get(path);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"tracemem\"");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(answer.json().required("title").stringValue()).isEqualTo("Unauthorized");
    }

    @Test
    void anAgentsKeyOpensNothingHere() {
        String tenantId = tenant.tenantId();
        String agent = server.room(Agents.class)
                .create(tenantId, "agent", null, AgentPermissions.everything())
                .agentId();
        String key = server.room(AgentKeys.class)
                .create(tenantId, agent, null, null)
                .orElseThrow()
                .apiKey();

        for (String scheme : new String[] {"Agent ", "Bearer ", "Basic "}) {
            Caller.Answer answer = Caller.with(server, scheme + key).get("/v1/approvals");
            assertThat(answer.status()).as(scheme).isEqualTo(401);
            assertThat(answer.text()).doesNotContain(key);
        }
    }

    @Test
    void aTokenEndsWithItsHourAndWithItsUser() {
        Caller admin = Caller.of(server, tenant, Role.ADMIN);
        Caller owner = Caller.of(server, tenant, Role.OWNER);
        String id = admin.user().userId();
        assertThat(admin.get("/v1/me").status()).isEqualTo(200);

        assertThat(owner.call("DELETE", "/v1/admin/users/" + id, null).status()).isEqualTo(204);
        assertThat(admin.get("/v1/me").status()).isEqualTo(401);

        server.clock.turn(AccessTokens.LIFETIME);
        assertThat(owner.get("/v1/me").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        // call, owner, admin, approver, auditor
        "GET /v1/me, 200, 200, 200, 200",
        "GET /v1/admin/agents, 200, 200, 403, 200",
        "POST /v1/admin/agents, 422, 422, 403, 403",
        "PATCH /v1/admin/agents/x, 404, 404, 403, 403",
        "DELETE /v1/admin/agents/x, 404, 404, 403, 403",
        "GET /v1/admin/users, 200, 200, 403, 200",
        "POST /v1/admin/users, 422, 422, 403, 403",
        "PATCH /v1/admin/settings, 200, 200, 403, 403",
        "GET /v1/admin/settings, 200, 200, 403, 200",
        "GET /v1/approvals, 200, 200, 200, 200",
        "POST /v1/approvals/x/approve, 404, 404, 404, 403",
        "POST /v1/approvals/x/reject, 404, 404, 404, 403",
        "GET /v1/decisions, 200, 200, 200, 200",
        "GET /v1/unknown, 404, 404, 404, 404",
    })
    void rolesGoAsFarAsTheyMay(String call, int owner, int admin, int approver, int auditor) {
        String[] parts = call.split(" ", 2);
        String body = parts[0].equals("POST") || parts[0].equals("PATCH") ? "{}" : null;
        Map<Role, Integer> expected =
                Map.of(Role.OWNER, owner, Role.ADMIN, admin, Role.APPROVER, approver, Role.AUDITOR, auditor);
        expected.forEach((role, status) -> {
            Caller.Answer answer = Caller.of(server, tenant, role).call(parts[0], parts[1], body);
            assertThat(answer.status())
                    .as("%s %s: %s", role, call, answer.text())
                    .isEqualTo(status);
            if (answer.status() == 403) {
                assertThat(answer.header("WWW-Authenticate")).contains("insufficient_scope");
                assertThat(answer.json().required("detail").stringValue())
                        .startsWith("Your role, " + role.wireName() + ", does not allow this");
            }
        });
    }

    @Test
    void whateverFailsIsAProblem() {
        Caller admin = Caller.of(server, tenant, Role.ADMIN);
        String path = "/v1/admin/agents";

        expect(admin.post(path, "{\"name\": "), 400, "not readable JSON at line 1");
        expect(admin.post(path, "[]"), 400, "not a JSON object");
        expect(admin.post(path, "{\"name\": \"a\", \"name\": \"b\"}"), 400, "not readable JSON");
        expect(admin.post(path, ""), 400, "body is missing");
        expect(admin.post(path, "null"), 400, "body is missing");
        expect(admin.call("PUT", path, "{}"), 405, "use GET or POST");
        expect(admin.post(path, "a=b", "Content-Type", "application/x-www-form-urlencoded"), 415, "application/json");
        expect(admin.call("GET", path, null, "Accept", "text/csv"), 406, "application/json");
        expect(admin.get("/v1/nothing/here"), 404, "nothing at this address");
        expect(admin.post(path, "{\"name\": \"" + "x".repeat(1024 * 1024) + "\"}"), 413, "1 MiB");
        expect(admin.post(path, "{\"name\": \"\\ud800\"}"), 422, "One field");
        expect(admin.post(path, "{\"name\": \"\\u0000\"}"), 422, "One field");
        expect(admin.get("/v1/decisions?text=%00"), 422, "One field");
        expect(admin.get("/v1/admin/agents/a;b"), 400, "not one that can be understood");
        assertThat(admin.call("PUT", path, "{}").header("Allow")).contains("POST");
    }

    @Test
    void aFaultOfOursHasAReferenceAndNoSecrets() {
        AdminServer broken = new AdminServer();
        try (broken) {
            Caller admin = Caller.of(broken, broken.room(Tenants.class).create("Broken"), Role.ADMIN);
            broken.jdbc().sql("drop table agent_key").update();
            broken.jdbc().sql("alter table agent rename to elsewhere").update();

            Caller.Answer answer = admin.get("/v1/admin/agents");

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.json().required("reference").stringValue()).hasSize(36);
            assertThat(answer.text())
                    .doesNotContain("Exception")
                    .doesNotContain("select")
                    .doesNotContain("java");
        }
    }

    private static void expect(Caller.Answer answer, int status, String words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().required("status").intValue()).isEqualTo(status);
        assertThat(answer.json().required("title").stringValue()).isNotBlank();
        assertThat(answer.text()).contains(words).doesNotContain("Exception").doesNotContain("com.tracemem");
    }

    private String user(Role role) {
        String email = role + "-" + System.nanoTime() + "@example.org";
        server.room(Users.class).create(tenant.tenantId(), email, "Name", role, PASSWORD);
        return email;
    }

    private static Caller.Answer login(String email, String password) {
        return Caller.nobody(server)
                .post(
                        "/v1/auth/login",
                        Caller.JSON
                                .createObjectNode()
                                .put("email", email)
                                .put("password", password)
                                .toString());
    }
}
