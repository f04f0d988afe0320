package com.tracemem.policy;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The discount policy of three rules that the product ships: what one evaluation takes, and what compiling takes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EvaluationBenchmark {
    static final DecisionFacts DECISION = DecisionFacts.of(null);

    /** Which rule counts. */
    @Param({"default", "premium_cap", "standard_cap", "absolute_cap"})
    private String rule = "default";

    private String source = "";
    private Policy policy = Examples.policy(Examples.discountCap());
    private CompiledPolicies compiled = new CompiledPolicies();
    private ObjectNode inputs = Examples.json("{}");

    @SuppressWarnings("NullAway.Init") // set before anything is measured
    private PolicyVersion version;

    @Setup
    public void prepare() {
        source = Examples.discountCap();
        policy = Policy.of(PolicyDocument.read(source));
        version = new PolicyVersion(
                "tnt_1",
                policy.policyId(),
                1,
                policy.hash(),
                PolicyStatus.PUBLISHED,
                policy.document().canonicalText(),
                source,
                null,
                Instant.EPOCH,
                "usr_1");
        compiled = new CompiledPolicies();
        compiled.of(version);
        inputs = (ObjectNode) JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build()
                .readTree(
                        switch (rule) {
                            case "premium_cap" -> "{\"proposed_discount\":0.18,\"customer_tier\":\"premium\"}";
                            case "standard_cap" ->
                                "{\"proposed_discount\":0.25,\"customer_tier\":\"standard\",\"order_value\":10000}";
                            case "absolute_cap" -> "{\"proposed_discount\":0.75,\"order_value\":10000}";
                            default -> "{\"proposed_discount\":0.1,\"order_value\":10000}";
                        });
    }

    /** Defaults, schema check, conditions, message, nearest value: all but the trace. */
    @Benchmark
    public Evaluated evaluate() {
        return policy.evaluate(inputs, DECISION);
    }

    /** As it runs for an agent: from the cache, and with the hash of the inputs. */
    @Benchmark
    public Object evaluateAndHashInputs() {
        Evaluated evaluated = compiled.of(version).evaluate(inputs, DECISION);
        return ((Evaluated.Decided) evaluated).evaluation().inputsHash();
    }

    @Benchmark
    public Policy cached() {
        return compiled.of(version);
    }

    @Benchmark
    public Policy readAndCompile() {
        return Policy.of(PolicyDocument.read(source));
    }
}
