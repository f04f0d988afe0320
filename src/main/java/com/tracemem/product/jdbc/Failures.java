package com.tracemem.product.jdbc;

import com.tracemem.product.Connector;
import com.tracemem.product.Connector.Settings;
import com.tracemem.product.jdbc.Failure.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells by its codes what an exception means. Its message is not looked at. */
final class Failures {
    private static final int GREETING_MS = 300;
    private static final Pattern STATE = Pattern.compile("[0-9A-Z]{5}");

    private Failures() {}

    /** The exception that says most: the pool wraps what connecting failed with. */
    static SQLException innermost(SQLException failure) {
        SQLException found = failure;
        while (found.getCause() instanceof SQLException cause) {
            found = cause;
        }
        return found;
    }

    /** Whether a certificate was not believed. */
    static boolean isUntrusted(SQLException failure) {
        return isCausedBy(CertificateException.class, failure);
    }

    /** When no connection came to be, what is at the bottom says more than the driver's codes. */
    static Failure connecting(SQLException failure, Failure known, Settings settings) {
        if (isCausedBy(UnknownHostException.class, failure)) {
            return new Failure(Kind.UNKNOWN_HOST, null);
        }
        if (isCausedBy(ConnectException.class, failure)) {
            return new Failure(Kind.REFUSED, null);
        }
        if (settings.type() == Connector.Type.POSTGRESQL && speaksFirst(settings)) {
            return new Failure(Kind.OTHER_TYPE, null);
        }
        return known.kind() == Kind.TIMEOUT || isCausedBy(SocketTimeoutException.class, failure)
                ? new Failure(Kind.SILENT, null)
                : known;
    }

    /** Which MySQL and MariaDB do, and PostgreSQL never does. */
    private static boolean speaksFirst(Settings settings) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(settings.host(), settings.port()), GREETING_MS);
            socket.setSoTimeout(GREETING_MS);
            return socket.getInputStream().read() > 0;
        } catch (IOException silent) {
            return false;
        }
    }

    private static boolean isCausedBy(Class<? extends Exception> type, SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** By the codes of the SQL standard. */
    static Failure standard(SQLException failure) {
        String state = state(failure);
        if (failure instanceof SQLTimeoutException) {
            return new Failure(Kind.TIMEOUT, state);
        }
        if (state == null) {
            return failure instanceof SQLTransientConnectionException
                    ? new Failure(Kind.BUSY, null)
                    : new Failure(Kind.OTHER, null);
        }
        Kind kind = switch (state.substring(0, 2)) {
            case "08" -> Kind.UNREACHABLE;
            case "28", "3D" -> Kind.LOGIN;
            case "40" -> Kind.CONFLICT;
            case "22" -> Kind.VALUE;
            case "23" ->
                switch (state) {
                    case "23505" -> Kind.UNIQUE;
                    case "23503" -> Kind.FOREIGN_KEY;
                    case "23502" -> Kind.NOT_NULL;
                    default -> Kind.CHECK;
                };
            case "25" -> state.equals("25006") ? Kind.READ_ONLY : Kind.OTHER;
            case "44" -> Kind.CHECK;
            default -> Kind.OTHER;
        };
        return new Failure(kind, kind == Kind.UNREACHABLE ? null : "SQLSTATE " + state);
    }

    static @Nullable String state(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && STATE.matcher(state).matches() ? state : null;
    }

    /** Whether a refused commit certainly rolled back: the database said so, and not the network. */
    static boolean rolledBack(SQLException commit) {
        String state = state(commit);
        if (state == null || state.equals("40003")) {
            return false;
        }
        return switch (state.substring(0, 2)) {
            case "22", "23", "25", "40", "44", "P0" -> true;
            default -> state.equals("57014");
        };
    }
}
