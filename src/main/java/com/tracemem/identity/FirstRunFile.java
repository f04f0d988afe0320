package com.tracemem.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code first-run.json} in the data directory says: the way in, for whoever may read that directory.
 *
 * @param baseUrl where the server answers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FirstRunFile(
        String baseUrl, String tenantId, String adminEmail, String adminPassword, String agentId, String agentApiKey) {
    /** The file's name. */
    public static final String NAME = "first-run.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** What an earlier start wrote; empty when there is no such file. */
    public static Optional<FirstRunFile> read(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(NAME);
        return Files.exists(file)
                ? Optional.of(JSON.readValue(Files.readString(file, UTF_8), FirstRunFile.class))
                : Optional.empty();
    }

    /**
     * Writes the file so that it is there whole and on disk, or not there, and never open to others. One that is
     * there already, of another database, is kept under a name with the time.
     */
    Path write(Path dataDirectory, Instant now) throws IOException {
        Files.createDirectories(dataDirectory);
        Path file = dataDirectory.resolve(NAME);
        Path beside = dataDirectory.resolve(NAME + ".new");
        Files.deleteIfExists(beside);
        boolean posix = Files.getFileStore(dataDirectory).supportsFileAttributeView("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (FileChannel channel = FileChannel.open(beside, EnumSet.of(CREATE_NEW, WRITE), ownerOnly)) {
            ByteBuffer bytes = ByteBuffer.wrap((JSON.writeValueAsString(this) + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        if (Files.exists(file)) {
            String time = now.toString().replace(":", "").replace(".", "");
            Files.move(file, dataDirectory.resolve("first-run-until-" + time + ".json"), ATOMIC_MOVE);
        }
        Files.move(beside, file, ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(dataDirectory, READ)) {
            directory.force(true);
        }
        return file;
    }

    @Override
    public String toString() {
        return "FirstRunFile(%s, %s, %s, %s)".formatted(baseUrl, tenantId, adminEmail, agentId);
    }
}
