package com.tracemem.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a first start leaves for its operator in {@code first-run.json}. */
record FirstRun(String adminEmail, String adminPassword, String agentKey) {
    static FirstRun read(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve("first-run.json");
        try {
            JsonNode json = JsonMapper.builder().build().readTree(Files.readString(file));
            return new FirstRun(
                    json.required("admin_email").asString(),
                    json.required("admin_password").asString(),
                    json.required("agent_api_key").asString());
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw new BenchFailure(
                    "The server's first-run.json does not name its administrator and agent.", unreadable);
        }
    }

    @Override
    public String toString() {
        return "FirstRun[" + adminEmail + "]";
    }
}
