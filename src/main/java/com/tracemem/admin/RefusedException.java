package com.tracemem.admin;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** A call that was refused with a sentence for its caller; {@link Problems} turns it into the answer. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient HttpHeaders headers = new HttpHeaders();

    RefusedException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    RefusedException(HttpStatus status, String sentence) {
        this(Problem.of(status, sentence));
    }

    /** The same words whether the id is unknown or another tenant's. */
    static RefusedException notFound(String what) {
        return new RefusedException(HttpStatus.NOT_FOUND, "There is no " + what + " with this id.");
    }

    static RefusedException conflict(String sentence) {
        return new RefusedException(HttpStatus.CONFLICT, sentence);
    }

    static RefusedException forbidden(String sentence) {
        return new RefusedException(HttpStatus.FORBIDDEN, sentence);
    }

    RefusedException with(String header, String value) {
        headers.set(header, value);
        return this;
    }

    Problem problem() {
        return problem;
    }

    HttpHeaders headers() {
        return headers;
    }
}
