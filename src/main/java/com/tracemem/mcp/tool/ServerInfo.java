package com.tracemem.mcp.tool;

/** How this server introduces itself to agents. */
public record ServerInfo(String name, String version) {

    public static ServerInfo ofVersion(String version) {
        return new ServerInfo("tracemem", version);
    }
}
