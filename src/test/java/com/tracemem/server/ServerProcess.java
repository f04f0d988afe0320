package com.tracemem.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The real server in a JVM of its own:
 *
 * <pre>{@code
 * try (ServerProcess server = ServerProcess.serve(Map.of("TRACEMEM_DATA_DIR", directory.toString()))) {
 *     server.awaitReady();
 *     server.baseUrl();
 *     server.kill();        // kill -9
 * }
 * }</pre>
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String READY = "ready in ";

    private final Process process;
    private final int port;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CountDownLatch readyOrEnded = new CountDownLatch(1);
    private volatile boolean ready;

    private ServerProcess(List<String> command, Map<String, String> environment, int port) {
        this.port = port;
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("TRACEMEM_"));
        builder.environment().putAll(environment);
        builder.environment().put("TRACEMEM_PORT", String.valueOf(port));
        builder.environment().putIfAbsent("TRACEMEM_BIND_ADDRESS", "127.0.0.1");
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().start(this::listen);
    }

    /** Starts {@code serve} on a free port. The environment holds TRACEMEM_* variables; the caller's own do not apply. */
    public static ServerProcess serve(Map<String, String> environment, String... options) {
        return serveOn(Ports.free(), environment, options);
    }

    /** As {@link #serve}, on a port of the test's choice. */
    public static ServerProcess serveOn(int port, Map<String, String> environment, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:cds=off",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "serve"));
        command.addAll(List.of(options));
        return new ServerProcess(command, environment, port);
    }

    /** Waits until the server said that it is ready; fails with what it said when it ends before. */
    public ServerProcess awaitReady() {
        try {
            if (!readyOrEnded.await(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || !ready) {
                throw new AssertionError("The server did not start. It said:\n" + output());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
        return this;
    }

    /** Waits until the process has ended by itself and returns its exit code. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The server did not end. It said:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Everything it printed so far, on either stream. */
    public String output() {
        return String.join("\n", output);
    }

    /** kill -9: the process gets no chance to tidy up. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks it to stop, as an operator would, and returns its exit code. */
    public int stop() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("The server did not stop within " + STOP_LIMIT + ". It said:\n" + output());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                if (line.contains(READY)) {
                    ready = true;
                    readyOrEnded.countDown();
                }
            }
        } catch (IOException gone) {
            output.add("(" + gone.getMessage() + ")");
        } finally {
            readyOrEnded.countDown();
        }
    }
}
