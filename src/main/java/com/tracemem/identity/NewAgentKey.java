package com.tracemem.identity;

/**
 * A key that was just made: the only moment its text is known.
 *
 * @param apiKey what the agent presents, {@code tm_<8>_<43>}; show it once, keep it nowhere
 */
public record NewAgentKey(AgentKey key, String apiKey) {
    @Override
    public String toString() {
        return "NewAgentKey(%s)".formatted(key);
    }
}
