package com.tracemem.trace;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who did what an event tells.
 *
 * @param id the agent's, user's or approver's id; for {@link Kind#WORKER} and {@link Kind#SYSTEM} the part of the product
 * @param channel how a human's answer came in: {@code webhook}, {@code api}, …
 */
public record Actor(
        Kind kind,
        String id,
        @Nullable String name,
        @Nullable String email,
        @Nullable String channel) {

    /** What sort of actor. */
    public enum Kind {
        AGENT,
        USER,
        APPROVER,
        WORKER,
        SYSTEM
    }

    public static Actor agent(String agentId, String name) {
        return new Actor(Kind.AGENT, agentId, name, null, null);
    }

    public static Actor system(String part) {
        return new Actor(Kind.SYSTEM, part, null, null, null);
    }

    public static Actor worker(String part) {
        return new Actor(Kind.WORKER, part, null, null, null);
    }

    /** As events keep it; absent parts are left out. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("kind", kind.name().toLowerCase(Locale.ROOT));
        json.put("id", id);
        if (name != null) {
            json.put("name", name);
        }
        if (email != null) {
            json.put("email", email);
        }
        if (channel != null) {
            json.put("channel", channel);
        }
        return json;
    }
}
