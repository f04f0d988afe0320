package com.tracemem.mcp.tool;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code tools/list} tells about a tool.
 *
 * @param title for people, a few words
 * @param description for agents: what it does, when to use it
 */
public record ToolDefinition(String name, String title, String description, Schema input, Schema output, Hints hints) {

    /**
     * The annotations of the Model Context Protocol.
     *
     * @param readOnly changes nothing
     * @param destructive may end or overwrite something
     * @param idempotent the same call again changes nothing more
     * @param openWorld reaches someone or something outside of TraceMem
     */
    public record Hints(boolean readOnly, boolean destructive, boolean idempotent, boolean openWorld) {
        public static final Hints READS = new Hints(true, false, true, false);
        /** Leaves a note in the trace, and changes nothing anywhere else. */
        public static final Hints READS_DATA = new Hints(true, false, true, true);

        public static final Hints WRITES_DATA = new Hints(false, true, false, true);
        public static final Hints ADDS = new Hints(false, false, false, false);
        public static final Hints ASKS_A_HUMAN = new Hints(false, false, true, true);
        public static final Hints ENDS = new Hints(false, true, true, false);
    }

    /** Every answer may carry warnings, so every output schema has them. */
    public ToolDefinition {
        output = output.and(Field.optional(
                "warnings",
                Type.list(Type.text()),
                "What was ignored, such as arguments that the tool does not know."));
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name);
        json.put("title", title);
        json.put("description", description);
        json.set("inputSchema", input.toJson());
        json.set("outputSchema", output.toJson());
        json.putObject("annotations")
                .put("title", title)
                .put("readOnlyHint", hints.readOnly())
                .put("destructiveHint", hints.destructive())
                .put("idempotentHint", hints.idempotent())
                .put("openWorldHint", hints.openWorld());
        return json;
    }
}
