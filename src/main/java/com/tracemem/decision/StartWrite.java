package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Product;
import com.tracemem.trace.Actor;
import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records that a write begins, if everything allows it; the target is called after this is durable. The same call under
 * the same key finds the write that it began before. What is refused is traced, once for each request and reason.
 */
record StartWrite(DecisionKey decision, AgentPrincipal agent, WriteAttempt attempt)
        implements Command<StartWrite.Started>, NeedsPolicies, NeedsWrites {

    /** Refusals that are traced for one decision: an agent that goes on asking does not fill the trace. */
    static final int MOST_REFUSALS = 100;

    /** What the agent is to be told or the caller to do. */
    sealed interface Started {
        /** The write is to be carried out now. */
        record Go(WriteState write) implements Started {}

        /** It was carried out before. */
        record Known(WriteState write) implements Started {}

        /** It was begun before, and its end is not known. */
        record Begun(WriteState write) implements Started {}

        record Refused(Refusal refusal) implements Started {}

        /** Nothing was recorded: nothing is in the way, but whether the target remembers writes has to be known first. */
        record AskTarget() implements Started {}

        /** Nothing was recorded: the decision evaluated another version of a policy first, and keeps it. */
        record BoundTo(String policyId, int version) implements Started {}
    }

    @Override
    public @Nullable String wantedKey() {
        return attempt.idempotencyKey();
    }

    @Override
    public boolean wantsGrants() {
        return true;
    }

    @Override
    public Outcome<Started> apply(Batch batch) {
        DecisionRows rows = batch.rows(DecisionRows.class);
        Optional<Decision> found = rows.find(decision, agent.agentId());
        if (found.isEmpty()) {
            return Decisions.notFound();
        }
        WriteRows writes = rows.writes();
        Optional<WriteState> same = writes.byKey(decision, attempt.idempotencyKey());
        if (same.isPresent() && !same.get().isAskedForBy(attempt)) {
            return Outcome.refused(
                    Refusal.Code.CONFLICT,
                    "The idempotency_key '" + attempt.idempotencyKey()
                            + "' was used for a write with other arguments: use a new key");
        }
        if (same.isPresent() && same.get().status() == WriteState.Status.EXECUTED) {
            return Outcome.done(new Started.Known(same.get()));
        }
        if (same.isPresent() && same.get().isOpen()) {
            return Outcome.done(new Started.Begun(same.get()));
        }
        Optional<WriteState> unfinished = writes.open(decision).stream()
                .filter(write -> write.isFoundOutBy(attempt, batch.now()))
                .findFirst();
        if (unfinished.isPresent()) {
            return Outcome.done(new Started.Begun(unfinished.get()));
        }
        Optional<Started> bound = bound(rows);
        return Outcome.done(bound.orElseGet(() -> decide(batch, rows, found.get(), same.orElse(null))));
    }

    /** A decision keeps the version of a policy that it evaluated first. */
    private Optional<Started> bound(DecisionRows rows) {
        if (!(attempt.fit() instanceof WriteAttempt.Fit.Fits fits)) {
            return Optional.empty();
        }
        for (Attached said : fits.attached()) {
            Optional<PolicyState> before = rows.policies().find(decision, said.policyId());
            if (before.isPresent() && said.version() != null && before.get().version() != said.version()) {
                return Optional.of(
                        new Started.BoundTo(said.policyId(), before.get().version()));
            }
        }
        return Optional.empty();
    }

    private Started decide(Batch batch, DecisionRows rows, Decision envelope, @Nullable WriteState rolledBack) {
        WriteRows writes = rows.writes();
        WriteGate gate = new WriteGate(
                envelope,
                rows.isAnswerable(decision),
                rows.policies().of(decision),
                writes.grants().of(decision));
        return switch (gate.answer(attempt)) {
            case WriteGate.Answer.Shut shut -> {
                refuse(batch, rows, shut);
                yield new Started.Refused(shut.refusal());
            }
            case WriteGate.Answer.Open open -> {
                Optional<WriteState> twin = twin(writes);
                if (twin.isPresent()) {
                    WriteGate.Answer.Shut shut = unknownTwin(twin.get());
                    refuse(batch, rows, shut);
                    yield new Started.Refused(shut.refusal());
                }
                if (attempt.memory() == null) {
                    yield new Started.AskTarget();
                }
                yield new Started.Go(start(batch, writes, open.grant(), rolledBack));
            }
        };
    }

    /**
     * The very same write, of which nobody knows what became. Another key does not make it another write: it may have been
     * chosen by an agent that lost the first one.
     */
    private Optional<WriteState> twin(WriteRows writes) {
        return writes.open(decision).stream()
                .filter(write -> write.mayDoTheSameAs(attempt))
                .findFirst();
    }

    private static WriteGate.Answer.Shut unknownTwin(WriteState twin) {
        return new WriteGate.Answer.Shut(
                RefusalReason.OUTCOME_UNKNOWN,
                new Refusal(
                        Refusal.Code.CONFLICT,
                        "The same write was begun before and its end is not known (event " + twin.attempt()
                                + "); it is not made twice, under whichever key: "
                                + twin.howToFindOut()
                                + (twin.canBeAskedFor() ? "" : ", and to write again, use a new decision")),
                null);
    }

    private WriteState start(Batch batch, WriteRows writes, @Nullable Grant grant, @Nullable WriteState rolledBack) {
        WriteAttempt.Fit.Fits fits = (WriteAttempt.Fit.Fits) attempt.fit();
        Product product = fits.planned().product();
        AppendedEvent started =
                batch.append(decision, event(EventType.WRITE_STARTED, evidence(fits, grant, rolledBack)));
        String writeId = rolledBack == null ? started.eventId() : rolledBack.writeId();
        WriteState write = new WriteState(
                writeId,
                attempt.idempotencyKey(),
                attempt.requestDigest(),
                fits.actionDigest(),
                attempt.purpose(),
                product.productId(),
                product.version(),
                attempt.memoryName(),
                WriteState.Status.STARTED,
                started.eventId(),
                grant == null ? null : grant.approvalId(),
                null,
                null);
        writes.put(decision, write);
        if (grant != null && grant.isBound()) {
            writes.grants().put(decision, grant.usedFor(writeId));
        }
        return write;
    }

    private ObjectNode evidence(WriteAttempt.Fit.Fits fits, @Nullable Grant grant, @Nullable WriteState rolledBack) {
        ObjectNode json = Evidence.describe(Evidence.of(fits.planned().product(), attempt.purpose()), fits.planned());
        json.put("mutation_digest", fits.actionDigest().hex());
        if (attempt.idempotencyKey() != null) {
            json.put("idempotency_key", attempt.idempotencyKey());
        }
        json.put("remembered_by_target", attempt.memoryName() != null);
        if (rolledBack != null) {
            json.put("again_after", rolledBack.attempt());
        }
        if (grant != null) {
            json.put("approval_id", grant.approvalId());
            json.put("binding", grant.isBound() ? "bound" : "unbound");
            if (grant.actionDigest() != null) {
                json.put("action_digest", grant.actionDigest().hex());
            }
        }
        putPolicies(json, fits.attached());
        return json;
    }

    private static void putPolicies(ObjectNode json, List<Attached> attached) {
        if (!attached.isEmpty()) {
            ArrayNode policies = json.putArray("policies");
            attached.forEach(said -> policies.add(said.evidence()));
        }
    }

    private void refuse(Batch batch, DecisionRows rows, WriteGate.Answer.Shut shut) {
        WriteRows writes = rows.writes();
        if (writes.refusalCount(decision) >= MOST_REFUSALS
                || writes.wasRefused(decision, attempt.requestDigest(), shut.reason())) {
            return;
        }
        writes.refused(decision, attempt.requestDigest(), shut.reason());
        ObjectNode json;
        if (attempt.fit() instanceof WriteAttempt.Fit.Fits fits) {
            json = Evidence.of(fits.planned().product(), attempt.purpose());
            json.put("mutation_digest", fits.actionDigest().hex());
            putPolicies(json, fits.attached());
        } else {
            json = JsonNodeFactory.instance.objectNode();
            json.put("product", ProductAccess.shown(attempt.productId()));
            json.put("purpose", ProductAccess.shown(attempt.purpose()));
        }
        json.put("reason", shut.reason().wireName());
        json.put("request_digest", attempt.requestDigest().hex());
        if (writes.refusalCount(decision) == MOST_REFUSALS) {
            json.put("further_refusals", "not_traced");
        }
        batch.append(decision, event(EventType.WRITE_REFUSED, json));
        if (shut.exception() != null) {
            evaluated(batch, rows, shut.exception());
        }
    }

    /** So that the next approval is asked for over the policy's route, shows why, and covers it. */
    private void evaluated(Batch batch, DecisionRows rows, Attached said) {
        ObjectNode json = said.evidence().deepCopy();
        json.put("message", said.message());
        if (said.approval() != null) {
            json.set("approval", said.approval().toJson());
        }
        json.put("product", attempt.productId());
        AppendedEvent appended = batch.append(decision, event(EventType.POLICY_EVAL, json));
        rows.policies()
                .evaluated(
                        decision,
                        said.asState(appended.decisionSeq()),
                        true,
                        said.inputsJson() == null ? "{}" : said.inputsJson(),
                        batch.now());
    }

    private NewEvent event(EventType type, ObjectNode payload) {
        return NewEvent.of(type, Actor.agent(agent.agentId(), agent.name()), payload);
    }
}
