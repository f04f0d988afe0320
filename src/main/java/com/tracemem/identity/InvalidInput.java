package com.tracemem.identity;

import java.util.List;
import java.util.stream.Collectors;

/** An input that was refused, with every field that is wrong at once; nothing was changed. */
public final class InvalidInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    /**
     * Refuses an input.
     *
     * @param errors at least one
     */
    public InvalidInput(List<FieldError> errors) {
        super(sentence(errors));
        if (errors.isEmpty()) {
            throw new IllegalArgumentException("An invalid input needs at least one field error");
        }
        this.errors = List.copyOf(errors);
    }

    public static InvalidInput of(String field, String message) {
        return new InvalidInput(List.of(new FieldError(field, message)));
    }

    public List<FieldError> errors() {
        return errors;
    }

    private static String sentence(List<FieldError> errors) {
        return errors.stream()
                .map(error -> error.field() + ": " + error.message())
                .collect(Collectors.joining("; ", "Invalid input: ", ""));
    }
}
