package com.tracemem.mcp;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of the agents' door.
 *
 * @param requestsPerSecond what one agent may ask of this node, in a burst too; 0 for no limit
 * @param ownOrigin {@code scheme://host[:port]} under which browsers reach this server, also from its base URL; null when
 *     it is not known
 * @param bodyLimitBytes the largest request
 * @param nestingLimit the deepest nesting of objects and arrays in a request
 */
public record McpSettings(int requestsPerSecond, @Nullable String ownOrigin, int bodyLimitBytes, int nestingLimit) {
    public static final int DEFAULT_REQUESTS_PER_SECOND = 10_000;
    public static final int MOST_REQUESTS_PER_SECOND = 1_000_000;
    /** Part of the documented protocol, hence not for operators to choose. */
    public static final int BODY_LIMIT_BYTES = 1 << 20;
    /** Part of the documented protocol, hence not for operators to choose. */
    public static final int NESTING_LIMIT = 64;

    public McpSettings {
        if (requestsPerSecond < 0 || requestsPerSecond > MOST_REQUESTS_PER_SECOND) {
            throw new IllegalArgumentException("An agent's requests per second are " + requestsPerSecond
                    + "; use a number from 1 to " + MOST_REQUESTS_PER_SECOND + ", or 0 for no limit.");
        }
        if (bodyLimitBytes < 1 || nestingLimit < 1) {
            throw new IllegalArgumentException("Every request has at least one byte and one level.");
        }
        ownOrigin = ownOrigin == null ? null : Origins.ofUrl(ownOrigin);
    }

    /**
     * The documented bounds.
     *
     * @param baseUrl how others reach this server, such as {@code https://tracemem.example.com}
     */
    public static McpSettings of(int requestsPerSecond, @Nullable String baseUrl) {
        return new McpSettings(requestsPerSecond, baseUrl, BODY_LIMIT_BYTES, NESTING_LIMIT);
    }
}
