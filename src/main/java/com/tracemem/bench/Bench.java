package com.tracemem.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Measures a server of its own on this machine, everything in one run, what the database allows beside what the product
 * makes of it.
 */
public final class Bench {
    static final int CALLS_BEFORE_MEMORY = 10_000;

    private static final int ROUNDS = 3;
    private static final int ENDPOINTS = 20;
    private static final Duration SHORT_WARM_UP = Duration.ofSeconds(3);
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(200);

    private final BenchOptions options;
    private final PrintStream progress;
    private final AtomicReference<@Nullable ServerUnderTest> running = new AtomicReference<>();

    private Bench(BenchOptions options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Measures, and prints a table or, with {@code json}, one line for machines. Progress goes to standard error.
     *
     * @return the exit code: 0 when everything was measured, 1 with a sentence on standard error when not
     */
    public static int run(BenchOptions options, PrintStream out) {
        try {
            Figures figures = new Bench(options, System.err).measure();
            out.print(options.json() ? figures.json() + "\n" : figures.table());
            out.flush();
            return 0;
        } catch (BenchFailure failure) {
            System.err.println(failure.getMessage());
        } catch (IOException | UncheckedIOException | SQLException failure) {
            System.err.println("The benchmark failed: " + failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            System.err.println("The benchmark was stopped.");
        }
        return 1;
    }

    private Figures measure() throws IOException, SQLException, InterruptedException {
        Path directory = Files.createTempDirectory(options.directory(), "tracemem-bench-");
        Thread cleanUp = new Thread(() -> cleanUp(directory), "bench-clean-up");
        Runtime.getRuntime().addShutdownHook(cleanUp);
        try (Loop loop = new Loop()) {
            return measure(directory, loop);
        } finally {
            cleanUp(directory);
            if (!Thread.currentThread().isInterrupted()) {
                forget(cleanUp);
            }
        }
    }

    private Figures measure(Path directory, Loop loop) throws IOException, SQLException, InterruptedException {
        say("starting a server with a new data directory in " + directory);
        Receiver receiver = new Receiver(loop);
        ServerUnderTest server = start(directory);
        server.awaitAnswer(() -> Bytes.of("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Administrator administrator = new Administrator(server.address());
        FirstRun firstRun = FirstRun.read(server.data());
        Target target = administrator.prepare(firstRun, receiver.url());
        PostgresAddress postgres = PostgresAddress.read(server.data());
        SampleStore.make(postgres);
        administrator.product(postgres);
        Duration round = Duration.ofSeconds(options.seconds());

        Samples operations = new Samples();
        Samples evaluations = new Samples();
        Samples reads = new Samples();
        Samples floors = new Samples();
        try (GovernedOperations governed = new GovernedOperations(target);
                GovernedOperations evaluating = GovernedOperations.evaluating(target);
                GovernedOperations reading = GovernedOperations.reading(target);
                Floor floor = new Floor(PostgresAddress.read(server.data()))) {
            say("warming up");
            List<GovernedOperations> all = List.of(governed, evaluating, reading);
            for (GovernedOperations one : all) {
                WarmUp.until(one::perSecond);
                // a connection that says nothing for a minute is closed by the server
                for (GovernedOperations other : all) {
                    other.perSecond(SIGN_OF_LIFE);
                }
            }
            floor.perSecond(SHORT_WARM_UP);
            for (int number = 1; number <= ROUNDS; number++) {
                say("governed operations, policy evaluations, reads and the floor, round " + number + " of " + ROUNDS);
                operations.add(governed.perSecond(round));
                evaluations.add(evaluating.perSecond(round));
                reads.add(reading.perSecond(round));
                floors.add(floor.perSecond(round));
            }
        }

        say("whole approvals");
        WholeApprovals approvals =
                new WholeApprovals(loop, receiver, new Callbacks(loop, target, Clock.systemUTC()), target);
        WarmUp.until(approvals::perSecond);
        double approvalsPerSecond = approvals.perSecond(round.multipliedBy(2));

        say("delivery latency");
        Samples latency = new DeliveryLatency(loop, receiver, target).measure(round);

        DeliveryFigures delivery = deliveries(loop, receiver, administrator, firstRun, server, round);
        administrator.close();

        say("a start on the existing data directory");
        stop();
        ServerUnderTest again = start(directory);
        Target sameAgent = new Target(
                again.address(), target.agentKey(), target.integrationId(), target.incomingSecret(), target.routeId());
        double startSeconds =
                again.awaitAnswer(() -> sameAgent.create("bench.start").bytes());
        try (GovernedOperations governed = new GovernedOperations(sameAgent)) {
            governed.run(CALLS_BEFORE_MEMORY);
        }
        long resident = again.residentBytes();
        say(IdlePools.CONNECTORS + " connectors with idle pools");
        PoolFigures pools;
        try (Administrator later = new Administrator(again.address());
                IdlePools idle = new IdlePools(later, again, sameAgent)) {
            later.login(firstRun);
            pools = idle.measure();
        }
        stop();
        return new Figures(
                operations.median(),
                evaluations.median(),
                reads.median(),
                floors.median(),
                approvalsPerSecond,
                latency.percentile(50),
                latency.percentile(99),
                delivery,
                startSeconds,
                resident,
                pools,
                machine(directory));
    }

    private DeliveryFigures deliveries(
            Loop loop,
            Receiver receiver,
            Administrator administrator,
            FirstRun firstRun,
            ServerUnderTest server,
            Duration round)
            throws IOException, SQLException, InterruptedException {
        say("deliveries to " + ENDPOINTS + " endpoints, then with one that hangs");
        List<Target> endpoints = new ArrayList<>();
        for (int number = 1; number < ENDPOINTS; number++) {
            endpoints.add(administrator.webhook(firstRun, "endpoint_" + number, receiver.url()));
        }
        Target well = administrator.webhook(firstRun, "well", receiver.url());
        Target hanging = administrator.webhook(firstRun, "hanging", receiver.hangingUrl());
        Samples healthy = new Samples();
        Samples beside = new Samples();
        // of several rounds the middle one counts: a single pause of the machine decides a round's slowest
        for (int number = 1; number <= ROUNDS; number++) {
            healthy.add(new DeliveryLatency(loop, receiver, with(endpoints, well), null)
                    .measure(round)
                    .percentile(99));
        }
        for (int number = 1; number <= ROUNDS; number++) {
            beside.add(new DeliveryLatency(loop, receiver, with(endpoints, hanging), hanging)
                    .measure(round)
                    .percentile(99));
        }
        administrator.disable(hanging);

        say("a backlog of " + DeliveryBacklog.MESSAGES + " messages");
        Target backlogged = administrator.webhook(firstRun, "backlog", receiver.url());
        DeliveryBacklog backlog = new DeliveryBacklog(loop, receiver, administrator, backlogged);
        double drained = backlog.drainedPerSecond();
        long before = server.residentBytes();
        say("a backlog of " + DeliveryBacklog.LARGE + " messages");
        backlog.workOnLarge(PostgresAddress.read(server.data()), round.multipliedBy(2));
        return new DeliveryFigures(drained, healthy.median(), beside.median(), before, server.residentBytes());
    }

    private static List<Target> with(List<Target> others, Target last) {
        List<Target> all = new ArrayList<>(others);
        all.add(last);
        return all;
    }

    private ServerUnderTest start(Path directory) throws IOException {
        ServerUnderTest server = new ServerUnderTest(directory);
        running.set(server);
        return server;
    }

    private void stop() {
        ServerUnderTest server = running.getAndSet(null);
        if (server != null) {
            server.close();
        }
    }

    private void cleanUp(Path directory) {
        stop();
        try {
            delete(directory);
        } catch (IOException failure) {
            System.err.println("The benchmark's directory " + directory + " could not be removed: " + failure);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The hook runs already.
        }
    }

    private static String machine(Path directory) throws IOException {
        return Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", Java " + Runtime.version().feature() + ", data on "
                + Files.getFileStore(directory).type();
    }

    private void say(String what) {
        progress.println("bench: " + what + " …");
    }
}
