package com.tracemem.sandbox;

import java.time.Instant;

/**
 * An answer that was sent back, and how it went.
 *
 * @param httpStatus what the product answered, or 0 when it could not be reached
 * @param sentence the outcome as a person wants to read it
 */
record Reply(Verdict verdict, String rationale, Instant sentAt, int httpStatus, String sentence) {
    boolean succeeded() {
        return httpStatus >= 200 && httpStatus < 300;
    }
}
