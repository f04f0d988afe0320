package com.tracemem.server;

import java.io.PrintWriter;
import org.slf4j.LoggerFactory;

/** Tells the operator why a command ended. */
final class Failures {
    private Failures() {}

    /** What we foresaw is a sentence, what we did not is a stack trace in the log. Returns the exit code. */
    static int report(Exception failure, PrintWriter errors) {
        if (failure instanceof StartFailure || failure instanceof UnusableSettings) {
            errors.println(failure.getMessage());
        } else {
            LoggerFactory.getLogger(Failures.class).error("An unforeseen failure", failure);
            errors.println("TraceMem stopped because of a fault of its own, above. Please report it.");
        }
        errors.flush();
        return 1;
    }
}
