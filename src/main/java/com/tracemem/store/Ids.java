package com.tracemem.store;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidFactory;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Pattern;

/**
 * Makes ids: a prefix, {@code _} and a ULID of 26 Crockford base32 characters. Ids of one node sort by the time and
 * order in which they were made. They are names, not secrets. Thread-safe.
 */
public final class Ids {
    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");

    private final UlidFactory factory;

    /** What an id names. */
    public enum Prefix {
        DECISION("TMEM"),
        EVENT("evt"),
        APPROVAL("appr"),
        AGENT("agent"),
        INTEGRATION("int"),
        CONNECTOR("conn"),
        DELIVERY("dlv"),
        USER("usr"),
        KEY("key"),
        TENANT("tnt"),
        CREDENTIAL("cred"),
        MESSAGE("msg");

        private final String text;

        Prefix(String text) {
            this.text = text;
        }

        /** As it stands before the underscore. */
        public String text() {
            return text;
        }
    }

    public Ids(InstantSource clock) {
        this.factory = UlidFactory.newMonotonicInstance(new SecureRandom(), clock::millis);
    }

    public String next(Prefix prefix) {
        return prefix.text() + '_' + factory.create();
    }

    /** When an id was made, by the clock of the node that made it. */
    public static Instant madeAt(String id) {
        return Ulid.getInstant(id.substring(id.indexOf('_') + 1));
    }

    /** Whether the text has the form of such an id, whether or not it exists. */
    public static boolean looksLike(Prefix prefix, String text) {
        int start = prefix.text().length() + 1;
        return text.length() == start + 26
                && text.startsWith(prefix.text())
                && text.charAt(start - 1) == '_'
                && ULID.matcher(text).region(start, text.length()).matches();
    }
}
