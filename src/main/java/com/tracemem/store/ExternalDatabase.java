package com.tracemem.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server that somebody else runs.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database?…}, without user and password
 * @param user owner of the schema; migrations run as this role
 * @param password empty when the server wants none; never printed
 */
public record ExternalDatabase(String jdbcUrl, String user, String password) {
    private static final String JDBC = "jdbc:";

    /**
     * Reads {@code jdbc:postgresql://host:port/database?user=…&password=…} or
     * {@code postgres://user:password@host:port/database?…} (percent-encoded).
     *
     * @throws IllegalArgumentException with a sentence that does not repeat the password
     */
    public static ExternalDatabase parse(String url) {
        String text = url.strip();
        URI uri = uri(text.startsWith(JDBC) ? text.substring(JDBC.length()) : text);
        boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        if (!known || uri.getRawAuthority() == null || uri.getRawPath().length() < 2) {
            throw malformed();
        }
        String authority = uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String[] credentials =
                at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
        String user = credentials.length > 0 ? decode(credentials[0]) : null;
        String password = credentials.length > 1 ? decode(credentials[1]) : null;
        List<String> kept = new ArrayList<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("user=")) {
                user = decode(parameter.substring("user=".length()));
            } else if (parameter.startsWith("password=")) {
                password = decode(parameter.substring("password=".length()));
            } else if (!parameter.isEmpty()) {
                kept.add(parameter);
            }
        }
        String address = "jdbc:postgresql://" + authority.substring(at + 1) + uri.getRawPath()
                + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
        return new ExternalDatabase(address, orElse(user, ""), orElse(password, ""));
    }

    public ExternalDatabase {
        if (user.isEmpty()) {
            throw new IllegalArgumentException(
                    "TRACEMEM_DATABASE_URL names no user. " + "Write postgres://user:password@host:5432/database.");
        }
    }

    /** Host, port and database, for messages. */
    public String address() {
        int query = jdbcUrl.indexOf('?');
        return jdbcUrl.substring("jdbc:postgresql://".length(), query < 0 ? jdbcUrl.length() : query);
    }

    /** The whole in one URL, for a process that is given {@code TRACEMEM_DATABASE_URL}. Holds the password. */
    public String urlWithPassword() {
        return "postgres://" + encode(user) + ":" + encode(password) + "@"
                + jdbcUrl.substring("jdbc:postgresql://".length());
    }

    @Override
    public String toString() {
        return "ExternalDatabase[" + address() + ", user=" + user + "]";
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException unreadable) {
            // Its message repeats the text, and with it the password.
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("TRACEMEM_DATABASE_URL is not a PostgreSQL address. Write"
                + " postgres://user:password@host:5432/database or"
                + " jdbc:postgresql://host:5432/database?user=…&password=…, with special characters percent-encoded.");
    }

    private static String orElse(@Nullable String value, String other) {
        return value == null ? other : value;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw malformed();
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
