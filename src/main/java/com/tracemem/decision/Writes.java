package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.policy.Policies;
import com.tracemem.product.Data;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.product.Recorded;
import com.tracemem.product.TargetMemory;
import com.tracemem.product.WriteResult;
import com.tracemem.trace.Actor;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.NotCanonicalException;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes to data products within decisions, when everything allows it.
 *
 * <p>That a write begins is in the trace before the target is called, and how it ended after. The target is called outside
 * of every transaction of ours. With an idempotency key a write is made once, however often it is asked for; what became
 * of one that was cut off is asked of the target, and where the target cannot say, nothing is written blindly.
 */
public final class Writes {
    private static final Logger LOG = LoggerFactory.getLogger(Writes.class);
    /** One with the policies' versions that are expected, one for each that turns out otherwise, one after a settlement. */
    private static final int TRIES = 16;

    private static final List<String> FOUND_OUT =
            List.of("This is the write that was begun before, whose answer was lost:"
                    + " it was made then, and nothing was written now; repeat the call to write again");

    private static final Duration PAUSE = Duration.ofMillis(100);
    /** How long the same call waits for one that is under way. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private record Same(DecisionKey decision, String idempotencyKey) {}

    private final Ledger ledger;
    private final KnownDecisions known;
    private final ProductAccess products;
    private final ProductPolicies policies;
    private final ProposedActions actions;
    private final Data data;
    private final WriteEnds ends;
    private final TargetPruning pruning;
    private final InstantSource clock;
    private final Turns<Same> turns = new Turns<>();

    public Writes(
            Ledger ledger,
            JdbcClient jdbc,
            KnownDecisions known,
            ProductAccess products,
            Policies policies,
            Data data,
            InstantSource clock) {
        this.ledger = ledger;
        this.known = known;
        this.products = products;
        this.policies = new ProductPolicies(policies);
        this.actions = new ProposedActions(products, data);
        this.data = data;
        this.ends = new WriteEnds(ledger);
        this.pruning = new TargetPruning(jdbc, data);
        this.clock = clock;
    }

    /**
     * Makes a write, or finds the one that was made under the same key.
     *
     * @throws NotCanonicalException when the arguments cannot be told from others exactly
     */
    public Outcome<DataWritten> write(AgentPrincipal agent, WriteCall call) throws InterruptedException {
        DecisionKey decision = new DecisionKey(agent.tenantId(), call.decisionId());
        Optional<DecisionFacts> about = known.facts(agent, decision);
        if (about.isEmpty()) {
            return Decisions.notFound();
        }
        if (call.idempotencyKey() == null) {
            return attempt(agent, decision, call, about.get());
        }
        Optional<Turns.Turn> turn = turns.take(new Same(decision, call.idempotencyKey()), LONGEST_WAIT);
        if (turn.isEmpty()) {
            return conflict("The write with this idempotency_key is still being made: repeat the call in a moment");
        }
        try {
            return attempt(agent, decision, call, about.get());
        } finally {
            turn.get().end();
        }
    }

    private Outcome<DataWritten> attempt(
            AgentPrincipal agent, DecisionKey decision, WriteCall call, DecisionFacts about)
            throws InterruptedException {
        Sha256 requestDigest = WriteDigests.ofCall(call);
        Map<String, Integer> bound = new HashMap<>();
        TargetMemory memory = null;
        long patience = System.nanoTime() + WriteState.YOUNG.toNanos();
        int tries = 0;
        while (tries < TRIES) {
            tries++;
            WriteAttempt.Fit fit = fit(agent, call, about, bound);
            if (memory == null && fit instanceof WriteAttempt.Fit.Fits fits) {
                memory = data.knownMemory(fits.planned().product());
            }
            WriteAttempt attempt = new WriteAttempt(
                    call.productId(), call.purpose(), call.idempotencyKey(), requestDigest, fit, memory);
            Outcome<StartWrite.Started> outcome = ledger.execute(new StartWrite(decision, agent, attempt));
            switch (outcome) {
                case Outcome.Refused<StartWrite.Started> refused -> {
                    return new Outcome.Refused<>(refused.refusal());
                }
                case Outcome.Done<StartWrite.Started>(StartWrite.Started started) -> {
                    Optional<Outcome<DataWritten>> answer = switch (started) {
                        case StartWrite.Started.Refused(Refusal refusal) -> Optional.of(new Outcome.Refused<>(refusal));
                        case StartWrite.Started.BoundTo(String policyId, int version) -> {
                            bound.put(policyId, version);
                            yield Optional.empty();
                        }
                        case StartWrite.Started.AskTarget ask -> {
                            memory = data.memory(
                                    ((WriteAttempt.Fit.Fits) fit).planned().product());
                            yield Optional.empty();
                        }
                        case StartWrite.Started.Known(WriteState write) -> Optional.of(recorded(agent, write));
                        case StartWrite.Started.Begun(WriteState write)
                        when write.isYoung(clock.instant()) && System.nanoTime() - patience < 0 -> {
                            Thread.sleep(PAUSE);
                            tries--;
                            yield Optional.empty();
                        }
                        case StartWrite.Started.Begun(WriteState write) -> settle(agent, decision, write);
                        case StartWrite.Started.Go(WriteState write) ->
                            Optional.of(carryOut(agent, decision, write, attempt));
                    };
                    if (answer.isPresent()) {
                        return answer.get();
                    }
                }
            }
        }
        return conflict("The decision changed while the write was being prepared: repeat the call");
    }

    private WriteAttempt.Fit fit(
            AgentPrincipal agent, WriteCall call, DecisionFacts about, Map<String, Integer> bound) {
        return switch (products.access(agent, call.productId(), call.purpose())) {
            case ProductAccess.Access.Denied denied -> new WriteAttempt.Fit.Unfit(denied.reason(), denied.refusal());
            case ProductAccess.Access.Granted granted ->
                switch (actions.plan(granted.product(), call.request())) {
                    case PlannedWrite.Misfit(String sentence) ->
                        new WriteAttempt.Fit.Unfit(
                                RefusalReason.DOES_NOT_FIT, new Refusal(Refusal.Code.CONFLICT, sentence));
                    case PlannedWrite.Planned planned ->
                        new WriteAttempt.Fit.Fits(
                                planned, WriteDigests.ofAction(planned), policies.evaluate(planned, about, bound));
                };
        };
    }

    private Outcome<DataWritten> carryOut(
            AgentPrincipal agent, DecisionKey decision, WriteState write, WriteAttempt attempt)
            throws InterruptedException {
        PlannedWrite.Planned planned = ((WriteAttempt.Fit.Fits) attempt.fit()).planned();
        Actor actor = Actor.agent(agent.agentId(), agent.name());
        long begun = System.nanoTime();
        WriteResult result;
        try {
            result = attempt.memory() instanceof TargetMemory.Unreachable(String why)
                    ? new WriteResult.RolledBack(why)
                    : data.write(planned, write.targetId(), write.memory());
        } catch (RuntimeException fault) {
            LOG.error("A write to {} ended with a fault of ours", write.productId(), fault);
            result = new WriteResult.Unknown("The server failed over it, and its administrators find why in the log");
        }
        long microseconds = (System.nanoTime() - begun) / 1_000;
        return switch (result) {
            case WriteResult.Executed executed -> {
                Outcome<WriteState> end = ends.executed(
                        decision, write, actor, executed.affected(), executed.createdRecords(), microseconds);
                if (executed.recordedInTarget()) {
                    pruning.soon(planned.product());
                }
                yield made(write, planned.product(), executed.affected(), executed.createdRecords(), end)
                        .map(written -> written.with(planned.remarks()));
            }
            case WriteResult.RolledBack(String sentence) -> {
                ends.rolledBack(decision, write, actor, FinishWrite.REFUSED_BY_TARGET, microseconds);
                yield conflict(sentence);
            }
            case WriteResult.Unknown(String sentence) -> {
                ends.unknown(decision, write, actor);
                yield unknown(write, sentence);
            }
        };
    }

    /** What happened in the target is said also when the trace could not take it. */
    private static Outcome<DataWritten> made(
            WriteState write, Product product, int affected, List<ObjectNode> records, Outcome<WriteState> end) {
        return switch (end) {
            case Outcome.Done<WriteState>(WriteState ended) -> Outcome.done(written(ended, created(product, records)));
            case Outcome.Refused<WriteState> unrecorded ->
                conflict("The write was made and touched " + affected + " records, but the trace could not take its end"
                        + " (begun with event " + write.attempt() + "): do not make it again; "
                        + (write.idempotencyKey() == null
                                ? "until an administrator looks at it, the trace shows it as unknown"
                                : "repeat the call with the same idempotency_key in a moment, so that it is recorded"));
        };
    }

    /** Finds out what became of a write that was begun; empty when it did not happen and may be made. */
    private Optional<Outcome<DataWritten>> settle(AgentPrincipal agent, DecisionKey decision, WriteState write)
            throws InterruptedException {
        Actor actor = Actor.agent(agent.agentId(), agent.name());
        Optional<Product> product = products.version(agent.tenantId(), write.productId(), write.productVersion());
        Recorded recorded = product.isEmpty()
                ? new Recorded.CannotTell("The product is not there any more")
                : data.recorded(product.get(), write.targetId(), write.memory());
        return switch (recorded) {
            case Recorded.Happened happened ->
                Optional.of(made(
                                write,
                                product.orElseThrow(),
                                happened.affected(),
                                happened.createdRecords(),
                                ends.executed(
                                        decision, write, actor, happened.affected(), happened.createdRecords(), null))
                        .map(written -> write.idempotencyKey() == null ? written.with(FOUND_OUT) : written));
            case Recorded.DidNotHappen none -> {
                ends.rolledBack(decision, write, actor, "did_not_happen", null);
                yield Optional.empty();
            }
            case Recorded.CannotTell(String sentence) -> {
                ends.unknown(decision, write, actor);
                yield Optional.of(unknown(write, sentence));
            }
        };
    }

    /** The records themselves are not kept here; the target may still know them. */
    private Outcome<DataWritten> recorded(AgentPrincipal agent, WriteState write) {
        Optional<Product> product = products.find(agent, write.productId())
                .flatMap(current -> products.version(agent.tenantId(), write.productId(), write.productVersion()))
                .filter(version -> version.restrictions().returnCreated());
        List<ObjectNode> created =
                product.map(version -> data.created(version, write.targetId())).orElse(List.of());
        return Outcome.done(written(write, created.isEmpty() ? null : created));
    }

    private static @Nullable List<ObjectNode> created(Product product, List<ObjectNode> records) {
        return product.restrictions().returnCreated() ? records : null;
    }

    private static DataWritten written(WriteState end, @Nullable List<ObjectNode> created) {
        if (end.eventId() == null || end.affected() == null) {
            throw new IllegalStateException("The write " + end.writeId() + " was made, but has no end");
        }
        return new DataWritten(end.eventId(), end.affected(), created, List.of());
    }

    private static Outcome<DataWritten> unknown(WriteState write, String why) {
        return conflict("The outcome of this write is unknown (event " + write.attempt() + "), and it is not made again"
                + " blindly. " + why
                + "; " + write.howToFindOut());
    }

    private static Outcome<DataWritten> conflict(String sentence) {
        return Outcome.refused(Refusal.Code.CONFLICT, sentence);
    }
}
