package com.tracemem.product.jdbc;

import com.tracemem.product.Connector;
import com.tracemem.product.Connector.Settings;
import com.tracemem.product.ConnectorAccess;
import com.tracemem.product.Field;
import com.tracemem.product.FieldType;
import com.tracemem.product.SourceSchema;
import com.tracemem.product.SourceSchema.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What differs from database to database. */
interface Dialect {

    static Dialect of(Connector.Type type) {
        return switch (type) {
            case POSTGRESQL -> new PostgresDialect();
            case MARIADB -> new MariaDbDialect(true);
            case MYSQL -> new MariaDbDialect(false);
        };
    }

    /** New connections, with the connector's timeouts and nothing in the driver's settings that we did not choose. */
    DataSource dataSource(ConnectorAccess access);

    /** A name as it stands in a statement, whatever its characters. */
    String quote(String identifier);

    /**
     * What is selected of a column, so that {@link #read} can read it.
     *
     * @param column quoted
     */
    default String selected(String column, FieldType type) {
        return column;
    }

    /**
     * What stands for a column where it is compared as a text.
     *
     * @param column quoted
     */
    default String text(String column, Field field) {
        return column;
    }

    void bind(PreparedStatement statement, int index, FieldType type, @Nullable Object value) throws SQLException;

    /** The value as {@link com.tracemem.product.FieldValues} has it in Java; null for NULL. */
    @Nullable
    Object read(ResultSet row, int index, FieldType type) throws SQLException;

    /**
     * Whether the database can measure records on the way out at next to no cost. Otherwise each text is cut, and rows are
     * taken off the wire one by one.
     */
    boolean measuresRecords();

    /** Whether several statements can go to the database together. */
    boolean takesSeveral();

    /** Whether values of this type can be long. */
    boolean canBeLong(FieldType type);

    /** Whether an insert can answer with what it made. */
    boolean insertsReturn();

    /** Makes the table that remembers writes, when it is not there. */
    String createBookkeeping();

    /**
     * Whether what a statement means by {@code tracemem_write} is our table: its columns, one that tells its rows apart by
     * their id, and one that is changed with everything else in a transaction or not at all. No row where there is nothing.
     */
    String memoryTable();

    /** The time so many seconds ago, by the database's clock; the seconds are a parameter. */
    String secondsAgo();

    /** What the login may see; at most one table and one column more than are possible. */
    SourceSchema discover(Connection connection) throws SQLException;

    /** One column of a query's answer. */
    Column column(ResultSetMetaData answer, int index) throws SQLException;

    /** How many tables the login may read, as a number in one row. */
    String countReadable();

    /** How many grants or tables let the login write; none in a database that is read-only. */
    String countWritable();

    /** What it means that no connection could be made. */
    default Failure connecting(SQLException failure, Settings settings) {
        Failure known = failure(failure);
        return switch (known.kind()) {
            case TIMEOUT, UNREACHABLE, NO_TLS, OTHER -> Failures.connecting(failure, known, settings);
            default -> known;
        };
    }

    /** What a failure means. */
    Failure failure(SQLException failure);
}
