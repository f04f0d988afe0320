package com.tracemem.identity;

import java.time.Duration;

/** How a login ended. */
public sealed interface LoginOutcome {
    /** E-mail address and password belong to this active user. */
    record LoggedIn(UserPrincipal user) implements LoginOutcome {}

    /** They do not, for a reason that is not told: unknown, wrong, disabled, or without a password here. */
    record Refused() implements LoginOutcome {}

    /** Too many failures for the e-mail address or from the client; whether these were right was not looked at. */
    record TooManyAttempts(Duration retryAfter) implements LoginOutcome {}
}
