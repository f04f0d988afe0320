package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Data;
import com.tracemem.product.Operation;
import com.tracemem.product.PlannedRead;
import com.tracemem.product.Product;
import com.tracemem.product.ReadMemory;
import com.tracemem.product.ReadRequest;
import com.tracemem.product.ReadResult;
import com.tracemem.trace.Actor;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Trace;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads data products within decisions.
 *
 * <p>What an agent is given is in the trace first: who read what, for which purpose, how many records, and a digest of
 * them. The records themselves are not kept anywhere.
 */
public final class Reads {
    private final Ledger ledger;
    private final KnownDecisions known;
    private final ProductAccess products;
    private final Data data;
    private final ReadAgain again;

    public Reads(Ledger ledger, Trace trace, KnownDecisions known, ProductAccess products, Data data) {
        this.ledger = ledger;
        this.known = known;
        this.products = products;
        this.data = data;
        this.again = new ReadAgain(trace, products, data);
    }

    /**
     * The record that a read of this decision gave, as inputs of a policy; an error when it is not the same any more.
     *
     * @param eventId of the read
     */
    public Outcome<ObjectNode> inputs(AgentPrincipal agent, String decisionId, String eventId) {
        DecisionKey decision = new DecisionKey(agent.tenantId(), decisionId);
        return known.facts(agent, decision).isEmpty() ? Decisions.notFound() : again.record(agent, decision, eventId);
    }

    /** Not blocked by a pending approval, but by final states, permissions and purposes. */
    public Outcome<DataRead> read(
            AgentPrincipal agent, String decisionId, String productId, String purpose, ReadRequest request) {
        DecisionKey decision = new DecisionKey(agent.tenantId(), decisionId);
        if (known.facts(agent, decision).isEmpty()) {
            return Decisions.notFound();
        }
        return switch (products.access(agent, productId, purpose)) {
            case ProductAccess.Access.Denied denied -> new Outcome.Refused<>(denied.refusal());
            case ProductAccess.Access.Granted granted -> read(agent, decision, granted.product(), purpose, request);
        };
    }

    private Outcome<DataRead> read(
            AgentPrincipal agent, DecisionKey decision, Product product, String purpose, ReadRequest request) {
        if (product.operation() != Operation.READ) {
            return refused("Product '" + product.productId() + "' does not read, it is for "
                    + product.operation().wireName() + ": use decision_write");
        }
        return switch (data.plan(product, request)) {
            case PlannedRead.Misfit misfit -> refused(misfit.sentence());
            case PlannedRead.Planned planned -> {
                // what is left to do after that does not wait for anything, so that few do it at a time
                try (ReadMemory.Share memory = data.readMemory(agent.tenantId())) {
                    yield read(agent, decision, planned, purpose, memory);
                }
            }
        };
    }

    private Outcome<DataRead> read(
            AgentPrincipal agent,
            DecisionKey decision,
            PlannedRead.Planned planned,
            String purpose,
            ReadMemory.Share memory) {
        long begun = System.nanoTime();
        ReadResult result = data.read(planned, memory);
        long microseconds = (System.nanoTime() - begun) / 1_000;
        return switch (result) {
            case ReadResult.NotSingle several -> refused(several.sentence());
            case ReadResult.Crowded crowded -> Outcome.refused(Refusal.Code.OVERLOADED, crowded.sentence());
            case ReadResult.Unavailable away -> refused(away.sentence());
            case ReadResult.Rows rows ->
                ledger.execute(new ReadData(
                                decision, agent.agentId(), event(agent, planned, purpose, rows, microseconds)))
                        .map(event -> new DataRead(event.eventId(), rows.records(), rows.truncated()));
        };
    }

    private static NewEvent event(
            AgentPrincipal agent,
            PlannedRead.Planned planned,
            String purpose,
            ReadResult.Rows rows,
            long microseconds) {
        ObjectNode evidence = Evidence.of(planned.product(), purpose);
        evidence.set("query", Evidence.query(planned.product(), planned.query()));
        evidence.put("result_mode", planned.resultMode().wireName());
        evidence.put("limit", planned.limit());
        evidence.put("rows", rows.rowCount());
        evidence.put("truncated", rows.truncated());
        evidence.put("rows_digest", rows.digest());
        evidence.put("duration_us", microseconds);
        return NewEvent.of(EventType.READ, Actor.agent(agent.agentId(), agent.name()), evidence);
    }

    private static Outcome<DataRead> refused(String sentence) {
        return Outcome.refused(Refusal.Code.CONFLICT, sentence);
    }
}
