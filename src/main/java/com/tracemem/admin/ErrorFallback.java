package com.tracemem.admin;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers for the servlet container, which sends here what failed outside of a controller. */
@RestController
@Hidden
final class ErrorFallback {
    @RequestMapping(AdminDoor.ERROR_PATH)
    ResponseEntity<Problem> error(HttpServletRequest request) {
        Problem problem = problem(
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE),
                request.getAttribute(RequestDispatcher.ERROR_EXCEPTION));
        return ResponseEntity.status(problem.status())
                .contentType(Problem.MEDIA_TYPE)
                .body(problem);
    }

    private static Problem problem(@Nullable Object code, @Nullable Object failure) {
        HttpStatus status = code instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
        if (failure instanceof Throwable fault) {
            return Problems.unexpected(fault);
        }
        if (status == null || status.is5xxServerError()) {
            return Problems.unexpected(new IllegalStateException("The container answered " + code));
        }
        return Problem.of(status, Problems.sentence(status.value()));
    }
}
