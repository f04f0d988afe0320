package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.tracemem.approval.Route;
import com.tracemem.approval.Routes;
import com.tracemem.policy.Examples;
import com.tracemem.policy.Policies;
import com.tracemem.product.Products;
import com.tracemem.server.AgentClient.ToolError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Data products as agents use them over HTTP, where approvals, policies and a changing source meet. */
class GovernedDataTest {
    private static final String POLICY = "discount_cap_v1";
    private static final String BOUND_ROUTE = "route_bound";
    private static final String FREE_ROUTE = "route_free";
    private static final Map<String, Object> MUTATION =
            Map.of("operation", "insert", "records", List.of(Map.of("customer_id", 7, "discount", 0.25)));

    private static TestServer server;
    private static TestReceiver receiver;

    private TestShop shop;
    private TestServer.Account account;
    private AgentClient agent;
    private String decisionId;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        receiver = TestReceiver.start();
    }

    @AfterAll
    static void stop() throws IOException {
        receiver.close();
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        account = server.account("Shop");
        shop = new TestShop();
        shop.connect(server, account.tenantId());
        String integration = server.webhook(account, receiver);
        server.route(account, FREE_ROUTE, integration, false);
        server.room(Routes.class)
                .save(
                        new Route(
                                account.tenantId(),
                                BOUND_ROUTE,
                                BOUND_ROUTE,
                                integration,
                                null,
                                false,
                                Route.DEFAULT_EXPIRY,
                                List.of(),
                                Route.OnExpiry.KEEP,
                                true,
                                List.of(),
                                1,
                                Instant.EPOCH,
                                Instant.EPOCH),
                        "test");
        agent = new AgentClient(server.baseUrl(), account.agentKey());
        decisionId = decision("propose");
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    private String decision(String mode) throws IOException {
        return agent.call("decision_create", Map.of("intent", "discount", "automation_mode", mode))
                .path("decision_id")
                .asString();
    }

    private JsonNode read(Map<String, ?> query) throws IOException {
        return agent.call(
                "decision_read",
                Map.of(
                        "decision_id",
                        decisionId,
                        "product",
                        TestShop.OFFERS,
                        "purpose",
                        TestShop.PURPOSE,
                        "query",
                        query));
    }

    private JsonNode write(String product, Map<String, ?> mutation) throws IOException {
        return agent.call(
                "decision_write",
                Map.of(
                        "decision_id",
                        decisionId,
                        "product",
                        product,
                        "purpose",
                        TestShop.PURPOSE,
                        "mutation",
                        mutation));
    }

    private JsonNode ask(String route, Map<String, ?> action) throws IOException {
        return agent.call(
                "decision_request_approval",
                Map.of("decision_id", decisionId, "approval_route_id", route, "proposed_action", action));
    }

    private AbstractThrowableAssert<?, ?> refused(Call call) {
        return assertThatThrownBy(call::run).isInstanceOf(ToolError.class);
    }

    private interface Call {
        void run() throws IOException;
    }

    private String status() throws IOException {
        return agent.call("decision_get", Map.of("decision_id", decisionId))
                .path("status")
                .asString();
    }

    private JsonNode events() throws IOException {
        return agent.call("decision_trace", Map.of("decision_id", decisionId)).path("events");
    }

    private static Map<String, Object> action(String product, Map<String, ?> mutation) {
        return Map.of("product", product, "operation", "insert", "mutation", mutation);
    }

    // A policy that decides on what was read

    private JsonNode evaluate(String eventId) throws IOException {
        return agent.call(
                "decision_evaluate", Map.of("decision_id", decisionId, "policy_id", POLICY, "inputs_ref", eventId));
    }

    private void publishPolicy() {
        Policies policies = server.room(Policies.class);
        policies.saveDraft(
                account.tenantId(),
                Examples.discountCap()
                        .replace("order_value: {type: number, minimum: 0}", "offer_id: {type: integer}")
                        .replace(", order_value: 10000", "")
                        .replace("route_discount_manager", FREE_ROUTE),
                "test");
        assertThat(policies.publish(account.tenantId(), POLICY, "test")).isInstanceOf(Policies.Published.Done.class);
    }

    @Test
    void whatWasReadIsWhatThePolicyDecidesOn() throws IOException {
        publishPolicy();
        String small = read(Map.of("offer_id", 1)).path("event_id").asString();
        String large = read(Map.of("offer_id", "2")).path("event_id").asString();

        assertThat(evaluate(small).path("outcome").asString()).isEqualTo("allow");
        JsonNode exception = evaluate(large);
        assertThat(exception.path("outcome").asString()).isEqualTo("requires_exception");
        assertThat(exception.at("/rationale/message").asString())
                .startsWith("A discount of 0.3 for a standard customer");
        JsonNode event = events().valueStream()
                .filter(each -> each.path("event_type").asString().equals("policy_eval"))
                .toList()
                .getLast();
        assertThat(event.path("inputs_ref").asString()).isEqualTo(large);
    }

    @Test
    void aRecordThatChangedSinceItWasReadIsRefused() throws IOException {
        publishPolicy();
        String read = read(Map.of("offer_id", 2)).path("event_id").asString();
        shop.jdbc
                .sql("update offers set proposed_discount = 0.1 where offer_id = 2")
                .update();
        refused(() -> evaluate(read)).hasMessageContaining("has changed since it was read: read it again");
        shop.jdbc.sql("delete from offers where offer_id = 2").update();
        refused(() -> evaluate(read)).hasMessageContaining("has changed since it was read: read it again");
        assertThat(events().valueStream().map(each -> each.path("event_type").asString()))
                .doesNotContain("policy_eval");
    }

    @Test
    void onlyAReadOfOneRecordCanBeReferredTo() throws IOException {
        publishPolicy();
        String both = read(Map.of()).path("event_id").asString();
        refused(() -> evaluate(both)).hasMessageContaining("names a read of 2 records, and inputs are one");
        String other = decisionId;
        decisionId = decision("propose");
        String elsewhere = read(Map.of("offer_id", 1)).path("event_id").asString();
        decisionId = other;
        refused(() -> evaluate(elsewhere)).hasMessageContaining("names no read of this decision");
    }

    // Routes that want to know exactly what is asked

    @Test
    void aRouteThatWantsABoundActionLetsJustThatWriteThrough() throws IOException {
        decisionId = decision("approve");
        refused(() -> agent.call(
                        "decision_request_approval",
                        Map.of("decision_id", decisionId, "approval_route_id", BOUND_ROUTE)))
                .hasMessageStartingWith("proposed_action is required by approval route 'route_bound'");
        refused(() -> ask(BOUND_ROUTE, Map.of("what", "a discount")))
                .hasMessageStartingWith("proposed_action is required by approval route 'route_bound'");
        assertThat(status()).isEqualTo("open");
        refused(() -> write(TestShop.DISCOUNTS, MUTATION)).hasMessageStartingWith("Approval is required");

        JsonNode asked = ask(BOUND_ROUTE, action(TestShop.DISCOUNTS, MUTATION));
        assertThat(asked.has("warnings")).isFalse();
        approve(asked);
        refused(() -> write(
                        TestShop.DISCOUNTS,
                        Map.of("operation", "insert", "records", List.of(Map.of("customer_id", 7, "discount", 0.26)))))
                .hasMessageContaining("covers another write than this one");
        refused(() -> write(TestShop.OFFER_CHANGES, Map.of("offer_id", 1, "customer_tier", "gold")))
                .hasMessageContaining("covers another write than this one");
        assertThat(shop.discounts()).isZero();

        // the same in another form
        assertThat(write(TestShop.DISCOUNTS, Map.of("discount", 0.25, "customer_id", "7"))
                        .path("affected")
                        .asInt())
                .isEqualTo(1);
        refused(() -> write(TestShop.DISCOUNTS, MUTATION)).hasMessageContaining("covered one write, which was made");
        assertThat(shop.discounts()).isEqualTo(1);
        JsonNode started = events().valueStream()
                .filter(each -> each.path("event_type").asString().equals("write_started"))
                .findFirst()
                .orElseThrow();
        assertThat(started.path("binding").asString()).isEqualTo("bound");
    }

    private void approve(JsonNode asked) throws IOException {
        String approvalId = asked.path("approval_id").asString();
        TestReceiver.Message message;
        do {
            message = receiver.next("approval.requested");
        } while (!message.approvalId().equals(approvalId));
        assertThat(receiver.answer(server.baseUrl(), approvalId, "approved", "fine")
                        .status())
                .isEqualTo(200);
        assertThat(status()).isEqualTo("approved");
    }

    @Test
    void whatAWriteLacksIsNamed() throws IOException {
        Map<String, Object> call = new HashMap<>(
                Map.of("decision_id", decisionId, "product", TestShop.DISCOUNTS, "purpose", TestShop.PURPOSE));
        refused(() -> agent.call("decision_write", call)).hasMessage("mutation is required");
        call.put("operation", "delete");
        refused(() -> agent.call("decision_write", call)).hasMessageStartingWith("keys is required");
        call.put("operation", "insert");
        call.put("mutation", MUTATION);
        for (String empty : List.of("", " ")) {
            call.put("idempotency_key", empty);
            refused(() -> agent.call("decision_write", call)).hasMessageStartingWith("idempotency_key is empty");
        }
        call.put("idempotency_key", "one");
        call.put("keys", List.of("customer_id"));
        assertThat(agent.call("decision_write", call).at("/warnings/0").asString())
                .startsWith("keys was ignored");
        assertThat(shop.discounts()).isEqualTo(1);
    }

    @Test
    void everyProductThatIsListedHasADescription() throws IOException {
        JsonNode products = agent.call("products_list", Map.of()).path("products");
        assertThat(products.size()).isPositive();
        assertThat(products.valueStream())
                .allMatch(product -> product.path("description").isString());
    }

    // What could never be written is said before a human is asked

    @Test
    void aProposalThatFitsNoProductIsRefusedBeforeAnybodyIsAsked() throws IOException {
        refused(() -> ask(FREE_ROUTE, action("nope_v1", MUTATION)))
                .hasMessage("proposed_action could never be written: Product 'nope_v1' not found or not accessible");
        refused(() -> ask(FREE_ROUTE, action(TestShop.DISCOUNTS, Map.of("customer_id", 7, "rebate", 0.25))))
                .hasMessage("proposed_action could never be written: Field 'rebate' not found in schema of product"
                        + " 'discounts_v1'");
        refused(() -> ask(FREE_ROUTE, action(TestShop.DISCOUNTS, Map.of("customer_id", "seven", "discount", 0.25))))
                .hasMessageContaining("customer_id");
        Map<String, Object> otherOperation = new HashMap<>(action(TestShop.DISCOUNTS, Map.of("customer_id", 7)));
        otherOperation.put("operation", "delete");
        refused(() -> ask(FREE_ROUTE, otherOperation)).hasMessageContaining("insert");
        refused(() -> ask(FREE_ROUTE, action(TestShop.OFFERS, Map.of("offer_id", 1))))
                .hasMessageContaining("only reads");
        refused(() -> ask(FREE_ROUTE, Map.of("product", TestShop.DISCOUNTS)))
                .hasMessageStartingWith("proposed_action could never be written: ");
        assertThat(status()).isEqualTo("open");
    }

    @Test
    void anActionThatIsNoWriteIsAskedAboutWithAWarning() throws IOException {
        JsonNode asked = ask(FREE_ROUTE, Map.of("call", "the customer"));
        assertThat(asked.at("/warnings/0").asString())
                .isEqualTo("proposed_action names no product: no decision_write follows from its approval");
        assertThat(status()).isEqualTo("needs_approval");
    }

    // A source that changes under its products

    private List<String> changes(String product) {
        return server.room(Products.class)
                .saved(account.tenantId(), product)
                .orElseThrow()
                .schemaChanges();
    }

    @Test
    void aColumnThatIsGoneIsSaidAndMarksEveryProductThatNamesIt() throws IOException {
        read(Map.of("offer_id", 1));
        shop.jdbc.sql("alter table offers drop column customer_tier").update();

        refused(() -> read(Map.of("offer_id", 1)))
                .hasMessageStartingWith("The source does not have what the product names")
                .hasMessageContaining("schema_changes");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(changes(TestShop.OFFERS))
                        .containsExactly("Column 'customer_tier' of table 'offers' is gone"));
        assertThat(changes(TestShop.OFFER_CHANGES)).containsExactly("Column 'customer_tier' of table 'offers' is gone");
        assertThat(changes(TestShop.DISCOUNTS)).isEmpty();
    }

    @Test
    void aWriteThatMeetsAMissingTableSaysSoAndMarks() throws IOException {
        shop.jdbc.sql("alter table discounts rename to rebates").update();
        refused(() -> write(TestShop.DISCOUNTS, MUTATION))
                .hasMessageStartingWith("The source does not have what the product names")
                .hasMessageContaining("nothing was written")
                .hasMessageContaining("schema_changes");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(changes(TestShop.DISCOUNTS))
                        .containsExactly("The table 'discounts' is gone, or the login may not see it any more"));
        assertThat(events().valueStream()
                        .map(each -> each.path("outcome").asString("-"))
                        .toList())
                .contains("rolled_back");
    }

    @Test
    void aColumnOfAnotherTypeIsReadAllTheSameWhateverTheConnectionsRemember() throws IOException {
        for (int i = 0; i < 12; i++) {
            read(Map.of("offer_id", 1));
        }
        shop.jdbc
                .sql("alter table offers alter column proposed_discount type real")
                .update();
        assertThat(read(Map.of("offer_id", 1)).path("records").size()).isEqualTo(1);
        shop.jdbc.sql("alter table offers alter column offer_id type text").update();
        refused(() -> read(Map.of("offer_id", 1)))
                .hasMessageStartingWith("The source does not have what the product names");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(changes(TestShop.OFFERS))
                        .contains("Column 'offer_id' of table 'offers' was integer and is text"));
    }
}
