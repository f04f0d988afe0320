package com.tracemem.bench;

import java.util.Arrays;

/** Measured values; percentiles by the nearest rank. */
final class Samples {
    private double[] values = new double[256];
    private int count;

    void add(double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = value;
    }

    int count() {
        return count;
    }

    double median() {
        return percentile(50);
    }

    double percentile(double percent) {
        if (count == 0) {
            throw new BenchFailure("Nothing was measured.");
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(percent / 100 * count) - 1)];
    }
}
