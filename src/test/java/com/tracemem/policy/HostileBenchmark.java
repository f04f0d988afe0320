package com.tracemem.policy;

import java.util.List;
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

/** What texts that were written to do harm take until they are refused, or until what they ask for is stopped. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseSerialGC")
@Measurement(iterations = 1)
public class HostileBenchmark {
    @Param
    private HostileText text = HostileText.LONG_SUM;

    private String source = "";

    /** A JVM that did what a server does when it starts, and nothing else. */
    @Setup
    public void prepare() {
        PolicyWarmUp.run(1);
        source = text.source();
    }

    @Benchmark
    public List<?> first() {
        try {
            return Policy.of(PolicyDocument.read(source)).runTests();
        } catch (InvalidPolicyException refused) {
            return refused.problems();
        }
    }
}
