package com.tracemem.mcp.tool;

import java.util.Arrays;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a field may hold, as JSON Schema. */
public final class Type {
    private final ObjectNode json;

    private Type(ObjectNode json) {
        this.json = json;
    }

    private static ObjectNode named(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    public static Type text() {
        return new Type(named("string"));
    }

    /** Text of so many characters at most. */
    public static Type text(int maxLength) {
        return new Type(named("string").put("maxLength", maxLength));
    }

    /** RFC 3339, UTC, milliseconds. */
    public static Type time() {
        return new Type(named("string").put("format", "date-time"));
    }

    public static Type choice(String... values) {
        ObjectNode json = named("string");
        Arrays.stream(values).forEach(json.putArray("enum")::add);
        return new Type(json);
    }

    /** The lower-case names of an enum's constants. */
    public static <E extends Enum<E>> Type choice(Class<E> constants) {
        return choice(Arrays.stream(constants.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new));
    }

    public static Type flag() {
        return new Type(named("boolean"));
    }

    public static Type number() {
        return new Type(named("number"));
    }

    public static Type integer(long least, long most) {
        return new Type(named("integer").put("minimum", least).put("maximum", most));
    }

    public static Type count() {
        return new Type(named("integer").put("minimum", 0));
    }

    /** An object with whatever fields. */
    public static Type object() {
        return new Type(named("object"));
    }

    public static Type object(Schema schema) {
        return new Type(schema.toJson());
    }

    public static Type textOrObject(int maxLength) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("type").add("string").add("object");
        return new Type(json.put("maxLength", maxLength));
    }

    public static Type objectOrList() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("type").add("object").add("array");
        return new Type(json);
    }

    public static Type list(Type items) {
        ObjectNode json = named("array");
        json.set("items", items.toJson());
        return new Type(json);
    }

    ObjectNode toJson() {
        return json.deepCopy();
    }
}
