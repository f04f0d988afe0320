package com.tracemem.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class McpSettingsTest {

    @Test
    void documentedBounds() {
        assertThat(McpSettings.of(McpSettings.DEFAULT_REQUESTS_PER_SECOND, "https://TraceMem.example.com:443/x/"))
                .isEqualTo(new McpSettings(10_000, "https://tracemem.example.com", 1_048_576, 64));
        assertThat(McpSettings.of(0, null).ownOrigin()).isNull();
        assertThat(McpSettings.of(1_000_000, "http://localhost:8080").ownOrigin())
                .isEqualTo("http://localhost:8080");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> McpSettings.of(-1, null)).hasMessageContaining("0 for no limit");
        assertThatThrownBy(() -> McpSettings.of(1_000_001, null)).hasMessageContaining("1000000");
        assertThatThrownBy(() -> McpSettings.of(1, "localhost")).hasMessageContaining("'localhost'");
        assertThatThrownBy(() -> McpSettings.of(1, "http://a b")).hasMessageContaining("'http://a b'");
    }
}
