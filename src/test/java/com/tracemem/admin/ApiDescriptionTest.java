package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The description at {@code /openapi} says what really comes. */
class ApiDescriptionTest {
    private static final AdminServer server = new AdminServer();

    private final World world = new World(server);
    private final JsonNode description = Caller.nobody(server).get("/openapi").json();

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyOperationIsSummedUpAndAnswersWithProblems() {
        JsonNode paths = description.required("paths");
        assertThat(paths.size()).isGreaterThan(20);
        Set<String> operations = new TreeSet<>();
        for (var path : paths.properties()) {
            assertThat(path.getKey()).startsWith("/v1/");
            for (var operation : path.getValue().properties()) {
                String call = operation.getKey() + " " + path.getKey();
                assertThat(operation.getValue().path("summary").asString())
                        .as(call)
                        .isNotBlank();
                assertThat(operation
                                .getValue()
                                .at("/responses/default/content/application~1problem+json/schema/$ref")
                                .asString())
                        .as(call)
                        .endsWith("/Problem");
                assertThat(operations.add(
                                operation.getValue().path("operationId").asString()))
                        .as(call)
                        .isTrue();
            }
        }
        assertThat(description.at("/components/securitySchemes/bearer/scheme").asString())
                .isEqualTo("bearer");
    }

    @Test
    void schemasNameTheFieldsThatCome() {
        String routeId = world.route("described", "");
        var decision = world.decision("x");
        var approval = world.approval(decision, routeId, null);
        String integration = World.text(
                world.admin.get("/v1/admin/approval-routes/" + routeId).json(), "integration_id");

        same("get", "/v1/me", "/v1/me");
        same("get", "/v1/admin/agents/{id}", "/v1/admin/agents/" + world.agent.agentId());
        same("get", "/v1/admin/approval-routes/{id}", "/v1/admin/approval-routes/" + routeId);
        same("get", "/v1/admin/integrations/{id}", "/v1/admin/integrations/" + integration);
        same("get", "/v1/admin/settings", "/v1/admin/settings");
        same("get", "/v1/approvals/{id}", "/v1/approvals/" + approval.approvalId());
        same("get", "/v1/decisions/{id}", "/v1/decisions/" + decision.decisionId());
        same("get", "/v1/decisions/{id}/trace", "/v1/decisions/" + decision.decisionId() + "/trace");
        same("get", "/v1/admin/agents", "/v1/admin/agents");
    }

    private void same(String method, String template, String path) {
        JsonNode operation = description.required("paths").required(template).required(method);
        String reference = operation
                .at("/responses/200/content/application~1json/schema/$ref")
                .asString();
        JsonNode schema = description.at(reference.substring(1));
        Set<String> come = new TreeSet<>(world.admin.get(path).json().propertyNames());
        Set<String> described = new TreeSet<>(schema.required("properties").propertyNames());
        assertThat(described).as(template).isNotEmpty().containsAll(come);
    }

    @Test
    void problemsAreDescribed() {
        JsonNode problem = description.at("/components/schemas/Problem/properties");
        JsonNode refused = world.admin.post("/v1/admin/agents", "{}").json();

        assertThat(problem.propertyNames()).containsAll(refused.propertyNames());
    }
}
