package com.tracemem.mcp.tool;

import tools.jackson.databind.node.ObjectNode;

/**
 * One field of an object's {@link Schema}.
 *
 * @param description for agents, one sentence
 */
public record Field(String name, Type type, String description, boolean required) {

    public static Field required(String name, Type type, String description) {
        return new Field(name, type, description, true);
    }

    public static Field optional(String name, Type type, String description) {
        return new Field(name, type, description, false);
    }

    ObjectNode toJson() {
        return type.toJson().put("description", description);
    }
}
