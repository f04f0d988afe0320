package com.tracemem.product.jdbc;

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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;
import org.mariadb.jdbc.HostAddress;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** MariaDB, and MySQL with the same driver. Sessions are in UTC and strict about values. */
final class MariaDbDialect implements Dialect {
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

    /** The driver would have to be told to take them in any text, which is a door for injections. */
    @Override
    public boolean takesSeveral() {
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
    public String secondsAgo() {
        return "current_timestamp - interval ? second";
    }

    @Override
    public String memoryTable() {
        return MariaDbSchema.memoryTable();
    }

    @Override
    public SourceSchema discover(Connection connection) throws SQLException {
        return MariaDbSchema.discover(connection);
    }

    @Override
    public Column column(ResultSetMetaData answer, int index) throws SQLException {
        return MariaDbSchema.column(answer, index);
    }

    @Override
    public String countReadable() {
        return MariaDbSchema.countReadable();
    }

    @Override
    public String countWritable() {
        return MariaDbSchema.countWritable();
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
