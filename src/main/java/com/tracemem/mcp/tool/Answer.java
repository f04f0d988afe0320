package com.tracemem.mcp.tool;

import com.tracemem.trace.WireTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The fields of an answer in their order; what is null is left out. */
final class Answer {
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    Answer with(String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
        return this;
    }

    Answer with(String name, boolean value) {
        json.put(name, value);
        return this;
    }

    Answer with(String name, long value) {
        json.put(name, value);
        return this;
    }

    Answer with(String name, @Nullable Instant value) {
        return with(name, value == null ? null : WireTime.format(value));
    }

    Answer with(String name, @Nullable JsonNode value) {
        if (value != null) {
            json.set(name, value);
        }
        return this;
    }

    Answer with(String name, Answer value) {
        return with(name, value.json());
    }

    static ArrayNode texts(String... texts) {
        return texts(List.of(texts));
    }

    static ArrayNode texts(List<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    ObjectNode json() {
        return json;
    }
}
