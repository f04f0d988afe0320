package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.Tenants;
import com.tracemem.policy.Examples;
import com.tracemem.policy.PolicyDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Policies over REST. */
class PoliciesApiTest {
    private static final AdminServer server = new AdminServer();
    private static final String POLICIES = "/v1/admin/policies";
    private static final String ONE = POLICIES + "/discount_cap_v1";

    private final Tenant tenant = server.room(Tenants.class).create("Test");
    private final Caller admin = Caller.of(server, tenant, Role.ADMIN);

    @AfterAll
    static void stop() {
        server.close();
    }

    private Caller.Answer save(String source) {
        return admin.post(POLICIES, source, "Content-Type", "application/yaml");
    }

    private void publish(String source) {
        assertThat(save(source).status()).isEqualTo(201);
        Caller.Answer published = admin.call("POST", ONE + "/publish", null);
        assertThat(published.status()).as(published.text()).isEqualTo(200);
    }

    @Test
    void aDraftIsSavedPublishedAndListed() {
        Caller.Answer draft = save(Examples.discountCap());
        assertThat(draft.status()).as(draft.text()).isEqualTo(201);
        assertThat(draft.json().path("status").asString()).isEqualTo("draft");
        assertThat(draft.json().path("problems")).isEmpty();
        assertThat(admin.get(ONE).json().path("status").asString()).isEqualTo("draft");

        Caller.Answer published = admin.call("POST", ONE + "/publish", null);
        assertThat(published.status()).as(published.text()).isEqualTo(200);
        assertThat(published.json().path("version").asInt()).isEqualTo(1);
        assertThat(published.json().path("hash").asString())
                .isEqualTo(PolicyDocument.read(Examples.discountCap()).hash().hex());
        assertThat(published.json().at("/document/policy_id").asString()).isEqualTo("discount_cap_v1");
        assertThat(admin.get(POLICIES).json().at("/items/0/status").asString()).isEqualTo("published");
        assertThat(admin.call("POST", ONE + "/publish", null).status()).isEqualTo(404);
    }

    @Test
    void aRouteThatNobodyMadeIsAWarning() {
        assertThat(save(Examples.discountCap()).json().at("/warnings/0/field").asString())
                .isEqualTo("rules[2].approval.route");
        Caller.Answer published = admin.call("POST", ONE + "/publish", null);
        assertThat(published.status()).as(published.text()).isEqualTo(200);
        assertThat(published.json().at("/warnings/0/message").asString())
                .isEqualTo(
                        "is 'route_discount_manager', and there is no such approval route; until there is, agents cannot"
                                + " ask for this exception");
        assertThat(save(Examples.discountCap().replace("\n    approval: {route: route_discount_manager}", ""))
                        .json()
                        .path("warnings"))
                .isEmpty();
    }

    @Test
    void theSameDocumentAsJsonHasTheSameHash() {
        Caller.Answer json =
                admin.post(POLICIES, PolicyDocument.read(Examples.discountCap()).canonicalText());
        assertThat(json.json().path("hash"))
                .isEqualTo(save(Examples.discountCap()).json().path("hash"));
    }

    @Test
    void whatIsWrongIsNamedWithItsPlace() {
        Caller.Answer shape = save("policy_id: x\ninputs: {type: object}\nrules: []\n");
        assertThat(shape.status()).isEqualTo(422);
        assertThat(shape.wrongFields()).containsExactly("default");
        assertThat(save("a: &b [*b]").text()).contains("has a YAML anchor");

        String typo =
                Examples.discountCap().replace("inputs.proposed_discount > 0.50", "inputs.proposd_discount > 0.50");
        assertThat(save(typo).json().at("/problems/0/field").asString()).isEqualTo("rules[0].when");
        Caller.Answer refused = admin.call("POST", ONE + "/publish", null);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/message").asString())
                .isEqualTo(
                        "knows no field 'proposd_discount' of inputs; did you mean 'proposed_discount'? (line 15, column"
                                + " 18)");

        save(Examples.discountCap().replace("> 0.50", "> 0.60"));
        assertThat(admin.call("POST", ONE + "/publish", null).wrongFields()).containsExactly("tests");
    }

    @Test
    void simulationAnswersRuleByRule() {
        publish(Examples.discountCap());
        Caller.Answer answer = admin.post(ONE + "/simulate", "{\"inputs\": {\"proposed_discount\": 0.25}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("outcome").asString()).isEqualTo("requires_exception");
        assertThat(answer.json().at("/rationale/threshold").asDouble()).isEqualTo(0.15);
        assertThat(answer.json().at("/approval/route").asString()).isEqualTo("route_discount_manager");
        assertThat(answer.json()
                        .path("rules")
                        .valueStream()
                        .map(rule -> rule.path("matched").asBoolean()))
                .containsExactly(false, false, true, true);
        assertThat(admin.post(ONE + "/simulate", "{\"inputs\": {}}")
                        .json()
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("proposed_discount");
        assertThat(admin.post(ONE + "/simulate", "{\"inputs\": {}, \"draft\": true}")
                        .status())
                .isEqualTo(404);
        assertThat(admin.post(ONE + "/simulate", "{}").wrongFields()).containsExactly("inputs");
    }

    @Test
    void imaginedFactsAreThoseThatADecisionHas() {
        publish(Examples.discountCap());
        Caller.Answer wrong = admin.post(
                ONE + "/simulate",
                "{\"inputs\": {\"proposed_discount\": 0.1}, \"version\": 1, \"draft\": true, \"decision\":"
                        + " {\"intnt\": \"x\", \"metadata\": 5, \"actor\": 7, \"automation_mode\": \"manual\"}}");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.wrongFields())
                .containsExactlyInAnyOrder(
                        "decision.intnt", "decision.metadata", "decision.actor", "decision.automation_mode", "version");
        assertThat(wrong.text())
                .contains(
                        "is no fact of a decision; did you mean 'intent'?",
                        "is a number; give an object",
                        "is 'manual'; use propose, approve, override or autonomous");
        Caller.Answer right = admin.post(
                ONE + "/simulate",
                "{\"inputs\": {\"proposed_discount\": 0.1}, \"version\": 1, \"draft\": false, \"decision\":"
                        + " {\"intent\": \"x\", \"automation_mode\": \"approve\", \"metadata\": {\"any\": 1}}}");
        assertThat(right.status()).as(right.text()).isEqualTo(200);

        save(Examples.discountCap()
                .replaceAll(
                        "(?s)\ntests:.*",
                        "\ntests:\n  - {inputs: {proposed_discount: 0.1}, decision: {metdata: {}, intent: 7},"
                                + " outcome: allow}\n"));
        Caller.Answer refused = admin.call("POST", ONE + "/publish", null);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/message").asString())
                .isEqualTo("test 1: decision.metdata is no fact of a decision; did you mean 'metadata'?;"
                        + " decision.intent is a number; give a text");
    }

    @Test
    void versionsComeTwentyAtATime() {
        publish(Examples.discountCap());
        publish(Examples.discountCap().replace("> 0.5\n", "> 0.6\n").replaceAll("(?s)\ntests:.*", "\n"));
        for (int version = 3; version <= 25; version++) {
            Caller.Answer back = admin.post(ONE + "/rollback", "{\"version\": " + (version - 2) + "}");
            assertThat(back.json().path("version").asInt()).isEqualTo(version);
        }
        JsonNode first = admin.get(ONE + "/versions?limit=200").json();
        JsonNode second = admin.get(
                        ONE + "/versions?cursor=" + first.path("next_cursor").asString())
                .json();
        assertThat(first.path("items")).hasSize(20);
        assertThat(second.path("items")
                        .valueStream()
                        .map(version -> version.path("version").asInt()))
                .containsExactly(5, 4, 3, 2, 1);
        assertThat(second.has("next_cursor")).isFalse();
    }

    @Test
    void versionsAreComparedAndRolledBack() {
        publish(Examples.discountCap());
        publish(Examples.discountCap().replaceAll("(?s)\ntests:.*", "\n").replace("> 0.15\n", "> 0.10\n"));
        Caller.Answer diff = admin.get(ONE + "/diff?from=1&to=2");
        assertThat(diff.json()
                        .path("changes")
                        .valueStream()
                        .map(change -> change.path("field").asString()))
                .containsExactly("rules[standard_cap].when", "tests");
        Caller.Answer back = admin.post(ONE + "/rollback", "{\"version\": 1}");
        assertThat(back.json().path("version").asInt()).isEqualTo(3);
        assertThat(back.json().path("rollback_of").asInt()).isEqualTo(1);
        assertThat(admin.get(ONE + "/versions")
                        .json()
                        .path("items")
                        .valueStream()
                        .map(version -> version.path("status").asString()))
                .containsExactly("published", "superseded", "superseded");
        assertThat(admin.get(ONE + "/versions/2").json().path("version").asInt())
                .isEqualTo(2);
        assertThat(admin.get(ONE + "/versions/9").status()).isEqualTo(404);
        assertThat(admin.get(ONE + "/diff?from=1&to=x").wrongFields()).containsExactly("to");
    }

    @Test
    void aBacktestSaysWhatItNeeds() {
        publish(Examples.discountCap());
        save(Examples.discountCap());
        String period = "{\"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2100-01-01T00:00:00Z\"}";
        assertThat(admin.post(ONE + "/backtest", period)
                        .json()
                        .path("unavailable")
                        .asString())
                .startsWith("The inputs of evaluations are not kept");
        assertThat(admin.post(ONE + "/backtest", period).json().path("not_kept").asInt(-1))
                .isZero();
        assertThat(admin.call("PATCH", "/v1/admin/settings", "{\"retain_policy_inputs\": true}")
                        .json()
                        .path("retain_policy_inputs")
                        .asBoolean())
                .isTrue();
        assertThat(admin.post(ONE + "/backtest", period)
                        .json()
                        .path("unavailable")
                        .asString())
                .startsWith("No evaluations of this policy were kept");
    }

    @Test
    void onlyAdministratorsChangePoliciesAndOnlyTheirOwn() {
        publish(Examples.discountCap());
        Caller auditor = Caller.of(server, tenant, Role.AUDITOR);
        assertThat(auditor.get(ONE).status()).isEqualTo(200);
        assertThat(auditor.call("POST", ONE + "/publish", null).status()).isEqualTo(403);
        Caller stranger = Caller.of(server, server.room(Tenants.class).create("Other"), Role.ADMIN);
        assertThat(stranger.get(ONE).status()).isEqualTo(404);
    }
}
