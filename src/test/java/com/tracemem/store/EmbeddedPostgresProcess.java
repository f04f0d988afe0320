package com.tracemem.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that opens the embedded server and then does nothing, so that a test can kill it. */
record EmbeddedPostgresProcess(Process process, int port, long serverPid) implements AutoCloseable {

    static EmbeddedPostgresProcess start(Path dataDirectory) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedPostgresProcess.class.getName(),
                        dataDirectory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line;
        var reader = process.inputReader();
        do {
            line = reader.readLine();
        } while (line != null && !line.startsWith("open "));
        if (line == null) {
            throw new IOException("The other JVM ended early.");
        }
        List<String> words = List.of(line.split(" ", -1));
        return new EmbeddedPostgresProcess(process, Integer.parseInt(words.get(1)), Long.parseLong(words.get(2)));
    }

    /** As {@code kill -9}: no shutdown hook runs. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws Exception {
        EmbeddedPostgres server = EmbeddedPostgres.open(Path.of(arguments[0]), TestDatabase.sharedBinaries());
        System.out.println("open " + server.port() + " " + server.pid());
        Thread.currentThread().join();
    }
}
