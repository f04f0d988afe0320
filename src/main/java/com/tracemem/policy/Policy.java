package com.tracemem.policy;

import com.tracemem.identity.FieldError;
import com.tracemem.trace.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document made ready to be evaluated. Immutable, for any number of threads; what it says depends on nothing but
 * itself, the inputs, and the decision's facts.
 */
public final class Policy {
    private final PolicyDocument document;
    private final Sha256 hash;
    private final InputSchema schema;
    private final List<Rule> rules;
    private final Rule fallback;
    private final NearestAllowed nearest;

    /** A rule ready to run; the fallback has no condition. */
    record Rule(
            String id,
            @Nullable Condition condition,
            PolicyOutcome outcome,
            @Nullable Template message,
            @Nullable ApprovalTerms approval) {}

    private Policy(PolicyDocument document, InputSchema schema, List<Rule> rules, Rule fallback) {
        this.document = document;
        this.hash = document.hash();
        this.schema = schema;
        this.rules = List.copyOf(rules);
        this.fallback = fallback;
        this.nearest = new NearestAllowed(this.rules, fallback, schema.shape(), schema.properties());
    }

    /**
     * Checks schema, conditions and messages.
     *
     * @throws InvalidPolicyException with everything that is wrong with them
     */
    public static Policy of(PolicyDocument document) {
        Problems problems = new Problems(document.text());
        Optional<InputSchema> schema = InputSchema.of(document.inputs(), problems);
        if (schema.isEmpty()) {
            throw new InvalidPolicyException(problems.all());
        }
        Shape.Fields inputs = schema.get().shape();
        Conditions conditions = new Conditions(inputs, problems);
        List<Rule> rules = IntStream.range(0, document.rules().size())
                .mapToObj(i -> {
                    PolicyRule rule = document.rules().get(i);
                    Condition condition = conditions
                            .compile(rule.when(), "rules[" + i + "].when")
                            .orElse(null);
                    return rule(rule.id(), condition, rule.verdict(), inputs, "rules[" + i + "]", problems);
                })
                .toList();
        Rule fallback = rule(PolicyDocument.DEFAULT, null, document.fallback(), inputs, "default", problems);
        problems.throwIfAny();
        return new Policy(document, schema.get(), rules, fallback);
    }

    private static Rule rule(
            String id,
            @Nullable Condition condition,
            Verdict verdict,
            Shape.Fields inputs,
            String path,
            Problems problems) {
        Template message =
                verdict.message() == null ? null : Template.of(verdict.message(), inputs, path + ".message", problems);
        return new Rule(id, condition, verdict.outcome(), message, verdict.approval());
    }

    public PolicyDocument document() {
        return document;
    }

    public String policyId() {
        return document.policyId();
    }

    public Sha256 hash() {
        return hash;
    }

    List<Rule> rules() {
        return rules;
    }

    /** The first rule that matches counts; a rule that cannot be evaluated is a deny. */
    public Evaluated evaluate(ObjectNode inputs, DecisionFacts decision) {
        return evaluate(inputs, decision, new Meter(Meter.BUDGET));
    }

    Evaluated evaluate(ObjectNode inputs, DecisionFacts decision, Meter meter) {
        List<FieldError> tooMuch = InputLimits.errors(inputs);
        if (!tooMuch.isEmpty()) {
            return new Evaluated.Unfit(tooMuch);
        }
        ObjectNode complete = schema.withDefaults(inputs);
        List<FieldError> errors = schema.errors(complete);
        if (!errors.isEmpty()) {
            return new Evaluated.Unfit(errors);
        }
        Map<String, Object> values = values(complete);
        Run run = new Run(this, decision.values(), meter);
        return new Evaluated.Decided(explained(run, values, complete));
    }

    private Evaluation explained(Run run, Map<String, Object> values, ObjectNode inputs) {
        return switch (run.decide(values)) {
            case Run.Ending.Failed failed ->
                new Evaluation(
                        PolicyOutcome.DENY,
                        failed.rule().id(),
                        "Rule '" + failed.rule().id() + "' could not be evaluated, so the policy denies: "
                                + failed.why(),
                        Evaluation.EVALUATION_ERROR,
                        null,
                        null,
                        null,
                        inputs);
            case Run.Ending.Matched matched -> {
                Rule rule = matched.rule();
                yield new Evaluation(
                        rule.outcome(),
                        rule.id(),
                        message(rule, inputs),
                        null,
                        threshold(rule),
                        rule.outcome() == PolicyOutcome.ALLOW
                                ? null
                                : nearest.of(rule, values, inputs, run, schema::fits),
                        rule.outcome() == PolicyOutcome.REQUIRES_EXCEPTION ? rule.approval() : null,
                        inputs);
            }
        };
    }

    private static String message(Rule rule, ObjectNode inputs) {
        if (rule.message() != null) {
            return rule.message().fill(inputs);
        }
        String by = rule.id().equals(PolicyDocument.DEFAULT) ? "No rule matches" : "Rule '" + rule.id() + "' matches";
        return switch (rule.outcome()) {
            case ALLOW -> by + ", which allows it";
            case DENY -> by + ", which denies it";
            case REQUIRES_EXCEPTION -> by + ", which requires a human's approval";
        };
    }

    private static @Nullable Double threshold(Rule rule) {
        List<Condition.Comparison> comparisons =
                rule.condition() == null ? List.of() : rule.condition().comparisons();
        return comparisons.size() == 1 ? comparisons.getFirst().value() : null;
    }

    @SuppressWarnings("unchecked") // an object becomes a map
    Map<String, Object> values(ObjectNode inputs) {
        return (Map<String, Object>) CelValues.of(inputs, schema.shape());
    }

    Rule fallback() {
        return fallback;
    }

    /** Which inputs a condition reads that are not there. */
    static List<String> absent(Condition condition, Map<String, Object> values) {
        return condition.mentioned().stream()
                .filter(name -> !values.containsKey(name))
                .sorted()
                .toList();
    }

    /**
     * Runs the examples that the document carries.
     *
     * @return one result for each, in their order
     */
    public List<TestResult> runTests() {
        Meter meter = new Meter(Meter.BUDGET * 4);
        List<TestResult> results = new ArrayList<>();
        for (PolicyTest test : document.tests()) {
            results.add(TestResult.of(test, evaluate(test.inputs(), DecisionFacts.of(test.decision()), meter)));
        }
        return results;
    }

    /** Evaluates, and says of every rule whether it matches, also of those after the one that counts. */
    public Simulation simulate(ObjectNode inputs, DecisionFacts decision) {
        Evaluated evaluated = evaluate(inputs, decision);
        return switch (evaluated) {
            case Evaluated.Unfit unfit -> new Simulation(evaluated, List.of());
            case Evaluated.Decided decided ->
                new Simulation(
                        evaluated,
                        new Run(this, decision.values(), new Meter(Meter.BUDGET))
                                .all(values(decided.evaluation().inputs())));
        };
    }
}
