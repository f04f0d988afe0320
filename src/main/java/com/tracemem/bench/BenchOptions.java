package com.tracemem.bench;

import java.nio.file.Path;

/**
 * What to measure with.
 *
 * @param json print one line for machines instead of the table
 * @param seconds how long each measured round lasts, 1 to 60; the whole takes about twelve times as long
 * @param directory where the temporary data directory is made: its disk is part of what is measured
 */
public record BenchOptions(boolean json, int seconds, Path directory) {
    public static final int DEFAULT_SECONDS = 5;

    public BenchOptions {
        if (seconds < 1 || seconds > 60) {
            throw new IllegalArgumentException("--seconds is " + seconds + ": use 1 to 60.");
        }
    }
}
