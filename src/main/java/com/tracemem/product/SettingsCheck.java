package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import com.tracemem.product.Connector.Settings;
import java.util.regex.Pattern;

/** Whether connections can be made of settings. */
final class SettingsCheck {
    /** Names and addresses; nothing that could end the host and begin something else in a driver. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}");

    private SettingsCheck() {}

    /** @throws com.tracemem.identity.InvalidInput with everything that is wrong */
    static void check(Connectors.Draft draft) {
        FieldErrors errors = new FieldErrors();
        errors.requireText("name", draft.name(), 200);
        Settings settings = draft.settings();
        errors.addIf(
                !HOST.matcher(settings.host()).matches(),
                "host",
                "is %s; give a host name or an address, without port or path"
                        .formatted(FieldErrors.quote(settings.host())));
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

    private static void timeout(FieldErrors errors, String field, int milliseconds) {
        range(errors, field, milliseconds, Settings.SHORTEST_TIMEOUT_MS, Settings.LONGEST_TIMEOUT_MS);
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
