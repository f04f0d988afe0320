package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
    @Test
    void everyDefault() throws UnusableSettings {
        ServerSettings settings = ServerSettings.read(Map.of(), false);

        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.bindAddress()).isEqualTo("0.0.0.0");
        assertThat(settings.baseUrl()).isEqualTo(URI.create("http://localhost:8080"));
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("data"));
        assertThat(settings.database().external()).isNull();
        assertThat(settings.database().poolSize()).isEqualTo(16);
        assertThat(settings.masterKey()).isNull();
        assertThat(settings.outboundAllow().ranges()).isEmpty();
        assertThat(settings.workers()).isEqualTo(256);
        assertThat(settings.agentRequestsPerSecond()).isEqualTo(10_000);
        assertThat(settings.shutdownSeconds()).isEqualTo(10);
        assertThat(settings.logLevel()).isEqualTo("info");
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void everyKey() throws UnusableSettings {
        ServerSettings settings = ServerSettings.read(
                Map.ofEntries(
                        Map.entry("TRACEMEM_PORT", "9000"),
                        Map.entry("TRACEMEM_BIND_ADDRESS", "::1"),
                        Map.entry("TRACEMEM_BASE_URL", "https://tracemem.example.com/"),
                        Map.entry("TRACEMEM_DATA_DIR", "/var/lib/tracemem"),
                        Map.entry("TRACEMEM_DATABASE_URL", "postgres://tm:secret@db:5432/tracemem"),
                        Map.entry("TRACEMEM_DATABASE_POOL_SIZE", "20"),
                        Map.entry("TRACEMEM_MASTER_KEY", "key"),
                        Map.entry("TRACEMEM_OUTBOUND_ALLOW", "10.1.0.0/16, 192.168.7.4/32"),
                        Map.entry("TRACEMEM_WORKERS", "3"),
                        Map.entry("TRACEMEM_DELIVERY_LEASE_SECONDS", "20"),
                        Map.entry("TRACEMEM_AGENT_REQUESTS_PER_SECOND", "7"),
                        Map.entry("TRACEMEM_SHUTDOWN_SECONDS", "30"),
                        Map.entry("TRACEMEM_LOG_LEVEL", "DEBUG"),
                        Map.entry("TRACEMEM_JAVA_OPTIONS", "-Xmx1g")),
                false);

        assertThat(settings.port()).isEqualTo(9000);
        assertThat(settings.bindAddress()).isEqualTo("::1");
        assertThat(settings.baseUrl()).isEqualTo(URI.create("https://tracemem.example.com"));
        assertThat(settings.url("/dashboard")).isEqualTo("https://tracemem.example.com/dashboard");
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("/var/lib/tracemem"));
        assertThat(settings.database().external()).isNotNull();
        assertThat(settings.database().poolSize()).isEqualTo(20);
        assertThat(settings.masterKey()).isEqualTo("key");
        assertThat(settings.outboundAllow().ranges())
                .extracting(Object::toString)
                .containsExactly("10.1.0.0/16", "192.168.7.4/32");
        assertThat(settings.workers()).isEqualTo(3);
        assertThat(settings.agentRequestsPerSecond()).isEqualTo(7);
        assertThat(settings.shutdownSeconds()).isEqualTo(30);
        assertThat(settings.logLevel()).isEqualTo("debug");
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.toString()).doesNotContain("secret").doesNotContain("key");
    }

    @Test
    void theDemoStaysOnThisMachine() throws UnusableSettings {
        ServerSettings settings = ServerSettings.read(Map.of(), true);

        assertThat(settings.bindAddress()).isEqualTo("127.0.0.1");
        assertThat(settings.outboundAllow().ranges())
                .extracting(Object::toString)
                .containsExactly("127.0.0.1/32");
    }

    @Test
    void portZeroTakesAFreeOne() throws UnusableSettings {
        ServerSettings settings = ServerSettings.read(Map.of("TRACEMEM_PORT", "0"), false);

        assertThat(settings.port()).isPositive();
        assertThat(settings.baseUrl()).isEqualTo(URI.create("http://localhost:" + settings.port()));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        Map<String, String> wrong = Map.of(
                "TRACEMEM_PORT", "http",
                "TRACEMEM_BIND_ADDRESS", "example.com",
                "TRACEMEM_BASE_URL", "tracemem.example.com",
                "TRACEMEM_DATABASE_URL", "mysql://root:secret@db/x",
                "TRACEMEM_OUTBOUND_ALLOW", "10.1.0.0/16,everything",
                "TRACEMEM_WORKERS", "0",
                "TRACEMEM_LOG_LEVEL", "loud");

        assertThatThrownBy(() -> ServerSettings.read(wrong, false))
                .isInstanceOf(UnusableSettings.class)
                .message()
                .contains("TRACEMEM_PORT is 'http'; use a whole number from 0 to 65535.")
                .contains("TRACEMEM_BIND_ADDRESS is 'example.com'; use an IP address of this machine")
                .contains("TRACEMEM_BASE_URL is 'tracemem.example.com'; use an address such as https://")
                .contains("TRACEMEM_DATABASE_URL is not a PostgreSQL address.")
                .contains("TRACEMEM_OUTBOUND_ALLOW")
                .contains("everything")
                .contains("TRACEMEM_WORKERS is '0'; use a whole number from 1 to 10000.")
                .contains("TRACEMEM_LOG_LEVEL is 'loud'; use error, warn, info, debug or trace.")
                .doesNotContain("secret");
    }

    @Test
    void aMisspeltVariableIsNoticed() throws UnusableSettings {
        Map<String, String> misspelt = Map.of("TRACEMEM_PROT", "1", "TRACEMEM_COLOUR_OF_THE_SKY", "blue", "PORT", "2");

        assertThat(ServerSettings.read(misspelt, false).warnings())
                .isEqualTo(List.of(
                        "TRACEMEM_COLOUR_OF_THE_SKY is not a setting of TraceMem and has no effect.",
                        "TRACEMEM_PROT is not a setting of TraceMem and has no effect. Did you mean TRACEMEM_PORT?"));
    }

    @Test
    void theReadmeListsEverySetting() throws Exception {
        Variables variables = new Variables(Map.of());
        ServerSettings.read(variables, false);

        String readme = Files.readString(Path.of("README.md"));
        assertThat(variables.names())
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
    }
}
