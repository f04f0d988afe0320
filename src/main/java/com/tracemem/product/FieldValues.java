package com.tracemem.product;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Values between JSON and Java, by the type of their field. In Java they are: {@code STRING} and {@code JSON} a
 * {@link String}, {@code INTEGER} a {@link Long}, {@code NUMBER} a {@link BigDecimal}, {@code BOOLEAN} a {@link Boolean},
 * {@code DATE} a {@link LocalDate}, {@code TIME} a {@link LocalTime}, {@code TIMESTAMP} an {@link Instant},
 * {@code DATETIME} a {@link LocalDateTime}, {@code UUID} a {@link UUID}.
 */
public final class FieldValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,19}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,400}(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?");
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    /** More than a double has, as many as PostgreSQL's numeric is commonly declared with. */
    private static final int MOST_DIGITS = 400;

    private static final long LARGEST_EXACT = 1L << 53;
    private static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 3, 9, true)
            .appendLiteral('Z')
            .toFormatter()
            .withZone(ZoneOffset.UTC);

    private FieldValues() {}

    /** The value for a field of this type; text that says it plainly is taken as well. */
    static Object of(FieldType type, JsonNode value) throws UnfitValue {
        return switch (type) {
            case STRING -> text(value);
            case INTEGER -> integer(value);
            case NUMBER -> number(value);
            case BOOLEAN -> truth(value);
            case DATE -> time(value, "a date, such as 2026-01-31", LocalDate::parse);
            case TIME -> time(value, "a time of day, such as 12:30:00", LocalTime::parse);
            case TIMESTAMP ->
                time(
                        value,
                        "a time with its zone, such as 2026-01-31T12:30:00Z",
                        text -> OffsetDateTime.parse(text).toInstant());
            case DATETIME ->
                time(value, "a date and time without a zone, such as 2026-01-31T12:30:00", LocalDateTime::parse);
            case UUID -> uuid(value);
            case JSON -> json(value);
        };
    }

    private static String text(JsonNode value) throws UnfitValue {
        if (value.isNumber()) {
            return numberText(value);
        }
        if (!value.isString()) {
            throw new UnfitValue("a text");
        }
        return wellFormed(value.stringValue());
    }

    private static String numberText(JsonNode value) throws UnfitValue {
        return value.isIntegralNumber() ? value.asString() : number(value).toPlainString();
    }

    /** No database here keeps a NUL in a text, and none keeps half a character. */
    private static String wellFormed(String text) throws UnfitValue {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new UnfitValue("a text without NUL characters");
            }
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw new UnfitValue("a text of whole characters");
                }
                i++;
            }
        }
        return text;
    }

    private static Long integer(JsonNode value) throws UnfitValue {
        UnfitValue unfit = new UnfitValue("an integer, such as 1001");
        try {
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                return value.longValue();
            }
            if (value.isNumber()) {
                return number(value).longValueExact();
            }
            if (value.isString() && INTEGER.matcher(value.stringValue()).matches()) {
                return Long.valueOf(value.stringValue());
            }
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw unfit;
        }
        throw unfit;
    }

    private static BigDecimal number(JsonNode value) throws UnfitValue {
        UnfitValue unfit = new UnfitValue("a number, such as 12.5");
        BigDecimal number;
        if (value.isNumber()) {
            double rough = value.numberValue().doubleValue();
            if (Double.isNaN(rough) || Double.isInfinite(rough)) {
                throw unfit;
            }
            number = value.decimalValue();
        } else if (value.isString() && NUMBER.matcher(value.stringValue()).matches()) {
            number = new BigDecimal(value.stringValue());
        } else {
            throw unfit;
        }
        if (number.precision() > MOST_DIGITS || Math.abs(number.scale()) > MOST_DIGITS) {
            throw unfit;
        }
        return number;
    }

    private static Boolean truth(JsonNode value) throws UnfitValue {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return switch (value.isString() ? value.stringValue() : "") {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UnfitValue("true or false");
        };
    }

    private static UUID uuid(JsonNode value) throws UnfitValue {
        if (!value.isString() || !UUID_TEXT.matcher(value.stringValue()).matches()) {
            throw new UnfitValue("a UUID, such as 0f8fad5b-d9cb-469f-a165-70867728950e");
        }
        return UUID.fromString(value.stringValue());
    }

    private static String json(JsonNode value) throws UnfitValue {
        String text = value.toString();
        if (text.contains("\\u0000")) {
            throw new UnfitValue("JSON without NUL characters");
        }
        return text;
    }

    private interface Parse {
        Object from(String text);
    }

    private static Object time(JsonNode value, String needed, Parse parse) throws UnfitValue {
        try {
            // longer ones are years beyond what the databases know
            if (value.isString() && value.stringValue().length() <= 40) {
                String text = value.stringValue();
                if (!text.startsWith("+") && !text.startsWith("-")) {
                    return parse.from(text);
                }
            }
        } catch (DateTimeException unreadable) {
            throw new UnfitValue(needed);
        }
        throw new UnfitValue(needed);
    }

    /** As JSON, where the text of a {@code JSON} field becomes what it says. */
    public static JsonNode toJson(FieldType type, Object value) {
        return type == FieldType.JSON && value instanceof String text ? JsonText.parse(text) : toJson(value);
    }

    /**
     * As JSON. A number that a double cannot hold exactly becomes a text, so that nobody reads another number than was
     * meant.
     */
    public static JsonNode toJson(Object value) {
        return switch (value) {
            case Long number ->
                Math.abs(number) <= LARGEST_EXACT && number != Long.MIN_VALUE
                        ? integerNode(number)
                        : NODES.stringNode(number.toString());
            case BigDecimal number -> decimalNode(number);
            case Boolean truth -> NODES.booleanNode(truth);
            case Instant time -> NODES.stringNode(MILLISECONDS.format(time));
            case LocalDateTime time -> NODES.stringNode(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time));
            case LocalTime time -> NODES.stringNode(DateTimeFormatter.ISO_LOCAL_TIME.format(time));
            case JsonNode json -> json;
            default -> NODES.stringNode(value.toString());
        };
    }

    private static JsonNode integerNode(long number) {
        return number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
    }

    private static JsonNode decimalNode(BigDecimal number) {
        if (number.precision() - (long) number.scale() > 300 || number.scale() > 300) {
            return NODES.stringNode(number.toString());
        }
        BigDecimal bare = number.stripTrailingZeros();
        if (bare.scale() <= 0) {
            return bare.abs().compareTo(BigDecimal.valueOf(LARGEST_EXACT)) <= 0
                    ? integerNode(bare.longValueExact())
                    : NODES.stringNode(bare.toPlainString());
        }
        boolean exact = bare.compareTo(new BigDecimal(Double.toString(bare.doubleValue()))) == 0;
        return exact ? NODES.numberNode(bare) : NODES.stringNode(bare.toPlainString());
    }
}
