package com.tracemem.identity;

/** How a change of a user ended. */
public sealed interface UserChange {
    /** The user after the change. */
    record Changed(User user) implements UserChange {}

    /** The tenant has no such user. */
    record NotFound() implements UserChange {}

    /** Refused: this is the tenant's last active owner, and nobody could make another one. */
    record LastOwner(User user) implements UserChange {}
}
