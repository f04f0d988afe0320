package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.CoreNode.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.CloseAction;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.NewDecision;
import com.tracemem.decision.PolicyEvaluated;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TenantSettings;
import com.tracemem.policy.Backtest;
import com.tracemem.policy.Backtests;
import com.tracemem.policy.Examples;
import com.tracemem.policy.InvalidPolicyException;
import com.tracemem.policy.Policies;
import com.tracemem.policy.Policy;
import com.tracemem.policy.PolicyDocument;
import com.tracemem.policy.PolicyOutcome;
import com.tracemem.policy.PolicyStatus;
import com.tracemem.policy.PolicyVersion;
import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Policies from the draft to the last word about a decision, on the real database. */
class PoliciesInDecisionsTest {
    private static final String POLICY = "discount_cap_v1";
    private static final String ROUTE = "route_discount_manager";
    private static final String STRICTER = Examples.discountCap()
            .replace("inputs.proposed_discount > 0.15\n", "inputs.proposed_discount > 0.05\n")
            .replaceAll("(?s)\ntests:.*", "\n");
    private static TestDatabase database;
    private static CoreNode node;

    private String tenant;
    private AgentPrincipal agent;

    @BeforeAll
    static void open() throws InterruptedException {
        database = TestDatabase.create();
        node = new CoreNode(database, "node-policy", Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @BeforeEach
    void tenant() {
        tenant = node.tenant();
        agent = node.agent(tenant, "agent");
        node.route(tenant, ROUTE);
        publish(Examples.discountCap());
    }

    private PolicyVersion publish(String source) {
        node.policies.saveDraft(tenant, source, "usr_test");
        return ((Policies.Published.Done) node.policies.publish(tenant, POLICY, "usr_test")).version();
    }

    private Outcome<PolicyEvaluated> evaluate(Decision decision, String inputs) {
        return node.evaluations.evaluate(agent, decision.decisionId(), POLICY, Examples.json(inputs));
    }

    private Outcome<Decision> commit(Decision decision) {
        return node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null);
    }

    private Approval ask(Decision decision) {
        return done(node.approvals.request(
                agent, new ApprovalRequest(decision.decisionId(), null, null, null, null, null, null, null)));
    }

    private void approve(Approval approval) {
        assertThat(approve(approval, "fine")).isInstanceOf(Answered.Recorded.class);
    }

    private ObjectNode lastEvaluation(Decision decision) {
        return node.trace.events(decision.key(), 0, 100, 1 << 20).events().stream()
                .filter(event -> event.type() == EventType.POLICY_EVAL)
                .map(Event::payload)
                .toList()
                .getLast();
    }

    @Test
    void whatAPolicySaysIsInTheTrace() {
        Decision decision = node.open(agent);
        PolicyEvaluated said = done(evaluate(decision, "{'proposed_discount': 0.25, 'customer_tier': 'standard'}"));
        assertThat(said.evaluation().outcome()).isEqualTo(PolicyOutcome.REQUIRES_EXCEPTION);
        ObjectNode event = lastEvaluation(decision);
        assertThat(event.propertyNames())
                .containsExactlyInAnyOrder(
                        "approval",
                        "duration_us",
                        "inputs_hash",
                        "message",
                        "nearest_allowed",
                        "outcome",
                        "policy_hash",
                        "policy_id",
                        "policy_version",
                        "rule",
                        "threshold");
        assertThat(event.get("policy_hash").stringValue())
                .isEqualTo(PolicyDocument.read(Examples.discountCap()).hash().hex());
        assertThat(event.get("inputs_hash").stringValue())
                .isEqualTo(said.evaluation().inputsHash().hex());
    }

    @Test
    void anotherNodeKnowsWhatCountsHoweverOftenAPolicySaidTheSame() throws InterruptedException {
        Decision decision = node.open(agent);
        for (String discount : List.of("0.1", "0.05", "0.6", "0.6", "0.7", "0.7")) {
            done(evaluate(decision, "{'proposed_discount': " + discount + "}"));
        }
        Decision allowedLast = node.open(agent);
        for (String discount : List.of("0.6", "0.1", "0.05")) {
            done(evaluate(allowedLast, "{'proposed_discount': " + discount + "}"));
        }
        try (CoreNode other = new CoreNode(database, "node-policy-4", Clock.systemUTC())) {
            assertThat(refused(other.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null)))
                    .startsWith("Policy 'discount_cap_v1' denied this action")
                    .contains("0.7");
            assertThat(done(other.decisions.close(agent, allowedLast.decisionId(), CloseAction.COMMIT, null, null))
                            .status())
                    .isEqualTo(DecisionStatus.COMMITTED);
        }
    }

    @Test
    void allowCommitsAndDenyDoesNotUntilItIsEvaluatedAgain() {
        Decision allowed = node.open(agent);
        done(evaluate(allowed, "{'proposed_discount': 0.1}"));
        assertThat(done(commit(allowed)).status()).isEqualTo(DecisionStatus.COMMITTED);
        assertThat(refused(evaluate(allowed, "{'proposed_discount': 0.1}"))).contains("evaluates no more policies");

        Decision denied = node.open(agent);
        done(evaluate(denied, "{'proposed_discount': 0.9}"));
        assertThat(refused(commit(denied)))
                .isEqualTo(
                        "Policy 'discount_cap_v1' denied this action: A discount of 0.9 is more than 0.5, which nobody"
                                + " may give");
        done(evaluate(denied, "{'proposed_discount': 0.1}"));
        assertThat(done(commit(denied)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    @Test
    void anExceptionNeedsAHumanOverThePolicysRoute() {
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        assertThat(refused(commit(decision)))
                .startsWith("Approval is required: policy 'discount_cap_v1' requires an exception (A discount of 0.25");
        Approval approval = ask(decision);
        assertThat(approval.approvalRouteId()).isEqualTo(ROUTE);
        ApprovalView view = node.views.view(tenant, approval.approvalId()).orElseThrow();
        assertThat(String.valueOf(view.policy())).isEqualTo("""
                        {"policy_id":"discount_cap_v1","outcome":"requires_exception","message":"A discount of 0.25 for a \
                        standard customer is more than the policy allows without a manager","rule":"standard_cap"}""");
        approve(approval);
        assertThat(done(commit(decision)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    @Test
    void anApprovalCoversOnlyWhatWasEvaluatedBeforeItWasAskedFor() {
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        Approval approval = ask(decision);
        done(evaluate(decision, "{'proposed_discount': 0.45}"));
        approve(approval);
        assertThat(refused(commit(decision))).contains("requires an exception (A discount of 0.45");
        approve(ask(decision));
        assertThat(done(commit(decision)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    /** The place of the evaluation in the trace that the newest request was made for. */
    private int askedFor(Decision decision) {
        return node.trace.events(decision.key(), 0, 100, 1 << 20).events().stream()
                .filter(event -> event.type() == EventType.APPROVAL_REQUESTED)
                .map(event -> event.payload().at("/exceptions/0/decision_seq").intValue())
                .toList()
                .getLast();
    }

    @Test
    void theSameExceptionOnTheSameInputsIsCoveredByTheNextRequest() {
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        Approval approval = ask(decision);
        // where it was evaluated first, right after the decision was opened
        assertThat(askedFor(decision)).isEqualTo(2);
        approve(approval);
        assertThat(done(commit(decision)).status()).isEqualTo(DecisionStatus.COMMITTED);

        Decision other = node.open(agent);
        done(evaluate(other, "{'proposed_discount': 0.25}"));
        done(evaluate(other, "{'proposed_discount': 0.25, 'order_value': 5}"));
        approve(ask(other));
        assertThat(askedFor(other)).isEqualTo(3);
    }

    @Test
    void theSameExceptionIsANewOneOnceSomebodyWasAsked() throws InterruptedException {
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        Approval approval = ask(decision);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        approve(approval);
        assertThat(refused(commit(decision))).contains("requires an exception (A discount of 0.25");
        approve(ask(decision));
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        try (CoreNode other = new CoreNode(database, "node-policy-5", Clock.systemUTC())) {
            assertThat(refused(other.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null)))
                    .contains("requires an exception (A discount of 0.25");
        }
        approve(ask(decision));
        assertThat(done(commit(decision)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    @Test
    void theExceptionThatWasRequiredLastChoosesTheRoute() {
        node.route(tenant, "route_b");
        exception("over_b", "{route: route_b}");
        exception("over_manager", "{route: route_discount_manager}");
        Decision decision = node.open(agent);
        require(decision, "over_b", "over_manager", "over_b");
        assertThat(ask(decision).approvalRouteId()).isEqualTo("route_b");
    }

    @Test
    void theRulesTermsBindTheRequest() {
        String terms = Examples.discountCap()
                .replace(
                        "approval: {route: route_discount_manager}",
                        "approval: {route: route_discount_manager, expires_in_seconds: 60, require_rationale: true}");
        publish(terms);
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        Approval approval = ask(decision);
        assertThat(approval.requireRationale()).isTrue();
        assertThat(Duration.between(approval.requestedAt(), approval.expiresAt()))
                .isEqualTo(Duration.ofSeconds(60));
    }

    /** A policy that always requires an exception, on the terms given. */
    private void exception(String id, String terms) {
        node.policies.saveDraft(tenant, """
                policy_id: %1$s
                inputs: {type: object}
                rules:
                  - {id: rule_of_%1$s, when: 'true', outcome: requires_exception, message: says %1$s, approval: %2$s}
                default: deny
                """.formatted(id, terms), "usr_test");
        assertThat(node.policies.publish(tenant, id, "usr_test")).isInstanceOf(Policies.Published.Done.class);
    }

    private void require(Decision decision, String... policyIds) {
        for (String id : policyIds) {
            assertThat(done(node.evaluations.evaluate(agent, decision.decisionId(), id, Examples.json("{}")))
                            .evaluation()
                            .outcome())
                    .isEqualTo(PolicyOutcome.REQUIRES_EXCEPTION);
        }
    }

    private Answered approve(Approval approval, @Nullable String rationale) {
        return node.approvals.answer(new Answer(
                tenant,
                approval.approvalId(),
                Verdict.APPROVED,
                new Approver(null, "Ada", "ada@example.com", null, "dashboard"),
                rationale,
                null));
    }

    /** One yes allows every exception that is pending: the human sees all of them, and the strictest terms hold. */
    @Test
    void allPendingExceptionsAreAskedForTogether() {
        node.route(tenant, "route_b");
        exception("g3", "{route: route_b, require_rationale: true}");
        exception("g2", "{route: route_discount_manager, expires_in_seconds: 60}");
        exception("g1", "{expires_in_seconds: 900}");
        Decision decision = node.open(agent);
        require(decision, "g3", "g2");
        // buried under evaluations of something else
        for (int i = 0; i < 25; i++) {
            done(evaluate(decision, "{'proposed_discount': 0.1}"));
        }
        require(decision, "g1");
        Approval approval = ask(decision);
        // of the newest policy that names a route
        assertThat(approval.approvalRouteId()).isEqualTo(ROUTE);
        assertThat(approval.requireRationale()).isTrue();
        assertThat(Duration.between(approval.requestedAt(), approval.expiresAt()))
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(approval.causes())
                .extracting(Cause::policyId, Cause::rule, Cause::approvalRouteId)
                .containsExactly(
                        tuple("g1", "rule_of_g1", null),
                        tuple("g2", "rule_of_g2", ROUTE),
                        tuple("g3", "rule_of_g3", "route_b"));

        ApprovalView view = node.views.view(tenant, approval.approvalId()).orElseThrow();
        assertThat(view.policies())
                .extracting(policy -> policy.path("message").asString())
                .containsExactly("says g1", "says g2", "says g3");
        JsonNode newest = Objects.requireNonNull(view.policy());
        assertThat(newest.path("policy_id").asString()).isEqualTo("g1");
        assertThat(newest.path("message").asString())
                .isEqualTo("says g1\nAlso policy 'g2', rule 'rule_of_g2': says g2\n"
                        + "Also policy 'g3', rule 'rule_of_g3': says g3");
        ObjectNode asked = node.trace.events(decision.key(), 0, 100, 1 << 20).events().stream()
                .filter(event -> event.type() == EventType.APPROVAL_REQUESTED)
                .map(Event::payload)
                .findFirst()
                .orElseThrow();
        assertThat(asked.path("policy_id").asString()).isEqualTo("g1");
        assertThat(asked.path("exceptions").toString())
                .isEqualTo("[{\"decision_seq\":29,\"policy_id\":\"g1\",\"policy_version\":1,\"rule\":\"rule_of_g1\"},"
                        + "{\"decision_seq\":3,\"policy_id\":\"g2\",\"policy_version\":1,\"rule\":\"rule_of_g2\"},"
                        + "{\"decision_seq\":2,\"policy_id\":\"g3\",\"policy_version\":1,\"rule\":\"rule_of_g3\"}]");

        assertThat(approve(approval, null)).isInstanceOf(Answered.RationaleRequired.class);
        assertThat(approve(approval, "all three are fine")).isInstanceOf(Answered.Recorded.class);
        assertThat(done(commit(decision)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    /** Every field of an event is in its row of the description, and none that never comes. */
    @Test
    void theTraceIsAsDescribed() throws IOException {
        exception("g1", "{route: route_discount_manager, expires_in_seconds: 60, require_rationale: true}");
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.25}"));
        require(decision, "g1");
        assertThat(approve(ask(decision), "fine")).isInstanceOf(Answered.Recorded.class);
        done(commit(decision));
        String description = Files.readString(Path.of("docs/trace-format.md"));
        Set<String> seen = new HashSet<>();
        for (Event event : node.trace.events(decision.key(), 0, 100, 1 << 20).events()) {
            String type = event.type().wireName();
            String row = description
                    .lines()
                    .filter(line -> line.startsWith("| `" + type + "` |"))
                    .findFirst()
                    .orElseThrow();
            assertThat(List.of(row.split("[^a-z_]+")))
                    .as(type)
                    .containsAll(event.payload().propertyNames());
            seen.add(type);
        }
        assertThat(seen).contains("policy_eval", "approval_requested", "approval_resolved", "decision_closed");
        assertThat(description).doesNotContain("inputs?`");
    }

    @Test
    void whatWasAllowedIsNotAskedForAgain() {
        exception("g1", "{require_rationale: true}");
        exception("g2", "{route: route_discount_manager}");
        Decision decision = node.open(agent);
        require(decision, "g1", "g2");
        assertThat(approve(ask(decision), "fine")).isInstanceOf(Answered.Recorded.class);
        require(decision, "g2");
        Approval second = ask(decision);
        assertThat(second.causes()).extracting(Cause::policyId).containsExactly("g2");
        assertThat(second.requireRationale()).isFalse();
        ApprovalView view = node.views.view(tenant, second.approvalId()).orElseThrow();
        assertThat(Objects.requireNonNull(view.policy()).path("message").asString())
                .isEqualTo("says g2");
    }

    @Test
    void moreExceptionsThanCanBeShownAreNotAskedFor() {
        Decision decision = node.open(agent);
        for (int i = 0; i <= PendingExceptions.MOST; i++) {
            exception("g" + i, "{route: route_discount_manager}");
            require(decision, "g" + i);
        }
        ApprovalRequest request = new ApprovalRequest(decision.decisionId(), null, null, null, null, null, null, null);
        assertThat(refused(node.approvals.request(agent, request)))
                .startsWith("11 policies require an exception, and at most 10 can be shown to an approver at once");
    }

    @Test
    void aDecisionKeepsTheVersionThatItEvaluatedFirst() {
        Decision before = node.open(agent);
        PolicyEvaluated first = done(evaluate(before, "{'proposed_discount': 0.1}"));
        String explanation = lastEvaluation(before).toString();
        publish(STRICTER);
        assertThat(lastEvaluation(before).toString()).isEqualTo(explanation);
        PolicyEvaluated again = done(evaluate(before, "{'proposed_discount': 0.1}"));
        assertThat(again.version()).isEqualTo(first.version());
        assertThat(again.evaluation().outcome()).isEqualTo(PolicyOutcome.ALLOW);
        Decision after = node.open(agent);
        assertThat(done(evaluate(after, "{'proposed_discount': 0.1}"))
                        .evaluation()
                        .outcome())
                .isEqualTo(PolicyOutcome.REQUIRES_EXCEPTION);
    }

    @Test
    void anotherNodeKnowsTheBindingAndThePublication() throws InterruptedException {
        try (CoreNode other = new CoreNode(database, "node-policy-2", Clock.systemUTC())) {
            Decision decision = node.open(agent);
            done(evaluate(decision, "{'proposed_discount': 0.1}"));
            publish(STRICTER);
            // the other node sees the stricter version first, and is told of the binding by the ledger
            PolicyEvaluated there = done(other.evaluations.evaluate(
                    agent, decision.decisionId(), POLICY, Examples.json("{'proposed_discount': 0.1}")));
            assertThat(there.version()).isEqualTo(1);
            assertThat(there.evaluation().outcome()).isEqualTo(PolicyOutcome.ALLOW);
        }
    }

    @Test
    void unknownPoliciesAndUnfitInputsAreRefusedWithoutATrace() {
        Decision decision = node.open(agent);
        assertThat(refused(node.evaluations.evaluate(agent, decision.decisionId(), "x", Examples.json("{}"))))
                .isEqualTo("Policy 'x' not found or not accessible");
        AgentPrincipal limited = new AgentPrincipal(
                tenant,
                agent.agentId(),
                "agent",
                "key_test",
                new AgentPermissions(true, List.of(), List.of("other"), List.of("*")));
        assertThat(refused(node.evaluations.evaluate(limited, decision.decisionId(), POLICY, Examples.json("{}"))))
                .isEqualTo("Policy 'discount_cap_v1' not found or not accessible");
        assertThat(refused(evaluate(decision, "{'order_value': -1}")))
                .isEqualTo("inputs do not fit policy 'discount_cap_v1': order_value is -1; at least 0 is possible;"
                        + " proposed_discount is required");
        AgentPrincipal stranger = node.agent(node.tenant(), "stranger");
        assertThat(refused(node.evaluations.evaluate(stranger, decision.decisionId(), POLICY, Examples.json("{}"))))
                .isEqualTo("Decision not found");
        assertThat(node.eventTypes(decision.key())).containsExactly("decision_created");
    }

    @Test
    void conditionsSeeTheDecision() {
        publish("""
                policy_id: discount_cap_v1
                inputs: {type: object}
                rules:
                  - id: refunds
                    when: decision.intent == "refund" && decision.automation_mode == "propose" && has(decision.metadata.vip)
                    outcome: deny
                default: allow
                """);
        Decision refund = done(node.decisions.create(
                agent,
                new NewDecision(
                        "refund", AutomationMode.PROPOSE, null, null, null, Examples.json("{'vip': 1}"), null)));
        assertThat(done(evaluate(refund, "{}")).evaluation().rule()).isEqualTo("refunds");
        assertThat(done(evaluate(node.open(agent), "{}")).evaluation().rule()).isEqualTo("default");
    }

    /** What an agent attached is seen by its evaluations as it is by tests and simulations: here, elsewhere, and later. */
    @Test
    void conditionsSeeMetadataOnEveryNode() throws InterruptedException {
        node.jdbc
                .sql("update tenant set retain_policy_inputs = true where tenant_id = ?")
                .param(tenant)
                .update();
        String onMetadata = """
                policy_id: discount_cap_v1
                inputs: {type: object}
                rules:
                  - id: risky
                    when: has(decision.metadata) && has(decision.metadata.risk) && decision.metadata.risk == "high"
                    outcome: deny
                  - id: other_facts
                    when: decision.instance == "eu-1" && decision.version == "7" && decision.actor == "bot"
                    outcome: requires_exception
                default: allow
                tests:
                  - {inputs: {}, decision: {metadata: {risk: high}}, outcome: deny, rule: risky}
                """;
        publish(onMetadata);
        Decision risky = open(Examples.json("{'risk': 'high'}"));
        ObjectNode large = Examples.json("{'risk': 'high'}").put("note", "é".repeat(30_000));
        Decision largest = open(large);
        Decision harmless = open(Examples.json("{'risk': 'low'}"));
        try (CoreNode other = new CoreNode(database, "node-policy-3", Clock.systemUTC())) {
            for (CoreNode each : List.of(node, other)) {
                for (int again = 0; again < 2; again++) {
                    assertThat(ruleOn(each, risky)).isEqualTo("risky");
                    assertThat(ruleOn(each, largest)).isEqualTo("risky");
                    assertThat(ruleOn(each, harmless)).isEqualTo("other_facts");
                }
            }
        }
        assertThat(refused(commit(risky))).startsWith("Policy 'discount_cap_v1' denied this action");
        Backtest same = run(new Backtests(node.jdbc), Policy.of(PolicyDocument.read(onMetadata)));
        assertThat(same.evaluations()).isEqualTo(12);
        assertThat(same.changed()).isZero();
    }

    private Decision open(ObjectNode metadata) {
        return done(node.decisions.create(
                agent, new NewDecision("refund", AutomationMode.PROPOSE, "bot", "eu-1", "7", metadata, null)));
    }

    private String ruleOn(CoreNode on, Decision decision) {
        return done(on.evaluations.evaluate(agent, decision.decisionId(), POLICY, Examples.json("{}")))
                .evaluation()
                .rule();
    }

    @Test
    void whatThisReleaseWouldNotPublishAllowsNothing() {
        String older =
                "policy_id: older\ninputs: {type: object, propertees: {}}\nrules: []\ndefault: {outcome: allow}\n";
        database.ownerJdbc()
                .sql("""
                        insert into policy_version (tenant_id, policy_id, version, hash, document, source, published_at,
                            published_by)
                        values (?, 'older', 1, ?, '{}', ?, now(), 'usr_test')""")
                .param(tenant)
                .param(new byte[32])
                .param(older)
                .update();
        Decision decision = node.open(agent);
        assertThat(refused(node.evaluations.evaluate(agent, decision.decisionId(), "older", Examples.json("{}"))))
                .isEqualTo(
                        "Policy 'older' was published by an earlier release and cannot be evaluated by this one, so it"
                                + " allows nothing: ask an administrator to publish it anew");
    }

    @Test
    void publishedVersionsNeverChangeAndRollBackAsNewOnes() {
        publish(STRICTER);
        assertThat(node.policies
                        .versions(tenant, POLICY, new PageRequest(10, null))
                        .items())
                .extracting(PolicyVersion::version, PolicyVersion::status)
                .containsExactly(tuple(2, PolicyStatus.PUBLISHED), tuple(1, PolicyStatus.SUPERSEDED));
        PolicyVersion restored =
                ((Policies.Published.Done) node.policies.rollback(tenant, POLICY, 1, "usr_test")).version();
        assertThat(restored.version()).isEqualTo(3);
        assertThat(restored.rollbackOf()).isEqualTo(1);
        assertThat(restored.hash())
                .isEqualTo(
                        node.policies.version(tenant, POLICY, 1).orElseThrow().hash());
        assertThatThrownBy(() ->
                        node.jdbc.sql("update policy_version set document = ''").update())
                .hasStackTraceContaining("permission denied for table policy_version");
        assertThatThrownBy(() ->
                        database.ownerJdbc().sql("delete from policy_version").update())
                .hasStackTraceContaining("published policies are immutable");
    }

    private static List<Policies.Published> sixAtOnce(Function<String, Policies.Published> publish)
            throws InterruptedException {
        List<Policies.Published> results = new CopyOnWriteArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 6)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    try {
                        start.await();
                        results.add(publish.apply("usr_" + i));
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(results).hasSize(6);
        return results;
    }

    /** All of them want the same, and get it. */
    @Test
    void anOlderVersionComesBackOnceHoweverManyGoBackToIt() throws InterruptedException {
        publish(STRICTER);
        assertThat(sixAtOnce(user -> node.policies.rollback(tenant, POLICY, 1, user)))
                .allSatisfy(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Policies.Published.Done.class,
                                done -> assertThat(done.version().version()).isEqualTo(3)));
        assertThat(node.policies.rollback(tenant, POLICY, 1, "usr_late"))
                .isInstanceOfSatisfying(
                        Policies.Published.Done.class,
                        done -> assertThat(done.version().publishedBy()).isNotEqualTo("usr_late"));
        assertThat(node.policies
                        .versions(tenant, POLICY, PageRequest.of(10, null, 1))
                        .items())
                .hasSize(3);
    }

    /** Whoever is faster publishes it; the draft is gone for the others. */
    @Test
    void aDraftIsPublishedOnceHoweverManyTryAtOnce() throws InterruptedException {
        node.policies.saveDraft(tenant, STRICTER, "usr_test");
        List<Policies.Published> results = sixAtOnce(user -> node.policies.publish(tenant, POLICY, user));
        assertThat(results)
                .filteredOn(Policies.Published.Done.class::isInstance)
                .hasSize(1);
        assertThat(results)
                .filteredOn(result -> !(result instanceof Policies.Published.Done))
                .allMatch(result ->
                        result instanceof Policies.Published.Overtaken || result instanceof Policies.Published.Nothing);
        assertThat(node.policies
                        .versions(tenant, POLICY, PageRequest.of(10, null, 1))
                        .items())
                .hasSize(2);
    }

    @Test
    void publishingRunsTheTestsAndNamesTypos() {
        node.policies.saveDraft(
                tenant, Examples.discountCap().replace("proposed_discount > 0.50", "proposed_discount > 0.60"), "usr");
        assertThat(node.policies.publish(tenant, POLICY, "usr"))
                .isInstanceOfSatisfying(
                        Policies.Published.TestsFailed.class,
                        failed -> assertThat(failed.results().getLast().failure())
                                .isEqualTo(
                                        "expected deny by absolute_cap, got requires_exception by standard_cap: A discount of"
                                                + " 0.51 for a premium customer is more than the policy allows without a manager"));
        node.policies.saveDraft(
                tenant,
                Examples.discountCap().replace("inputs.proposed_discount > 0.50", "inputs.discount > 0.50"),
                "usr");
        assertThatThrownBy(() -> node.policies.publish(tenant, POLICY, "usr"))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageStartingWith("rules[0].when (line 15, column 18): knows no field 'discount' of inputs");
        assertThat(node.policies.published(tenant, POLICY).orElseThrow().version())
                .isEqualTo(1);
    }

    @Test
    void aBacktestTriesADraftOnWhatWasKept() {
        Backtests backtests = new Backtests(node.jdbc);
        Policy stricter = Policy.of(PolicyDocument.read(STRICTER));
        Decision decision = node.open(agent);
        done(evaluate(decision, "{'proposed_discount': 0.1}"));
        Backtest nothing = run(backtests, stricter);
        assertThat(nothing.unavailable()).startsWith("The inputs of evaluations are not kept");
        assertThat(nothing.notKept().evaluations()).isEqualTo(1);
        node.tenants.update(tenant, new TenantSettings("aborted", null, true));
        done(evaluate(decision, "{'proposed_discount': 0.1}"));
        done(evaluate(decision, "{'proposed_discount': 0.01}"));
        Backtest result = run(backtests, stricter);
        assertThat(result.evaluations()).isEqualTo(2);
        assertThat(result.notKept().sentence())
                .isEqualTo(
                        "1 evaluation of this period cannot be tried, because the inputs were not kept: what would become"
                                + " of it is not known.");
        assertThat(result.transitions()).isEqualTo(Map.of("allow -> requires_exception", 1));
        assertThat(result.changes().getFirst().decisionId()).isEqualTo(decision.decisionId());
    }

    private Backtest run(Backtests backtests, Policy policy) {
        return backtests.run(
                tenant,
                policy,
                Clock.systemUTC().instant().minusSeconds(3600),
                Clock.systemUTC().instant().plusSeconds(60));
    }
}
