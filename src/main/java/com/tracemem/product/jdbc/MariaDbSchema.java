package com.tracemem.product.jdbc;

import com.tracemem.product.Bounds;
import com.tracemem.product.FieldType;
import com.tracemem.product.SourceSchema;
import com.tracemem.product.SourceSchema.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the information schema of MariaDB or MySQL tells a login. */
final class MariaDbSchema {
    private static final String CURRENT_GRANTEE = """
            concat('''', substring_index(current_user(), '@', 1), '''@''', substring_index(current_user(), '@', -1), '''')""";

    /** Whether a table is ours by its name and columns, or a view of it. */
    private static final String MEMORY = """
            (t.table_name = 'tracemem_write' and (
                select group_concat(m.column_name order by m.column_name) from information_schema.columns m
                where m.table_schema = t.table_schema and m.table_name = t.table_name) = '%s')""".formatted(MemoryTable.COLUMNS);

    private MariaDbSchema() {}

    static String memoryTable() {
        return "select " + MEMORY + """
                 and coalesce(e.transactions, 'NO') = 'YES' and (
                    select group_concat(m.column_name) from information_schema.columns m
                    where m.table_schema = t.table_schema and m.table_name = t.table_name and m.column_key = 'PRI')
                    = 'write_id'
                from information_schema.tables t left join information_schema.engines e on e.engine = t.engine
                where t.table_schema = database() and t.table_name = 'tracemem_write'
                    and (binary t.table_name = 'tracemem_write' or @@lower_case_table_names <> 0)""";
    }

    static SourceSchema discover(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                        select t.table_name as table_name, coalesce(e.transactions, 'NO') as transactions,
                            c.column_name as column_name, c.column_type as native_type, c.data_type as data_type,
                            c.is_nullable as is_nullable, c.column_key as column_key, c.extra as extra,
                            c.column_default is not null as has_default, c.character_maximum_length as longest,
                            c.character_octet_length as bytes, c.character_set_name as characters,
                            c.numeric_precision as digits, c.numeric_scale as scale
                        from information_schema.tables t
                        join information_schema.columns c
                            on c.table_schema = t.table_schema and c.table_name = t.table_name
                        left join information_schema.engines e on e.engine = t.engine
                        where t.table_schema = database() and not\s""" + MEMORY + """

                        order by binary t.table_name, c.ordinal_position limit ?""")) {
            statement.setInt(1, SourceSchema.MOST_COLUMNS + 1);
            try (ResultSet rows = statement.executeQuery()) {
                SchemaRows schema = new SchemaRows();
                while (rows.next()) {
                    String extra = rows.getString("extra").toUpperCase(Locale.ROOT);
                    boolean nullable = rows.getString("is_nullable").equals("YES");
                    String nativeType = rows.getString("native_type");
                    schema.add(
                            null,
                            rows.getString("table_name"),
                            true,
                            rows.getString("transactions").equals("YES"),
                            new Column(
                                    rows.getString("column_name"),
                                    nativeType,
                                    type(rows.getString("data_type"), nativeType),
                                    nullable,
                                    rows.getString("column_key").equals("PRI"),
                                    extra.contains("VIRTUAL GENERATED")
                                            || extra.contains("STORED GENERATED")
                                            || extra.contains("PERSISTENT"),
                                    nullable || rows.getBoolean("has_default") || extra.contains("AUTO_INCREMENT"),
                                    MariaDbBounds.of(rows)));
                }
                return schema.end();
            }
        }
    }

    private static @Nullable FieldType type(String name, String full) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "tinyint" ->
                full.toLowerCase(Locale.ROOT).startsWith("tinyint(1)") ? FieldType.BOOLEAN : FieldType.INTEGER;
            case "bit" -> full.equalsIgnoreCase("bit(1)") ? FieldType.BOOLEAN : null;
            case "smallint", "mediumint", "int", "integer", "year" -> FieldType.INTEGER;
            // half of the unsigned ones are beyond 64 bits with a sign
            case "bigint" -> full.toLowerCase(Locale.ROOT).contains("unsigned") ? FieldType.NUMBER : FieldType.INTEGER;
            case "decimal", "float", "double" -> FieldType.NUMBER;
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "inet4", "inet6" ->
                FieldType.STRING;
            case "date" -> FieldType.DATE;
            // it may be more than a day
            case "time" -> FieldType.STRING;
            case "timestamp" -> FieldType.TIMESTAMP;
            case "datetime" -> FieldType.DATETIME;
            case "uuid" -> FieldType.UUID;
            case "json" -> FieldType.JSON;
            default -> null;
        };
    }

    static Column column(ResultSetMetaData answer, int index) throws SQLException {
        String name = answer.getColumnTypeName(index).toLowerCase(Locale.ROOT);
        boolean unsigned = name.contains("unsigned") || !answer.isSigned(index);
        FieldType type = switch (answer.getColumnType(index)) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> FieldType.INTEGER;
            case Types.BIGINT -> unsigned ? FieldType.NUMBER : FieldType.INTEGER;
            case Types.DECIMAL, Types.NUMERIC, Types.REAL, Types.FLOAT, Types.DOUBLE -> FieldType.NUMBER;
            case Types.BIT, Types.BOOLEAN -> FieldType.BOOLEAN;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.TIME -> FieldType.STRING;
            case Types.DATE -> FieldType.DATE;
            case Types.TIMESTAMP -> name.startsWith("datetime") ? FieldType.DATETIME : FieldType.TIMESTAMP;
            default -> null;
        };
        return new Column(answer.getColumnLabel(index), name, type, true, false, false, true, Bounds.NONE);
    }

    static String countReadable() {
        return "select count(*) from information_schema.tables where table_schema = database()";
    }

    static String countWritable() {
        return """
                select case when @@global.read_only then 0 else count(*) end from (
                    select privilege_type from information_schema.user_privileges where grantee = %1$s
                    union all
                    select privilege_type from information_schema.schema_privileges
                    where grantee = %1$s and database() like table_schema
                    union all
                    select privilege_type from information_schema.table_privileges
                    where grantee = %1$s and table_schema = database()
                ) as granted where privilege_type in ('INSERT', 'UPDATE', 'DELETE')""".formatted(CURRENT_GRANTEE);
    }
}
