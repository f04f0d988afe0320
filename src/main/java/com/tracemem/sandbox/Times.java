package com.tracemem.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Points in time as a person reads them, in this machine's time zone. */
record Times(Instant now, ZoneId zone) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH);

    /** A {@code time} element such as "14:03:10 (in 59 minutes)"; text that is no time stands as it is. */
    String element(String instant) {
        try {
            return element(Instant.parse(instant));
        } catch (DateTimeParseException unreadable) {
            return Html.escape(instant);
        }
    }

    String element(Instant instant) {
        var local = instant.atZone(zone);
        boolean today = local.toLocalDate().equals(now.atZone(zone).toLocalDate());
        return "<time datetime=\"" + instant + "\">" + (today ? CLOCK : DATE).format(local) + "</time> ("
                + relative(instant) + ")";
    }

    boolean isPast(String instant) {
        try {
            return Instant.parse(instant).isBefore(now);
        } catch (DateTimeParseException unreadable) {
            return false;
        }
    }

    private String relative(Instant instant) {
        Duration distance = Duration.between(now, instant);
        long seconds = Math.abs(distance.toSeconds());
        if (seconds < 45) {
            return distance.isNegative() || seconds < 2 ? "just now" : "in a moment";
        }
        String amount = seconds < 90 * 60
                ? count(Math.max(1, Math.round(seconds / 60.0)), "minute")
                : seconds < 36 * 3600 ? count(Math.round(seconds / 3600.0), "hour") : count(seconds / 86_400, "day");
        return distance.isNegative() ? amount + " ago" : "in " + amount;
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
