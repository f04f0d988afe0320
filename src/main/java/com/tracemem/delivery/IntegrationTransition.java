package com.tracemem.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.tracemem.trace.Actor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One change of an integration's status.
 *
 * @param position orders an integration's changes
 * @param reason a sentence; null when there is nothing to say
 * @param by who or what brought it about: a user, or the delivery worker
 */
public record IntegrationTransition(
        long position,
        String from,
        String to,
        @Nullable String reason,
        By by,
        @JsonProperty("at") Instant at) {

    /** Who. */
    public record By(String kind, String id, @Nullable String name) {
        static By of(Actor actor) {
            return new By(actor.kind().name().toLowerCase(Locale.ROOT), actor.id(), actor.name());
        }
    }

    static IntegrationTransition read(ResultSet row, int number) throws SQLException {
        return new IntegrationTransition(
                row.getLong("position"),
                row.getString("from_status"),
                row.getString("to_status"),
                row.getString("reason"),
                new By(row.getString("actor_kind"), row.getString("actor_id"), row.getString("actor_name")),
                row.getTimestamp("happened_at").toInstant());
    }
}
