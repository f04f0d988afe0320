package com.tracemem.bench;

import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured.
 *
 * @param latencyP50 milliseconds, as is {@code latencyP99}
 * @param machine what it was measured on
 */
record Figures(
        double operationsPerSecond,
        double evaluationsPerSecond,
        double readsPerSecond,
        double floorPerSecond,
        double approvalsPerSecond,
        double latencyP50,
        double latencyP99,
        DeliveryFigures delivery,
        double startSeconds,
        long residentBytes,
        PoolFigures pools,
        String machine) {

    private static final double MEGABYTE = 1_000_000;

    double ratio() {
        return operationsPerSecond / floorPerSecond;
    }

    double evaluationRatio() {
        return evaluationsPerSecond / operationsPerSecond;
    }

    /** How much a read of a row costs, in operations. */
    double readCost() {
        return operationsPerSecond / readsPerSecond;
    }

    String json() {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.putObject("governed_ops")
                .put("per_s", rounded(operationsPerSecond, 1))
                .put("floor_per_s", rounded(floorPerSecond, 1))
                .put("ratio", rounded(ratio(), 3));
        root.putObject("policy_evaluations")
                .put("per_s", rounded(evaluationsPerSecond, 1))
                .put("ratio", rounded(evaluationRatio(), 3));
        root.putObject("data_reads").put("per_s", rounded(readsPerSecond, 1)).put("cost", rounded(readCost(), 3));
        root.putObject("approvals").put("per_s", rounded(approvalsPerSecond, 1));
        root.putObject("delivery")
                .put("rate_per_s", DeliveryLatency.PER_SECOND)
                .put("p50_ms", rounded(latencyP50, 2))
                .put("p99_ms", rounded(latencyP99, 2))
                .put("drained_per_s", rounded(delivery.drainedPerSecond(), 1))
                .put("p99_ms_of_20", rounded(delivery.p99Healthy(), 2))
                .put("p99_ms_one_of_20_hangs", rounded(delivery.p99Hanging(), 2))
                .put("rss_mb_drained", rounded(delivery.residentBefore() / MEGABYTE, 1))
                .put("rss_mb_million_waiting", rounded(delivery.residentAfter() / MEGABYTE, 1));
        root.putObject("start").put("seconds", rounded(startSeconds, 2));
        root.putObject("memory")
                .put("rss_mb", rounded(residentBytes / MEGABYTE, 1))
                .put("after_calls", Bench.CALLS_BEFORE_MEMORY);
        root.putObject("idle_pools")
                .put("connectors", IdlePools.CONNECTORS)
                .put("heap_mb", rounded(pools.heapBytes() / MEGABYTE, 2))
                .put("rss_mb", rounded(pools.residentBytes() / MEGABYTE, 2))
                .put("threads", pools.threads());
        root.put("machine", machine);
        return root.toString();
    }

    String table() {
        return row("", "measured", "wanted")
                + row("governed operations", "%,.0f /s".formatted(operationsPerSecond), "")
                + row("  floor: update + insert over JDBC", "%,.0f /s".formatted(floorPerSecond), "")
                + row("  ratio", "%.2f".formatted(ratio()), "at least 0.7, aim 1.0")
                + row("policy evaluations", "%,.0f /s".formatted(evaluationsPerSecond), "")
                + row("  of governed operations", "%.2f".formatted(evaluationRatio()), "at least 0.9")
                + row("reads of one row by key", "%,.0f /s".formatted(readsPerSecond), "")
                + row("  cost in governed operations", "%.2f".formatted(readCost()), "at most 1.6")
                + row("whole approvals", "%,.0f /s".formatted(approvalsPerSecond), "at least 800 /s, aim 3,000 /s")
                + row("request to delivery at 100 /s, p50", "%.1f ms".formatted(latencyP50), "under 15 ms")
                + row("  p99", "%.1f ms".formatted(latencyP99), "under 80 ms")
                + row(
                        "drained from a backlog of 50,000",
                        "%,.0f /s".formatted(delivery.drainedPerSecond()),
                        "at least 3,000 /s, aim 5,000 /s")
                + row("request to delivery, 20 endpoints, p99", "%.1f ms".formatted(delivery.p99Healthy()), "")
                + row("  while one of them hangs", "%.1f ms".formatted(delivery.p99Hanging()), "at most twice as long")
                + row("memory after the backlog", "%,.0f MB".formatted(delivery.residentBefore() / MEGABYTE), "")
                + row(
                        "  with 1,000,000 messages waiting",
                        "%,.0f MB".formatted(delivery.residentAfter() / MEGABYTE),
                        "not more")
                + row("serve to first answered call", "%.2f s".formatted(startSeconds), "under 5 s")
                + row("memory after 10,000 calls", "%,.0f MB".formatted(residentBytes / MEGABYTE), "under 350 MB")
                + row(
                        "%d connectors with idle pools, heap".formatted(IdlePools.CONNECTORS),
                        "%.1f MB".formatted(pools.heapBytes() / MEGABYTE),
                        "under 30 MB")
                + row("  resident memory", "%.1f MB".formatted(pools.residentBytes() / MEGABYTE), "under 30 MB")
                + row("  threads", Long.toString(pools.threads()), "none")
                + "on " + machine + "\n";
    }

    private static String row(String what, String measured, String wanted) {
        return String.format(Locale.ROOT, "%-39s %14s   %s", what, measured, wanted)
                        .stripTrailing() + "\n";
    }

    private static double rounded(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Math.round(value * scale) / scale;
    }
}
