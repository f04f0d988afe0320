package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
    private static final String EXAMPLE = "examples/policies/discount_cap_v1.yaml";

    @Test
    void theExamplePassesAndAWrongDocumentFails(@TempDir Path directory) throws IOException {
        Path wrong = directory.resolve("wrong.yaml");
        Files.writeString(wrong, Files.readString(Path.of(EXAMPLE)).replace("> 0.50", "> 0.40"));
        Path report = directory.resolve("report.xml");
        assertThat(Main.run("policy", "test", EXAMPLE)).isZero();
        assertThat(Main.run("policy", "test", EXAMPLE, wrong.toString(), "--junit", report.toString()))
                .isEqualTo(1);
        assertThat(report)
                .content()
                .contains("failures=\"0\"", "failures=\"1\"", "expected requires_exception by standard_cap, got deny");
        assertThat(Main.run("policy", "test", directory.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(Main.run("policy")).isEqualTo(2);
    }
}
