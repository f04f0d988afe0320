package com.tracemem.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at, waits for and signals the processes of one PostgreSQL data directory, and never touches any other. */
final class ServerProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final boolean HAS_PROC = Files.exists(PROC.resolve("self/cwd"));

    private final Path data;

    ServerProcesses(Path data) throws IOException {
        this.data = data.toRealPath();
    }

    /** Whether the process lives and is a PostgreSQL process of this data directory. */
    boolean serves(long pid) {
        if (pid <= 1 || pid == ProcessHandle.current().pid()) {
            return false;
        }
        return HAS_PROC ? servesByProc(PROC.resolve(Long.toString(pid))) : servesByCommand(pid);
    }

    /** Every PostgreSQL process of this directory; empty where the system offers no /proc. */
    List<Long> all() throws IOException {
        if (!HAS_PROC) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::parseLong)
                    .filter(this::serves)
                    .toList();
        }
    }

    /** The program file that the process runs, where the system tells. */
    Optional<Path> program(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/exe")));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** Returns true when the process has ended within the time. */
    boolean awaitEnd(long pid, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (serves(pid)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Sends a signal ({@code INT}, {@code QUIT}, {@code KILL}) if the process still serves this directory. */
    void signal(long pid, String signal) throws IOException, InterruptedException {
        if (serves(pid)) {
            // The shell's own kill: the program is missing from small images.
            Command.run(
                    List.of("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid)),
                    Duration.ofSeconds(10));
        }
    }

    // PostgreSQL makes its data directory the working directory of each of its processes.
    private boolean servesByProc(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(data)
                    && Files.readString(process.resolve("comm")).strip().equals("postgres")
                    && !isZombie(Files.readString(process.resolve("stat")));
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    private static boolean isZombie(String stat) {
        int state = stat.lastIndexOf(')') + 2;
        return state < stat.length() && (stat.charAt(state) == 'Z' || stat.charAt(state) == 'X');
    }

    private boolean servesByCommand(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::info)
                .map(info -> info.command()
                                .filter(command -> command.endsWith("/postgres"))
                                .isPresent()
                        && info.commandLine()
                                .filter(line -> line.contains(data.toString()))
                                .isPresent())
                .orElse(false);
    }
}
