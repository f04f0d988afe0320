package com.tracemem.store;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fresh, migrated database on the real PostgreSQL, for one test class or one test:
 *
 * <pre>{@code
 * static final TestDatabase database = TestDatabase.create();   // or per test
 * database.dataSource()   // as the server uses it: the restricted role, pooled
 * database.jdbc()         // a JdbcClient on it
 * database.ownerJdbc()    // as the schema's owner: set up or damage what the server may not
 * database.url()          // a TRACEMEM_DATABASE_URL for a whole server or a second process
 * database.close();       // optional: drops the database early
 * }</pre>
 *
 * <p>One server is started for each test JVM, on first use (about two seconds), and removed at its end. Migrations run
 * once; each database is a copy (about 50 ms). Commits do not wait for the disk here.
 */
public final class TestDatabase implements AutoCloseable {
    private static final int POOL_SIZE = 8;
    private static final Map<String, String> TEMPLATES = new HashMap<>();
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

    private final ExternalDatabase address;
    private final HikariDataSource pool;

    private TestDatabase(ExternalDatabase address, int poolSize) {
        this.address = address;
        this.pool = Database.pool(address, poolSize);
    }

    /** A database with the product's schema. */
    public static TestDatabase create() {
        return create(Database.MIGRATIONS, POOL_SIZE);
    }

    /** As {@link #create()}, for a test that needs more connections at once. */
    public static TestDatabase create(int poolSize) {
        return create(Database.MIGRATIONS, poolSize);
    }

    /**
     * A database with a schema of the test's own.
     *
     * @param migrations a Flyway location, such as {@code classpath:db/store}
     */
    public static synchronized TestDatabase create(String migrations, int poolSize) {
        String template = TEMPLATES.computeIfAbsent(migrations, TestDatabase::migrated);
        String name = "test_" + COUNTER.incrementAndGet();
        administrate("create database " + name + " template " + template + " strategy file_copy");
        return new TestDatabase(address(name), poolSize);
    }

    /**
     * A database with the schema of an older release, to be filled and brought up to date.
     *
     * @param version of the last migration that it has seen
     */
    public static synchronized TestDatabase createAt(String version) {
        String name = "old_" + COUNTER.incrementAndGet();
        administrate("create database " + name);
        ExternalDatabase address = address(name);
        DataSource owner = Database.ownerDataSource(address);
        RuntimeRole.ensure(owner);
        Flyway.configure()
                .dataSource(owner)
                .locations(Database.MIGRATIONS)
                .loggers("slf4j")
                .target(version)
                .load()
                .migrate();
        return new TestDatabase(address, 1);
    }

    /** Brings a database of {@link #createAt} up to date. */
    public void upgrade() {
        Database.migrate(owner(), Database.MIGRATIONS);
    }

    /** An empty database, not migrated: its URL, for a test of opening. */
    public static synchronized String createEmpty() {
        String name = "empty_" + COUNTER.incrementAndGet();
        administrate("create database " + name);
        return address(name).urlWithPassword();
    }

    /** Connections as the restricted role, as in the server. */
    public DataSource dataSource() {
        return pool;
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    /** Connections as the owner of the schema, a superuser; not pooled. */
    public DataSource owner() {
        return Database.ownerDataSource(address);
    }

    public JdbcClient ownerJdbc() {
        return JdbcClient.create(owner());
    }

    /** What {@code TRACEMEM_DATABASE_URL} would say. */
    public String url() {
        return address.urlWithPassword();
    }

    /** Signals of one node on this database. */
    public Signals signals(String nodeId) {
        return new Signals(() -> Database.runtimeDataSource(address).getConnection(), nodeId);
    }

    /** Drops the database, also while others are connected. */
    @Override
    public void close() {
        pool.close();
        String url = address.jdbcUrl();
        administrate("drop database if exists " + url.substring(url.lastIndexOf('/') + 1) + " with (force)");
    }

    private static String migrated(String migrations) {
        String name = "template_" + COUNTER.incrementAndGet();
        administrate("create database " + name);
        DataSource owner = Database.ownerDataSource(address(name));
        RuntimeRole.ensure(owner);
        Database.migrate(owner, migrations);
        return name;
    }

    private static void administrate(String sql) {
        PGSimpleDataSource source = Database.ownerDataSource(address("postgres"));
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static ExternalDatabase address(String database) {
        EmbeddedPostgres running = server();
        try {
            return new ExternalDatabase(
                    "jdbc:postgresql://127.0.0.1:" + running.port() + "/" + database,
                    running.user(),
                    running.password());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The programs, unpacked once for all tests of this checkout. */
    static Path sharedBinaries() throws IOException {
        return Files.createDirectories(buildDirectory().resolve("postgres-binaries"));
    }

    private static Path buildDirectory() {
        return Path.of("target").toAbsolutePath();
    }

    private static synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                removeAbandoned();
                Path directory = Files.createTempDirectory(buildDirectory(), "test-postgres-");
                Path home = directory.resolve("postgres");
                Directories.createPrivate(home);
                Files.writeString(
                        home.resolve("postgresql.local.conf"),
                        "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 300\n");
                server = EmbeddedPostgres.open(directory, sharedBinaries());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }
        return server;
    }

    private static void remove(Path directory) {
        try {
            if (server != null) {
                server.close();
            }
            Directories.deleteTree(directory);
        } catch (IOException failure) {
            System.err.println("Could not remove " + directory + ": " + failure);
        }
    }

    // A killed test JVM leaves its server running.
    private static void removeAbandoned() throws IOException {
        try (Stream<Path> entries = Files.list(buildDirectory())) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (entry.getFileName().toString().startsWith("test-postgres-")
                        && Files.exists(entry.resolve("postgres/data"))) {
                    try {
                        EmbeddedPostgres.open(entry, sharedBinaries()).close();
                        Directories.deleteTree(entry);
                    } catch (DataDirectoryInUseException other) {
                        // Another test JVM works there.
                    }
                }
            }
        }
    }
}
