package com.tracemem.product.jdbc;

import com.tracemem.product.Bounds;
import com.tracemem.product.Connector.Settings;
import com.tracemem.product.Connector.Tls;
import com.tracemem.product.ConnectorAccess;
import com.tracemem.product.Field;
import com.tracemem.product.FieldType;
import com.tracemem.product.SourceSchema;
import com.tracemem.product.SourceSchema.Column;
import com.tracemem.product.jdbc.Failure.Kind;
import com.tracemem.secret.SecretAccess;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL. */
final class PostgresDialect implements Dialect {
    /** Whether a relation is ours by its name and columns, or a view of it. */
    private static final String MEMORY = """
            (c.relname = 'tracemem_write' and (
                select string_agg(m.attname::text, ',' order by m.attname::text collate "C") from pg_attribute m
                where m.attrelid = c.oid and m.attnum > 0 and not m.attisdropped) = '%s')""".formatted(MemoryTable.COLUMNS);

    private static final String READABLE = """
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
                and has_schema_privilege(n.oid, 'usage') and not \s""" + MEMORY + " and ";

    /** A value whose type is left to where it stands: the column's own, be it an enum, a domain or a network address. */
    private static final int UNSPECIFIED = Types.OTHER;

    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");

    @Override
    public DataSource dataSource(ConnectorAccess access) {
        Settings settings = access.connector().settings();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(
                new String[] {settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host()});
        source.setPortNumbers(new int[] {settings.port()});
        source.setDatabaseName(settings.database());
        source.setUser(settings.username());
        source.setPassword(access.password().reveal(SecretAccess.granted()));
        source.setApplicationName("tracemem");
        source.setSslMode(sslMode(settings.tls()).value);
        if (settings.tls() == Tls.VERIFIED) {
            source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        source.setConnectTimeout(seconds(settings.connectTimeoutMs()));
        source.setLoginTimeout(seconds(settings.connectTimeoutMs()));
        source.setSocketTimeout(seconds(settings.readTimeoutMs()));
        source.setTcpKeepAlive(true);
        source.setLogServerErrorDetail(false);
        source.setOptions("-c statement_timeout=%d -c lock_timeout=%1$d -c idle_in_transaction_session_timeout=%d"
                        .formatted(settings.statementTimeoutMs(), 2 * settings.readTimeoutMs())
                + " -c standard_conforming_strings=on");
        return source;
    }

    private static SslMode sslMode(Tls tls) {
        return switch (tls) {
            case NONE -> SslMode.DISABLE;
            case REQUIRED -> SslMode.REQUIRE;
            case VERIFIED -> SslMode.VERIFY_FULL;
        };
    }

    private static int seconds(int milliseconds) {
        return Math.ceilDiv(milliseconds, 1000);
    }

    @Override
    public String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** What is no text to PostgreSQL has no such operator. */
    @Override
    public String text(String column, Field field) {
        return field.bounds().form() == null ? column : column + "::text";
    }

    @Override
    public void bind(PreparedStatement statement, int index, FieldType type, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, UNSPECIFIED);
            case Long number -> statement.setLong(index, number);
            case BigDecimal number -> statement.setObject(index, number.toPlainString(), UNSPECIFIED);
            case Boolean truth -> statement.setBoolean(index, truth);
            case Instant time -> statement.setObject(index, time.atOffset(ZoneOffset.UTC));
            case LocalDate date -> statement.setObject(index, date);
            case LocalTime time -> statement.setObject(index, time);
            case LocalDateTime time -> statement.setObject(index, time);
            default -> statement.setObject(index, value.toString(), UNSPECIFIED);
        }
    }

    @Override
    public @Nullable Object read(ResultSet row, int index, FieldType type) throws SQLException {
        return switch (type) {
            case STRING, UUID, JSON -> row.getString(index);
            case INTEGER -> {
                long number = row.getLong(index);
                yield row.wasNull() ? null : (Object) number;
            }
            case NUMBER -> Numbers.of(row.getString(index));
            case BOOLEAN -> {
                boolean truth = row.getBoolean(index);
                yield row.wasNull() ? null : (Object) truth;
            }
            case DATE -> Times.of(row.getObject(index, LocalDate.class));
            case TIME -> Times.of(row.getObject(index, LocalTime.class));
            case TIMESTAMP -> Times.of(row.getObject(index, OffsetDateTime.class));
            case DATETIME -> Times.of(row.getObject(index, LocalDateTime.class));
        };
    }

    @Override
    public boolean measuresRecords() {
        return true;
    }

    @Override
    public boolean canBeLong(FieldType type) {
        return type == FieldType.STRING || type == FieldType.JSON || type == FieldType.NUMBER;
    }

    @Override
    public boolean insertsReturn() {
        return true;
    }

    @Override
    public String createBookkeeping() {
        return """
                create table if not exists tracemem_write (
                    write_id varchar(200) primary key,
                    product_id varchar(64) not null,
                    affected int not null,
                    created text,
                    written_at timestamptz not null default now()
                )""";
    }

    @Override
    public String memoryTable() {
        return "select " + MEMORY + """
                 and c.relkind in ('r', 'p') and exists (
                    select 1 from pg_index i
                    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                    where i.indrelid = c.oid and i.indisunique and i.indnkeyatts = 1 and i.indpred is null
                        and a.attname = 'write_id')
                from pg_class c where c.oid = to_regclass('tracemem_write')""";
    }

    @Override
    public String secondsAgo() {
        return "current_timestamp - ? * interval '1 second'";
    }

    @Override
    public SourceSchema discover(Connection connection) throws SQLException {
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

    @Override
    public Column column(ResultSetMetaData answer, int index) throws SQLException {
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

    @Override
    public String countReadable() {
        return "select count(*) " + READABLE + "c.relkind in ('r', 'p', 'v', 'm', 'f')"
                + " and has_table_privilege(c.oid, 'select')";
    }

    @Override
    public String countWritable() {
        return "select count(*) " + READABLE + "c.relkind in ('r', 'p') and not pg_is_in_recovery()"
                + " and current_setting('transaction_read_only') = 'off'"
                + " and has_table_privilege(c.oid, 'insert, update, delete')";
    }

    @Override
    public Failure failure(SQLException failure) {
        SQLException inner = Failures.innermost(failure);
        String state = Failures.state(inner);
        if (Failures.isUntrusted(inner) || isOfAnotherHost(inner, state)) {
            return new Failure(Kind.UNTRUSTED, null);
        }
        if (state != null) {
            Kind kind = switch (state) {
                case "57014", "55P03" -> Kind.TIMEOUT;
                case "42501" -> Kind.PERMISSION;
                // a statement that fitted when its product was saved: the last three are of columns whose type was
                // changed
                case "42P01", "42703", "3F000", "42804", "42846", "42883" -> Kind.SCHEMA;
                case "08004" -> Kind.NO_TLS;
                case "53300" -> Kind.BUSY;
                case "57P01", "57P02", "57P03", "57P05" -> Kind.UNREACHABLE;
                default -> null;
            };
            if (kind != null) {
                boolean said = kind != Kind.UNREACHABLE && kind != Kind.NO_TLS;
                return new Failure(kind, said ? "SQLSTATE " + state : null);
            }
        }
        Failure standard = Failures.standard(inner);
        String named = state != null && state.startsWith("23") ? named(inner) : null;
        return named == null ? standard : new Failure(standard.kind(), named);
    }

    /** The driver gives no cause only when the certificate names another host. */
    private static boolean isOfAnotherHost(SQLException failure, @Nullable String state) {
        return "08006".equals(state) && failure.getCause() == null;
    }

    /** The constraint or column that was broken: names of the schema, of which the server tells apart from its message. */
    private static @Nullable String named(SQLException failure) {
        ServerErrorMessage message = failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
        if (message == null) {
            return null;
        }
        return message.getConstraint() != null ? message.getConstraint() : message.getColumn();
    }
}
