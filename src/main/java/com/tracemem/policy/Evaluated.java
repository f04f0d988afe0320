package com.tracemem.policy;

import com.tracemem.identity.FieldError;
import java.util.List;
import java.util.stream.Collectors;

/** What comes of evaluating a policy. */
public sealed interface Evaluated {
    record Decided(Evaluation evaluation) implements Evaluated {}

    /**
     * The inputs do not fit the policy, so it says nothing about them; in particular it does not allow.
     *
     * @param errors every field, with the reason
     */
    record Unfit(List<FieldError> errors) implements Evaluated {
        public Unfit {
            errors = List.copyOf(errors);
        }

        /** All of it on one line. */
        public String sentence() {
            return errors.stream()
                    .map(error -> error.field() + " " + error.message())
                    .collect(Collectors.joining("; "));
        }
    }
}
