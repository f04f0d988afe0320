package com.tracemem.trace;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as every door and every event writes them: RFC 3339 in UTC with three digits of milliseconds. */
public final class WireTime {
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private WireTime() {}

    public static String format(Instant time) {
        return MILLISECONDS.format(time);
    }
}
