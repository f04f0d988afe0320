package com.tracemem.policy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int LONGEST_MESSAGE = 1_000;
    private static final int LONGEST_DESCRIPTION = 4_000;
    static final int LONGEST_CONDITION = 4_096;
    private static final int MOST_RULES = 50;
    private static final int MOST_TESTS = 100;
    private static final Pattern RULE_ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final List<String> OUTCOMES =
            Arrays.stream(PolicyOutcome.values()).map(PolicyOutcome::wireName).toList();
    private static final Verdict UNREADABLE = new Verdict(PolicyOutcome.DENY, null, null);

    private final Problems problems;
    private final String policyId;
    private final @Nullable String description;
    private final ObjectNode inputs;
    private final List<PolicyRule> rules = new ArrayList<>();
    private final Verdict fallback;
    private final List<PolicyTest> tests = new ArrayList<>();

    /** @throws InvalidPolicyException when anything is wrong */
    DocumentReader(PolicyText text) {
        problems = new Problems(text);
        ObjectNode root = (ObjectNode) text.json();
        refuseUnknown(root, "", "policy_id", "description", "inputs", "rules", "default", "tests");
        policyId = id(root);
        description = text(root, "", "description", LONGEST_DESCRIPTION, false);
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
        String id = text(root, "", "policy_id", 64, true);
        if (id != null && !PolicyDocument.ID.matcher(id).matches()) {
            problems.add("policy_id", "is " + quote(id) + "; use 1 to 64 of a-z, 0-9, _ and -");
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
                (schema == null ? "is missing" : "is " + kind(schema))
                        + "; give the JSON Schema of the inputs: {type: object, properties: {…}}");
        return JsonNodeFactory.instance.objectNode();
    }

    private void readRules(ObjectNode root) {
        JsonNode list = root.get("rules");
        if (list == null || !list.isArray()) {
            problems.add(
                    "rules",
                    (list == null ? "is missing" : "is " + kind(list))
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
                problems.add(path, "is " + kind(list.get(i)) + "; a rule has id, when, outcome and message");
                continue;
            }
            refuseUnknown(rule, path, "id", "when", "outcome", "message", "approval");
            String id = text(rule, path, "id", 64, true);
            if (id != null && !RULE_ID.matcher(id).matches()) {
                problems.add(path + ".id", "is " + quote(id) + "; use 1 to 64 letters, digits, _, - and .");
            } else if (id != null && id.equals(PolicyDocument.DEFAULT)) {
                problems.add(path + ".id", "is 'default', which names what holds when no rule matches; choose another");
            } else if (id != null && !ids.add(id)) {
                problems.add(path + ".id", "is " + quote(id) + ", as another rule's; give each its own");
            }
            String when = condition(rule, path);
            Verdict verdict = verdict(rule, path);
            rules.add(new PolicyRule(id == null ? "" : id, when == null ? "" : when, verdict));
        }
    }

    private @Nullable String condition(ObjectNode rule, String path) {
        JsonNode when = rule.get("when");
        if (when != null && when.isBoolean()) {
            return when.booleanValue() ? "true" : "false";
        }
        return text(rule, path, "when", LONGEST_CONDITION, true);
    }

    private Verdict readFallback(ObjectNode root) {
        JsonNode fallback = root.get("default");
        if (fallback instanceof ObjectNode object) {
            refuseUnknown(object, "default", "outcome", "message", "approval");
            return verdict(object, "default");
        }
        if (fallback != null && fallback.isString()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode().put("outcome", fallback.stringValue());
            return verdict(object, "default");
        }
        problems.add(
                "default",
                (fallback == null ? "is missing" : "is " + kind(fallback))
                        + "; say what holds when no rule matches: {outcome: deny, message: …}");
        return UNREADABLE;
    }

    private Verdict verdict(ObjectNode json, String path) {
        String written = text(json, path, "outcome", 64, true);
        PolicyOutcome outcome = written == null ? PolicyOutcome.DENY : outcome(written, path + ".outcome");
        String message = text(json, path, "message", LONGEST_MESSAGE, false);
        ApprovalTerms approval = json.has("approval") ? approval(json.get("approval"), path + ".approval") : null;
        if (approval != null && written != null && outcome != PolicyOutcome.REQUIRES_EXCEPTION) {
            problems.add(
                    path + ".approval",
                    "has no meaning when the outcome is " + outcome.wireName()
                            + "; remove it, or use requires_exception");
        }
        if (outcome == PolicyOutcome.REQUIRES_EXCEPTION && approval == null) {
            approval = ApprovalTerms.NONE;
        }
        return new Verdict(outcome, message, approval);
    }

    private PolicyOutcome outcome(String written, String path) {
        return PolicyOutcome.ofWireName(written).orElseGet(() -> {
            problems.add(
                    path,
                    "is " + quote(written) + "; use allow, deny or requires_exception"
                            + Suggestion.nearest(written, OUTCOMES)
                                    .map(name -> ", probably " + name)
                                    .orElse(""));
            return PolicyOutcome.DENY;
        });
    }

    private ApprovalTerms approval(JsonNode json, String path) {
        if (!(json instanceof ObjectNode object)) {
            problems.add(path, "is " + kind(json) + "; use {route, expires_in_seconds, require_rationale}");
            return ApprovalTerms.NONE;
        }
        refuseUnknown(object, path, "route", "expires_in_seconds", "require_rationale");
        String route = text(object, path, "route", 64, false);
        if (route != null && !PolicyDocument.ID.matcher(route).matches()) {
            problems.add(path + ".route", "is " + quote(route) + "; a route's id has 1 to 64 of a-z, 0-9, _ and -");
        }
        Integer seconds = null;
        JsonNode expires = object.get("expires_in_seconds");
        if (expires != null) {
            if (isWholeNumber(expires, 1, ApprovalTerms.LONGEST_WAIT_SECONDS)) {
                seconds = expires.decimalValue().intValue();
            } else {
                problems.add(
                        path + ".expires_in_seconds",
                        "is " + shown(expires) + "; use a whole number from 1 to "
                                + ApprovalTerms.LONGEST_WAIT_SECONDS);
            }
        }
        JsonNode rationale = object.get("require_rationale");
        if (rationale != null && !rationale.isBoolean()) {
            problems.add(path + ".require_rationale", "is " + shown(rationale) + "; use true or false");
        }
        return new ApprovalTerms(route, seconds, rationale != null && rationale.asBoolean(false));
    }

    private void readTests(ObjectNode root) {
        JsonNode list = root.get("tests");
        if (list == null) {
            return;
        }
        if (!list.isArray()) {
            problems.add("tests", "is " + kind(list) + "; give a list, each with inputs, outcome and rule");
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
                problems.add(path, "is " + kind(list.get(i)) + "; a test has inputs, outcome and rule");
                continue;
            }
            refuseUnknown(test, path, "name", "inputs", "decision", "outcome", "rule");
            String name = text(test, path, "name", 200, false);
            String outcome = text(test, path, "outcome", 64, true);
            String rule = text(test, path, "rule", 64, false);
            if (rule != null && !ids.contains(rule)) {
                problems.add(path + ".rule", "is " + quote(rule) + ", which is no rule" + Suggestion.of(rule, ids));
            }
            ObjectNode given = object(test, path, "inputs", true);
            ObjectNode decision = object(test, path, "decision", false);
            PolicyOutcome expected = outcome == null ? PolicyOutcome.DENY : outcome(outcome, path + ".outcome");
            if (given != null) {
                tests.add(new PolicyTest(name == null ? "test " + (i + 1) : name, given, decision, expected, rule));
            }
        }
    }

    private @Nullable ObjectNode object(ObjectNode parent, String path, String name, boolean required) {
        JsonNode value = parent.get(name);
        if (value instanceof ObjectNode object) {
            return object;
        }
        if (value != null || required) {
            problems.add(
                    PolicyText.child(path, name),
                    (value == null ? "is missing" : "is " + kind(value)) + "; give an object");
        }
        return null;
    }

    private @Nullable String text(ObjectNode parent, String path, String name, int longest, boolean required) {
        JsonNode value = parent.get(name);
        String field = PolicyText.child(path, name);
        if (value == null
                || value.isNull()
                || (value.isString() && value.stringValue().isBlank())) {
            if (required) {
                problems.add(field, "is missing or empty");
            }
            return null;
        }
        if (!value.isString()) {
            problems.add(
                    field, "is " + kind(value) + "; write text, in quotation marks where it looks like something else");
            return null;
        }
        String text = value.stringValue();
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            problems.add(field, "has " + length + " characters; at most " + longest + " are possible");
            return null;
        }
        return text;
    }

    private void refuseUnknown(ObjectNode object, String path, String... known) {
        List<String> names = List.of(known);
        for (String name : object.propertyNames()) {
            if (!names.contains(name)) {
                problems.add(
                        PolicyText.child(path, name),
                        "is not a field of " + (path.isEmpty() ? "a policy" : path.replaceAll("\\[\\d+]", ""))
                                + Suggestion.of(name, names));
            }
        }
    }

    static boolean isWholeNumber(JsonNode value, long least, long most) {
        if (!value.isNumber()) {
            return false;
        }
        BigDecimal exact = value.decimalValue();
        return exact.compareTo(BigDecimal.valueOf(least)) >= 0
                && exact.compareTo(BigDecimal.valueOf(most)) <= 0
                && exact.stripTrailingZeros().scale() <= 0;
    }

    static String quote(String text) {
        return "'" + cut(text) + "'";
    }

    static String shown(JsonNode value) {
        return cut(value.toString());
    }

    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "empty";
        };
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= 80 ? line : line.substring(0, 80) + "…";
    }
}
