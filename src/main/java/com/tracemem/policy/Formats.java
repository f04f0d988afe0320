package com.tracemem.policy;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.YearMonth;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The formats of JSON Schema that texts can be held against. Each takes time in proportion to the text, which patterns
 * for such things often do not.
 */
final class Formats {
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_LOCAL_PART = 64;
    private static final int LONGEST_DURATION = 64;
    private static final Pattern DURATION =
            Pattern.compile("P(\\d+W|(?=[\\dT])(\\d+Y)?(\\d+M)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?)");
    /** Seconds end at 59: a leap second is no time that conditions could read. */
    private static final Pattern TIME =
            Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)");

    private static final int LONGEST_TIME = 24;
    private static final int LENGTH_OF_DATE = 10;
    private static final Pattern DATE = Pattern.compile("\\d{4}-(0[1-9]|1[0-2])-\\d{2}");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?");
    private static final Pattern ATOM = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+");

    /** @param example what to give, in words */
    private record Known(String example, Predicate<String> fits) {}

    private static final Map<String, Known> KNOWN = known();

    private Formats() {}

    private static Map<String, Known> known() {
        Map<String, Known> known = new LinkedHashMap<>();
        known.put("date", new Known("a date, such as 2026-01-31", Formats::isDate));
        known.put("time", new Known("a time with its offset, such as 10:15:00Z", Formats::isTime));
        known.put(
                "date-time",
                new Known("a date and time with its offset, such as 2026-01-31T10:15:00Z", Formats::isDateTime));
        known.put("duration", new Known("a duration, such as P3D or PT1H30M", Formats::isDuration));
        known.put("email", new Known("an e-mail address, such as ann@example.com", Formats::isEmail));
        known.put("hostname", new Known("the name of a host, such as www.example.com", Formats::isHost));
        known.put("ipv4", new Known("an IPv4 address, such as 192.0.2.1", text -> isAddress(text, '.')));
        known.put("ipv6", new Known("an IPv6 address, such as 2001:db8::1", text -> isAddress(text, ':')));
        known.put("uri", new Known("a URI, such as https://example.com/a", text -> isUri(text, true)));
        known.put("uri-reference", new Known("a URI or a path, such as /a", text -> isUri(text, false)));
        known.put("uuid", new Known("a UUID, such as 123e4567-e89b-12d3-a456-426614174000", Formats::isUuid));
        return Collections.unmodifiableMap(known);
    }

    static Set<String> names() {
        return KNOWN.keySet();
    }

    /** What a text of the format looks like, in words. */
    static String example(String name) {
        Known known = KNOWN.get(name);
        return known == null ? "text of the format " + Wording.quote(name) : known.example();
    }

    static Optional<Predicate<String>> of(String name) {
        return Optional.ofNullable(KNOWN.get(name)).map(Known::fits);
    }

    /** For the validator. */
    static List<Format> all() {
        return KNOWN.entrySet().stream()
                .<Format>map(
                        known -> new Checked(known.getKey(), known.getValue().fits()))
                .toList();
    }

    private record Checked(String name, Predicate<String> fits) implements Format {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean matches(ExecutionContext context, String text) {
            return fits.test(text);
        }
    }

    private static boolean isDate(String text) {
        return text.length() == LENGTH_OF_DATE
                && DATE.matcher(text).matches()
                && isDay(
                        Integer.parseInt(text.substring(0, 4)),
                        Integer.parseInt(text.substring(5, 7)),
                        Integer.parseInt(text.substring(8)));
    }

    private static boolean isDay(int year, int month, int day) {
        return day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth();
    }

    private static boolean isTime(String text) {
        return text.length() <= LONGEST_TIME && TIME.matcher(text).matches();
    }

    private static boolean isDateTime(String text) {
        return text.length() > LENGTH_OF_DATE
                && (text.charAt(LENGTH_OF_DATE) == 'T' || text.charAt(LENGTH_OF_DATE) == 't')
                && isDate(text.substring(0, LENGTH_OF_DATE))
                && isTime(text.substring(LENGTH_OF_DATE + 1));
    }

    private static boolean isDuration(String text) {
        return text.length() <= LONGEST_DURATION && DURATION.matcher(text).matches();
    }

    private static boolean isEmail(String text) {
        int at = text.lastIndexOf('@');
        return at > 0
                && at <= LONGEST_LOCAL_PART
                && Splitter.on('.')
                        .splitToStream(text.substring(0, at))
                        .allMatch(atom -> ATOM.matcher(atom).matches())
                && isHost(text.substring(at + 1));
    }

    private static boolean isHost(String text) {
        return text.length() <= LONGEST_HOST
                && Splitter.on('.')
                        .splitToStream(text)
                        .allMatch(label -> label.length() <= LONGEST_LABEL
                                && LABEL.matcher(label).matches());
    }

    /** Never asks a name server. */
    private static boolean isAddress(String text, char separator) {
        return text.length() <= LONGEST_LABEL
                && (text.indexOf(':') >= 0) == (separator == ':')
                && text.indexOf('%') < 0
                && InetAddresses.isInetAddress(text);
    }

    private static boolean isUri(String text, boolean absolute) {
        if (!text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            return false;
        }
        try {
            return new URI(text).isAbsolute() || !absolute;
        } catch (URISyntaxException broken) {
            return false;
        }
    }

    private static boolean isUuid(String text) {
        return text.length() == 36 && UUID.matcher(text).matches();
    }
}
