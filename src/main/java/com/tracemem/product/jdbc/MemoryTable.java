package com.tracemem.product.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What is called {@code tracemem_write} in a target: that table of ours, nothing, or something of the owner's. */
enum MemoryTable {
    ABSENT,
    OURS,
    /** It is left alone, and nothing is remembered. */
    ANOTHERS;

    /** In the order of the alphabet; whatever has just these is ours, and nothing else is. */
    static final String COLUMNS = "affected,created,product_id,write_id,written_at";

    /** Looks without touching it. */
    static MemoryTable in(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(dialect.memoryTable())) {
            if (!row.next()) {
                return ABSENT;
            }
            return row.getBoolean(1) ? OURS : ANOTHERS;
        }
    }
}
