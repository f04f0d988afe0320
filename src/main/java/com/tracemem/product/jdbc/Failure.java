package com.tracemem.product.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * What a database refusal means, in a sentence of ours: a driver message may quote values.
 *
 * @param detail a code or a name that the schema has; never a value
 */
record Failure(Kind kind, @Nullable String detail) {

    /** What sort. */
    enum Kind {
        UNREACHABLE("The database could not be reached: check that it runs and that this server may connect to it"),
        UNKNOWN_HOST("The database could not be reached, because nobody knows its host's name: check host"),
        REFUSED(
                "The database could not be reached, because nothing listens at its host and port: check that it runs there"),
        SILENT("The database could not be reached, because nothing answered in time as this type of database does:"
                + " check type, host and port, and the network between"),
        OTHER_TYPE(
                "What answers there is no database of the connector's type: check type, host and port, and mind that a"
                        + " MariaDB is no mysql and a MySQL no mariadb"),
        NO_TLS(
                "The database offers no encrypted connection, or no way to log in that is safe: turn TLS on there, or set tls"
                        + " to 'none' if the way there is safe without"),
        UNTRUSTED("The database's certificate is not of this host, or not from an authority that this server trusts: an"
                + " administrator has to check host and certificate, or add the authority to the server's trust store"),
        BUSY("All connections to the database are in use: try again, or let an administrator raise pool_size"),
        LOGIN("The database refused the login: an administrator has to check user name, password and database"),
        TIMEOUT("The database took too long, and the statement was given up: ask for less, or try again"),
        CONFLICT("Another transaction was in the way, and this one was given up: try again"),
        UNIQUE("A record with these unique values is there already"),
        FOREIGN_KEY("A record refers to another that is not there, or is referred to by one that is"),
        NOT_NULL("A field that must have a value has none"),
        CHECK("A value breaks a rule of the database"),
        VALUE("A value does not fit its column: it is too long, out of range, or of another kind"),
        PERMISSION("The connector's login may not do that: an administrator has to grant it"),
        READ_ONLY("The database takes no writes now"),
        SCHEMA("The source does not have what the product names: an administrator has to look at its schema"),
        OTHER("The database refused the statement");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }
    }

    /** For agents and administrators. */
    String sentence() {
        return detail == null ? kind.sentence : kind.sentence + " (" + detail + ")";
    }

    /** Whether the same may succeed later, with nothing changed. */
    boolean mayPass() {
        return isConnection()
                || switch (kind) {
                    case TIMEOUT, CONFLICT, READ_ONLY -> true;
                    default -> false;
                };
    }

    /** Whether the connection cannot be used any more, or never came to be. */
    boolean isConnection() {
        return switch (kind) {
            case UNREACHABLE, UNKNOWN_HOST, REFUSED, SILENT, OTHER_TYPE, NO_TLS, UNTRUSTED, BUSY, LOGIN -> true;
            default -> false;
        };
    }
}
