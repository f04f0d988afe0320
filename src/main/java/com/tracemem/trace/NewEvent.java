package com.tracemem.trace;

import tools.jackson.databind.node.ObjectNode;

/**
 * Something that happened and is about to be written.
 *
 * @param actor the canonical form of the actor
 * @param payload evidence, never data: no rows, no credentials
 */
public record NewEvent(EventType type, CanonicalJson actor, CanonicalJson payload) {

    /**
     * Makes actor and payload canonical.
     *
     * @throws NotCanonicalException when the payload cannot be kept exactly
     */
    public static NewEvent of(EventType type, Actor actor, ObjectNode payload) {
        return new NewEvent(type, CanonicalJson.of(actor.toJson()), CanonicalJson.of(payload));
    }
}
