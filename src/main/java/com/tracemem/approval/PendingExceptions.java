package com.tracemem.approval;

import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.PolicyState;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Refusal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The exceptions that a human's yes would allow: every one that a policy requires and nobody allowed yet. They are asked
 * for together, so the strictest of their terms hold, and the human is shown all of them.
 *
 * @param states the newest evaluation first
 */
record PendingExceptions(List<PolicyState> states) {
    /** More could not be shown whole to those who approve them. */
    static final int MOST = 10;

    static PendingExceptions of(DecisionRows decisions, DecisionKey decision) {
        return new PendingExceptions(decisions.pendingExceptions(decision));
    }

    Optional<Refusal> refusal() {
        return states.size() <= MOST
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Refusal.Code.CONFLICT,
                        states.size() + " policies require an exception, and at most " + MOST
                                + " can be shown to an approver at once: evaluate some of them again with inputs that they"
                                + " allow, or open a decision for each part of the work"));
    }

    /** The route that the newest of those names which name one; null for the tenant's default. */
    @Nullable
    String routeId() {
        return states.stream()
                .map(PolicyState::approvalRouteId)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The shortest time that one of them lets the question wait; empty when none says. */
    Optional<Duration> longestWait() {
        return states.stream()
                .map(PolicyState::expiresInSeconds)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(Duration::ofSeconds);
    }

    /** Whether one of them wants the approver to say why. */
    boolean requireRationale() {
        return states.stream().anyMatch(PolicyState::requiresRationale);
    }

    List<Cause> causes() {
        return states.stream().map(Cause::of).toList();
    }

    /** Adds the newest one, and the list of all with the places of their evaluations in the decision's trace. */
    void putEvidence(ObjectNode json) {
        if (states.isEmpty()) {
            return;
        }
        put(json, states.getFirst());
        ArrayNode all = json.putArray("exceptions");
        states.forEach(state -> put(all.addObject(), state).put("decision_seq", state.decisionSeq()));
    }

    private static ObjectNode put(ObjectNode json, PolicyState state) {
        return json.put("policy_id", state.policyId())
                .put("policy_version", state.version())
                .put("rule", state.rule());
    }
}
