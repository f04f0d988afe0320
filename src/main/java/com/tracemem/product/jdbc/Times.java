package com.tracemem.product.jdbc;

import static java.time.format.DateTimeFormatter.ISO_LOCAL_TIME;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times as PostgreSQL's driver gives them. What RFC 3339 has no form for becomes a text that says it as the
 * database does: {@code infinity}, {@code 10000-01-01}, {@code 0044-03-15 BC}, {@code 24:00:00}.
 */
final class Times {
    private Times() {}

    static @Nullable Object of(@Nullable LocalDate date) {
        if (date == null || isUsual(date.getYear())) {
            return date;
        }
        return date.equals(LocalDate.MAX) ? "infinity" : date.equals(LocalDate.MIN) ? "-infinity" : text(date, "");
    }

    static @Nullable Object of(@Nullable LocalTime time) {
        // no other time of a database's has nanoseconds
        return LocalTime.MAX.equals(time) ? "24:00:00" : time;
    }

    static @Nullable Object of(@Nullable LocalDateTime time) {
        if (time == null || isUsual(time.getYear())) {
            return time;
        }
        return time.equals(LocalDateTime.MAX)
                ? "infinity"
                : time.equals(LocalDateTime.MIN)
                        ? "-infinity"
                        : text(time.toLocalDate(), "T" + ISO_LOCAL_TIME.format(time));
    }

    static @Nullable Object of(@Nullable OffsetDateTime time) {
        if (time == null) {
            return null;
        }
        if (time.equals(OffsetDateTime.MAX)) {
            return "infinity";
        }
        if (time.equals(OffsetDateTime.MIN)) {
            return "-infinity";
        }
        OffsetDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC);
        return isUsual(utc.getYear())
                ? utc.toInstant()
                : text(utc.toLocalDate(), "T" + ISO_LOCAL_TIME.format(utc) + "Z");
    }

    /** RFC 3339 writes years with four digits. */
    private static boolean isUsual(int year) {
        return year >= 1 && year <= 9999;
    }

    private static String text(LocalDate date, String time) {
        int year = date.getYear();
        String text = String.format(
                Locale.ROOT,
                "%04d-%02d-%02d%s",
                year > 0 ? year : 1 - year,
                date.getMonthValue(),
                date.getDayOfMonth(),
                time);
        return year > 0 ? text : text + " BC";
    }
}
