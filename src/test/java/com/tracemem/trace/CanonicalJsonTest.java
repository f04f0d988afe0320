package com.tracemem.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The canonical form against RFC 8785's reference implementation, and what is refused instead of being changed. */
class CanonicalJsonTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Property(tries = 1000)
    void isWhatTheReferenceImplementationWrites(@ForAll("values") Map<String, Object> value) throws IOException {
        String text = JSON.writeValueAsString(value);
        assertThat(CanonicalJson.of(JSON.readTree(text)).text())
                .isEqualTo(new JsonCanonicalizer(text).getEncodedString());
    }

    @Provide
    Arbitrary<Map<String, Object>> values() {
        Arbitrary<String> texts = Arbitraries.strings()
                .withCharRange('\u0001', '\ud7ff')
                .withChars('"', '\\', '/', '\n', '\u2028')
                .ofMaxLength(12)
                .map(text -> text + (text.length() % 3 == 0 ? "🌍" : ""));
        Arbitrary<Object> leaves = Arbitraries.oneOf(
                texts.map(text -> (Object) text),
                Arbitraries.doubles().map(number -> (Object) number),
                Arbitraries.longs().between(-(1L << 53), 1L << 53).map(number -> (Object) number),
                Arbitraries.of(true, false).map(flag -> (Object) flag));
        Arbitrary<Object> nested = Arbitraries.lazyOf(
                () -> leaves,
                () -> leaves.list().ofMaxSize(4).map(list -> (Object) list),
                () -> Arbitraries.maps(texts, leaves).ofMaxSize(4).map(map -> (Object) map));
        return Arbitraries.maps(texts, nested).ofMaxSize(6);
    }

    @Property(tries = 2000)
    void decimalsAreWrittenAsTheReferenceImplementationWritesThem(
            @ForAll @LongRange(min = -1_000_000_000_000_000L, max = 1_000_000_000_000_000L) long digits,
            @ForAll @IntRange(min = -10, max = 30) int scale,
            @ForAll boolean exponent)
            throws IOException {
        BigDecimal number = BigDecimal.valueOf(digits, scale);
        String text = "{\"n\":" + (exponent ? number.toString() : number.toPlainString()) + "}";
        try {
            assertThat(CanonicalJson.of(exact().readTree(text)).text())
                    .isEqualTo(new JsonCanonicalizer(text).getEncodedString());
        } catch (NotCanonicalException tooLarge) {
            assertThat(number.abs()).isGreaterThan(BigDecimal.valueOf(1L << 53));
        }
    }

    @Test
    void whatCannotBeKeptExactlyIsRefusedAndNamed() {
        for (Map.Entry<String, String> refused : Map.of(
                        "{\"id\":9007199254740993}", "The number at id has more digits than can be kept exactly",
                        "{\"a\":[1,{\"b\":1e999}]}", "The number at a[1].b is too large to be kept exactly",
                        "{\"a\":\"x\\ud800\"}", "The text at a is not well-formed Unicode",
                        "{\"a\":\"x\\u0000\"}", "The text at a has a NUL character",
                        "{\"price\":0.12345678901234567890}", "The number at price has more digits")
                .entrySet()) {
            assertThatThrownBy(() -> CanonicalJson.of(exact().readTree(refused.getKey())))
                    .as(refused.getKey())
                    .isInstanceOf(NotCanonicalException.class)
                    .hasMessageStartingWith(refused.getValue());
        }
    }

    private static JsonMapper exact() {
        return JsonMapper.builder()
                .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    @Test
    void nestingIsBounded() {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        ObjectNode deepest = value;
        for (int depth = 1; depth < CanonicalJson.MAX_DEPTH; depth++) {
            deepest = deepest.putObject("a");
        }
        assertThat(CanonicalJson.of(value).text())
                .hasSize(5 * (CanonicalJson.MAX_DEPTH - 1) + 2 + (CanonicalJson.MAX_DEPTH - 1));
        deepest.putObject("a");
        assertThatThrownBy(() -> CanonicalJson.of(value)).hasMessageContaining("nested deeper than 64 levels");
    }

    /** A refusal's sentence must not cost more than the value: names may be long and elements many. */
    @Test
    void aLongWayToManyValuesCostsNoMoreThanTheValues() {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        ArrayNode many = value.putObject("n".repeat(50_000))
                .putObject("m".repeat(50_000))
                .putArray("k".repeat(50_000));
        for (int i = 0; i < 300_000; i++) {
            many.add(1);
        }
        assertThat(CanonicalJson.of(value).text().length()).isBetween(700_000, 800_000);
        many.add("\ud800");
        assertThatThrownBy(() -> CanonicalJson.of(value))
                .satisfies(refusal -> assertThat(
                                String.valueOf(refusal.getMessage()).length())
                        .isLessThan(250));
    }
}
