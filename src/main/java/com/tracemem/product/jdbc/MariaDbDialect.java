package com.tracemem.product.jdbc;

import com.tracemem.product.Bounds;
import com.tracemem.product.Connector.Settings;
import com.tracemem.product.Connector.Tls;
import com.tracemem.product.ConnectorAccess;
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
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;
import org.mariadb.jdbc.HostAddress;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** MariaDB, and MySQL with the same driver. Sessions are in UTC and strict about values. */
final class MariaDbDialect implements Dialect {
    private static final String CURRENT_GRANTEE = """
            concat('''', substring_index(current_user(), '@', 1), '''@''', substring_index(current_user(), '@', -1), '''')""";

    /** Whether a table is ours by its name and columns, or a view of it. */
    private static final String MEMORY = """
            (t.table_name = 'tracemem_write' and (
                select group_concat(m.column_name order by m.column_name) from information_schema.columns m
                where m.table_schema = t.table_schema and m.table_name = t.table_name) = '%s')""".formatted(MemoryTable.COLUMNS);

    /** None that sends the password in clear to whoever asks for it. */
    private static final String AUTHENTICATION =
            "mysql_native_password,client_ed25519,parsec,caching_sha2_password,sha256_password";

    private final boolean mariaDb;

    MariaDbDialect(boolean mariaDb) {
        this.mariaDb = mariaDb;
    }

    @Override
    public DataSource dataSource(ConnectorAccess access) {
        Settings settings = access.connector().settings();
        String statementTimeout = mariaDb
                ? "max_statement_time="
                        + BigDecimal.valueOf(settings.statementTimeoutMs(), 3).toPlainString()
                : "max_execution_time=" + settings.statementTimeoutMs();
        Configuration configuration = nothingChosen().toBuilder()
                .addresses(HostAddress.from(settings.host(), settings.port()))
                .database(settings.database())
                .user(settings.username())
                .password(access.password().reveal(SecretAccess.granted()))
                .sslMode(sslMode(settings.tls()))
                .serverSslCert(settings.tls() == Tls.VERIFIED ? TrustedAuthorities.pem() : null)
                .connectTimeout(settings.connectTimeoutMs())
                .socketTimeout(settings.readTimeoutMs())
                .tcpKeepAlive(true)
                .restrictedAuth(AUTHENTICATION)
                .allowPublicKeyRetrieval(settings.tls() == Tls.NONE)
                .allowLocalInfile(false)
                .allowMultiQueries(false)
                .permitRedirect(false)
                .transactionReplay(false)
                .useServerPrepStmts(true)
                .cachePrepStmts(true)
                .prepStmtCacheSize(100)
                .dumpQueriesOnException(false)
                .includeInnodbStatusInDeadlockExceptions(false)
                .sessionVariables(("sql_mode='STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
                                + "time_zone='+00:00',innodb_lock_wait_timeout=%d,%s")
                        .formatted(Math.ceilDiv(settings.statementTimeoutMs(), 1000), statementTimeout))
                .build();
        return new Connections(configuration);
    }

    /** The driver fills in more when it reads an address than when it is given none; no word of a user's is in this one. */
    private static Configuration nothingChosen() {
        try {
            return Configuration.parse("jdbc:mariadb://localhost/");
        } catch (SQLException impossible) {
            throw new IllegalStateException("The driver does not know its own address", impossible);
        }
    }

    private static final class Connections extends AbstractDataSource {
        private final Configuration configuration;

        Connections(Configuration configuration) {
            this.configuration = configuration;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return Driver.connect(configuration);
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return getConnection();
        }
    }

    private static String sslMode(Tls tls) {
        return switch (tls) {
            case NONE -> "disable";
            case REQUIRED -> "trust";
            case VERIFIED -> "verify-full";
        };
    }

    @Override
    public String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    @Override
    public void bind(PreparedStatement statement, int index, FieldType type, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case Long number -> statement.setLong(index, number);
            case BigDecimal number -> statement.setBigDecimal(index, number);
            case Boolean truth -> statement.setBoolean(index, truth);
            case Instant time -> statement.setObject(index, LocalDateTime.ofInstant(time, ZoneOffset.UTC));
            case LocalDate date -> statement.setObject(index, date);
            case LocalTime time -> statement.setObject(index, time);
            case LocalDateTime time -> statement.setObject(index, time);
            default -> statement.setString(index, value.toString());
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
            case DATE -> date(row.getString(index));
            case TIME -> time(row, index, LocalTime.class);
            case TIMESTAMP ->
                time(row, index, LocalDateTime.class) instanceof LocalDateTime time
                        ? time.toInstant(ZoneOffset.UTC)
                        : row.getString(index);
            case DATETIME -> time(row, index, LocalDateTime.class);
        };
    }

    /** As a text: of some dates that are in no calendar the driver can make nothing at all. */
    @Override
    public String selected(String column, FieldType type) {
        return type == FieldType.DATE ? "cast(" + column + " as char)" : column;
    }

    private static @Nullable Object date(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeException inNoCalendar) {
            return text;
        }
    }

    /** What is in no calendar, such as {@code 2024-00-10}, stays the text that it is. */
    private static @Nullable Object time(ResultSet row, int index, Class<?> type) throws SQLException {
        try {
            Object time = row.getObject(index, type);
            // of a date of zeros the driver says that it is null
            return time == null ? row.getString(index) : time;
        } catch (SQLDataException | DateTimeException inNoCalendar) {
            return row.getString(index);
        }
    }

    /** It would write a table of all records first. */
    @Override
    public boolean measuresRecords() {
        return false;
    }

    @Override
    public boolean canBeLong(FieldType type) {
        return type == FieldType.STRING || type == FieldType.JSON;
    }

    @Override
    public boolean insertsReturn() {
        return false;
    }

    @Override
    public String createBookkeeping() {
        return """
                create table if not exists tracemem_write (
                    write_id varchar(200) character set utf8mb4 collate utf8mb4_bin primary key,
                    product_id varchar(64) not null,
                    affected int not null,
                    created longtext character set utf8mb4,
                    written_at timestamp not null default current_timestamp
                ) engine = InnoDB""";
    }

    @Override
    public String memoryTable() {
        return "select " + MEMORY + """
                 and coalesce(e.transactions, 'NO') = 'YES' and (
                    select group_concat(m.column_name) from information_schema.columns m
                    where m.table_schema = t.table_schema and m.table_name = t.table_name and m.column_key = 'PRI')
                    = 'write_id'
                from information_schema.tables t left join information_schema.engines e on e.engine = t.engine
                where t.table_schema = database() and t.table_name = 'tracemem_write'
                    and (binary t.table_name = 'tracemem_write' or @@lower_case_table_names <> 0)""";
    }

    @Override
    public String secondsAgo() {
        return "current_timestamp - interval ? second";
    }

    @Override
    public SourceSchema discover(Connection connection) throws SQLException {
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

    @Override
    public Column column(ResultSetMetaData answer, int index) throws SQLException {
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

    @Override
    public String countReadable() {
        return "select count(*) from information_schema.tables where table_schema = database()";
    }

    @Override
    public String countWritable() {
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

    @Override
    public Failure failure(SQLException failure) {
        SQLException inner = Failures.innermost(failure);
        String state = Failures.state(inner);
        boolean caused = inner.getCause() != null;
        if (Failures.isUntrusted(inner) || ("08006".equals(state) && !caused && inner.getErrorCode() <= 0)) {
            return new Failure(Kind.UNTRUSTED, null);
        }
        if ("08000".equals(state) && !caused && inner.getErrorCode() <= 0) {
            return new Failure(Kind.NO_TLS, null);
        }
        Kind kind = switch (inner.getErrorCode()) {
            case 1044, 1045, 1049, 1130, 1698 -> Kind.LOGIN;
            case 1040, 1203, 1226 -> Kind.BUSY;
            case 1053, 1077, 1927 -> Kind.UNREACHABLE;
            // the limit of a statement's time, which is set first of all, has two names
            case 1193 -> Kind.OTHER_TYPE;
            case 1205, 1317, 1969, 3024 -> Kind.TIMEOUT;
            case 1213, 1020 -> Kind.CONFLICT;
            case 1062, 1169, 1586 -> Kind.UNIQUE;
            case 1216, 1217, 1451, 1452, 1557, 1761, 1762 -> Kind.FOREIGN_KEY;
            case 1048, 1364 -> Kind.NOT_NULL;
            case 3819, 4025 -> Kind.CHECK;
            case 1264, 1265, 1292, 1366, 1406, 1411, 1690 -> Kind.VALUE;
            case 1142, 1143, 1227, 1370 -> Kind.PERMISSION;
            case 1290, 1792, 1836 -> Kind.READ_ONLY;
            case 1054, 1146, 1356 -> Kind.SCHEMA;
            default -> null;
        };
        if (kind == null) {
            return Failures.standard(inner);
        }
        String detail = switch (kind) {
            case UNREACHABLE, OTHER_TYPE -> null;
            case UNIQUE, NOT_NULL, VALUE -> MariaDbNames.of(inner);
            default -> "error " + inner.getErrorCode();
        };
        boolean named = detail != null || kind == Kind.UNREACHABLE || kind == Kind.OTHER_TYPE;
        return new Failure(kind, named ? detail : "error " + inner.getErrorCode());
    }
}
