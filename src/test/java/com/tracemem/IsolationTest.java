package com.tracemem;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Stranger.Ids;
import com.tracemem.server.TestServer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Whatever another tenant or another agent has answers like what does not exist, at every endpoint and every tool. The
 * tables below have a row for each of them; an endpoint or tool without one fails the test.
 */
class IsolationTest {
    private static final TestServer server = TestServer.start();
    private static final Stranger mine = new Stranger(server, server.first());
    private static final Stranger theirs = new Stranger(server, server.second());

    /** A row of an endpoint or tool that is told no id: nothing of another tenant may come. */
    private static final List<String> NO_ID = List.of();

    private static final String PRODUCT = """
            {"product_id": "<product>", "name": "x", "connector_id": "<connector>", "operation": "read",
             "source": {"table": "things"}, "fields": ["id"], "purposes": ["x"]}""";

    /**
     * For each endpoint the bodies (or, after a {@code ?}, queries) to try; {@code <agent>} and the like stand for ids,
     * and so do the variables of the path.
     */
    private static final Map<String, List<String>> ENDPOINTS = Map.ofEntries(
            entry("POST /v1/auth/login", NO_ID),
            entry("GET /v1/me", NO_ID),
            entry("GET /v1/admin/agents", NO_ID),
            entry("POST /v1/admin/agents", NO_ID),
            entry("GET /v1/admin/agents/<agent>", List.of("")),
            entry("PATCH /v1/admin/agents/<agent>", List.of("{\"name\": \"taken over\"}")),
            entry("DELETE /v1/admin/agents/<agent>", List.of("")),
            entry("GET /v1/admin/agents/<agent>/keys", List.of("")),
            entry("POST /v1/admin/agents/<agent>/keys", List.of("", "{\"name\": \"mine now\"}")),
            entry("DELETE /v1/admin/agents/<agent>/keys/<key>", List.of("")),
            entry("GET /v1/admin/users", NO_ID),
            entry("POST /v1/admin/users", NO_ID),
            entry("PATCH /v1/admin/users/<user>", List.of("{\"role\": \"auditor\"}")),
            entry("DELETE /v1/admin/users/<user>", List.of("")),
            entry("GET /v1/admin/settings", NO_ID),
            entry("PATCH /v1/admin/settings", List.of("{\"default_approval_route_id\": \"<route>\"}")),
            entry("GET /v1/admin/integrations", NO_ID),
            entry("POST /v1/admin/integrations/webhook", NO_ID),
            entry("GET /v1/admin/integrations/<integration>", List.of("")),
            entry("PATCH /v1/admin/integrations/<integration>", List.of("{\"name\": \"taken over\"}")),
            entry("DELETE /v1/admin/integrations/<integration>", List.of("")),
            entry("POST /v1/admin/integrations/<integration>/test", List.of("")),
            entry("POST /v1/admin/integrations/<integration>/enable", List.of("")),
            entry("POST /v1/admin/integrations/<integration>/disable", List.of("")),
            entry("POST /v1/admin/integrations/<integration>/rotate", List.of("", "{\"grace_seconds\": 0}")),
            entry("GET /v1/admin/integrations/<integration>/deliveries", List.of("", "?approval=<approval>")),
            entry("POST /v1/admin/integrations/<integration>/retry-failed", List.of("")),
            entry("GET /v1/admin/integrations/<integration>/transitions", List.of("")),
            entry("POST /v1/admin/deliveries/<delivery>/retry", List.of("")),
            entry("GET /v1/admin/webhook-credentials", NO_ID),
            entry("POST /v1/admin/webhook-credentials", NO_ID),
            entry("DELETE /v1/admin/webhook-credentials/<credential>", List.of("")),
            entry("GET /v1/admin/approval-routes", NO_ID),
            entry(
                    "POST /v1/admin/approval-routes",
                    List.of("{\"name\": \"over theirs\", \"integration_id\": \"<integration>\"}")),
            entry("GET /v1/admin/approval-routes/<route>", List.of("")),
            entry(
                    "PUT /v1/admin/approval-routes/<route>",
                    List.of("{\"name\": \"taken over\", \"integration_id\": \"<integration>\"}")),
            entry("DELETE /v1/admin/approval-routes/<route>", List.of("")),
            entry("GET /v1/admin/policies", NO_ID),
            entry("POST /v1/admin/policies", NO_ID),
            entry("GET /v1/admin/policies/<policy>", List.of("")),
            entry("GET /v1/admin/policies/<policy>/draft", List.of("")),
            entry("POST /v1/admin/policies/<policy>/publish", List.of("")),
            entry("POST /v1/admin/policies/<policy>/rollback", List.of("{\"version\": 1}")),
            entry("GET /v1/admin/policies/<policy>/versions", List.of("")),
            entry("GET /v1/admin/policies/<policy>/versions/1", List.of("")),
            entry("GET /v1/admin/policies/<policy>/diff", List.of("?from=1&to=draft")),
            entry(
                    "POST /v1/admin/policies/<policy>/simulate",
                    List.of("{\"inputs\": {}}", "{\"inputs\": {}, \"draft\": true}")),
            entry(
                    "POST /v1/admin/policies/<policy>/backtest",
                    List.of("{\"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2027-01-01T00:00:00Z\"}")),
            entry("GET /v1/admin/connectors", NO_ID),
            entry("POST /v1/admin/connectors", NO_ID),
            entry("GET /v1/admin/connectors/<connector>", List.of("")),
            entry("PATCH /v1/admin/connectors/<connector>", List.of("{\"name\": \"taken over\"}")),
            entry("DELETE /v1/admin/connectors/<connector>", List.of("")),
            entry("POST /v1/admin/connectors/<connector>/test", List.of("")),
            entry("GET /v1/admin/connectors/<connector>/schema", List.of("")),
            entry("POST /v1/admin/connectors/<connector>/schema", List.of("")),
            entry("GET /v1/admin/products", NO_ID),
            entry("POST /v1/admin/products", List.of(PRODUCT.replace("<product>", "over_theirs"))),
            entry("POST /v1/admin/products/validate", List.of(PRODUCT)),
            entry("GET /v1/admin/products/<product>", List.of("")),
            entry("PUT /v1/admin/products/<product>", List.of(PRODUCT)),
            entry("DELETE /v1/admin/products/<product>", List.of("")),
            entry("GET /v1/admin/products/<product>/versions", List.of("")),
            entry("GET /v1/admin/products/<product>/versions/1", List.of("")),
            entry("GET /v1/approvals", NO_ID),
            entry("GET /v1/approvals/<approval>", List.of("")),
            entry("POST /v1/approvals/<approval>/approve", List.of("", "{\"rationale\": \"mine\"}")),
            entry("POST /v1/approvals/<approval>/reject", List.of("", "{\"rationale\": \"mine\"}")),
            entry("GET /v1/decisions", List.of("?agent=<agent>", "?text=<decision>", "?text=<agent>")),
            entry("GET /v1/decisions/<decision>", List.of("")),
            entry("GET /v1/decisions/<decision>/trace", List.of("", "?leaf=true")),
            entry("GET /openapi", NO_ID),
            entry("GET /openapi.yaml", NO_ID),
            entry("ANY /error", NO_ID));

    /** The doors that are servlets of their own: their paths, and how to call them with an id. */
    private static final Map<String, String> SERVLETS = Map.of(
            "/", "Spring MVC, the endpoints above",
            "", "the tools below",
            "/mcp", "the tools below",
            "/v1/callbacks/webhook/*", "POST /v1/callbacks/webhook/<integration>",
            "/health/*", "GET /health/ready",
            "/metrics", "GET /metrics",
            "/dashboard", "GET /dashboard");

    /** For each tool the arguments to try. */
    private static final Map<String, List<String>> TOOLS = Map.ofEntries(
            entry("decision_create", NO_ID),
            entry("capabilities_get", NO_ID),
            entry(
                    "decision_get",
                    List.of(
                            "{\"decision_id\": \"<decision>\"}",
                            "{\"decision_id\": \"<decision>\", \"wait_seconds\": 1, \"since_status\": \"open\"}")),
            entry(
                    "decision_evaluate",
                    List.of(
                            "{\"decision_id\": \"<decision>\", \"policy_id\": \"<policy>\", \"inputs\": {}}",
                            "{\"decision_id\": \"<open decision>\", \"policy_id\": \"<policy>\", \"inputs\": {}}")),
            entry("decision_add_context", List.of("{\"decision_id\": \"<decision>\", \"context\": {\"a\": 1}}")),
            entry(
                    "decision_read",
                    List.of(
                            "{\"decision_id\": \"<decision>\", \"product\": \"<product>\", \"purpose\": \"x\"}",
                            "{\"decision_id\": \"<open decision>\", \"product\": \"<product>\", \"purpose\": \"x\"}")),
            entry(
                    "decision_write",
                    List.of(
                            "{\"decision_id\": \"<decision>\", \"product\": \"<product>\", \"purpose\": \"x\","
                                    + " \"mutation\": {\"a\": 1}}",
                            "{\"decision_id\": \"<open decision>\", \"product\": \"<product>\", \"purpose\": \"x\","
                                    + " \"mutation\": {\"a\": 1}, \"idempotency_key\": \"k-<product>\"}")),
            entry("products_list", NO_ID),
            entry("product_get", List.of("{\"product\": \"<product>\"}")),
            entry(
                    "decision_request_approval",
                    List.of(
                            "{\"decision_id\": \"<decision>\", \"title\": \"t\", \"approval_route_id\": \"<route>\"}",
                            "{\"decision_id\": \"<open decision>\", \"title\": \"t\", \"approval_route_id\": \"<route>\"}")),
            entry(
                    "decision_close",
                    List.of(
                            "{\"decision_id\": \"<decision>\", \"action\": \"commit\"}",
                            "{\"decision_id\": \"<decision>\", \"action\": \"abort\"}")),
            entry("decision_trace", List.of("{\"decision_id\": \"<decision>\"}")));

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyEndpointHasARow() {
        Set<String> mapped = new TreeSet<>();
        server.room(RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(endpoint -> {
                    Set<RequestMethod> methods = endpoint.getMethodsCondition().getMethods();
                    for (String path : endpoint.getPatternValues()) {
                        if (methods.isEmpty()) {
                            mapped.add("ANY " + path);
                        }
                        methods.forEach(method -> mapped.add(method + " " + path));
                    }
                });
        Set<String> rows = new TreeSet<>();
        ENDPOINTS.keySet().forEach(row -> rows.add(variables(row)));

        assertThat(rows).isEqualTo(mapped);
    }

    @Test
    void everyServletHasARow() {
        Set<String> mapped = new TreeSet<>();
        for (ServletRegistration servlet :
                server.room(ServletContext.class).getServletRegistrations().values()) {
            mapped.addAll(servlet.getMappings());
        }
        assertThat(mapped).isEqualTo(SERVLETS.keySet());
    }

    @Test
    void everyToolHasARow() {
        assertThat(mine.agent.tools()).isEqualTo(TOOLS.keySet());
    }

    @Test
    void whatAnotherTenantHasAnswersAtEveryEndpointLikeWhatDoesNotExist() {
        Map<String, String> before = theirs.everything();
        Set<String> names = Set.copyOf(theirs.ids.all().values());

        ENDPOINTS.forEach((endpoint, inputs) -> {
            if (inputs.isEmpty()) {
                assertThat(mine.owner.call(endpoint, "{}")).as(endpoint).doesNotContain(names);
            }
            for (String input : inputs) {
                same(endpoint, input, theirs.ids);
            }
        });
        SERVLETS.values().stream()
                .filter(call -> call.contains("<"))
                .forEach(call -> assertThat(mine.owner.call(theirs.ids.in(call), "{}"))
                        .as(call)
                        .isEqualTo(mine.owner.call(Ids.unknown().in(call), "{}")));

        assertThat(theirs.everything()).isEqualTo(before);
    }

    @Test
    void aKeyOfAnotherAgentIsUnknownUnderMine() {
        String path = "DELETE /v1/admin/agents/" + mine.ids.of("agent") + "/keys/";
        String unknown = mine.owner.call(path + Ids.unknown().of("key"), "");

        assertThat(unknown).startsWith("404");
        assertThat(mine.owner.call(path + mine.sibling.of("key"), "")).isEqualTo(unknown);
        assertThat(mine.owner.call(path + theirs.ids.of("key"), "")).isEqualTo(unknown);
    }

    @Test
    void whatAnotherAgentOrTenantHasAnswersAtEveryToolLikeWhatDoesNotExist() {
        Map<String, String> before = theirs.everything();
        Map<String, String> siblingBefore = mine.everything();
        Set<String> names = Set.copyOf(theirs.ids.all().values());

        TOOLS.forEach((tool, inputs) -> {
            if (inputs.isEmpty()) {
                String arguments = "{\"intent\": \"x\", \"automation_mode\": \"propose\", \"idempotency_key\": \"%s\"}"
                        .formatted(Stranger.IDEMPOTENCY_KEY);
                assertThat(mine.agent.tool(tool, tool.equals("decision_create") ? arguments : "{}"))
                        .as(tool)
                        .doesNotContain(names)
                        .doesNotContain(mine.sibling.of("decision"));
            }
            for (String input : inputs) {
                String owned = input.replace("<open decision>", mine.open);
                String unknown =
                        Ids.unknown().hidden(mine.agent.tool(tool, Ids.unknown().in(owned)));
                assertThat(unknown).as(tool).contains("\"error\"");
                Stream.of(theirs.ids, withRoute(mine.sibling))
                        .forEach(other -> assertThat(other.hidden(mine.agent.tool(tool, other.in(owned))))
                                .as("%s %s", tool, owned)
                                .isEqualTo(unknown));
            }
        });

        assertThat(theirs.everything()).isEqualTo(before);
        assertThat(mine.everything()).isEqualTo(siblingBefore);
    }

    /** Routes and policies are the tenant's, not an agent's: with a sibling's decision go unknown ones. */
    private static Ids withRoute(Ids sibling) {
        Map<String, String> ids = new LinkedHashMap<>(sibling.all());
        ids.put("route", Ids.unknown().of("route"));
        ids.put("policy", Ids.unknown().of("policy"));
        ids.put("product", Ids.unknown().of("product"));
        return new Ids(ids);
    }

    private static void same(String endpoint, String input, Ids foreign) {
        Ids unknown = Ids.unknown();
        String query = input.startsWith("?") ? input : "";
        String body = input.startsWith("?") ? "" : input;
        String expected = unknown.hidden(mine.owner.call(unknown.in(endpoint + query), unknown.in(body)));
        String came = foreign.hidden(mine.owner.call(foreign.in(endpoint + query), foreign.in(body)));

        assertThat(came).as("%s %s", endpoint, input).isEqualTo(expected);
        if (!endpoint.equals("GET /v1/decisions")) {
            assertThat(came).as("%s %s", endpoint, input).matches("(?s)4(04|22) .*");
        }
    }

    /** As Spring writes it: the first variable of each endpoint is {@code id}. */
    private static String variables(String row) {
        return row.replaceFirst("<[a-z]+>", "{id}")
                .replace("<key>", "{key_id}")
                .replace("/versions/1", "/versions/{version}");
    }
}
