package com.tracemem.policy;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a thousand published policies, ready to be evaluated, take of the heap. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx256m"})
@Measurement(iterations = 1)
public class MemoryBenchmark {
    private static final int POLICIES = 1_000;
    private static final double MEGABYTE = 1_000_000;

    /** In megabytes, beside the time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Heap {
        public double megabytes;
    }

    private final List<Policy> policies = new ArrayList<>();
    private String source = "";

    @Setup(Level.Iteration)
    public void prepare() {
        source = Examples.discountCap();
        policies.clear();
        policies.add(policy(0));
    }

    @Benchmark
    public List<Policy> thousandPolicies(Heap heap) {
        long before = used();
        for (int number = 1; number <= POLICIES; number++) {
            policies.add(policy(number));
        }
        heap.megabytes = (used() - before) / MEGABYTE;
        return policies;
    }

    private Policy policy(int number) {
        return Policy.of(PolicyDocument.read(source.replace("discount_cap_v1", "discount_cap_" + number)));
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
