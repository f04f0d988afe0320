package com.tracemem.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The sandbox's files: {@code inbox.jsonl}, {@code credentials.json} and {@code port}. For their owner's eyes only. */
record StateDirectory(Path path, JsonMapper json) {
    static StateDirectory open(Path path, JsonMapper json) throws IOException {
        Files.createDirectories(path);
        if (isPosix(path)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
        return new StateDirectory(path, json);
    }

    Path inbox() {
        return path.resolve("inbox.jsonl");
    }

    @Nullable
    Credentials credentials() throws IOException {
        Path file = path.resolve("credentials.json");
        try {
            return Files.exists(file) ? json.readValue(Files.readString(file), Credentials.class) : null;
        } catch (JacksonException unreadable) {
            return null;
        }
    }

    void keep(Credentials credentials) throws IOException {
        write("credentials.json", json.writeValueAsString(credentials));
    }

    Optional<Integer> lastPort() throws IOException {
        Path file = path.resolve("port");
        try {
            return Files.exists(file)
                    ? Optional.of(Integer.parseInt(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    void keepPort(int port) throws IOException {
        write("port", port + "\n");
    }

    private void write(String name, String text) throws IOException {
        Path unfinished = path.resolve(name + ".tmp");
        Files.deleteIfExists(unfinished);
        if (isPosix(path)) {
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(unfinished, text);
        Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
