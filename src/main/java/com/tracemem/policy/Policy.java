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
    private static final int BYTES_A_CHARACTER = 12;
    private static final int BYTES_A_PART = 600;

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
        this.nearest = new NearestAllowed(this.rules, schema.shape(), schema.properties());
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

    /** Bytes of memory, roughly. */
    int weight() {
        int parts = rules.stream()
                .map(Rule::condition)
                .mapToInt(condition -> condition == null ? 0 : condition.parts())
                .sum();
        return BYTES_A_CHARACTER * document.source().length() + BYTES_A_PART * (parts + schema.parts());
    }

    List<Rule> rules() {
        return rules;
    }

    /** The first rule that matches counts; a rule that cannot be evaluated is a deny. */
    public Evaluated evaluate(ObjectNode inputs, DecisionFacts decision) {
        return evaluate(inputs, decision, new Meter(Meter.BUDGET));
    }

    Evaluated evaluate(ObjectNode inputs, DecisionFacts decision, Meter meter) {
        return evaluate(inputs, decision, meter, true);
    }

    private Evaluated evaluate(ObjectNode inputs, DecisionFacts decision, Meter meter, boolean advise) {
        ObjectNode complete = schema.withDefaults(inputs);
        InputLimits limits = new InputLimits(complete);
        List<FieldError> errors = limits.errors();
        if (errors.isEmpty()) {
            errors = unfit(complete, limits.values(), meter);
        }
        if (!errors.isEmpty()) {
            return new Evaluated.Unfit(errors);
        }
        Map<String, Object> values = values(complete);
        Run run = new Run(this, decision.values(), meter);
        return new Evaluated.Decided(
                switch (run.decide(values)) {
                    case Run.Ending.Failed failed -> failed(failed, complete);
                    case Run.Ending.Matched(Rule rule) -> {
                        boolean refuses = advise && rule.outcome() != PolicyOutcome.ALLOW;
                        yield matched(
                                rule,
                                refuses
                                        ? nearest.of(
                                                rule,
                                                values,
                                                complete,
                                                run,
                                                changed -> new InputLimits(changed)
                                                                .errors()
                                                                .isEmpty()
                                                        && schema.fits(changed, limits.values(), meter))
                                        : null,
                                complete);
                    }
                });
    }

    private List<FieldError> unfit(ObjectNode complete, int values, Meter meter) {
        try {
            return schema.errors(complete, values, meter);
        } catch (Meter.SpentException tooMuch) {
            return List.of(new FieldError(
                    "inputs", "take more work to check than a policy may cause; send fewer values, or shorter ones"));
        }
    }

    private static Evaluation failed(Run.Ending.Failed failed, ObjectNode inputs) {
        String rule = failed.rule().id();
        return new Evaluation(
                PolicyOutcome.DENY,
                rule,
                "Rule '" + rule + "' could not be evaluated, so the policy denies: " + failed.why(),
                Evaluation.EVALUATION_ERROR,
                null,
                null,
                null,
                inputs);
    }

    private static Evaluation matched(Rule rule, @Nullable ObjectNode nearestAllowed, ObjectNode inputs) {
        return new Evaluation(
                rule.outcome(),
                rule.id(),
                message(rule, inputs),
                null,
                threshold(rule),
                nearestAllowed,
                rule.outcome() == PolicyOutcome.REQUIRES_EXCEPTION ? rule.approval() : null,
                inputs);
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
        Meter meter = new Meter(Meter.BUDGET * 2);
        List<TestResult> results = new ArrayList<>();
        for (PolicyTest test : document.tests()) {
            results.add(TestResult.unfit(test)
                    .orElseGet(() -> TestResult.of(
                            test, evaluate(test.inputs(), DecisionFacts.of(test.decision()), meter, false))));
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
