package com.tracemem.policy;

import com.tracemem.identity.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of an example that a document carries.
 *
 * @param failure what was expected and what came instead; null when it passed
 */
public record TestResult(String name, @Nullable String failure) {

    public boolean passed() {
        return failure == null;
    }

    /** When the facts that it imagines are none that a decision can have. */
    static Optional<TestResult> unfit(PolicyTest test) {
        List<FieldError> errors = test.decision() == null ? List.of() : DecisionFacts.errors(test.decision());
        return errors.isEmpty()
                ? Optional.empty()
                : Optional.of(new TestResult(
                        test.name(),
                        errors.stream()
                                .map(error -> error.field() + " " + error.message())
                                .collect(Collectors.joining("; "))));
    }

    static TestResult of(PolicyTest test, Evaluated evaluated) {
        return new TestResult(
                test.name(),
                switch (evaluated) {
                    case Evaluated.Unfit unfit ->
                        "expected " + test.outcome().wireName() + ", but the inputs do not fit: " + unfit.sentence();
                    case Evaluated.Decided decided -> failure(test, decided.evaluation());
                });
    }

    private static @Nullable String failure(PolicyTest test, Evaluation evaluation) {
        boolean same = evaluation.outcome() == test.outcome()
                && (test.rule() == null || test.rule().equals(evaluation.rule()));
        return same
                ? null
                : "expected " + test.outcome().wireName() + (test.rule() == null ? "" : " by " + test.rule())
                        + ", got " + evaluation.outcome().wireName() + " by " + evaluation.rule() + ": "
                        + evaluation.message();
    }
}
