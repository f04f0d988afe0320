package com.tracemem.server;

import com.tracemem.delivery.DeliverySettings;
import com.tracemem.delivery.OutboundAllow;
import com.tracemem.mcp.McpSettings;
import com.tracemem.store.DatabaseSettings;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything an operator can choose, from environment variables {@code TRACEMEM_*}.
 *
 * @param port TRACEMEM_PORT (8080): where the server answers; 0 takes any free one
 * @param bindAddress TRACEMEM_BIND_ADDRESS (0.0.0.0, in the demo 127.0.0.1): on which network interface
 * @param baseUrl TRACEMEM_BASE_URL (http://localhost:PORT): how others reach this server; callbacks and links start
 *     with it; without a slash at its end
 * @param database TRACEMEM_DATA_DIR (./data), TRACEMEM_DATABASE_URL (none: the embedded PostgreSQL),
 *     TRACEMEM_DATABASE_POOL_SIZE (16)
 * @param masterKey TRACEMEM_MASTER_KEY: base64 of 32 bytes, several with commas; null for the file in the data directory
 * @param outboundAllow TRACEMEM_OUTBOUND_ALLOW: networks that webhooks may reach although they are private, as CIDR
 *     blocks with commas
 * @param workers TRACEMEM_WORKERS (256): messages that this node has on their way at the same time
 * @param deliveryLeaseSeconds TRACEMEM_DELIVERY_LEASE_SECONDS (60): after so long the message of a node that died is sent
 *     by another; no send takes longer than half of it
 * @param agentRequestsPerSecond TRACEMEM_AGENT_REQUESTS_PER_SECOND (10000): what each agent may ask of this node; 0 for no limit
 * @param shutdownSeconds TRACEMEM_SHUTDOWN_SECONDS (10): how long running calls may take to finish
 * @param logLevel TRACEMEM_LOG_LEVEL (info): error, warn, info, debug or trace
 * @param warnings sentences about variables that have no effect
 */
record ServerSettings(
        int port,
        String bindAddress,
        URI baseUrl,
        DatabaseSettings database,
        @Nullable String masterKey,
        OutboundAllow outboundAllow,
        int workers,
        int deliveryLeaseSeconds,
        int agentRequestsPerSecond,
        int shutdownSeconds,
        String logLevel,
        List<String> warnings) {
    private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug", "trace");
    /** Read by the launcher. */
    private static final List<String> OTHERS = List.of("TRACEMEM_JAVA_OPTIONS");

    ServerSettings {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads the settings.
     *
     * @param demo whether the server stays on this machine by default
     * @throws UnusableSettings with one sentence for every variable that will not do
     */
    static ServerSettings read(Map<String, String> environment, boolean demo) throws UnusableSettings {
        return read(new Variables(environment), demo);
    }

    static ServerSettings read(Variables variables, boolean demo) throws UnusableSettings {
        int port = variables.number("TRACEMEM_PORT", 8080, 0, 65_535);
        if (port == 0) {
            port = Ports.free();
        }
        ServerSettings settings = new ServerSettings(
                port,
                variables.value(
                        "TRACEMEM_BIND_ADDRESS",
                        demo ? "127.0.0.1" : "0.0.0.0",
                        ServerSettings::address,
                        "an IP address of this machine, 0.0.0.0 for all of them"),
                variables.value(
                        "TRACEMEM_BASE_URL",
                        URI.create("http://localhost:" + port),
                        ServerSettings::baseUrl,
                        "an address such as https://tracemem.example.com, without query and fragment"),
                database(variables),
                variables.text("TRACEMEM_MASTER_KEY"),
                outboundAllow(variables, demo),
                variables.number("TRACEMEM_WORKERS", DeliverySettings.DEFAULT.concurrency(), 1, 10_000),
                variables.number("TRACEMEM_DELIVERY_LEASE_SECONDS", 60, 2, 3600),
                variables.number(
                        "TRACEMEM_AGENT_REQUESTS_PER_SECOND",
                        McpSettings.DEFAULT_REQUESTS_PER_SECOND,
                        0,
                        McpSettings.MOST_REQUESTS_PER_SECOND),
                variables.number("TRACEMEM_SHUTDOWN_SECONDS", 10, 1, 300),
                variables.value(
                        "TRACEMEM_LOG_LEVEL", "info", ServerSettings::logLevel, "error, warn, info, debug or trace"),
                variables.unknown(OTHERS));
        if (!variables.problems().isEmpty()) {
            throw new UnusableSettings(variables.problems());
        }
        return settings;
    }

    Path dataDirectory() {
        return database.dataDirectory();
    }

    /** The address of a page or call below the base URL. */
    String url(String path) {
        return baseUrl + path;
    }

    @Override
    public String toString() {
        return "ServerSettings[port=" + port + ", dataDirectory=" + dataDirectory() + "]";
    }

    private static DatabaseSettings database(Variables variables) {
        Path directory = variables.value("TRACEMEM_DATA_DIR", Path.of("data"), Path::of, "a directory");
        int poolSize = variables.number("TRACEMEM_DATABASE_POOL_SIZE", DatabaseSettings.DEFAULT_POOL_SIZE, 2, 90);
        try {
            return DatabaseSettings.of(directory, variables.text("TRACEMEM_DATABASE_URL"), poolSize);
        } catch (IllegalArgumentException malformed) {
            // Its sentence does not repeat the text, which holds a password.
            variables.problem(String.valueOf(malformed.getMessage()));
            return DatabaseSettings.of(directory, null, poolSize);
        }
    }

    private static OutboundAllow outboundAllow(Variables variables, boolean demo) {
        String list = variables.text(OutboundAllow.SETTING);
        try {
            OutboundAllow allowed = OutboundAllow.parse(list);
            if (!demo) {
                return allowed;
            }
            List<IPAddress> ranges = new ArrayList<>(allowed.ranges());
            ranges.addAll(OutboundAllow.parse(Demo.NETWORK).ranges());
            return new OutboundAllow(ranges);
        } catch (IllegalArgumentException malformed) {
            variables.problem(String.valueOf(malformed.getMessage()));
            return OutboundAllow.NOTHING;
        }
    }

    private static String address(String text) {
        IPAddress address = new IPAddressString(text).getAddress();
        if (address == null || address.isPrefixed() || address.isMultiple()) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static URI baseUrl(String text) {
        URI uri = URI.create(text.replaceFirst("/+$", ""));
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(text);
        }
        return uri;
    }

    private static String logLevel(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        if (!LOG_LEVELS.contains(level)) {
            throw new IllegalArgumentException(text);
        }
        return level;
    }
}
