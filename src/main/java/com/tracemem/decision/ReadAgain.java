package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Data;
import com.tracemem.product.Field;
import com.tracemem.product.PlannedRead;
import com.tracemem.product.Product;
import com.tracemem.product.ReadMemory;
import com.tracemem.product.ReadRequest;
import com.tracemem.product.ReadResult;
import com.tracemem.product.ResultMode;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds the record that a read of the decision gave. It was not kept, so it is read again, and counts only if its digest is
 * the one in the trace: what a policy is then evaluated on is what the trace says was read.
 */
final class ReadAgain {
    /** The newest reads among which one is looked for. */
    private static final int MOST_READS = 200;

    private final Trace trace;
    private final ProductAccess products;
    private final Data data;

    ReadAgain(Trace trace, ProductAccess products, Data data) {
        this.trace = trace;
        this.products = products;
        this.data = data;
    }

    /** Masked fields are left out: nobody may decide by what nobody may see. */
    Outcome<ObjectNode> record(AgentPrincipal agent, DecisionKey decision, String eventId) {
        Trace.Position newest = new Trace.Position(decision, Integer.MAX_VALUE);
        Map<Trace.Position, List<Event>> reads = trace.before(List.of(newest), EventType.READ, MOST_READS);
        Optional<ObjectNode> read = reads.getOrDefault(newest, List.of()).stream()
                .filter(event -> event.eventId().equals(eventId))
                .findFirst()
                .map(Event::payload);
        if (read.isEmpty() || !isRepeatable(read.get().path("query"))) {
            return Outcome.refused(
                    Refusal.Code.INVALID,
                    "inputs_ref '" + ProductAccess.shown(eventId)
                            + "' names no read of this decision whose records are at hand: send inputs");
        }
        if (read.get().path("rows").asInt() != 1) {
            return Outcome.refused(
                    Refusal.Code.INVALID,
                    "inputs_ref '" + eventId + "' names a read of "
                            + read.get().path("rows").asInt() + " records, and inputs are one: send inputs");
        }
        return switch (products.access(
                agent,
                read.get().path("product").asString(),
                read.get().path("purpose").asString())) {
            case ProductAccess.Access.Denied denied -> new Outcome.Refused<>(denied.refusal());
            case ProductAccess.Access.Granted granted ->
                products.version(
                                agent.tenantId(),
                                granted.product().productId(),
                                read.get().path("product_version").asInt())
                        .map(product -> repeat(product, read.get(), eventId))
                        .orElseGet(() -> changed(eventId));
        };
    }

    /** A text that is kept as its digest cannot be asked for again. */
    private static boolean isRepeatable(JsonNode query) {
        return !query.isMissingNode() && query.findValues("sha256").isEmpty();
    }

    private Outcome<ObjectNode> repeat(Product product, ObjectNode read, String eventId) {
        ReadRequest request = new ReadRequest(
                read.get("query"),
                null,
                ResultMode.of(read.path("result_mode").asString()).orElse(null),
                read.path("limit").asInt());
        if (!(data.plan(product, request) instanceof PlannedRead.Planned planned)) {
            return changed(eventId);
        }
        try (ReadMemory.Share memory = data.readMemory(product.tenantId())) {
            return compared(product, data.read(planned, memory), read, eventId);
        }
    }

    private static Outcome<ObjectNode> compared(Product product, ReadResult again, ObjectNode read, String eventId) {
        return switch (again) {
            case ReadResult.Rows rows
            when rows.digest().equals(read.path("rows_digest").asString()) ->
                Outcome.done(visible(product, rows.records().getFirst()));
            case ReadResult.Rows others -> changed(eventId);
            case ReadResult.NotSingle several -> changed(eventId);
            case ReadResult.Crowded crowded -> Outcome.refused(Refusal.Code.OVERLOADED, crowded.sentence());
            case ReadResult.Unavailable away -> Outcome.refused(Refusal.Code.CONFLICT, away.sentence());
        };
    }

    private static ObjectNode visible(Product product, ObjectNode row) {
        ObjectNode visible = row.deepCopy();
        product.fields().stream().filter(Field::masked).map(Field::name).forEach(visible::remove);
        return visible;
    }

    private static Outcome<ObjectNode> changed(String eventId) {
        return Outcome.refused(
                Refusal.Code.CONFLICT,
                "What inputs_ref '" + eventId + "' names has changed since it was read: read it again");
    }
}
