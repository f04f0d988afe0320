package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Integrations and approval routes over REST. */
class IntegrationsApiTest {
    private static final AdminServer server = new AdminServer();

    private final World world = new World(server);
    private final Caller admin = world.admin;

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aWebhookShowsItsSecretsOnce() {
        Caller.Answer made = admin.post(
                "/v1/admin/integrations/webhook",
                "{\"name\": \"hook\", \"url\": \"https://example.org/hook\", \"events\": [\"approval.requested\"]}");

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = World.text(made.json(), "webhook_id");
        String secret = World.text(made.json(), "outgoing_secret");
        assertThat(World.text(made.json(), "integration_id")).isEqualTo(id);
        assertThat(secret).startsWith("whsec_");
        assertThat(World.text(made.json(), "incoming_secret"))
                .startsWith("whsec_")
                .isNotEqualTo(secret);

        Caller.Answer read = admin.get("/v1/admin/integrations/" + id);
        assertThat(read.text()).doesNotContain("whsec_");
        assertThat(read.json().at("/credentials/outgoing_secret/stored").booleanValue())
                .isTrue();
        assertThat(World.text(read.json(), "type")).isEqualTo("webhook");
        assertThat(World.text(read.json(), "status")).isEqualTo("configured");
        assertThat(admin.get("/v1/admin/integrations").json().at("/items/0")).isEqualTo(read.json());
    }

    @Test
    void everyMistakeOfAWebhookIsNamedAtOnce() {
        Caller.Answer refused = admin.post(
                "/v1/admin/integrations/webhook",
                "{\"timeout_ms\": 5, \"max_retries\": \"3\", \"events\": \"all\", \"secret\": \"s\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.wrongFields())
                .containsExactlyInAnyOrder("name", "url", "timeout_ms", "max_retries", "events", "secret");
        assertThat(admin.post("/v1/admin/integrations/webhook", "{\"name\": \"x\", \"url\": \"ftp://x\"}")
                        .wrongFields())
                .containsExactly("url");
    }

    @Test
    void mistakesOfFormAndOfSubstanceAreNamedTogether() {
        world.webhook("taken");
        Caller.Answer refused = admin.post("/v1/admin/integrations/webhook", """
                {"name": "taken", "url": "https://ada:secret@10.0.0.1/hook#top", "events": ["approval.lost"],
                 "timeout_ms": 999, "max_retries": 21, "colour": "red"}""");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.header("Content-Type")).contains("application/problem+json");
        assertThat(refused.wrongFields()).contains("name", "url", "events[0]", "timeout_ms", "max_retries", "colour");
        assertThat(refused.text()).doesNotContain("ada:secret");
        for (String url : new String[] {
            "not a url",
            "http://example.org/",
            "https://a:b@example.org/",
            "https://example.org/#x",
            "https://10.0.0.1/",
            "https://[::ffff:169.254.169.254]/"
        }) {
            assertThat(admin.post(
                                    "/v1/admin/integrations/webhook",
                                    "{\"name\": \"n\", \"url\": \"%s\", \"timeout_ms\": 30001}".formatted(url))
                            .wrongFields())
                    .as(url)
                    .containsExactlyInAnyOrder("url", "timeout_ms");
        }
    }

    @Test
    void aCredentialShowsItsSecretOnce() {
        String path = "/v1/admin/webhook-credentials";
        assertThat(admin.post(path, "{\"expires_in\": 59, \"x\": 1}").wrongFields())
                .containsExactlyInAnyOrder("name", "expires_in", "x");
        Caller.Answer made = admin.post(path, "{\"name\": \"pager\", \"expires_in\": 3600}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(World.text(made.json(), "secret")).startsWith("whsec_");
        String id = World.text(made.json(), "credential_id");
        assertThat(id).startsWith("cred_");
        assertThat(admin.post(path, "{\"name\": \"pager\"}").wrongFields()).containsExactly("name");
        Caller.Answer listed = admin.get(path);
        assertThat(listed.text()).contains(id).doesNotContain("whsec_");
        assertThat(admin.call("DELETE", path + "/" + id, null).status()).isEqualTo(204);
        assertThat(admin.call("DELETE", path + "/" + id, null).status()).isEqualTo(404);
        assertThat(admin.get(path).json().required("items")).isEmpty();
    }

    @Test
    void theStatusSaysWhySinceWhenAndWhatToDo() {
        String path = "/v1/admin/integrations/" + world.webhook("status");
        assertThat(admin.get(path).json().at("/health/cure").stringValue()).contains("test");
        admin.post(path + "/disable", "");
        JsonNode health = admin.get(path).json().required("health");
        assertThat(World.text(health, "status_reason")).isEqualTo("Disabled by an administrator");
        assertThat(World.text(health, "cure")).contains("enable it");
        assertThat(World.text(health, "status_since")).isNotEmpty();
        JsonNode transition =
                admin.get(path + "/transitions").json().required("items").get(0);
        assertThat(World.text(transition, "from")).isEqualTo("configured");
        assertThat(World.text(transition, "to")).isEqualTo("disabled");
        assertThat(transition.at("/by/kind").stringValue()).isEqualTo("user");
        assertThat(transition.has("at")).isTrue();
    }

    @Test
    void anIntegrationIsChangedDisabledAndEnabled() {
        String path = "/v1/admin/integrations/" + world.webhook("change");

        Caller.Answer changed = admin.call("PATCH", path, "{\"name\": \"changed\", \"timeout_ms\": 2000}");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.json().at("/config/timeout_ms").intValue()).isEqualTo(2000);
        assertThat(admin.call("PATCH", path, "{\"url\": null, \"maxretries\": 1}")
                        .wrongFields())
                .containsExactlyInAnyOrder("url", "maxretries");

        assertThat(World.text(admin.post(path + "/disable", "").json(), "status"))
                .isEqualTo("disabled");
        assertThat(World.text(admin.post(path + "/enable", "").json(), "status"))
                .isEqualTo("enabled");
        JsonNode report = admin.call("POST", path + "/test", null).json();
        assertThat(report.required("ok").booleanValue()).isFalse();
        assertThat(report.at("/steps/0/name").stringValue()).isEqualTo("connectivity");
    }

    @Test
    void secretsAreRotated() {
        String path = "/v1/admin/integrations/" + world.webhook("rotate") + "/rotate";

        Caller.Answer both = admin.call("POST", path, null);
        assertThat(both.status()).as(both.text()).isEqualTo(200);
        assertThat(both.header("Cache-Control")).contains("no-store");
        assertThat(World.text(both.json(), "outgoing_secret")).startsWith("whsec_");
        assertThat(both.json().required("grace_seconds").intValue()).isEqualTo(86400);
        Caller.Answer one = admin.post(path, "{\"incoming_secret\": null, \"grace_seconds\": 0}");
        assertThat(one.json().has("outgoing_secret")).isFalse();
        assertThat(World.text(one.json(), "incoming_secret")).startsWith("whsec_");
        Caller.Answer wrong = admin.post(path, "{\"outgoing_secret\": 5, \"grace_seconds\": -1, \"x\": 1}");
        assertThat(wrong.wrongFields()).containsExactlyInAnyOrder("outgoing_secret", "grace_seconds", "x");
        assertThat(admin.post(path, "{\"outgoing_secret\": \"hunter2\"}").text())
                .contains("outgoing_secret")
                .doesNotContain("hunter2");
    }

    @Test
    void aRouteIsCreatedReplacedAndDeleted() {
        String integration = world.webhook("routes");
        Caller.Answer made = admin.post(
                "/v1/admin/approval-routes",
                "{\"name\": \"Discount manager\", \"integration_id\": \"%s\", \"approvers\": [\"admin\"]}"
                        .formatted(integration));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.text())
                .isEqualTo(
                        ("{\"approval_route_id\":\"route_discount_manager\",\"version\":1,\"name\":\"Discount manager\","
                                        + "\"integration_id\":\"%s\",\"require_rationale\":false,"
                                        + "\"expires_in_seconds\":86400,\"approvers\":[\"admin\"],\"required_approvals\":1,"
                                        + "\"on_expiry\":\"keep\",\"require_bound_action\":false,\"allowed_agents\":[],"
                                        + "\"created_at\":\"2026-01-07T12:00:00.000Z\",\"updated_at\":\"2026-01-07T12:00:00.000Z\"}")
                                .formatted(integration));
        String path = "/v1/admin/approval-routes/route_discount_manager";

        Caller.Answer replaced = admin.call(
                "PUT",
                path,
                "{\"name\": \"Discounts\", \"integration_id\": \"%s\", \"on_expiry\": \"reject\"}"
                        .formatted(integration));
        assertThat(replaced.json().required("version").intValue()).isEqualTo(2);
        assertThat(replaced.json().required("approvers")).isEmpty();
        assertThat(admin.get(path).json()).isEqualTo(replaced.json());
        assertThat(admin.get("/v1/admin/approval-routes").json().at("/items/0")).isEqualTo(replaced.json());
        Caller.Answer blocked = admin.call("DELETE", "/v1/admin/integrations/" + integration, null);
        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.text()).contains("route_discount_manager");

        admin.call("PATCH", "/v1/admin/settings", "{\"default_approval_route_id\": \"route_discount_manager\"}");
        assertThat(admin.call("DELETE", path, null).status()).isEqualTo(409);
        admin.call("PATCH", "/v1/admin/settings", "{\"default_approval_route_id\": null}");
        assertThat(admin.call("DELETE", path, null).status()).isEqualTo(204);
        assertThat(admin.get(path).status()).isEqualTo(404);
        assertThat(admin.call("DELETE", "/v1/admin/integrations/" + integration, null)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void everyMistakeOfARouteIsNamedAtOnce() {
        Caller.Answer refused = admin.post("/v1/admin/approval-routes", """
                {"approval_route_id": "Route 1", "name": " ", "integration_id": 7, "required_approvals": 2,
                 "on_expiry": "approve", "escalation": {"after_seconds": 5}, "remind_after_seconds": 60,
                 "expires_in_seconds": 0, "approvers": ["a", 5], "channel": "#x", "route": "x"}""");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.wrongFields())
                .containsExactlyInAnyOrder(
                        "approval_route_id",
                        "name",
                        "integration_id",
                        "required_approvals",
                        "on_expiry",
                        "escalation",
                        "remind_after_seconds",
                        "expires_in_seconds",
                        "approvers[1]",
                        "channel",
                        "route");
        assertThat(admin.post("/v1/admin/approval-routes", "{\"name\": \"a\", \"integration_id\": \"int_x\"}")
                        .wrongFields())
                .containsExactly("integration_id");
        String taken = world.route("taken", "");
        Caller.Answer again = admin.post(
                "/v1/admin/approval-routes",
                "{\"approval_route_id\": \"%s\", \"name\": \"b\", \"integration_id\": \"int_x\"}".formatted(taken));
        assertThat(again.wrongFields()).containsExactlyInAnyOrder("approval_route_id", "integration_id");
    }

    @Test
    void deliveriesAreListed() {
        String route = world.route("deliveries", "");
        world.approval(world.decision("x"), route, null);
        String integration =
                World.text(admin.get("/v1/admin/approval-routes/" + route).json(), "integration_id");

        JsonNode listed = admin.get("/v1/admin/integrations/" + integration + "/deliveries")
                .json();

        assertThat(listed.required("items")).hasSize(1);
        assertThat(listed.at("/items/0/kind").stringValue()).isEqualTo("requested");
        assertThat(listed.at("/items/0/status").stringValue()).isEqualTo("pending");
        assertThat(listed.at("/items/0/attempts").intValue()).isZero();
    }

    @Test
    void whatWasGivenUpOnIsFoundAndSentAgain() {
        String route = world.route("again", "");
        String approval = world.approval(world.decision("x"), route, null).approvalId();
        String integration =
                World.text(admin.get("/v1/admin/approval-routes/" + route).json(), "integration_id");
        String log = "/v1/admin/integrations/" + integration + "/deliveries";
        String delivery = admin.get(log).json().at("/items/0/delivery_id").stringValue();
        assertThat(admin.post("/v1/admin/deliveries/" + delivery + "/retry", "").status())
                .as("it still waits")
                .isEqualTo(409);
        server.jdbc()
                .sql("update delivery set status = 'failed', last_error = 'HTTP 500' where delivery_id = ?")
                .param(delivery)
                .update();

        assertThat(admin.get(log + "?status=failed&kind=requested&approval=" + approval)
                        .json()
                        .at("/items/0/last_error")
                        .stringValue())
                .isEqualTo("HTTP 500");
        assertThat(admin.get(log + "?status=delivered").json().required("items"))
                .isEmpty();
        assertThat(admin.get(log + "?status=lost&kind=x&from=yesterday").wrongFields())
                .containsExactlyInAnyOrder("status", "kind", "from");
        Caller.Answer again = admin.post("/v1/admin/deliveries/" + delivery + "/retry", "");
        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(World.text(again.json(), "status")).isEqualTo("pending");
        server.jdbc()
                .sql("update delivery set status = 'failed' where delivery_id = ?")
                .param(delivery)
                .update();
        assertThat(admin.post("/v1/admin/integrations/" + integration + "/retry-failed", "")
                        .text())
                .isEqualTo("{\"retried\":1,\"more\":false}");
        assertThat(world.approver
                        .post("/v1/admin/deliveries/" + delivery + "/retry", "")
                        .status())
                .isEqualTo(403);
    }
}
