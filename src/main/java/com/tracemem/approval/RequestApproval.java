package com.tracemem.approval;

import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.NeedsPolicies;
import com.tracemem.decision.ProposedAction;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Asks a human, once: the same request again finds the approval that it made. */
record RequestApproval(
        DecisionKey decision,
        AgentPrincipal agent,
        ApprovalRequest request,
        String newApprovalId,
        ApprovalRows.Fingerprint fingerprint)
        implements ApprovalCommand<Approval>, NeedsPolicies {

    @Override
    public Outcome<Approval> apply(Batch batch) {
        DecisionRows decisions = batch.rows(DecisionRows.class);
        ApprovalRows approvals = batch.rows(ApprovalRows.class);
        Optional<Decision> found = decisions.find(decision, agent.agentId());
        if (found.isEmpty()) {
            return Outcome.refused(Refusal.Code.NOT_FOUND, "Decision not found");
        }
        Optional<Approval> same = approvals.byIdempotencyKey(decision, fingerprint.idempotencyKey());
        if (same.isPresent()) {
            return again(approvals, same.get());
        }
        Optional<Approval> pending = approvals.pending(decision);
        if (pending.isPresent() && !pending.get().isDue(batch.now())) {
            return approvals.wasAskedWith(pending.get(), fingerprint.digest())
                    ? Outcome.done(pending.get())
                    : Outcome.refused(
                            Refusal.Code.CONFLICT,
                            "Approval " + pending.get().approvalId() + " is still pending for this decision: "
                                    + "wait for its answer before asking for another");
        }
        PendingExceptions exceptions = PendingExceptions.of(decisions, decision);
        Optional<Refusal> tooMany = exceptions.refusal();
        if (tooMany.isPresent()) {
            return new Outcome.Refused<>(tooMany.get());
        }
        return switch (approvals.routes().choose(agent, routeId(exceptions))) {
            case RouteRows.Choice.NoDefault noDefault ->
                Outcome.refused(
                        Refusal.Code.NOT_FOUND,
                        "No approval route was named and the tenant has no default route: give approval_route_id, or ask"
                                + " an administrator to set default_approval_route_id in the settings");
            case RouteRows.Choice.NotAccessible named ->
                Outcome.refused(
                        Refusal.Code.NOT_FOUND,
                        "Approval route '" + named.approvalRouteId() + "' not found or not accessible");
            case RouteRows.Choice.Chosen chosen -> ask(batch, found.get(), pending, chosen.route(), exceptions);
        };
    }

    /** Over the route that the request names, else that of the policies; null for the tenant's default. */
    @Nullable
    String routeId(PendingExceptions exceptions) {
        return request.approvalRouteId() == null ? exceptions.routeId() : request.approvalRouteId();
    }

    private Outcome<Approval> again(ApprovalRows approvals, Approval known) {
        return approvals.wasAskedWith(known, fingerprint.digest())
                ? Outcome.done(known)
                : Outcome.refused(
                        Refusal.Code.CONFLICT,
                        "The idempotency_key '" + fingerprint.idempotencyKey() + "' was used for approval "
                                + known.approvalId() + " with other arguments: use a new key");
    }

    private Outcome<Approval> ask(
            Batch batch, Decision before, Optional<Approval> overdue, Route route, PendingExceptions exceptions) {
        ProposedAction action = request.proposedAction();
        if (route.requireBoundAction() && (action == null || !action.isWrite())) {
            return Outcome.refused(
                    Refusal.Code.INVALID,
                    "proposed_action is required by approval route '" + route.approvalRouteId()
                            + "': say which write exactly is to be approved {product, operation, mutation}");
        }
        if (before.status().isFinal() || before.status() == DecisionStatus.REJECTED) {
            return Outcome.refused(
                    Refusal.Code.CONFLICT,
                    "Decision " + before.decisionId() + " is " + before.status().wireName()
                            + " and asks nobody any more: create a new decision");
        }
        Decision current = before;
        if (overdue.isPresent()) {
            current = Resolution.expire(batch, before, overdue.get());
            if (current.status().isFinal() || current.status() == DecisionStatus.REJECTED) {
                // not a refusal: the expiry that was found on the way has to be kept
                return Outcome.done(batch.rows(ApprovalRows.class)
                        .find(decision, overdue.get().approvalId())
                        .orElseThrow());
            }
        }
        Approval approval = approval(batch.now(), current, route, exceptions, batch.lastDecisionSeq(decision) + 1);
        batch.append(
                decision,
                NewEvent.of(
                        EventType.APPROVAL_REQUESTED,
                        Actor.agent(agent.agentId(), agent.name()),
                        evidence(approval, exceptions)));
        batch.rows(ApprovalRows.class).insert(approval, fingerprint);
        if (current.status() != DecisionStatus.NEEDS_APPROVAL) {
            batch.rows(DecisionRows.class).update(current.movedTo(DecisionStatus.NEEDS_APPROVAL), batch);
        }
        batch.rows(DeliveryRows.class).request(approval, batch);
        return Outcome.done(approval);
    }

    private Approval approval(
            Instant now, Decision current, Route route, PendingExceptions exceptions, int decisionSeq) {
        Duration wanted =
                request.expiresInSeconds() == null ? route.expiresIn() : Duration.ofSeconds(request.expiresInSeconds());
        Duration expiresIn = Collections.min(
                List.of(wanted, route.expiresIn(), exceptions.longestWait().orElse(route.expiresIn())));
        return new Approval(
                decision.tenantId(),
                newApprovalId,
                decision.decisionId(),
                agent.agentId(),
                route.approvalRouteId(),
                route.version(),
                route.integrationId(),
                request.title() == null ? "Approval for " + current.intent() : request.title(),
                request.message(),
                route.requireRationale()
                        || exceptions.requireRationale()
                        || Boolean.TRUE.equals(request.requireRationale()),
                request.proposedAction() == null
                        ? null
                        : request.proposedAction().shown(),
                request.proposedAction() == null
                        ? null
                        : request.proposedAction().digest(),
                exceptions.causes(),
                route.approvers(),
                route.onExpiry() == Route.OnExpiry.REJECT,
                1,
                decisionSeq,
                1,
                ApprovalStatus.PENDING,
                now,
                now.plus(expiresIn),
                null,
                null,
                null,
                DeliveryStatus.PENDING);
    }

    private static ObjectNode evidence(Approval approval, PendingExceptions exceptions) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("approval_id", approval.approvalId());
        json.put("approval_route_id", approval.approvalRouteId());
        json.put("route_version", approval.routeVersion());
        json.put("integration_id", approval.integrationId());
        exceptions.putEvidence(json);
        json.put("title", approval.title());
        if (approval.message() != null) {
            json.put("message", approval.message());
        }
        json.put("require_rationale", approval.requireRationale());
        json.put("expires_at", WireTime.format(approval.expiresAt()));
        json.put("required_approvals", approval.requiredVotes());
        ArrayNode approvers = json.putArray("approvers");
        approval.approvers().forEach(approvers::add);
        Resolution.putBinding(json, approval);
        if (approval.proposedAction() != null) {
            json.set("proposed_action", approval.proposedAction());
        }
        return json;
    }
}
