package com.tracemem.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the bounds that keep hostile texts cheap by what they count, not by a clock. How long that takes is measured by {@link HostileBenchmark}. */
class HostileTextTest {
    /** Refused while it is read or checked: nothing of it runs. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "LONG_SUM",
                "MANY_PARTS",
                "DEEP_BRACKETS",
                "LONG_LIST",
                "TOO_MANY_RULES",
                "NESTED_MACROS",
                "LARGE_PATTERN",
                "MANY_PATTERNS",
                "DEEP_YAML",
                "ALIASES",
                "DEEP_JSON",
                "MANY_VALUES",
                "LONG_PATHS",
                "TINY_STEPS",
                "LARGE_DEFAULTS",
                "HIDDEN_SUM",
                "UNUSED_DEFINITIONS",
                "CASELESS_RANGES",
                "NAMED_CLASSES",
                "LONG_NAMES",
                "MANY_PLACEHOLDERS"
            })
    void isRefused(HostileText text) {
        assertThatThrownBy(() -> Policy.of(PolicyDocument.read(text.source())))
                .isInstanceOf(InvalidPolicyException.class);
    }

    /** Runs, and is stopped: by then it has spent what all tests of a document may spend together, and not more. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "NESTED_COMPREHENSIONS",
                "GROWING_LISTS",
                "CATASTROPHIC_PATTERN",
                "PATTERN_OF_INPUTS",
                "WIDE_CHOICE",
                "FAILING_LOOPS",
                "READING_TIMES"
            })
    void isStopped(HostileText text) {
        List<TestResult> results = Policy.of(PolicyDocument.read(text.source())).runTests();
        assertThat(results).isNotEmpty().noneMatch(TestResult::passed);
        assertThat(String.valueOf(results.getLast().failure()))
                .containsAnyOf(
                        "more work", "more than 1000 steps", "more than 1000 values", "takes more work than a policy");
    }

    @ParameterizedTest
    @EnumSource
    void isSmallEnoughToBeSent(HostileText text) {
        assertThat(text.source().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(PolicyText.LONGEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "inputs.a > 0.5 | 7",
                "'a b' == \"c\\\"d\" | 4",
                "a.all(b, true) | 27",
                "'never closed | 3",
                "r'\\' + 1 + 1 == 'a' | 13",
                "'''a'b''' + 1 == 'c' | 16",
                "'\\q' + 1 + 1 | 8",
                "1u1u1u | 4",
                "((((( | 5"
            })
    void symbolsAreCountedWithoutParsing(String condition, int symbols) {
        assertThat(Symbols.count(condition)).isEqualTo(symbols);
    }

    @Test
    void aCommentHidesNothing() {
        assertThat(Symbols.count("// ''' '\n1 + 1")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abc | 3",
                "a{3} | 3",
                "(ab){10} | 30",
                "((a{10}){10}){10} | 1110",
                "^[A-Z]{2}[0-9]{10}$ | 14",
                "[]x]{5} | 5",
                "[[:alpha:]]{5} | 5",
                "\\p{Greek}{4} | 24",
                "\\x{263A} | 1",
                "a{999999}{999999} | 2147483647"
            })
    void partsOfPatternsAreCountedWithoutCompiling(String pattern, int parts) {
        assertThat(Regexes.size(pattern)).isEqualTo(parts);
    }

    @Test
    void steadyConditionsAreCountedToo() {
        Policy policy = Examples.policy(Examples.withCondition("inputs.whole > 1 || inputs.number > 1.0"));
        Meter meter = new Meter(Meter.BUDGET);
        policy.evaluate(Examples.json("{'whole': 0, 'number': 0}"), Examples.DECISION, meter);
        int parts = 9;
        assertThat(Meter.BUDGET - meter.left()).isGreaterThanOrEqualTo(parts);
        Evaluated stopped = policy.evaluate(Examples.json("{'whole': 0}"), Examples.DECISION, new Meter(parts - 1));
        assertThat(stopped).isInstanceOf(Evaluated.Unfit.class);
    }
}
