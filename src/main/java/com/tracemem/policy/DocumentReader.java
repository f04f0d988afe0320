package com.tracemem.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Takes a document apart, and says everything that is wrong with its shape at once. */
final class DocumentReader {
    private static final int LONGEST_DESCRIPTION = 4_000;
    static final int LONGEST_CONDITION = 4_096;
    private static final int MOST_RULES = 50;
    private static final int MOST_TESTS = 100;
    private static final Pattern RULE_ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Verdict UNREADABLE = new Verdict(PolicyOutcome.DENY, null, null);

    private final Problems problems;
    private final FieldReader fields;
    private final VerdictReader verdicts;
    private final String policyId;
    private final @Nullable String description;
    private final ObjectNode inputs;
    private final List<PolicyRule> rules = new ArrayList<>();
    private final Verdict fallback;
    private final List<PolicyTest> tests = new ArrayList<>();

    /** @throws InvalidPolicyException when anything is wrong */
    DocumentReader(PolicyText text) {
        problems = new Problems(text);
        fields = new FieldReader(problems);
        verdicts = new VerdictReader(fields, problems);
        ObjectNode root = (ObjectNode) text.json();
        fields.refuseUnknown(root, "", "policy_id", "description", "inputs", "rules", "default", "tests");
        policyId = id(root);
        description = fields.text(root, "", "description", LONGEST_DESCRIPTION, false);
        inputs = schema(root);
        readRules(root);
        fallback = readFallback(root);
        readTests(root);
        problems.throwIfAny();
    }

    String policyId() {
        return policyId;
    }

    @Nullable
    String description() {
        return description;
    }

    ObjectNode inputs() {
        return inputs;
    }

    List<PolicyRule> rules() {
        return rules;
    }

    Verdict fallback() {
        return fallback;
    }

    List<PolicyTest> tests() {
        return tests;
    }

    private String id(ObjectNode root) {
        String id = fields.text(root, "", "policy_id", 64, true);
        if (id != null && !PolicyDocument.ID.matcher(id).matches()) {
            problems.add("policy_id", "is " + Wording.quote(id) + "; use 1 to 64 of a-z, 0-9, _ and -");
        }
        return id == null ? "" : id;
    }

    private ObjectNode schema(ObjectNode root) {
        JsonNode schema = root.get("inputs");
        if (schema instanceof ObjectNode object) {
            return object;
        }
        problems.add(
                "inputs",
                (schema == null ? "is missing" : "is " + Wording.kind(schema))
                        + "; give the JSON Schema of the inputs: {type: object, properties: {…}}");
        return JsonNodeFactory.instance.objectNode();
    }

    private void readRules(ObjectNode root) {
        JsonNode list = root.get("rules");
        if (list == null || !list.isArray()) {
            problems.add(
                    "rules",
                    (list == null ? "is missing" : "is " + Wording.kind(list))
                            + "; give a list of rules, each with id, when, outcome and message; [] for none");
            return;
        }
        if (list.size() > MOST_RULES) {
            problems.add("rules", "has " + list.size() + " rules; at most " + MOST_RULES + " are possible");
            return;
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String path = "rules[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode rule)) {
                problems.add(path, "is " + Wording.kind(list.get(i)) + "; a rule has id, when, outcome and message");
                continue;
            }
            fields.refuseUnknown(rule, path, "id", "when", "outcome", "message", "approval");
            String id = fields.text(rule, path, "id", 64, true);
            if (id != null && !RULE_ID.matcher(id).matches()) {
                problems.add(path + ".id", "is " + Wording.quote(id) + "; use 1 to 64 letters, digits, _, - and .");
            } else if (id != null && id.equals(PolicyDocument.DEFAULT)) {
                problems.add(path + ".id", "is 'default', which names what holds when no rule matches; choose another");
            } else if (id != null && !ids.add(id)) {
                problems.add(path + ".id", "is " + Wording.quote(id) + ", as another rule's; give each its own");
            }
            String when = condition(rule, path);
            Verdict verdict = verdicts.verdict(rule, path);
            rules.add(new PolicyRule(id == null ? "" : id, when == null ? "" : when, verdict));
        }
    }

    private @Nullable String condition(ObjectNode rule, String path) {
        JsonNode when = rule.get("when");
        if (when != null && when.isBoolean()) {
            return when.booleanValue() ? "true" : "false";
        }
        return fields.text(rule, path, "when", LONGEST_CONDITION, true);
    }

    private Verdict readFallback(ObjectNode root) {
        JsonNode fallback = root.get("default");
        if (fallback instanceof ObjectNode object) {
            fields.refuseUnknown(object, "default", "outcome", "message", "approval");
            return verdicts.verdict(object, "default");
        }
        if (fallback != null && fallback.isString()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode().put("outcome", fallback.stringValue());
            return verdicts.verdict(object, "default");
        }
        problems.add(
                "default",
                (fallback == null ? "is missing" : "is " + Wording.kind(fallback))
                        + "; say what holds when no rule matches: {outcome: deny, message: …}");
        return UNREADABLE;
    }

    private void readTests(ObjectNode root) {
        JsonNode list = root.get("tests");
        if (list == null) {
            return;
        }
        if (!list.isArray()) {
            problems.add("tests", "is " + Wording.kind(list) + "; give a list, each with inputs, outcome and rule");
            return;
        }
        if (list.size() > MOST_TESTS) {
            problems.add("tests", "has " + list.size() + " tests; at most " + MOST_TESTS + " are possible");
            return;
        }
        Set<String> ids = new HashSet<>();
        rules.forEach(rule -> ids.add(rule.id()));
        ids.add(PolicyDocument.DEFAULT);
        for (int i = 0; i < list.size(); i++) {
            String path = "tests[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode test)) {
                problems.add(path, "is " + Wording.kind(list.get(i)) + "; a test has inputs, outcome and rule");
                continue;
            }
            fields.refuseUnknown(test, path, "name", "inputs", "decision", "outcome", "rule");
            String name = fields.text(test, path, "name", 200, false);
            String outcome = fields.text(test, path, "outcome", 64, true);
            String rule = fields.text(test, path, "rule", 64, false);
            if (rule != null && !ids.contains(rule)) {
                problems.add(
                        path + ".rule", "is " + Wording.quote(rule) + ", which is no rule" + Suggestion.of(rule, ids));
            }
            ObjectNode given = fields.object(test, path, "inputs", true);
            ObjectNode decision = fields.object(test, path, "decision", false);
            PolicyOutcome expected =
                    outcome == null ? PolicyOutcome.DENY : verdicts.outcome(outcome, path + ".outcome");
            if (given != null) {
                tests.add(new PolicyTest(name == null ? "test " + (i + 1) : name, given, decision, expected, rule));
            }
        }
    }
}
