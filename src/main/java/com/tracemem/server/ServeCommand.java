package com.tracemem.server;

import com.tracemem.identity.FirstRun;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "run the server", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    @Option(
            names = "--demo",
            description = "add an agent, a route, and a sandbox approver to try it with; answers on this machine only,"
                    + " unless TRACEMEM_BIND_ADDRESS says otherwise")
    private boolean demo;

    @Override
    public Integer call() throws UnusableSettings, InterruptedException {
        long started = System.nanoTime();
        Clock clock = Clock.systemUTC();
        ServerSettings settings = ServerSettings.read(System.getenv(), demo);
        ConsoleLog.start(settings.logLevel());
        settings.warnings().forEach(log::warn);
        Server server = Server.start(settings, clock);
        Demo running = demo ? startDemo(server, clock) : null;
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, server, ended), "shutdown"));
        print(server, running, Duration.ofNanos(System.nanoTime() - started));
        WarmUp.start(server);
        ended.await();
        return 0;
    }

    private static Demo startDemo(Server server, Clock clock) {
        Demo started = null;
        try {
            started = Demo.start(server, clock);
            return started;
        } finally {
            if (started == null) {
                server.close();
            }
        }
    }

    private static void print(Server server, @Nullable Demo demo, Duration took) {
        ServerSettings settings = server.settings();
        String firstRun = switch (server.room(FirstRun.Outcome.class)) {
            case FirstRun.Outcome.Created made -> "\n  first login     " + made.file();
            case FirstRun.Outcome.AlreadyDone done -> "";
        };
        System.out.printf(
                Locale.ROOT,
                """
                TraceMem %s answers at %s
                  dashboard       %s
                  data directory  %s%s
                """,
                Version.text(),
                settings.baseUrl(),
                settings.url("/dashboard"),
                settings.dataDirectory().toAbsolutePath().normalize(),
                firstRun);
        if (demo != null) {
            System.out.println(demo.instructions(settings));
        }
        System.out.printf(Locale.ROOT, "ready in %.1f s; Ctrl-C stops it%n", took.toMillis() / 1000.0);
        System.out.flush();
    }

    private static void stop(@Nullable Demo demo, Server server, CountDownLatch ended) {
        if (demo != null) {
            demo.close();
        }
        server.close();
        ended.countDown();
    }
}
