package com.tracemem.product.jdbc;

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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL. */
final class PostgresDialect implements Dialect {
    /** A value whose type is left to where it stands: the column's own, be it an enum, a domain or a network address. */
    private static final int UNSPECIFIED = Types.OTHER;

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
    public boolean takesSeveral() {
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
    public String secondsAgo() {
        return "current_timestamp - ? * interval '1 second'";
    }

    @Override
    public String memoryTable() {
        return PostgresSchema.memoryTable();
    }

    @Override
    public SourceSchema discover(Connection connection) throws SQLException {
        return PostgresSchema.discover(connection);
    }

    @Override
    public Column column(ResultSetMetaData answer, int index) throws SQLException {
        return PostgresSchema.column(answer, index);
    }

    @Override
    public String countReadable() {
        return PostgresSchema.countReadable();
    }

    @Override
    public String countWritable() {
        return PostgresSchema.countWritable();
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
