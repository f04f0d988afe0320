package com.tracemem.server;

import com.tracemem.secret.MasterKey;
import com.tracemem.secret.MasterKeyCheck;
import com.tracemem.secret.MasterKeyFile;
import com.tracemem.secret.MasterKeyProblem;
import com.tracemem.store.DataDirectoryInUseException;
import com.tracemem.store.Database;
import com.tracemem.store.DatabaseUnavailableException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the doctor looks at in the database. Opening it is what a start does, the migrations included. */
final class DatabaseChecks {
    private DatabaseChecks() {}

    static List<Finding> examine(ServerSettings settings) {
        if (settings.database().external() == null
                && !Files.exists(settings.dataDirectory().resolve("postgres/data"))) {
            return List.of(Finding.good("database", "the embedded one, made by the first start"));
        }
        try (Database database = Database.open(settings.database())) {
            List<Finding> findings = new ArrayList<>();
            findings.add(Finding.good(
                    "database", (database.isEmbedded() ? "embedded, " : "") + database.address() + " answers"));
            findings.add(grants(database.jdbc()));
            masterKey(settings, database).ifPresent(findings::add);
            findings.addAll(integrations(database.jdbc()));
            return findings;
        } catch (DataDirectoryInUseException running) {
            return List.of(Finding.good(
                    "database", "a server works with it now; stop that server to have it examined from inside"));
        } catch (DatabaseUnavailableException unavailable) {
            return List.of(Finding.broken("database", "It cannot be used.", String.valueOf(unavailable.getMessage())));
        }
    }

    private static Finding grants(JdbcClient jdbc) {
        boolean appendOnly = jdbc.sql("""
                        select has_table_privilege('event', 'select, insert')
                            and not has_table_privilege('event', 'update')
                            and not has_table_privilege('event', 'delete')
                            and not has_table_privilege('event', 'truncate')
                        """).query(Boolean.class).single();
        return appendOnly
                ? Finding.good("trace", "append-only for the server's role")
                : Finding.broken(
                        "trace",
                        "The server's role could change or delete events, or cannot append them.",
                        "As the schema's owner: revoke all on event from tracemem_runtime;"
                                + " grant select, insert on event to tracemem_runtime;");
    }

    /** Empty when there is no key yet, since the first start makes it. */
    private static Optional<Finding> masterKey(ServerSettings settings, Database database) {
        String text = settings.masterKey();
        if (text == null && !Files.exists(settings.dataDirectory().resolve(MasterKeyFile.NAME))) {
            return Optional.empty();
        }
        try {
            MasterKey key = text == null
                    ? MasterKeyFile.loadOrCreate(settings.dataDirectory())
                    : MasterKey.parse(text, "TRACEMEM_MASTER_KEY");
            new MasterKeyCheck(database.dataSource(), key, Clock.systemUTC()).verify();
            return Optional.of(Finding.good("master key", "opens this database's secrets"));
        } catch (MasterKeyProblem problem) {
            return Optional.of(
                    Finding.broken("master key", "It cannot be used.", String.valueOf(problem.getMessage())));
        }
    }

    private static List<Finding> integrations(JdbcClient jdbc) {
        return jdbc.sql("""
                        select tenant_id, name, coalesce(status_reason, last_error, 'no reason is recorded') as reason
                        from integration where status = 'error' and deleted_at is null
                        order by tenant_id, name limit 100
                        """)
                .query((row, n) -> Finding.doubtful(
                        "integration",
                        "'" + row.getString("name") + "' of tenant " + row.getString("tenant_id") + " is in error: "
                                + row.getString("reason"),
                        "Mend its cause; the next delivery that succeeds clears the error."))
                .list();
    }
}
