package com.tracemem.server;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An agent, calling tools over one connection. For one thread. */
public final class AgentClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpCall http;
    private final String key;

    public AgentClient(URI server, String key) throws IOException {
        this.http = HttpCall.to(server);
        this.key = key;
    }

    /** An answer that is an error; the message is its {@code data}. */
    public static final class ToolError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        ToolError(int status, String data) {
            super(data);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /**
     * Calls a tool and gives what it answered.
     *
     * @throws ToolError when it answered an error
     * @throws IOException when the connection broke: the call may or may not have had its effect
     */
    public JsonNode call(String tool, Map<String, ?> arguments) throws IOException {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", "tools/call");
        request.putObject("params").put("name", tool).set("arguments", JSON.valueToTree(arguments));
        HttpCall.Answer answer =
                http.post("/mcp", Map.of("Authorization", "Agent " + key), JSON.writeValueAsString(request));
        JsonNode body = JSON.readTree(answer.body());
        if (body.has("error")) {
            throw new ToolError(answer.status(), body.at("/error/data").asString());
        }
        return body.at("/result/structuredContent");
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
