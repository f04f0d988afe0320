package com.tracemem.trace;

import java.time.Instant;

/** What a caller is told about an event that it caused to be written. */
public record AppendedEvent(String eventId, long seq, int decisionSeq, Instant time) {}
