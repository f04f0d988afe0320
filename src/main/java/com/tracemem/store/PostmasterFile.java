package com.tracemem.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a running PostgreSQL writes into {@code postmaster.pid}: process id (line 1), port (line 4) and status (line
 * 8). Lines still missing are 0 or empty.
 */
record PostmasterFile(long pid, int port, String status) {
    private static final String NAME = "postmaster.pid";

    static Optional<PostmasterFile> read(Path data) throws IOException {
        try {
            List<String> lines = Files.readAllLines(data.resolve(NAME));
            return Optional.of(new PostmasterFile(
                    number(lines, 0),
                    (int) number(lines, 3),
                    lines.size() > 7 ? lines.get(7).strip() : ""));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    boolean isReady() {
        return status.equals("ready");
    }

    /**
     * Puts the process id of this JVM in place of one that belongs to no server of this directory. PostgreSQL refuses
     * to start while the recorded id is alive, even as a stranger's, except when it is its own parent's; the file's
     * other lines keep guarding against backends that still hold the shared memory.
     */
    static void defuse(Path data) throws IOException {
        Path file = data.resolve(NAME);
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        if (lines.isEmpty()) {
            Files.delete(file);
            return;
        }
        lines.set(0, Long.toString(ProcessHandle.current().pid()));
        Files.write(file, lines);
    }

    private static long number(List<String> lines, int index) {
        if (lines.size() <= index) {
            return 0;
        }
        try {
            // A negative id marks a single-user PostgreSQL.
            return Math.abs(Long.parseLong(lines.get(index).strip()));
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }
}
