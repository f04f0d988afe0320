package com.tracemem.policy;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.StructValue;
import java.util.Map;
import java.util.Optional;

/**
 * An object while a condition looks into it for a field. CEL walks through all of a map, and of every map within it,
 * each time that one field is read; into this it looks with one step. What the condition goes on with is the map itself.
 */
@SuppressWarnings("Immutable") // nobody changes the map while a condition runs
final class ObjectValue extends StructValue<String, Map<String, Object>> {
    private static final CelType TYPE = MapType.create(SimpleType.STRING, SimpleType.DYN);

    private final Map<String, Object> fields;

    ObjectValue(Map<String, Object> fields) {
        this.fields = fields;
    }

    @Override
    public Object select(String field) {
        Object value = fields.get(field);
        if (value == null) {
            throw CelAttributeNotFoundException.forMissingMapKey(field);
        }
        return inner(value);
    }

    @Override
    public Optional<Object> find(String field) {
        return Optional.ofNullable(fields.get(field));
    }

    @SuppressWarnings("unchecked") // the keys of JSON objects are texts
    private static Object inner(Object value) {
        return value instanceof Map<?, ?> map ? new ObjectValue((Map<String, Object>) map) : value;
    }

    @Override
    public Map<String, Object> value() {
        return fields;
    }

    @Override
    public boolean isZeroValue() {
        return fields.isEmpty();
    }

    @Override
    public CelType celType() {
        return TYPE;
    }
}
