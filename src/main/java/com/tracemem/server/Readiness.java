package com.tracemem.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether this node can do its work now. Asks the database at most once a second, however many probes come. */
final class Readiness {
    private static final Logger log = LoggerFactory.getLogger(Readiness.class);
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private Instant checkedAt = Instant.MIN;
    private Checks last = new Checks(false, false, false);

    /**
     * What was found.
     *
     * @param database it answers
     * @param migrated it has the schema
     * @param ledger this node may append events: the database is a primary and grants it
     */
    record Checks(boolean database, boolean migrated, boolean ledger) {
        boolean ready() {
            return database && migrated && ledger;
        }

        Map<String, Boolean> byName() {
            return Map.of("database", database, "migrations", migrated, "ledger", ledger);
        }
    }

    Readiness(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    synchronized Checks check() {
        Instant now = clock.instant();
        if (Duration.between(checkedAt, now).abs().compareTo(BELIEVED_FOR) >= 0) {
            last = ask();
            checkedAt = now;
        }
        return last;
    }

    private Checks ask() {
        try {
            return jdbc.sql("""
                            select coalesce(to_regclass('event') is not null, false) as migrated,
                                not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off'
                                    and has_table_privilege(to_regclass('event'), 'insert') as ledger
                            """)
                    .query((row, n) -> new Checks(true, row.getBoolean("migrated"), row.getBoolean("ledger")))
                    .single();
        } catch (CannotGetJdbcConnectionException away) {
            return new Checks(false, false, false);
        } catch (DataAccessException failure) {
            log.warn("The database answers with an error: {}", failure.getMessage());
            return new Checks(false, false, false);
        }
    }
}
