package com.tracemem.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A server of its own for the benchmark: the same Java, flags and classes as this process, a temporary data directory,
 * and default settings but for the ones that would forbid the benchmark.
 */
final class ServerUnderTest implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int LOG_TAIL_BYTES = 3_000;

    private final Path directory;
    private final InetSocketAddress address;
    private final Process process;
    private final long startedNanos = System.nanoTime();

    ServerUnderTest(Path directory) throws IOException {
        this.directory = directory;
        this.address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), freePort());
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TRACEMEM_"));
        environment.put("TRACEMEM_PORT", Integer.toString(address.getPort()));
        environment.put("TRACEMEM_BIND_ADDRESS", "127.0.0.1");
        environment.put("TRACEMEM_DATA_DIR", data().toString());
        environment.put("TRACEMEM_OUTBOUND_ALLOW", "127.0.0.1/32");
        environment.put("TRACEMEM_AGENT_REQUESTS_PER_SECOND", "1000000");
        process = builder.start();
    }

    Path data() {
        return directory.resolve("data");
    }

    InetSocketAddress address() {
        return address;
    }

    /**
     * Waits until this request is answered with 200, and says after how many seconds since the start.
     *
     * @param request made anew for each try: what it needs may not be there at first
     */
    double awaitAnswer(Supplier<byte[]> request) throws IOException, InterruptedException {
        while (System.nanoTime() - startedNanos < START_LIMIT.toNanos()) {
            if (!process.isAlive()) {
                throw new BenchFailure("The server ended at its start with " + process.exitValue() + ": " + logTail());
            }
            if (answers(request)) {
                return (System.nanoTime() - startedNanos) / 1e9;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new BenchFailure("The server did not answer within " + START_LIMIT.toSeconds() + " s: " + logTail());
    }

    long pid() {
        return process.pid();
    }

    /** The resident memory of the server's JVM, in bytes. */
    long residentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (Files.exists(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
                }
            }
        }
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
        String kibibytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return Long.parseLong(kibibytes.strip()) * 1_024;
    }

    String logTail() throws IOException {
        byte[] log = Files.readAllBytes(log());
        int from = Math.max(0, log.length - LOG_TAIL_BYTES);
        return "the end of its output is\n" + Bytes.text(log, from, log.length);
    }

    /** Stops the server as an operator would, and by force, its PostgreSQL too, if that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
                all.add(process.toHandle());
                all.forEach(ProcessHandle::destroyForcibly);
                process.waitFor();
            }
        } catch (InterruptedException stopping) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private boolean answers(Supplier<byte[]> request) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.get());
            byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return Bytes.text(head, 0, head.length).endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "com.tracemem.server.Main", "serve"));
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
