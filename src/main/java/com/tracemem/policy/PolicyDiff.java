package com.tracemem.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What two documents differ in. */
public final class PolicyDiff {

    /**
     * One difference.
     *
     * @param field where: {@code default.outcome}, {@code rules[standard_cap].when}; rules go by their ids
     * @param before null when it is new
     * @param after null when it is gone
     */
    public record Change(
            String field,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {}

    private final List<Change> changes = new ArrayList<>();

    private PolicyDiff() {}

    /** In the order of the fields' names; empty when the documents mean the same. */
    public static List<Change> between(PolicyDocument before, PolicyDocument after) {
        PolicyDiff diff = new PolicyDiff();
        diff.compare("", before.json(), after.json());
        return diff.changes;
    }

    private void compare(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
        if (before != null && after != null && before.isObject() && after.isObject()) {
            Set<String> names = new TreeSet<>(before.propertyNames());
            names.addAll(after.propertyNames());
            names.forEach(name -> compare(PolicyText.child(path, name), before.get(name), after.get(name)));
        } else if (before != null && after != null && path.equals("rules")) {
            rules(before, after);
        } else if (before == null || after == null || !same(before, after)) {
            changes.add(new Change(path, before, after));
        }
    }

    private void rules(JsonNode before, JsonNode after) {
        List<String> oldOrder = ids(before);
        List<String> newOrder = ids(after);
        Set<String> all = new TreeSet<>(oldOrder);
        all.addAll(newOrder);
        for (String id : all) {
            compare("rules[" + id + "]", rule(before, oldOrder, id), rule(after, newOrder, id));
        }
        List<String> stayedBefore = oldOrder.stream().filter(newOrder::contains).toList();
        List<String> stayedAfter = newOrder.stream().filter(oldOrder::contains).toList();
        if (!stayedBefore.equals(stayedAfter)) {
            changes.add(new Change("rules (order)", texts(before, oldOrder), texts(after, newOrder)));
        }
    }

    private static @Nullable JsonNode rule(JsonNode rules, List<String> order, String id) {
        int index = order.indexOf(id);
        return index < 0 ? null : rules.get(index);
    }

    private static List<String> ids(JsonNode rules) {
        return rules.valueStream().map(rule -> rule.path("id").asString("")).toList();
    }

    private static JsonNode texts(JsonNode rules, List<String> ids) {
        ArrayNode array = ((ArrayNode) rules).arrayNode();
        ids.forEach(array::add);
        return array;
    }

    private static boolean same(JsonNode before, JsonNode after) {
        if (before.isNumber() && after.isNumber()) {
            return before.decimalValue().compareTo(after.decimalValue()) == 0;
        }
        return before.equals(after);
    }
}
