package com.tracemem.admin;

import com.tracemem.approval.OverloadedException;
import com.tracemem.identity.InvalidInput;
import com.tracemem.policy.InvalidPolicyException;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.trace.LedgerUnavailableException;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Turns every failure of this door into a problem, in one place. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class Problems {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final String RETRY_SECONDS = "1";

    @ExceptionHandler
    ResponseEntity<Problem> refused(RefusedException refused) {
        return answer(refused.problem(), refused.headers());
    }

    @ExceptionHandler
    ResponseEntity<Problem> invalid(InvalidInput invalid) {
        return answer(Problem.invalid(invalid.errors()), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> invalid(InvalidPolicyException invalid) {
        return answer(Problem.invalid(PolicyResource.errors(invalid.problems())), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> away(SourceUnavailable away) {
        return answer(Problem.of(HttpStatus.BAD_GATEWAY, away.sentence() + "."), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> unreadable(HttpMessageNotReadableException unreadable) {
        String sentence = unreadable.getCause() instanceof JacksonException json
                ? "The body is not readable JSON" + place(json) + "; nothing was changed."
                : "The body is missing; send a JSON object.";
        return answer(Problem.of(HttpStatus.BAD_REQUEST, sentence), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> method(HttpRequestMethodNotSupportedException wrong) {
        Collection<HttpMethod> known = wrong.getSupportedHttpMethods();
        String use = known == null || known.isEmpty()
                ? ""
                : "; use " + known.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(" or "));
        String sentence = "%s is not possible here%s.".formatted(wrong.getMethod(), use);
        return answer(Problem.of(HttpStatus.METHOD_NOT_ALLOWED, sentence), wrong.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> mediaType(HttpMediaTypeNotSupportedException wrong) {
        String sentence = "The body's type is not one that is read here; send Content-Type: application/json.";
        return answer(Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, sentence), wrong.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Problem> acceptable(HttpMediaTypeNotAcceptableException wrong) {
        String sentence = "Answers are application/json; accept that.";
        return answer(Problem.of(HttpStatus.NOT_ACCEPTABLE, sentence), wrong.getHeaders());
    }

    @ExceptionHandler({OverloadedException.class, LedgerUnavailableException.class})
    ResponseEntity<Problem> busy(RuntimeException busy) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        String sentence = "The server has too much to do or its database does not answer; try again in a moment.";
        return answer(Problem.of(HttpStatus.SERVICE_UNAVAILABLE, sentence), headers);
    }

    @ExceptionHandler
    ResponseEntity<Problem> anything(Exception failure) {
        if (failure instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            return answer(Problem.of(status(known.getStatusCode()), sentence(known)), known.getHeaders());
        }
        return answer(unexpected(failure), new HttpHeaders());
    }

    /** Logs a fault of ours under the reference that its caller is told. */
    static Problem unexpected(Throwable failure) {
        String reference = UUID.randomUUID().toString();
        log.error("Unexpected error, reference {}", reference, failure);
        return Problem.unexpected(reference);
    }

    static String sentence(int status) {
        return switch (status) {
            case 400 -> "The request is not one that can be understood.";
            case 401 -> "Log in at /v1/auth/login and send Authorization: Bearer with the access token.";
            case 404 -> "There is nothing at this address.";
            case 405 -> "This method is not possible here.";
            case 413 -> "The request is too large.";
            default -> "The request was refused.";
        };
    }

    private static String sentence(ErrorResponse known) {
        return sentence(known.getStatusCode().value());
    }

    private static HttpStatus status(HttpStatusCode code) {
        HttpStatus known = HttpStatus.resolve(code.value());
        return known == null ? HttpStatus.BAD_REQUEST : known;
    }

    private static String place(JacksonException json) {
        TokenStreamLocation at = json.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    private static ResponseEntity<Problem> answer(Problem problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(Problem.MEDIA_TYPE)
                .body(problem);
    }
}
