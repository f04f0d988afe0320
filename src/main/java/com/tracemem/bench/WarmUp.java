package com.tracemem.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Runs a load until it no longer gets faster: the server compiles its code meanwhile, which two processors take their time
 * for. Bounded, so that a machine whose speed wobbles is measured all the same.
 */
final class WarmUp {
    private static final Duration STEP = Duration.ofSeconds(2);
    private static final int FEWEST_STEPS = 14;
    private static final int MOST_STEPS = 24;
    private static final double STILL_RISING = 1.03;

    private WarmUp() {}

    /** Something that can be driven for a while. */
    @FunctionalInterface
    interface Load {
        double perSecond(Duration time) throws IOException, SQLException, InterruptedException;
    }

    static void until(Load load) throws IOException, SQLException, InterruptedException {
        double best = 0;
        int sinceBest = 0;
        for (int step = 1; step <= MOST_STEPS && (step <= FEWEST_STEPS || sinceBest < 4); step++) {
            double rate = load.perSecond(STEP);
            sinceBest = rate > best * STILL_RISING ? 0 : sinceBest + 1;
            best = Math.max(best, rate);
        }
    }
}
