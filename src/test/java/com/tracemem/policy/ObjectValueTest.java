package com.tracemem.policy;

import static com.tracemem.policy.Examples.decided;
import static com.tracemem.policy.Examples.policy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectValueTest {
    private static final String GIVEN =
            "{'any': {'a': {'b': 1, 'list': [{'c': 2}]}, 'none': null}, 'customer': {'tier': 'gold', 'more': {'x': 1}}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inputs.any.a.b == 1",
                "inputs.any['a'].b == 1",
                "inputs.any.a['b'] == 1",
                "inputs.any.a.list[0].c == 2",
                "inputs.any.a == {'b': 1, 'list': [{'c': 2}]}",
                "inputs.any.a.list.all(item, item.c == 2 && has(item.c) && !has(item.d))",
                "inputs.any.exists(name, name == 'a') && 'a' in inputs.any && !('b' in inputs.any)",
                "inputs.any.size() == 2 && size(inputs.any.a) == 2",
                "inputs.any.none == null && has(inputs.any.none)",
                "has(inputs.any.a) && has(inputs.any.a.b) && !has(inputs.any.b) && !has(inputs.any.a.c)",
                "type(inputs.any) == map && type(inputs.any.a) == map && type(inputs.any.a.list) == list",
                "inputs.customer.tier == 'gold' && !has(inputs.text)",
                "inputs.any.a.b == 1 ? inputs.customer == inputs.customer : false"
            })
    void fieldsAreFound(String condition) {
        assertThat(decided(policy(Examples.withCondition(condition)), GIVEN).outcome())
                .isEqualTo(PolicyOutcome.REQUIRES_EXCEPTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inputs.text == 'a'", "inputs.any.b == 1", "inputs.any.a.b.c == 1"})
    void whatIsNotThereIsAnError(String condition) {
        assertThat(decided(policy(Examples.withCondition(condition)), GIVEN).reason())
                .isEqualTo(Evaluation.EVALUATION_ERROR);
    }

    /** However much an object holds, reading one field takes one step, which is what the meter counts. */
    @Test
    void nothingElseIsLookedAt() {
        Map<String, Object> inputs = new HashMap<>(Map.of("customer", new Unwalkable(Map.of("tier", "gold"))));
        Policy policy = policy(Examples.withCondition("has(inputs.customer.tier) && inputs.customer.tier == 'gold'"));
        Run run = new Run(policy, new Unwalkable(Map.of()), new Meter(Meter.BUDGET));
        assertThat(run.decide(new Unwalkable(inputs)))
                .isEqualTo(new Run.Ending.Matched(policy.rules().getFirst()));
    }

    private static final class Unwalkable extends AbstractMap<String, Object> {
        private final Map<String, Object> fields;

        Unwalkable(Map<String, Object> fields) {
            this.fields = fields;
        }

        @Override
        public @Nullable Object get(Object name) {
            return fields.get(name);
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            throw new AssertionError("walked through");
        }
    }
}
