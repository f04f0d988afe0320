package com.tracemem.mcp.tool;

import com.tracemem.decision.DataRead;
import com.tracemem.decision.Reads;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.ReadRequest;
import com.tracemem.product.Restrictions;
import com.tracemem.product.ResultMode;
import com.tracemem.trace.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_read}: reads a data product. */
final class DecisionRead implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_read",
            "Read data",
            "Reads records of a data product for one of its purposes. The trace keeps the query, how many records there were"
                    + " and a digest of them, never the records. product_get says which fields there are and gives example"
                    + " queries.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.required("product", Type.text(Limits.CHOSEN_ID), "Which product; products_list lists yours."),
                    Field.required("purpose", Type.text(Limits.NAME), "What for: one of the product's purposes."),
                    Field.optional(
                            "query",
                            Type.object(),
                            "Fields with the value they must have, or with operators: {\"amount\": {\"gte\": 100, \"lt\": 500}};"
                                    + " eq, ne, gt, gte, lt, lte, in, like, is_null. order_by and limit go in here too."),
                    Field.optional("allow_multiple", Type.flag(), "false: more than one record is an error."),
                    Field.optional(
                            "result_mode", Type.choice(ResultMode.class), "single: more than one record is an error."),
                    Field.optional("limit", Type.integer(1, Restrictions.LARGEST_ROW_LIMIT), "Most records you want.")),
            Schema.of(
                    Field.required("event_id", Type.text(), "The event in the trace."),
                    Field.required("records", Type.list(Type.object()), "What was found."),
                    Field.required(
                            "summary",
                            Type.object(Schema.of(
                                    Field.required("rows", Type.count(), "How many records these are."),
                                    Field.required(
                                            "truncated",
                                            Type.flag(),
                                            "Whether there are more than the limit let through."))),
                            "How much it is."),
                    Field.required("data_ref", Type.text(), "Names this read.")),
            ToolDefinition.Hints.READS_DATA);

    private final Reads reads;

    DecisionRead(Reads reads) {
        this.reads = reads;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        String decisionId = arguments.decisionId();
        String product = arguments.requiredText("product", Limits.CHOSEN_ID);
        String purpose = arguments.requiredText("purpose", Limits.NAME);
        ReadRequest request = new ReadRequest(
                arguments.object("query", Limits.OBJECT_BYTES),
                arguments.flag("allow_multiple"),
                arguments.choice("result_mode", DecisionRead::resultMode),
                limit(arguments.integer("limit", 1, Restrictions.LARGEST_ROW_LIMIT)));
        return reads.read(agent, decisionId, product, purpose, request).map(DecisionRead::answer);
    }

    private static ResultMode resultMode(String name) {
        return ResultMode.of(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "invalid result_mode '" + Wording.shown(name) + "': use single or multiple"));
    }

    private static @Nullable Integer limit(@Nullable Long value) {
        return value == null ? null : Math.toIntExact(value);
    }

    private static ObjectNode answer(DataRead read) {
        ArrayNode records = JsonNodeFactory.instance.arrayNode();
        read.records().forEach(records::add);
        return new Answer()
                .with("event_id", read.eventId())
                .with("records", records)
                .with(
                        "summary",
                        new Answer().with("rows", read.records().size()).with("truncated", read.truncated()))
                .with("data_ref", "ref:read:" + read.eventId())
                .json();
    }
}
