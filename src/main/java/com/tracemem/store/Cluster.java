package com.tracemem.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The files of the embedded server below {@code home}: {@code data}, {@code password}, {@code port} and
 * {@code postgres.log}. An operator's own settings may be put into {@code postgresql.local.conf} there.
 */
record Cluster(Path home, Binaries binaries, RunAs runAs) {
    static final String SUPERUSER = "tracemem";

    private static final Duration INITIALISE_LIMIT = Duration.ofMinutes(2);
    private static final Duration RECOVER_LIMIT = Duration.ofMinutes(3);
    private static final long LOG_LIMIT_BYTES = 10_000_000;
    private static final int LOG_TAIL_BYTES = 2_000;
    // Below the range from which systems take the ports of outgoing connections, so that nobody takes it by chance
    // while the server restarts.
    private static final int LOWEST_PORT = 15_000;
    private static final int HIGHEST_PORT = 32_000;

    Path data() {
        return home.resolve("data");
    }

    Path log() {
        return home.resolve("postgres.log");
    }

    /** Creates the data directory if there is none; it appears complete or not at all. */
    void initialise() throws IOException, InterruptedException {
        if (Files.exists(data())) {
            checkVersion();
            return;
        }
        Path unfinished = home.resolve("data.tmp-" + randomHex(4));
        writePassword(randomHex(24));
        Command initdb = Command.run(
                runAs.command(List.of(
                        binaries.initdb().toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + passwordFile(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums")),
                INITIALISE_LIMIT);
        if (!initdb.succeeded()) {
            throw new DatabaseUnavailableException("The embedded PostgreSQL could not create its data directory "
                    + data() + ". Check free space and permissions there. initdb said: " + lastLines(initdb.output()));
        }
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The superuser's password, or an empty string when its file is missing. */
    String password() throws IOException {
        return Files.exists(passwordFile()) ? Files.readString(passwordFile()).strip() : "";
    }

    /** Gives the superuser a new password, with the right of whoever owns the files. The server must not be running. */
    void resetPassword() throws IOException, InterruptedException {
        String password = randomHex(24);
        Command single = Command.run(
                runAs.command(List.of(binaries.postgres().toString(), "--single", "-D", data().toString(), "postgres")),
                "alter role " + SUPERUSER + " password '" + password + "'\n",
                RECOVER_LIMIT);
        if (!single.succeeded()) {
            throw new DatabaseUnavailableException("The password in " + passwordFile() + " does not open the embedded"
                    + " PostgreSQL, and giving it a new one failed. Restore that file from a backup. PostgreSQL said: "
                    + lastLines(single.output().replace(password, "…")));
        }
        writePassword(password);
    }

    /** The port of the last start if it is free, else another free one. */
    int choosePort() throws IOException {
        Path file = home.resolve("port");
        int port = 0;
        if (Files.exists(file)) {
            try {
                port = Integer.parseInt(Files.readString(file).strip());
            } catch (NumberFormatException unreadable) {
                port = 0;
            }
        }
        if (port < 1024 || port > 65_535 || !isFree(port)) {
            port = freePort();
            OwnerOnlyFile.replace(file, port + "\n", runAs);
        }
        return port;
    }

    void configure(int port) throws IOException {
        OwnerOnlyFile.replace(
                data().resolve("postgresql.conf"), settings(port) + platformSettings() + localSettings(), runAs);
        OwnerOnlyFile.replace(data().resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n", runAs);
        if (Files.exists(log()) && Files.size(log()) > LOG_LIMIT_BYTES) {
            Files.move(log(), home.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last lines that PostgreSQL logged after this position of the file, for a failure's sentence. */
    String logTail(long from) {
        try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
            long length = file.length();
            long start = Math.max(from > length ? 0 : from, length - LOG_TAIL_BYTES);
            byte[] tail = new byte[(int) (length - start)];
            file.seek(start);
            file.readFully(tail);
            return lastLines(new String(tail, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return "(" + log() + " cannot be read)";
        }
    }

    private void checkVersion() throws IOException, InterruptedException {
        Path file = data().resolve("PG_VERSION");
        if (!Files.exists(file)) {
            throw new DatabaseUnavailableException(data() + " exists but holds no PostgreSQL data (PG_VERSION is"
                    + " missing). TraceMem never overwrites it: restore it from a backup, or move it away to start"
                    + " with an empty database.");
        }
        String written = Files.readString(file).strip();
        String said = Command.run(
                        runAs.command(List.of(binaries.postgres().toString(), "--version")), Duration.ofSeconds(30))
                .output();
        if (!said.matches("postgres \\(PostgreSQL\\) " + written + "(\\D.*)?")) {
            throw new DatabaseUnavailableException("The data in " + data() + " was written by PostgreSQL " + written
                    + ", but this TraceMem carries '" + said + "'. Start the TraceMem version that wrote it, dump the"
                    + " database, and load the dump into an empty data directory of this version.");
        }
    }

    private Path passwordFile() {
        return home.resolve("password");
    }

    private void writePassword(String password) throws IOException {
        OwnerOnlyFile.replace(passwordFile(), password + "\n", runAs);
    }

    // After a crash PostgreSQL makes sure that every file is on disk; one call for all of them is much faster.
    private static String platformSettings() {
        return System.getProperty("os.name").equals("Linux") ? "recovery_init_sync_method = syncfs\n" : "";
    }

    private String localSettings() {
        return Files.exists(home.resolve("postgresql.local.conf")) ? "include = '../postgresql.local.conf'\n" : "";
    }

    private static String settings(int port) {
        return """
                # Written by TraceMem at every start. Put settings of your own into ../postgresql.local.conf.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 100
                password_encryption = scram-sha-256

                # A commit that was answered is on disk.
                fsync = on
                synchronous_commit = on
                full_page_writes = on

                shared_buffers = 128MB
                # what a plan takes a table's size for must not be a minute old
                autovacuum_naptime = 20s
                work_mem = 8MB
                maintenance_work_mem = 64MB
                max_parallel_workers_per_gather = 0
                io_method = sync
                jit = off

                wal_compression = on
                wal_buffers = 16MB
                min_wal_size = 128MB
                max_wal_size = 1GB
                max_wal_senders = 0
                checkpoint_timeout = 15min

                # Neither statements nor their values belong into a log; errors reach the caller.
                logging_collector = off
                log_line_prefix = '%%m [%%p] '
                log_timezone = 'UTC'
                log_min_messages = log
                log_min_error_statement = panic
                log_error_verbosity = terse
                log_parameter_max_length = 0
                log_parameter_max_length_on_error = 0
                log_checkpoints = off

                timezone = 'UTC'
                datestyle = 'iso, mdy'
                default_text_search_config = 'pg_catalog.english'
                """.formatted(port);
    }

    private static int freePort() throws IOException {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new DatabaseUnavailableException("No free port between " + LOWEST_PORT + " and " + HIGHEST_PORT
                + " on 127.0.0.1 for the embedded PostgreSQL. End programs that listen there, or set"
                + " TRACEMEM_DATABASE_URL to an external PostgreSQL.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String lastLines(String text) {
        String tail = text.length() > LOG_TAIL_BYTES ? "…" + text.substring(text.length() - LOG_TAIL_BYTES) : text;
        return tail.isBlank() ? "(nothing)" : "\n" + tail.strip();
    }
}
