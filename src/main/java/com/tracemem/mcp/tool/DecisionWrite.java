package com.tracemem.mcp.tool;

import com.tracemem.decision.DataWritten;
import com.tracemem.decision.WriteCall;
import com.tracemem.decision.Writes;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.WriteRequest;
import com.tracemem.trace.Outcome;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_write}: writes to a data product. */
final class DecisionWrite implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_write",
            "Write data",
            "Inserts, updates or deletes records of a data product, whichever it is for, if policies and approvals allow it;"
                    + " all records or none. Give an idempotency_key: the same call again then finds the result and writes"
                    + " nothing twice. When it is refused because an approval is required, ask with decision_request_approval,"
                    + " with this write as proposed_action, wait, and call again.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.required("product", Type.text(Limits.CHOSEN_ID), "Which product; products_list lists yours."),
                    Field.required("purpose", Type.text(Limits.NAME), "What for: one of the product's purposes."),
                    Field.optional(
                            "mutation",
                            Type.object(),
                            "{\"records\": [{field: value, …}, …]}, or {\"fields\": {…}} with keys."),
                    Field.optional("operation", Type.choice("insert", "update", "delete"), "As the product says."),
                    Field.optional(
                            "keys",
                            Type.objectOrList(),
                            "Which records, for update and delete: {field: value}, or the names of the fields of"
                                    + " mutation.records that say so."),
                    Field.optional(
                            "idempotency_key",
                            Type.text(Limits.IDEMPOTENCY_KEY),
                            "Names this write within the decision, so that repeating the call writes nothing twice.")),
            Schema.of(
                    Field.required("event_id", Type.text(), "The event in the trace."),
                    Field.required("status", Type.choice("executed"), "That it was written."),
                    Field.required("affected", Type.count(), "How many records."),
                    Field.optional(
                            "created_records",
                            Type.list(Type.object()),
                            "What an insert made, if the product gives it."),
                    Field.required("data_ref", Type.text(), "Names this write.")),
            ToolDefinition.Hints.WRITES_DATA);

    private final Writes writes;

    DecisionWrite(Writes writes) {
        this.writes = writes;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) throws InterruptedException {
        WriteCall call = new WriteCall(
                arguments.decisionId(),
                arguments.requiredText("product", Limits.CHOSEN_ID),
                arguments.requiredText("purpose", Limits.NAME),
                new WriteRequest(
                        arguments.object("mutation"),
                        arguments.text("operation", Limits.NAME),
                        arguments.objectOrList("keys")),
                arguments.idempotencyKey());
        if (call.request().mutation() == null && call.request().keys() == null) {
            throw RefusedException.invalid(
                    "delete".equals(call.request().operation())
                            ? "keys is required: say which records to delete, as {field: value}"
                            : "mutation is required");
        }
        Outcome<DataWritten> written = writes.write(agent, call);
        if (written instanceof Outcome.Done<DataWritten>(DataWritten made)) {
            made.remarks().forEach(arguments::warn);
        }
        return written.map(DecisionWrite::answer);
    }

    private static ObjectNode answer(DataWritten written) {
        Answer answer = new Answer()
                .with("event_id", written.eventId())
                .with("status", "executed")
                .with("affected", written.affected());
        if (written.createdRecords() != null) {
            ArrayNode created = JsonNodeFactory.instance.arrayNode();
            written.createdRecords().forEach(created::add);
            answer.with("created_records", created);
        }
        return answer.with("data_ref", "ref:write:" + written.eventId()).json();
    }
}
