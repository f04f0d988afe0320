package com.tracemem.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a column takes of the values of its type. What is not known of it is null, and left to the database.
 *
 * @param characters most of a text
 * @param bytes most of a text, in UTF-8
 * @param digits most of a number, on both sides of the point together
 * @param scale most of them after the point; the database would round what has more
 * @param least number
 * @param most largest number
 * @param form of a text that is none to the database
 * @param choices of which the form consists, where it is a choice
 */
public record Bounds(
        @Nullable Integer characters,
        @Nullable Integer bytes,
        @Nullable Integer digits,
        @Nullable Integer scale,
        @Nullable BigDecimal least,
        @Nullable BigDecimal most,
        @Nullable TextForm form,
        List<String> choices) {

    /** More of them are not kept; what a column with more takes is left to the database. */
    public static final int MOST_CHOICES = 500;

    public static final Bounds NONE = new Bounds(null, null, null, null, null, null, null, List.of());

    public Bounds {
        choices = List.copyOf(choices);
    }

    public static Bounds characters(int most) {
        return new Bounds(most, null, null, null, null, null, null, List.of());
    }

    public static Bounds bytes(int most) {
        return new Bounds(null, most, null, null, null, null, null, List.of());
    }

    public static Bounds decimal(int digits, int scale, @Nullable BigDecimal least) {
        return new Bounds(null, null, digits, scale, least, null, null, List.of());
    }

    public static Bounds range(BigDecimal least, BigDecimal most) {
        return new Bounds(null, null, null, null, least, most, null, List.of());
    }

    public static Bounds form(TextForm form) {
        return new Bounds(null, null, null, null, null, null, form, List.of());
    }

    /** Of a form that has choices. */
    public static Bounds choices(TextForm form, List<String> choices) {
        return choices.isEmpty() || choices.size() > MOST_CHOICES
                ? new Bounds(null, null, null, null, null, null, form, List.of())
                : new Bounds(null, null, null, null, null, null, form, choices);
    }

    /** What a value that is compared has to be, since the database would not even compare another. */
    Optional<String> comparable(Object value) {
        if (form == null || !(value instanceof String text)) {
            return Optional.empty();
        }
        boolean known = !choices.isEmpty() || !isChoice(form);
        return known && !form.isOf(text, choices) ? Optional.of(form.needed(choices)) : Optional.empty();
    }

    /** Without what only says what can be kept. */
    public Bounds ofWhatIsCompared() {
        return form == null ? NONE : new Bounds(null, null, null, null, null, null, form, choices);
    }

    private static boolean isChoice(TextForm form) {
        return form == TextForm.CHOICE || form == TextForm.CHOICES;
    }

    /** A sentence's end about a value that the column would not take, or would change: what it takes, and what came. */
    Optional<String> refusal(Object value) {
        return switch (value) {
            case String text -> refusal(text);
            case Long number -> refusal(BigDecimal.valueOf(number));
            case BigDecimal number -> refusal(number);
            default -> Optional.empty();
        };
    }

    private Optional<String> refusal(String text) {
        int length = text.codePointCount(0, text.length());
        if (characters != null && length > characters) {
            return Optional.of("takes at most %d characters, and %d came".formatted(characters, length));
        }
        if (bytes != null && (length > bytes || text.getBytes(UTF_8).length > bytes)) {
            return Optional.of("takes at most %d bytes of text in UTF-8, and %d came"
                    .formatted(bytes, text.getBytes(UTF_8).length));
        }
        return Optional.empty();
    }

    private Optional<String> refusal(BigDecimal number) {
        BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (scale != null && bare.scale() > scale) {
            return Optional.of(
                    scale < 0
                            ? "keeps multiples of %s and would round what came: round it first"
                                    .formatted(BigDecimal.ONE
                                            .scaleByPowerOfTen(-scale)
                                            .toPlainString())
                            : "keeps %d digits after the point and would round what came, which has %d: round it first"
                                    .formatted(scale, bare.scale()));
        }
        if (digits != null && scale != null && bare.signum() != 0) {
            int before = bare.precision() - bare.scale();
            if (before > digits - scale) {
                return Optional.of("takes numbers of at most %d digits before the point, and one with %d came"
                        .formatted(Math.max(0, digits - scale), before));
            }
        }
        boolean tooSmall = least != null && bare.compareTo(least) < 0;
        if (tooSmall || (most != null && bare.compareTo(most) > 0)) {
            return Optional.of(
                    "takes numbers %s, and a %s one came".formatted(range(), tooSmall ? "smaller" : "larger"));
        }
        return Optional.empty();
    }

    private String range() {
        if (least != null && most != null) {
            return "from " + least + " to " + most;
        }
        return least != null ? "from " + least : "up to " + most;
    }

    /** Only what is known. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "characters", characters);
        put(json, "bytes", bytes);
        put(json, "digits", digits);
        put(json, "scale", scale);
        // as texts, because canonical JSON has no such numbers
        if (least != null) {
            json.put("least", least.toString());
        }
        if (most != null) {
            json.put("most", most.toString());
        }
        if (form != null) {
            json.put("form", form.name());
        }
        if (!choices.isEmpty()) {
            choices.forEach(json.putArray("choices")::add);
        }
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable Integer number) {
        if (number != null) {
            json.put(name, number);
        }
    }

    static Bounds fromJson(JsonNode json) {
        List<String> choices = new ArrayList<>();
        json.path("choices").forEach(choice -> choices.add(choice.stringValue()));
        return new Bounds(
                integer(json, "characters"),
                integer(json, "bytes"),
                integer(json, "digits"),
                integer(json, "scale"),
                decimal(json, "least"),
                decimal(json, "most"),
                json.has("form") ? TextForm.valueOf(json.required("form").stringValue()) : null,
                choices);
    }

    private static @Nullable Integer integer(JsonNode json, String name) {
        return json.has(name) ? json.required(name).intValue() : null;
    }

    private static @Nullable BigDecimal decimal(JsonNode json, String name) {
        return json.has(name) ? new BigDecimal(json.required(name).stringValue()) : null;
    }
}
