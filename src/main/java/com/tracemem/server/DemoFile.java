package com.tracemem.server;

import com.tracemem.store.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** What the demo made, in {@code demo.json} of the data directory, so that the next start prints the same key. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record DemoFile(String agentId, String agentApiKey) {
    private static final String NAME = "demo.json";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** What an earlier start wrote; empty when there is nothing that can be read. */
    static Optional<DemoFile> read(Path dataDirectory) {
        try {
            return Optional.of(JSON.readValue(Files.readString(dataDirectory.resolve(NAME)), DemoFile.class));
        } catch (IOException | JacksonException none) {
            return Optional.empty();
        }
    }

    /** Replaces the file whole; only its owner may read it. */
    void write(Path dataDirectory) throws IOException {
        OwnerOnlyFile.replace(dataDirectory.resolve(NAME), JSON.writeValueAsString(this) + "\n");
    }

    @Override
    public String toString() {
        return "DemoFile[agentId=" + agentId + "]";
    }
}
