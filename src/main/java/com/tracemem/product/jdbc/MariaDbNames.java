package com.tracemem.product.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which key, constraint or column a refusal of MariaDB or MySQL is about. They tell it in the message alone. Of that only a
 * name at the very end is taken, behind which no value can stand; what is before it may quote values, and is not looked at.
 */
final class MariaDbNames {
    private static final String NAME = "([^'`]{1,200})";
    private static final List<Pattern> ENDS = List.of(
            Pattern.compile("for key '" + NAME + "'$"),
            Pattern.compile("[Cc]olumn '" + NAME + "' at row [0-9]{1,9}$"),
            Pattern.compile("for column (?:`[^`]+`\\.){0,2}`" + NAME + "` at row [0-9]{1,9}$"),
            Pattern.compile("Column '" + NAME + "' cannot be null$"),
            Pattern.compile("Field '" + NAME + "' doesn't have a default value$"));
    /** Servers cut messages at 512 bytes, perhaps within a value. */
    private static final int LONGEST_BYTES = 480;

    private MariaDbNames() {}

    static @Nullable String of(SQLException failure) {
        String message = failure.getMessage();
        if (message == null || message.getBytes(UTF_8).length > LONGEST_BYTES) {
            return null;
        }
        for (Pattern end : ENDS) {
            Matcher found = end.matcher(message);
            if (found.find()) {
                return found.group(1);
            }
        }
        return null;
    }
}
