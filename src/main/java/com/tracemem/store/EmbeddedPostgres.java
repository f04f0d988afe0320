package com.tracemem.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own: a child process with its data below the data directory, reachable from this machine
 * only and with a generated password only.
 *
 * <p>Opening it starts the server, or takes over the one that a killed JVM left running. While it is open, a server
 * that dies is started again on the same port, so that pools reconnect by themselves. The directory belongs to one
 * process at a time.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String DATABASE = "tracemem";
    private static final int PORT_ATTEMPTS = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final DirectoryLock lock;
    private final Cluster cluster;
    private final Postmaster postmaster;
    private final int port;
    private volatile long pid;
    private volatile boolean closing;
    private @Nullable Thread supervisor;

    private EmbeddedPostgres(DirectoryLock lock, Cluster cluster) throws IOException, InterruptedException {
        this.lock = lock;
        this.cluster = cluster;
        cluster.initialise();
        this.postmaster = new Postmaster(cluster);
        PostmasterFile running = postmaster.takeOver().orElse(null);
        if (running == null) {
            running = startOnFreePort();
        }
        this.port = running.port();
        this.pid = running.pid();
    }

    /**
     * Opens the server of this data directory, creating what is missing.
     *
     * @throws DataDirectoryInUseException when another process has it open
     * @throws DatabaseUnavailableException when it does not start; the message says what to do
     */
    public static EmbeddedPostgres open(Path dataDirectory) {
        return open(dataDirectory, null);
    }

    /** As {@link #open(Path)}, with the programs unpacked into a directory that several data directories share. */
    static EmbeddedPostgres open(Path dataDirectory, @Nullable Path sharedBinaries) {
        Path directory = dataDirectory.toAbsolutePath().normalize();
        DirectoryLock lock = null;
        EmbeddedPostgres opened = null;
        try {
            Directories.createPrivate(directory);
            lock = DirectoryLock.acquire(directory);
            Path home = directory.resolve("postgres");
            Directories.createPrivate(home);
            Directories.deleteUnfinished(home);
            RunAs runAs = RunAs.choose(home);
            Binaries binaries = Binaries.unpack(sharedBinaries == null ? home : sharedBinaries);
            opened = new EmbeddedPostgres(lock, new Cluster(home, binaries, runAs));
            opened.openDatabase();
            opened.supervise();
            return opened;
        } catch (IOException failure) {
            throw new DatabaseUnavailableException(
                    "The embedded PostgreSQL in " + directory + " cannot be opened: " + failure
                            + ". Check free space and permissions of that directory.",
                    failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnavailableException("Starting the embedded PostgreSQL was interrupted.", interrupted);
        } finally {
            abandon(lock, opened);
        }
    }

    /** The server of this data directory that another process runs; empty when none answers to the name. */
    static Optional<ExternalDatabase> running(Path dataDirectory) throws IOException {
        Path home = dataDirectory.toAbsolutePath().normalize().resolve("postgres");
        Optional<PostmasterFile> file =
                PostmasterFile.read(home.resolve("data")).filter(PostmasterFile::isReady);
        Path password = home.resolve("password");
        return file.isEmpty() || !Files.exists(password)
                ? Optional.empty()
                : Optional.of(new ExternalDatabase(
                        "jdbc:postgresql://127.0.0.1:" + file.get().port() + "/" + DATABASE,
                        Cluster.SUPERUSER,
                        Files.readString(password).strip()));
    }

    /** The TCP port on 127.0.0.1; it stays while this object is open. */
    public int port() {
        return port;
    }

    /** The process id of the server that runs now. */
    public long pid() {
        return pid;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    public String user() {
        return Cluster.SUPERUSER;
    }

    public String password() throws IOException {
        return cluster.password();
    }

    /** Stops the server, within bounds, and gives the directory free. */
    @Override
    public void close() {
        closing = true;
        boolean interrupted = Thread.interrupted();
        try {
            if (supervisor != null) {
                supervisor.interrupt();
                supervisor.join();
            }
            postmaster.stop(pid);
        } catch (IOException failure) {
            LOG.warn("The embedded PostgreSQL (process {}) could not be stopped: {}", pid, failure.toString());
        } catch (InterruptedException again) {
            interrupted = true;
        } finally {
            release(lock);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private PostmasterFile startOnFreePort() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return startWithPassword(cluster.choosePort());
            } catch (Postmaster.PortTakenException taken) {
                if (attempt == PORT_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private PostmasterFile startWithPassword(int chosenPort) throws IOException, InterruptedException {
        PostmasterFile started = postmaster.start(chosenPort);
        if (postmaster.passwordWorks(started)) {
            return started;
        }
        LOG.warn("The password file of the embedded PostgreSQL is missing or does not fit; setting a new password.");
        postmaster.stop(started.pid());
        cluster.resetPassword();
        return postmaster.start(chosenPort);
    }

    private void openDatabase() throws IOException {
        PGSimpleDataSource source = postmaster.dataSource(port, "postgres");
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            try (var found = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        } catch (SQLException failure) {
            throw new DatabaseUnavailableException(
                    "The embedded PostgreSQL on port " + port + " runs but its database cannot be opened: "
                            + failure.getMessage() + ". Its log is " + cluster.log() + ".",
                    failure);
        }
    }

    private void supervise() {
        supervisor = Thread.ofPlatform().daemon().name("postgres-supervisor").start(this::keepRunning);
    }

    private void keepRunning() {
        try {
            while (!closing) {
                postmaster.awaitEnd(pid);
                if (!closing) {
                    LOG.warn(
                            "The embedded PostgreSQL (process {}) ended unexpectedly; starting it again."
                                    + " The end of its log: {}",
                            pid,
                            cluster.logTail(0));
                    restart();
                }
            }
        } catch (InterruptedException closed) {
            // close() ends the supervision.
        }
    }

    private void restart() throws InterruptedException {
        Duration pause = Duration.ofMillis(100);
        while (!closing) {
            try {
                pid = postmaster.start(port).pid();
                LOG.info("The embedded PostgreSQL runs again on port {} (process {}).", port, pid);
                return;
            } catch (IOException | DatabaseUnavailableException failure) {
                LOG.error("{} Trying again in {} ms.", failure.getMessage(), pause.toMillis());
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private static void abandon(@Nullable DirectoryLock lock, @Nullable EmbeddedPostgres opened) {
        if (opened != null && opened.supervisor == null) {
            opened.close();
        } else if (opened == null && lock != null) {
            release(lock);
        }
    }

    private static void release(DirectoryLock lock) {
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.warn("The lock on the data directory could not be given free: {}", failure.toString());
        }
    }
}
