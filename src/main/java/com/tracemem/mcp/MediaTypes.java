package com.tracemem.mcp;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a body may call itself. The body is read as JSON whatever it says, because plain programs often say nothing or
 * something wrong; only a browser must say JSON, since the types that any page may send without asking are not proof
 * that the page was allowed to.
 */
final class MediaTypes {
    private MediaTypes() {}

    /** Gives a sentence for the caller when the body is not taken. */
    static Optional<String> problem(@Nullable String type, @Nullable String encoding, boolean fromBrowser) {
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            return Optional.of("Compressed requests are not supported: send the body without Content-Encoding");
        }
        if (fromBrowser && !isJson(type)) {
            return Optional.of("Requests from a browser need Content-Type: application/json");
        }
        return Optional.empty();
    }

    private static boolean isJson(@Nullable String type) {
        if (type == null) {
            return false;
        }
        int parameters = type.indexOf(';');
        String name =
                (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        return name.equals("application/json");
    }
}
