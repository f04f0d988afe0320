package com.tracemem.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** What must hold before the server opens its doors. */
final class StartChecks {
    private static final int OLDEST_VERSION = 15;

    private final DataSource owner;
    private final ExternalDatabase address;

    StartChecks(DataSource owner, ExternalDatabase address) {
        this.owner = owner;
        this.address = address;
    }

    /** @throws DatabaseUnavailableException when nobody answers, the password is wrong or the server is too old */
    void connect() {
        try (Connection connection = owner.getConnection()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_VERSION) {
                throw new DatabaseUnavailableException("The database at " + address.address() + " is PostgreSQL "
                        + version + "; TraceMem needs " + OLDEST_VERSION + " or newer. Upgrade it, or leave"
                        + " TRACEMEM_DATABASE_URL unset to use the embedded PostgreSQL.");
            }
        } catch (SQLException failure) {
            throw new DatabaseUnavailableException(
                    "The database at " + address.address() + " does not accept user " + address.user() + ": "
                            + failure.getMessage()
                            + " Check host, port, database, user and password in TRACEMEM_DATABASE_URL.",
                    failure);
        }
    }

    /** @throws DatabaseUnavailableException when the runtime role could change or remove what the trace holds */
    void appendOnly() {
        String question = """
                select has_table_privilege('tracemem_runtime', t.oid, 'UPDATE, DELETE, TRUNCATE')
                    or has_any_column_privilege('tracemem_runtime', t.oid, 'UPDATE')
                from (select to_regclass('event')::oid as oid) t
                where t.oid is not null""";
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement();
                ResultSet changeable = statement.executeQuery(question)) {
            if (changeable.next() && changeable.getBoolean(1)) {
                throw new DatabaseUnavailableException("The role " + RuntimeRole.NAME + " may update or delete events"
                        + " in the database at " + address.address() + ", so the trace would not be append-only and"
                        + " TraceMem does not start. Run: revoke update, delete, truncate on event from "
                        + RuntimeRole.NAME + ", public; and make sure that " + RuntimeRole.NAME
                        + " is no superuser, owns no table and belongs to no other role.");
            }
        } catch (SQLException failure) {
            throw new DatabaseUnavailableException(
                    "The grants on the trace could not be checked: " + failure.getMessage(), failure);
        }
    }
}
