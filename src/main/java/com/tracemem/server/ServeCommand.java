package com.tracemem.server;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "run the server", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    @Option(names = "--demo", description = "add an agent, a route, and a sandbox approver to try it with")
    private boolean demo;

    @Override
    public Integer call() throws UnusableSettings, InterruptedException {
        long started = System.nanoTime();
        ServerSettings settings = ServerSettings.read(System.getenv(), demo);
        ConsoleLog.start(settings.logLevel());
        settings.warnings().forEach(log::warn);
        Server server = Server.start(settings, Clock.systemUTC());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, ended), "shutdown"));
        print(settings, Duration.ofNanos(System.nanoTime() - started));
        ended.await();
        return 0;
    }

    private static void print(ServerSettings settings, Duration took) {
        System.out.printf(
                Locale.ROOT,
                """
                TraceMem %s answers at %s
                  dashboard       %s
                  data directory  %s
                  ready in %.1f s; Ctrl-C stops it
                """,
                Version.text(),
                settings.baseUrl(),
                settings.url("/dashboard"),
                settings.dataDirectory().toAbsolutePath().normalize(),
                took.toMillis() / 1000.0);
        System.out.flush();
    }

    private static void stop(Server server, CountDownLatch ended) {
        server.close();
        ended.countDown();
    }
}
