package com.tracemem.product.jdbc;

import com.tracemem.product.Connector.Settings;
import com.tracemem.product.ConnectorAccess;
import com.tracemem.product.ConnectorTest;
import com.tracemem.product.ConnectorTest.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Tries a connector's settings, each step on the one before, with a connection of its own. Nothing is changed. */
final class ConnectionTrial {
    private static final List<String> STEPS = List.of("connect", "login", "read", ConnectorTest.WRITE);

    private static final String TAKEN =
            " A table tracemem_write is there that is not TraceMem's: it is left alone, and the"
                    + " target keeps no record of writes until the owner calls it otherwise.";

    private final ConnectorAccess access;
    private final Dialect dialect;
    private final List<Step> steps = new ArrayList<>();
    private long started = System.nanoTime();

    ConnectionTrial(ConnectorAccess access) {
        this.access = access;
        this.dialect = Dialect.of(access.connector().settings().type());
    }

    ConnectorTest run() {
        if (connect()) {
            try (Connection connection = dialect.dataSource(access).getConnection()) {
                done(true, "The database took the login.");
                try (Statement statement = connection.createStatement()) {
                    privileges(statement);
                }
            } catch (SQLException failure) {
                if (steps.size() < STEPS.size()) {
                    Failure known = steps.size() == 1
                            ? dialect.connecting(failure, access.connector().settings())
                            : dialect.failure(failure);
                    done(false, known.sentence() + ".");
                }
            }
        }
        while (steps.size() < STEPS.size()) {
            done(false, "Not tried, because of the step before.");
        }
        return new ConnectorTest(steps);
    }

    private boolean connect() {
        Settings settings = access.connector().settings();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(settings.host(), settings.port()), settings.connectTimeoutMs());
            done(true, "Something answers at %s, port %d.".formatted(settings.host(), settings.port()));
            return true;
        } catch (UnknownHostException unknown) {
            done(
                    false,
                    "Nobody knows the host '%s': check its spelling, or whether this server's name service knows it."
                            .formatted(settings.host()));
            return false;
        } catch (ConnectException refused) {
            done(
                    false,
                    "Nothing listens at %s, port %d: check host and port, and that the database runs there."
                            .formatted(settings.host(), settings.port()));
            return false;
        } catch (IOException failure) {
            done(
                    false,
                    "Nothing answers at %s, port %d, within %d ms: check host, port and the network between."
                            .formatted(settings.host(), settings.port(), settings.connectTimeoutMs()));
            return false;
        }
    }

    private void privileges(Statement statement) throws SQLException {
        long readable = count(statement, dialect.countReadable());
        done(
                readable > 0,
                readable > 0
                        ? "The login may read %d tables or views.".formatted(readable)
                        : "The login may not read any table: grant it select on what products shall read.");
        boolean writable = count(statement, dialect.countWritable()) > 0;
        boolean taken = MemoryTable.in(statement.getConnection(), dialect) == MemoryTable.ANOTHERS;
        done(
                writable,
                writable
                        ? "The login may write." + (taken ? TAKEN : "")
                        : "The login may only read: enough for products that read, not for those that write.");
    }

    private static long count(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void done(boolean ok, String detail) {
        long now = System.nanoTime();
        steps.add(new Step(STEPS.get(steps.size()), ok, detail, (now - started) / 1_000_000));
        started = now;
    }
}
