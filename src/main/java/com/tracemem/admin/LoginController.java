package com.tracemem.admin;

import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.LoginOutcome;
import com.tracemem.identity.Users;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Gives access tokens to people who prove who they are. */
@RestController
@Tag(name = "Login")
final class LoginController {
    private final Users users;
    private final AccessTokens tokens;

    LoginController(Users users, AccessTokens tokens) {
        this.users = users;
        this.tokens = tokens;
    }

    /**
     * A token and for how long it is good.
     *
     * @param expiresIn seconds
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record AccessToken(String accessToken, String tokenType, long expiresIn) {
        @Override
        public String toString() {
            return "AccessToken(" + expiresIn + " s)";
        }
    }

    @PostMapping("/v1/auth/login")
    @SecurityRequirements
    @Operation(summary = "Log in with e-mail address and password")
    AccessToken login(@RequestBody LoginInput input, HttpServletRequest request) {
        return switch (users.login(input.email(), input.password(), request.getRemoteAddr())) {
            case LoginOutcome.LoggedIn(var user) ->
                new AccessToken(tokens.issue(user), "Bearer", AccessTokens.LIFETIME.toSeconds());
            case LoginOutcome.Refused() ->
                throw new RefusedException(
                                HttpStatus.UNAUTHORIZED, "E-mail address and password do not belong to an active user.")
                        .with(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"tracemem\"");
            case LoginOutcome.TooManyAttempts(Duration wait) -> throw tooMany(wait);
        };
    }

    private static RefusedException tooMany(Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return new RefusedException(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "There were too many failed logins; try again in %d seconds.".formatted(seconds))
                .with(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
}
