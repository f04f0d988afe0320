package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.product.Connector.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether connections can be made of settings. */
final class SettingsCheck {
    /** Names and addresses; nothing that could end the host and begin something else in a driver. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?");

    private static final Pattern WITH_PORT = Pattern.compile("[^:/]+:[0-9]{1,5}|\\[[^\\]]+\\]:[0-9]{1,5}");

    private SettingsCheck() {}

    /** @throws com.tracemem.identity.InvalidInput with everything that is wrong */
    static void check(Connectors.Draft draft) {
        FieldErrors errors = new FieldErrors();
        errors.requireText("name", draft.name(), 200);
        Settings settings = draft.settings();
        host(settings.host()).ifPresent(problem -> errors.add("host", problem));
        range(errors, "port", settings.port(), 1, 65_535);
        identifier(errors, "database", settings.database());
        identifier(errors, "username", settings.username());
        range(errors, "pool_size", settings.poolSize(), 1, Settings.LARGEST_POOL_SIZE);
        timeout(errors, "connect_timeout_ms", settings.connectTimeoutMs());
        timeout(errors, "read_timeout_ms", settings.readTimeoutMs());
        timeout(errors, "statement_timeout_ms", settings.statementTimeoutMs());
        errors.addIf(
                settings.statementTimeoutMs() > settings.readTimeoutMs(),
                "statement_timeout_ms",
                "is longer than read_timeout_ms, so that the answer would not be waited for; give less");
        errors.throwIfAny();
    }

    /**
     * Whether the password that is kept goes where it went before, and no less safely: whoever may change a connector may
     * not therefore be shown its password, by a server of theirs or by listening on the way.
     *
     * @throws com.tracemem.identity.InvalidInput naming the password, when it has to be given again
     */
    static void keepsPassword(Settings before, Settings after) {
        List<String> changed = new ArrayList<>();
        if (before.type() != after.type()) {
            changed.add("type");
        }
        if (!before.host().equals(after.host())) {
            changed.add("host");
        }
        if (before.port() != after.port()) {
            changed.add("port");
        }
        if (after.tls().compareTo(before.tls()) < 0) {
            changed.add("tls");
        }
        if (!changed.isEmpty()) {
            throw InvalidInput.of(
                    "password",
                    "is missing, and %s would take the stored one to where it was not meant for: give the login's password again"
                            .formatted(String.join(" and ", changed)));
        }
    }

    private static void timeout(FieldErrors errors, String field, int milliseconds) {
        range(errors, field, milliseconds, Settings.SHORTEST_TIMEOUT_MS, Settings.LONGEST_TIMEOUT_MS);
    }

    private static Optional<String> host(String host) {
        boolean named = HOST.matcher(host).matches() && !host.contains("..");
        if (named || (host.contains(":") && TextForm.ADDRESS_6.isOf(host, List.of()))) {
            return Optional.empty();
        }
        if (host.contains("@")) {
            // what stands before it may be a password
            return Optional.of("has an @ in it; give the host alone, and who logs in as username and password");
        }
        String better = "give a host name or an address, such as db.internal or 192.0.2.1";
        if (host.contains("://")) {
            better = "give the host alone, without the scheme, port and path of an address";
        } else if (host.startsWith("[") && host.endsWith("]")) {
            better = "give the address without brackets";
        } else if (WITH_PORT.matcher(host).matches()) {
            better = "give the host alone, and its port as port";
        } else if (host.contains(",")) {
            better = "give one host; a connector leads to one database";
        } else if (host.startsWith("/")) {
            better = "give a host name or an address; a socket's file cannot be connected to";
        }
        return Optional.of("is %s; %s".formatted(FieldErrors.quote(host), better));
    }

    private static void range(FieldErrors errors, String field, int value, int smallest, int largest) {
        errors.addIf(
                value < smallest || value > largest,
                field,
                "is %d; give a whole number from %d to %d".formatted(value, smallest, largest));
    }

    private static void identifier(FieldErrors errors, String field, String value) {
        errors.requireText(field, value, 128);
        errors.addIf(
                value.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c)),
                field,
                "has a character that names do not have; give printable text");
    }
}
