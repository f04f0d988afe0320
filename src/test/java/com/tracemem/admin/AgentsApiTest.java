package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.Tenants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Agents and their keys over REST. */
class AgentsApiTest {
    private static final AdminServer server = new AdminServer();

    private final Tenant tenant = server.room(Tenants.class).create("Test");
    private final Caller admin = Caller.of(server, tenant, Role.ADMIN);

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void anAgentIsCreatedReadChangedAndDeleted() {
        Caller.Answer made = admin.post("/v1/admin/agents", """
                {"name": "discounts", "description": "gives discounts",
                 "permissions": {"request_approvals": true, "products": [{"product_id": "orders", "purposes": ["*"]}]}}""");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Content-Type")).startsWith("application/json");
        assertThat(made.header("Cache-Control")).contains("no-store");
        String id = made.json().required("agent_id").stringValue();
        assertThat(id).startsWith("agent_");
        assertThat(made.json().required("created_at").stringValue()).isEqualTo("2026-01-07T12:00:00.000Z");
        assertThat(made.json().required("permissions").toString())
                .isEqualTo(
                        "{\"request_approvals\":true,\"products\":[{\"product_id\":\"orders\",\"purposes\":[\"*\"]}],"
                                + "\"policies\":[],\"approval_routes\":[]}");
        assertThat(admin.get("/v1/admin/agents/" + id).json()).isEqualTo(made.json());

        Caller.Answer changed =
                admin.call("PATCH", "/v1/admin/agents/" + id, "{\"status\": \"disabled\", \"description\": null}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().required("status").stringValue()).isEqualTo("disabled");
        assertThat(changed.json().has("description")).isFalse();
        assertThat(changed.json().required("name").stringValue()).isEqualTo("discounts");

        assertThat(admin.call("DELETE", "/v1/admin/agents/" + id, null).status())
                .isEqualTo(204);
        assertThat(admin.get("/v1/admin/agents/" + id).status()).isEqualTo(404);
        assertThat(admin.call("DELETE", "/v1/admin/agents/" + id, null).status())
                .isEqualTo(404);
    }

    @Test
    void everyMistakeIsNamedAtOnce() {
        Caller.Answer refused = admin.post(
                "/v1/admin/agents",
                "{\"name\": 42, \"descriptoin\": \"x\", \"permissions\": {\"request_approvals\": \"yes\", \"policies\": 1}}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.wrongFields())
                .containsExactlyInAnyOrder(
                        "name", "descriptoin", "permissions.request_approvals", "permissions.policies");
        assertThat(refused.text())
                .contains("is the number 42; give a text")
                .contains("is not known here; use description, name, permissions");
    }

    @Test
    void aTakenNameIsAnErrorOfItsField() {
        admin.post("/v1/admin/agents", "{\"name\": \"twin\"}");

        Caller.Answer refused = admin.post("/v1/admin/agents", "{\"name\": \"twin\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.wrongFields()).containsExactly("name");
    }

    @Test
    void listsArePagedWithACursor() {
        for (int i = 0; i < 5; i++) {
            admin.post("/v1/admin/agents", "{\"name\": \"agent " + i + "\"}");
        }

        Caller.Answer first = admin.get("/v1/admin/agents?limit=3");
        String cursor = first.json().required("next_cursor").stringValue();
        Caller.Answer second = admin.get("/v1/admin/agents?limit=3&cursor=" + cursor);

        assertThat(first.json().required("items")).hasSize(3);
        assertThat(second.json().required("items")).hasSize(2);
        assertThat(second.json().has("next_cursor")).isFalse();
        assertThat(first.json().required("items").get(0).required("name").stringValue())
                .isEqualTo("agent 4");
        assertThat(second.json().required("items").get(1).required("name").stringValue())
                .isEqualTo("agent 0");
    }

    @Test
    void aWrongPageIsRefusedWithBothMistakes() {
        Caller.Answer refused = admin.get("/v1/admin/agents?limit=0&cursor=nonsense");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.wrongFields()).containsExactly("limit", "cursor");
    }

    @Test
    void aKeyIsShownOnceAndStopsWhenRevoked() {
        String id = agent("keys");

        Caller.Answer made = admin.post("/v1/admin/agents/" + id + "/keys", "{\"name\": \"laptop\"}");
        String apiKey = made.json().required("api_key").stringValue();
        String keyId = made.json().required("key_id").stringValue();

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Cache-Control")).contains("no-store");
        assertThat(server.room(AgentKeys.class).authenticate(apiKey)).isPresent();
        Caller.Answer listed = admin.get("/v1/admin/agents/" + id + "/keys");
        assertThat(listed.text()).contains(keyId).doesNotContain(apiKey).doesNotContain("api_key\"");

        Caller.Answer revoked = admin.call("DELETE", "/v1/admin/agents/" + id + "/keys/" + keyId, null);
        assertThat(revoked.status()).isEqualTo(204);
        assertThat(server.room(AgentKeys.class).authenticate(apiKey)).isEmpty();
    }

    @Test
    void aKeyNeedsNoBodyAndMayExpire() {
        String id = agent("expiring");

        assertThat(admin.call("POST", "/v1/admin/agents/" + id + "/keys", null).status())
                .isEqualTo(201);
        Caller.Answer expiring =
                admin.post("/v1/admin/agents/" + id + "/keys", "{\"expires_at\": \"2026-01-08T12:00:00+01:00\"}");
        assertThat(expiring.json().required("expires_at").stringValue()).isEqualTo("2026-01-08T11:00:00.000Z");
        Caller.Answer over =
                admin.post("/v1/admin/agents/" + id + "/keys", "{\"expires_at\": \"2020-01-01T00:00:00Z\"}");
        assertThat(over.wrongFields()).containsExactly("expires_at");
        Caller.Answer nonsense = admin.post("/v1/admin/agents/" + id + "/keys", "{\"expires_at\": \"soon\"}");
        assertThat(nonsense.wrongFields()).containsExactly("expires_at");
    }

    private String agent(String name) {
        return admin.post("/v1/admin/agents", "{\"name\": \"" + name + "\"}")
                .json()
                .required("agent_id")
                .stringValue();
    }
}
