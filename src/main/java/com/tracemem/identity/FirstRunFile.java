package com.tracemem.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.tracemem.store.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
        if (Files.exists(file)) {
            String time = now.toString().replace(":", "").replace(".", "");
            Files.move(file, dataDirectory.resolve("first-run-until-" + time + ".json"), ATOMIC_MOVE);
        }
        OwnerOnlyFile.replace(file, JSON.writeValueAsString(this) + "\n");
        return file;
    }

    @Override
    public String toString() {
        return "FirstRunFile(%s, %s, %s, %s)".formatted(baseUrl, tenantId, adminEmail, agentId);
    }
}
