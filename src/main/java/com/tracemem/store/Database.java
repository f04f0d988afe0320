package com.tracemem.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The open database: migrated, checked, and reached through a pool whose connections run as the restricted role
 * {@value RuntimeRole#NAME}.
 *
 * <p>Behind an external pooler such as PgBouncer, use its session mode: the role is a property of the session.
 */
public final class Database implements AutoCloseable {
    /** Where the product's migrations are on the class path. */
    public static final String MIGRATIONS = "classpath:db/migration";

    private static final Duration CONNECTION_LIMIT = Duration.ofSeconds(10);
    private static final int CONNECT_TIMEOUT_SECONDS = 5;
    /** Longer than any statement of ours; a silent network failure shows after this at the latest. */
    private static final int SOCKET_TIMEOUT_SECONDS = 120;

    private static final int PREPARE_THRESHOLD = 3;
    /** Connections of a command that works beside a server. */
    private static final int BESIDE_POOL = 2;

    /**
     * What each pooled connection begins with. Our statements are few, prepared, and want the same plan whatever their
     * parameters, so planning them again costs more than it gives. That plan is by index and nested loop, and probing
     * an index is cheap, since its pages are in memory: one that was made while the tables were almost empty would
     * otherwise go on reading them whole. Where the order of a join matters most, the statement fixes it with
     * {@code offset 0}. A node that freezes within a transaction must not hold its locks for long: the others wait for
     * them.
     */
    private static final String SESSION = "set role " + RuntimeRole.NAME + """
            ; set plan_cache_mode = force_generic_plan
            ; set enable_seqscan = off
            ; set enable_hashjoin = off
            ; set enable_mergejoin = off
            ; set seq_page_cost = 0.1
            ; set random_page_cost = 0.1
            ; set idle_in_transaction_session_timeout = '10s'
            ; set lock_timeout = '15s'
            ; set tcp_keepalives_idle = 15
            ; set tcp_keepalives_interval = 5
            """;

    private final ExternalDatabase address;
    private final HikariDataSource pool;
    private final JdbcClient jdbc;
    private final @Nullable EmbeddedPostgres embedded;

    private Database(ExternalDatabase address, HikariDataSource pool, @Nullable EmbeddedPostgres embedded) {
        this.address = address;
        this.pool = pool;
        this.jdbc = JdbcClient.create(pool);
        this.embedded = embedded;
    }

    /**
     * Opens the external database of the settings or starts the embedded one, brings its schema up to date, checks that
     * the trace is append-only for the runtime role, and fills the pool.
     *
     * @throws DatabaseUnavailableException with a sentence for the operator; nothing stays open
     */
    public static Database open(DatabaseSettings settings) {
        return open(settings, MIGRATIONS);
    }

    /**
     * Connects to the database beside the server that runs on it; starts the embedded one where none runs.
     *
     * @throws DatabaseUnavailableException with a sentence for the operator
     */
    public static Database attach(DatabaseSettings settings) {
        ExternalDatabase external = settings.external();
        try {
            return external != null ? beside(external) : open(settings);
        } catch (DataDirectoryInUseException running) {
            try {
                return beside(EmbeddedPostgres.running(settings.dataDirectory()).orElseThrow(() -> running));
            } catch (IOException unreadable) {
                throw new DatabaseUnavailableException(
                        "The running embedded database cannot be reached: " + unreadable.getMessage() + ".",
                        unreadable);
            }
        }
    }

    private static Database beside(ExternalDatabase address) {
        new StartChecks(ownerDataSource(address), address).connect();
        return new Database(address, pool(address, BESIDE_POOL), null);
    }

    static Database open(DatabaseSettings settings, String migrations) {
        ExternalDatabase external = settings.external();
        if (external != null) {
            return open(external, settings.poolSize(), migrations, null);
        }
        EmbeddedPostgres embedded = EmbeddedPostgres.open(settings.dataDirectory());
        Database opened = null;
        try {
            var address = new ExternalDatabase(embedded.jdbcUrl(), embedded.user(), embedded.password());
            opened = open(address, settings.poolSize(), migrations, embedded);
            return opened;
        } catch (IOException unreadable) {
            throw new DatabaseUnavailableException(
                    "The embedded database's password file cannot be read: " + unreadable.getMessage() + ".",
                    unreadable);
        } finally {
            if (opened == null) {
                embedded.close();
            }
        }
    }

    private static Database open(
            ExternalDatabase address, int poolSize, String migrations, @Nullable EmbeddedPostgres embedded) {
        DataSource owner = ownerDataSource(address);
        StartChecks checks = new StartChecks(owner, address);
        checks.connect();
        RuntimeRole.ensure(owner);
        migrate(owner, migrations);
        checks.appendOnly();
        return new Database(address, pool(address, poolSize), embedded);
    }

    /** Connections as the runtime role, in autocommit mode. */
    public DataSource dataSource() {
        return pool;
    }

    public JdbcClient jdbc() {
        return jdbc;
    }

    /** Wake-ups between this node and others on the same database. Close it before the database. */
    public Signals signals(String nodeId) {
        return new Signals(() -> runtimeDataSource(address).getConnection(), nodeId);
    }

    public boolean isEmbedded() {
        return embedded != null;
    }

    /** Host, port and database, for people. */
    public String address() {
        return address.address();
    }

    /**
     * A database beside the product's own, on the same server, with an owner of the same name that can reach nothing of the
     * product's. What is missing is made; the owner gets this password. On a server that is not the embedded one the name
     * ends with a number of the product's database, since others may be there.
     *
     * @param name lower-case letters and underscores
     * @return how to reach it; empty when the product's user there may not create databases and roles
     */
    public Optional<ExternalDatabase> beside(String name, String password) {
        return embedded == null
                ? SideDatabase.ensureExternal(address, name, password)
                : Optional.of(SideDatabase.ensure(address, name, password));
    }

    /** As whom migrations run. */
    public String user() {
        return address.user();
    }

    @Override
    public void close() {
        pool.close();
        if (embedded != null) {
            embedded.close();
        }
    }

    static PGSimpleDataSource ownerDataSource(ExternalDatabase address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.jdbcUrl());
        source.setUser(address.user());
        source.setPassword(address.password());
        source.setApplicationName("tracemem");
        source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
        source.setSocketTimeout(SOCKET_TIMEOUT_SECONDS);
        source.setTcpKeepAlive(true);
        source.setPrepareThreshold(PREPARE_THRESHOLD);
        source.setAssumeMinServerVersion("15");
        // A violated constraint's detail repeats the row's values.
        source.setLogServerErrorDetail(false);
        return source;
    }

    static PGSimpleDataSource runtimeDataSource(ExternalDatabase address) {
        PGSimpleDataSource source = ownerDataSource(address);
        source.setOptions("-c role=" + RuntimeRole.NAME);
        return source;
    }

    static HikariDataSource pool(ExternalDatabase address, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("tracemem");
        config.setDataSource(new RetryingDataSource(ownerDataSource(address)));
        config.setConnectionInitSql(SESSION);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(CONNECTION_LIMIT.toMillis());
        config.setValidationTimeout(Duration.ofSeconds(3).toMillis());
        config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
        config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
        return new HikariDataSource(config);
    }

    static void migrate(DataSource owner, String migrations) {
        try {
            Flyway.configure()
                    .dataSource(owner)
                    .locations(migrations)
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException failure) {
            throw new DatabaseUnavailableException(
                    "The database schema could not be brought up to date: " + failure.getMessage()
                            + " If a newer TraceMem has used this database, start that version; otherwise restore the"
                            + " database from a backup and report this message.",
                    failure);
        }
    }
}
