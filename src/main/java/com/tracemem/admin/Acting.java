package com.tracemem.admin;

import com.tracemem.identity.UserPrincipal;
import com.tracemem.trace.Actor;

/** A user of this door as what they do is recorded. */
final class Acting {
    private static final String CHANNEL = "api";

    private Acting() {}

    static Actor as(UserPrincipal user) {
        return new Actor(Actor.Kind.USER, user.userId(), user.name(), user.email(), CHANNEL);
    }
}
