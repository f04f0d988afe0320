package com.tracemem.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is quickly found to fit, fits for the whole validator too. */
class FitTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final SchemaRegistry VALIDATOR =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @Provide
    Arbitrary<String> schemas() {
        Arbitrary<String> simple = Arbitraries.of(
                "{\"type\":\"number\",\"minimum\":0,\"maximum\":2}",
                "{\"type\":\"number\",\"exclusiveMinimum\":0,\"exclusiveMaximum\":1.5}",
                "{\"type\":\"integer\"}",
                "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}",
                "{\"enum\":[1,\"a\",null]}",
                "{\"type\":\"boolean\"}",
                "{\"minimum\":1}",
                "{\"$ref\":\"#/$defs/d\"}",
                "{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1}}",
                "{\"type\":\"object\",\"required\":[\"x\"],\"properties\":{\"x\":{\"type\":\"string\"}},"
                        + "\"additionalProperties\":false}",
                "{}");
        return Combinators.combine(
                        simple, simple, Arbitraries.of("", ",\"required\":[\"p\"]"), Arbitraries.of(true, false))
                .as((p, q, required, open) -> "{\"type\":\"object\",\"properties\":{\"p\":" + p + ",\"q\":" + q + "}"
                        + required + ",\"additionalProperties\":" + open + ",\"$defs\":{\"d\":{\"type\":\"string\"}}}");
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> simple = Arbitraries.of(
                "0",
                "1",
                "1.0",
                "1.5",
                "2",
                "-1",
                "1e2",
                "\"a\"",
                "\"c\"",
                "\"\"",
                "true",
                "null",
                "[]",
                "[1,2]",
                "[0]",
                "[1.5]",
                "{}",
                "{\"x\":\"a\"}",
                "{\"x\":1}",
                "{\"x\":\"a\",\"y\":1}");
        return Combinators.combine(simple, simple, Arbitraries.of(0, 1, 2, 3)).as((p, q, which) -> switch (which) {
            case 0 -> "{\"p\":" + p + ",\"q\":" + q + "}";
            case 1 -> "{\"p\":" + p + "}";
            case 2 -> "{\"q\":" + q + ",\"other\":1}";
            default -> "{}";
        });
    }

    @Property(tries = 3_000)
    void neverTakesWhatTheValidatorRefuses(@ForAll("schemas") String schema, @ForAll("values") String value) {
        ObjectNode json = (ObjectNode) MAPPER.readTree(schema);
        JsonNode instance = MAPPER.readTree(value);
        Predicate<JsonNode> quick = Fit.of(json).orElseThrow();
        Schema whole = VALIDATOR.getSchema(json);
        if (quick.test(instance)) {
            assertThat(whole.validate(instance)).isEmpty();
        }
    }

    @Test
    void otherWordsAreLeftToTheValidator() {
        for (String word : List.of(
                "\"pattern\":\"a\"",
                "\"anyOf\":[{}]",
                "\"format\":\"nonsense\"",
                "\"minimum\":\"1\"",
                "\"nonsense\":1")) {
            assertThat(Fit.of((ObjectNode) MAPPER.readTree("{" + word + "}"))).isEmpty();
        }
    }

    @Test
    void theExampleIsFoundToFitQuickly() {
        ObjectNode inputs = PolicyDocument.read(Examples.discountCap()).inputs();
        Predicate<JsonNode> quick = Fit.of(inputs).orElseThrow();
        assertThat(quick.test(Examples.json("{'proposed_discount': 0.25, 'customer_tier': 'gold'}")))
                .isTrue();
        assertThat(quick.test(Examples.json("{'proposed_discount': -1}"))).isFalse();
        assertThat(quick.test(Examples.json("{}"))).isFalse();
    }
}
