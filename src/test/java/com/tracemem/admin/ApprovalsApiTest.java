package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.approval.Approval;
import com.tracemem.decision.Decision;
import com.tracemem.decision.Decisions;
import com.tracemem.identity.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Approvals and decisions over REST. */
class ApprovalsApiTest {
    private static final AdminServer server = new AdminServer();

    private final World world = new World(server);

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void anApproverSeesEverythingAndApproves() {
        Decision decision = world.decision("discount.grant");
        World.done(server.room(Decisions.class)
                .addContext(
                        world.agent,
                        decision.decisionId(),
                        Caller.JSON.createObjectNode().put("customer", "c1"),
                        "A customer of ten years"));
        Approval approval = world.approval(
                decision,
                world.route("managers", ""),
                Caller.JSON.createObjectNode().put("product", "orders"));
        String path = "/v1/approvals/" + approval.approvalId();

        JsonNode seen = world.approver.get(path).json();

        assertThat(World.text(seen, "status")).isEqualTo("pending");
        assertThat(World.text(seen, "title")).isEqualTo("20% off");
        assertThat(seen.at("/decision/intent").stringValue()).isEqualTo("discount.grant");
        assertThat(seen.at("/context/0/summary").stringValue()).isEqualTo("A customer of ten years");
        assertThat(seen.at("/proposed_action/product").stringValue()).isEqualTo("orders");
        assertThat(World.text(seen, "action_digest")).hasSize(64);
        assertThat(world.approver.get("/v1/approvals?status=pending").json().at("/items/0"))
                .isEqualTo(seen);

        Caller.Answer approved = world.approver.post(path + "/approve", "{\"rationale\": \"Good customer\"}");

        assertThat(approved.status()).as(approved.text()).isEqualTo(200);
        assertThat(World.text(approved.json(), "status")).isEqualTo("approved");
        assertThat(World.text(approved.json(), "rationale")).isEqualTo("Good customer");
        assertThat(approved.json().at("/approver/id").stringValue())
                .isEqualTo(world.approver.user().userId());
        assertThat(approved.json().at("/approver/channel").stringValue()).isEqualTo("api");
        assertThat(approved.json().at("/decision/status").stringValue()).isEqualTo("approved");
        assertThat(world.approver.get("/v1/approvals?status=pending").json().required("items"))
                .isEmpty();
    }

    @Test
    void theLoserHearsWhoWon() {
        Approval approval = world.approval(world.decision("x"), world.route("once", ""), null);
        String path = "/v1/approvals/" + approval.approvalId();
        assertThat(world.approver.call("POST", path + "/reject", null).status()).isEqualTo(200);

        assertThat(world.approver.call("POST", path + "/reject", null).status()).isEqualTo(200);
        Caller.Answer late = world.admin.call("POST", path + "/approve", null);

        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().at("/approval/status").stringValue()).isEqualTo("rejected");
        assertThat(late.json().at("/approval/approver/email").stringValue())
                .isEqualTo(world.approver.user().email());
        assertThat(World.text(late.json(), "detail")).contains("rejected already by A approver over api at 2026-");
    }

    @Test
    void aRationaleAndAnApproverAreDemandedByTheRoute() {
        String route = world.route(
                "strict",
                ", \"require_rationale\": true, \"approvers\": [\"%s\"]"
                        .formatted(world.approver.user().email()));
        Approval approval = world.approval(world.decision("x"), route, null);
        String path = "/v1/approvals/" + approval.approvalId();

        assertThat(world.admin
                        .post(path + "/approve", "{\"rationale\": \"me\"}")
                        .status())
                .isEqualTo(403);
        Caller.Answer silent = world.approver.post(path + "/approve", "{\"rationale\": \"  \"}");
        assertThat(silent.status()).isEqualTo(422);
        assertThat(silent.wrongFields()).containsExactly("rationale");
        assertThat(world.approver
                        .post(path + "/approve", "{\"rational\": \"typo\"}")
                        .wrongFields())
                .containsExactly("rational");
        assertThat(world.approver
                        .post(path + "/approve", "{\"rationale\": \"fine\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void decisionsAreFound() {
        Decision refund = world.decision("refund.pay");
        world.decision("discount.grant");
        Caller auditor = Caller.of(server, world.tenant, Role.AUDITOR);

        assertThat(auditor.get("/v1/decisions").json().required("items")).hasSize(2);
        for (String query : new String[] {
            "intent=refund.pay",
            "text=REFUND",
            "text=" + refund.decisionId(),
            "status=open&intent=refund.pay",
            "agent=" + world.agent.agentId() + "&text=refund",
            "from=2026-01-01T00:00:00Z&text=pay",
        }) {
            JsonNode found = auditor.get("/v1/decisions?" + query).json().required("items");
            assertThat(found).as(query).hasSize(1);
            assertThat(found.get(0))
                    .isEqualTo(
                            auditor.get("/v1/decisions/" + refund.decisionId()).json());
        }
        assertThat(auditor.get("/v1/decisions?to=2026-01-01T00:00:00Z").json().required("items"))
                .isEmpty();
        assertThat(auditor.get("/v1/decisions?status=done&from=yesterday&limit=x")
                        .wrongFields())
                .containsExactlyInAnyOrder("status", "from", "limit");
    }

    @Test
    void anyoneCanRecomputeATrace() throws Exception {
        Decision decision = world.decision("discount.grant");
        Approval approval = world.approval(decision, world.route("chain", ""), null);
        world.approver.call("POST", "/v1/approvals/" + approval.approvalId() + "/approve", null);
        String path = "/v1/decisions/" + decision.decisionId() + "/trace";

        JsonNode trace = world.admin.get(path + "?leaf=true").json();

        JsonNode events = trace.required("events");
        assertThat(events.size()).isGreaterThanOrEqualTo(3);
        String previous = "";
        for (JsonNode event : events) {
            byte[] leaf = World.text(event, "leaf").getBytes(StandardCharsets.UTF_8);
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(leaf));
            assertThat(World.text(event, "hash")).isEqualTo(hash);
            assertThat(event.path("previous_hash").asString("")).isEqualTo(previous);
            previous = hash;
        }
        assertThat(events.get(0).required("event_type").stringValue()).isEqualTo("decision_created");
        assertThat(events.get(1).required("type").stringValue()).isEqualTo("approval");

        JsonNode first = world.admin.get(path + "?limit=1").json();
        assertThat(first.required("events")).hasSize(1);
        assertThat(first.at("/events/0").has("leaf")).isFalse();
        JsonNode rest = world.admin
                .get(path + "?after_seq=" + first.required("next_after_seq").longValue())
                .json();
        assertThat(rest.required("events")).hasSize(events.size() - 1);
        assertThat(rest.has("next_after_seq")).isFalse();
        assertThat(world.admin.get(path + "?after_seq=-1&limit=0&leaf=yes").wrongFields())
                .containsExactly("after_seq", "limit", "leaf");
    }
}
