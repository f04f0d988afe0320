package com.tracemem.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, finds, takes over and stops the main PostgreSQL process of one cluster. Every wait has an end. */
final class Postmaster {
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    /** Long enough to replay the write-ahead log (at most about 1 GB) after a crash. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(10);
    /** How long backends of a killed server may take to notice before they are ended. */
    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration WATCH = Duration.ofMillis(200);
    private static final String INVALID_PASSWORD = "28P01";
    private static final String DATABASE_STARTING = "57P03";

    private final Cluster cluster;
    private final ServerProcesses processes;

    Postmaster(Cluster cluster) throws IOException {
        this.cluster = cluster;
        this.processes = new ServerProcesses(cluster.data());
    }

    /** Somebody else listens on the port. */
    static final class PortTakenException extends DatabaseUnavailableException {
        private static final long serialVersionUID = 1L;

        PortTakenException(int port) {
            super("The embedded PostgreSQL could not listen on port " + port + " of 127.0.0.1: another program does.");
        }
    }

    /**
     * The server that a previous process left running, if it can be used. One that cannot is stopped; a pid file that
     * names no server of this directory is made harmless.
     */
    Optional<PostmasterFile> takeOver() throws IOException, InterruptedException {
        Optional<Long> running = runningServer();
        if (running.isPresent()) {
            long pid = running.get();
            Optional<PostmasterFile> ready = awaitReady(pid, START_LIMIT);
            if (ready.isPresent() && passwordWorks(ready.get()) && runsOurPrograms(ready.get())) {
                LOG.info("Took over the embedded PostgreSQL that is still running (process {}).", pid);
                return ready;
            }
            LOG.info("Stopping the embedded PostgreSQL that is still running (process {}).", pid);
            stop(pid);
        }
        return Optional.empty();
    }

    /** @throws DatabaseUnavailableException with the end of the server's log when it does not come up */
    PostmasterFile start(int port) throws IOException, InterruptedException {
        endOrphans();
        PostmasterFile.defuse(cluster.data());
        cluster.configure(port);
        long logged = Files.exists(cluster.log()) ? Files.size(cluster.log()) : 0;
        Process process = launch();
        Optional<PostmasterFile> ready = awaitReady(process.pid(), START_LIMIT);
        if (ready.isPresent()) {
            return ready.get();
        }
        String log = cluster.logTail(logged);
        stop(process.pid());
        process.destroyForcibly();
        if (log.contains("could not bind IPv4 address")) {
            throw new PortTakenException(port);
        }
        throw new DatabaseUnavailableException("The embedded PostgreSQL in " + cluster.data() + " did not start."
                + " Mend what its log (" + cluster.log() + ") names and start again. The log ends with: " + log);
    }

    /** Whether our password opens this server, and the server keeps this very data directory. */
    boolean passwordWorks(PostmasterFile running) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + FAST_STOP_LIMIT.toNanos();
        while (true) {
            try {
                Path served = Path.of(ask(running, "show data_directory"));
                return Files.isSameFile(served, cluster.data());
            } catch (SQLException refused) {
                if (INVALID_PASSWORD.equals(refused.getSQLState())
                        || !DATABASE_STARTING.equals(refused.getSQLState())
                        || System.nanoTime() > deadline) {
                    return false;
                }
                Thread.sleep(POLL);
            }
        }
    }

    PGSimpleDataSource dataSource(int port, String database) throws IOException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/" + database);
        source.setUser(Cluster.SUPERUSER);
        source.setPassword(cluster.password());
        source.setConnectTimeout(5);
        source.setSocketTimeout(10);
        return source;
    }

    /** Waits until the server has ended, however long that takes. */
    void awaitEnd(long pid) throws InterruptedException {
        while (processes.serves(pid)) {
            Thread.sleep(WATCH);
        }
    }

    /** Ends client sessions and stops; harder and harder when that takes too long. */
    void stop(long pid) throws IOException, InterruptedException {
        processes.signal(pid, "INT");
        if (processes.awaitEnd(pid, FAST_STOP_LIMIT)) {
            return;
        }
        LOG.warn("The embedded PostgreSQL (process {}) did not stop in time; stopping it at once.", pid);
        processes.signal(pid, "QUIT");
        if (!processes.awaitEnd(pid, IMMEDIATE_STOP_LIMIT)) {
            processes.signal(pid, "KILL");
            processes.awaitEnd(pid, IMMEDIATE_STOP_LIMIT);
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(ownSession());
        command.addAll(cluster.runAs()
                .command(List.of(
                        cluster.binaries().postgres().toString(),
                        "-D",
                        cluster.data().toString())));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(cluster.log().toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Command.cleanEnvironment(builder);
        // See PostmasterFile.defuse: this id does not count as another server's.
        builder.environment()
                .put("PG_GRANDPARENT_PID", Long.toString(ProcessHandle.current().pid()));
        return builder.start();
    }

    // In the terminal's session, Ctrl-C would stop PostgreSQL before the server could finish its requests.
    private static List<String> ownSession() {
        for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (Files.isExecutable(Path.of(setsid))) {
                return List.of(setsid);
            }
        }
        return Files.isExecutable(Path.of("/usr/bin/perl"))
                ? List.of("/usr/bin/perl", "-MPOSIX", "-e", "POSIX::setsid(); exec(@ARGV) or die $!")
                : List.of();
    }

    private Optional<PostmasterFile> awaitReady(long pid, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<PostmasterFile> file = PostmasterFile.read(cluster.data()).filter(PostmasterFile::isReady);
            if (file.isPresent() && processes.serves(file.get().pid())) {
                return file;
            }
            if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                return Optional.empty();
            }
            Thread.sleep(POLL);
        }
        return Optional.empty();
    }

    private boolean runsOurPrograms(PostmasterFile running) throws IOException {
        Path programs =
                processes.program(running.pid()).orElse(cluster.binaries().postgres());
        return Files.exists(programs)
                && Files.isSameFile(programs, cluster.binaries().postgres());
    }

    private String ask(PostmasterFile running, String question) throws SQLException, IOException {
        try (var connection = dataSource(running.port(), "postgres").getConnection();
                var statement = connection.createStatement();
                var answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }

    // A server that was started just before its parent was killed may not have written its file yet.
    private Optional<Long> runningServer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ORPHAN_LIMIT.toNanos();
        do {
            Optional<Long> named =
                    PostmasterFile.read(cluster.data()).map(PostmasterFile::pid).filter(processes::serves);
            if (named.isPresent() || processes.all().isEmpty()) {
                return named;
            }
            Thread.sleep(POLL);
        } while (System.nanoTime() < deadline);
        return Optional.empty();
    }

    // While they live, the shared memory of the dead server lives and a new one refuses to start.
    private void endOrphans() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ORPHAN_LIMIT.toNanos();
        List<Long> orphans = processes.all();
        while (!orphans.isEmpty()) {
            if (System.nanoTime() > deadline) {
                LOG.warn("Ending processes {} that a killed PostgreSQL left behind.", orphans);
                for (long orphan : orphans) {
                    processes.signal(orphan, "KILL");
                    processes.awaitEnd(orphan, IMMEDIATE_STOP_LIMIT);
                }
                return;
            }
            Thread.sleep(POLL);
            orphans = processes.all();
        }
    }
}
