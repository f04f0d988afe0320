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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's catalogs tell a login. */
final class PostgresSchema {
    /** Whether a relation is ours by its name and columns, or a view of it. */
    private static final String MEMORY = """
            (c.relname = 'tracemem_write' and (
                select string_agg(m.attname::text, ',' order by m.attname::text collate "C") from pg_attribute m
                where m.attrelid = c.oid and m.attnum > 0 and not m.attisdropped) = '%s')""".formatted(MemoryTable.COLUMNS);

    private static final String READABLE = """
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
                and has_schema_privilege(n.oid, 'usage') and not \s""" + MEMORY + " and ";

    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");

    private PostgresSchema() {}

    static String memoryTable() {
        return "select " + MEMORY + """
                 and c.relkind in ('r', 'p') and exists (
                    select 1 from pg_index i
                    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                    where i.indrelid = c.oid and i.indisunique and i.indnkeyatts = 1 and i.indpred is null
                        and a.attname = 'write_id')
                from pg_class c where c.oid = to_regclass('tracemem_write')""";
    }

    static SourceSchema discover(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                        select n.nspname as schema_name, c.relname as table_name, c.relkind::text as kind,
                            n.nspname = current_schema() as usual, a.attname as column_name,
                            format_type(a.atttypid, a.atttypmod) as native_type, b.typname::text as base_type,
                            b.typtype::text as base_kind, not (a.attnotnull or t.typnotnull) as nullable,
                            coalesce(a.attnum = any (i.indkey), false) as primary_key,
                            a.attidentity = 'a' or a.attgenerated <> '' as generated,
                            a.atthasdef or a.attidentity <> '' or t.typdefault is not null as defaulted,
                            case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier,
                            case when b.typtype = 'e' then (
                                select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e
                                where e.enumtypid = b.oid) end as choices
                        from pg_class c
                        join pg_namespace n on n.oid = c.relnamespace
                        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                        join pg_type t on t.oid = a.atttypid
                        join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
                        left join pg_index i on i.indrelid = c.oid and i.indisprimary
                        where c.relkind in ('r', 'p', 'v', 'm', 'f') and not\s""" + MEMORY + """

                            and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
                            and has_schema_privilege(n.oid, 'usage')
                            and has_table_privilege(c.oid, 'select, insert, update, delete')
                        order by n.nspname collate "C", c.relname collate "C", a.attnum limit ?""")) {
            statement.setInt(1, SourceSchema.MOST_COLUMNS + 1);
            try (ResultSet rows = statement.executeQuery()) {
                SchemaRows schema = new SchemaRows();
                while (rows.next()) {
                    String kind = rows.getString("kind");
                    schema.add(
                            rows.getString("schema_name"),
                            rows.getString("table_name"),
                            rows.getBoolean("usual"),
                            kind.equals("r") || kind.equals("p") || kind.equals("v"),
                            new Column(
                                    rows.getString("column_name"),
                                    rows.getString("native_type"),
                                    type(rows.getString("base_type"), rows.getString("base_kind")),
                                    rows.getBoolean("nullable"),
                                    rows.getBoolean("primary_key"),
                                    rows.getBoolean("generated"),
                                    rows.getBoolean("defaulted"),
                                    rows.getString("base_kind").equals("e")
                                            ? PostgresBounds.choice(rows.getArray("choices"))
                                            : PostgresBounds.of(rows.getString("base_type"), rows.getInt("modifier"))));
                }
                return schema.end();
            }
        }
    }

    private static @Nullable FieldType type(String name, String kind) {
        return switch (name) {
            case "int2", "int4", "int8" -> FieldType.INTEGER;
            case "numeric", "float4", "float8" -> FieldType.NUMBER;
            case "bool" -> FieldType.BOOLEAN;
            case "inet", "cidr", "macaddr" -> FieldType.STRING;
            case "date" -> FieldType.DATE;
            case "time" -> FieldType.TIME;
            case "timestamptz" -> FieldType.TIMESTAMP;
            case "timestamp" -> FieldType.DATETIME;
            case "uuid" -> FieldType.UUID;
            case "json", "jsonb" -> FieldType.JSON;
            default -> TEXTS.contains(name) || kind.equals("e") ? FieldType.STRING : null;
        };
    }

    static Column column(ResultSetMetaData answer, int index) throws SQLException {
        String name = answer.getColumnTypeName(index);
        String kind = answer.getColumnType(index) == Types.VARCHAR ? "e" : "b";
        String usual = switch (name) {
            case "serial" -> "int4";
            case "bigserial" -> "int8";
            case "smallserial" -> "int2";
            default -> name;
        };
        FieldType type = type(usual, kind);
        Bounds bounds = PostgresBounds.of(usual, -1).ofWhatIsCompared();
        if (type == FieldType.STRING && !TEXTS.contains(usual) && bounds.equals(Bounds.NONE)) {
            bounds = PostgresBounds.choice(null);
        }
        return new Column(answer.getColumnLabel(index), usual, type, true, false, false, true, bounds);
    }

    static String countReadable() {
        return "select count(*) " + READABLE + "c.relkind in ('r', 'p', 'v', 'm', 'f')"
                + " and has_table_privilege(c.oid, 'select')";
    }

    static String countWritable() {
        return "select count(*) " + READABLE + "c.relkind in ('r', 'p') and not pg_is_in_recovery()"
                + " and current_setting('transaction_read_only') = 'off'"
                + " and has_table_privilege(c.oid, 'insert, update, delete')";
    }
}
