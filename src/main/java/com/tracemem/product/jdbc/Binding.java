package com.tracemem.product.jdbc;

import com.tracemem.product.jdbc.SqlText.Parameter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Binds values to prepared statements. */
final class Binding {
    private Binding() {}

    static PreparedStatement prepare(Connection connection, Dialect dialect, SqlText sql) throws SQLException {
        return bound(connection.prepareStatement(sql.text()), dialect, sql);
    }

    /** For an insert whose generated key is wanted. */
    static PreparedStatement prepareForKeys(Connection connection, Dialect dialect, SqlText sql) throws SQLException {
        return bound(connection.prepareStatement(sql.text(), Statement.RETURN_GENERATED_KEYS), dialect, sql);
    }

    private static PreparedStatement bound(PreparedStatement statement, Dialect dialect, SqlText sql)
            throws SQLException {
        boolean bound = false;
        try {
            int index = 0;
            for (Parameter parameter : sql.parameters()) {
                dialect.bind(statement, ++index, parameter.type(), parameter.value());
            }
            bound = true;
            return statement;
        } finally {
            if (!bound) {
                statement.close();
            }
        }
    }
}
