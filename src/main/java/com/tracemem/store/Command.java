package com.tracemem.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a short program to its end, within a time. */
record Command(int exitCode, String output) {
    private static final int TIMED_OUT = -1;
    private static final int OUTPUT_LIMIT = 16_384;

    boolean succeeded() {
        return exitCode == 0;
    }

    static Command run(List<String> command, Duration limit) throws IOException, InterruptedException {
        return run(command, "", limit);
    }

    /** Standard output and standard error come back together, at most 16 KiB. */
    static Command run(List<String> command, String input, Duration limit) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        cleanEnvironment(builder);
        Process process = builder.start();
        StringBuilder output = new StringBuilder();
        Thread reader = Thread.ofVirtual().start(() -> drain(process, output));
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException closedEarly) {
                // The exit code and the output tell why.
            }
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
            reader.join(Duration.ofSeconds(1));
            synchronized (output) {
                return new Command(
                        ended ? process.exitValue() : TIMED_OUT,
                        output.toString().strip());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whether the program can be started and ends well; false when it does not exist. */
    static boolean works(List<String> command) throws InterruptedException {
        try {
            return run(command, Duration.ofSeconds(10)).succeeded();
        } catch (IOException missing) {
            return false;
        }
    }

    /** PostgreSQL's programs read settings from PG* and LC_* variables; only ours may count. */
    static void cleanEnvironment(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("PG")
                        || name.startsWith("LC_")
                        || name.startsWith("LANG")
                        || name.startsWith("TRACEMEM_"));
        environment.put("LC_ALL", "C");
    }

    private static void drain(Process process, StringBuilder output) {
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            char[] buffer = new char[1024];
            for (int read; (read = reader.read(buffer)) >= 0; ) {
                synchronized (output) {
                    output.append(buffer, 0, Math.min(read, OUTPUT_LIMIT - output.length()));
                }
            }
        } catch (IOException ended) {
            // Nothing more to read.
        }
    }
}
