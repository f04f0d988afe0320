package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    private Path directory;

    @Test
    void findsNothingWrongBeforeTheFirstStart() {
        List<Finding> findings =
                DoctorCommand.examine(Map.of("TRACEMEM_DATA_DIR", directory.toString(), "TRACEMEM_PORT", "0"));

        assertThat(findings).extracting(Finding::health).containsOnly(Finding.Health.GOOD);
        assertThat(findings).extracting(Finding::subject).contains("JDK", "data directory", "port", "database");
    }

    @Test
    void saysWhatIsBrokenAndHowToMendIt() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Finding> findings = DoctorCommand.examine(Map.of(
                    "TRACEMEM_DATA_DIR",
                    file.toString(),
                    "TRACEMEM_PORT",
                    String.valueOf(taken.getLocalPort()),
                    "TRACEMEM_BIND_ADDRESS",
                    "127.0.0.1",
                    "TRACEMEM_DATABASE_URL",
                    "postgres://somebody:secret@127.0.0.1:" + Ports.free() + "/db"));

            assertThat(findings)
                    .filteredOn(finding -> finding.health() == Finding.Health.BROKEN)
                    .extracting(Finding::subject)
                    .containsExactly("data directory", "port", "database");
            assertThat(findings).extracting(Finding::line).noneMatch(line -> line.contains("secret"));
        }
        assertThat(DoctorCommand.examine(Map.of("TRACEMEM_WORKERS", "many")))
                .extracting(Finding::line)
                .anyMatch(line -> line.contains("TRACEMEM_WORKERS is 'many'"));
    }

    @Test
    void looksIntoTheDatabase() {
        try (TestServer server = TestServer.start();
                TestReceiver receiver = TestReceiver.start()) {
            server.webhook(server.first(), receiver);
            server.jdbc()
                    .sql("update integration set status = 'error', last_error = 'it answered 500'")
                    .update();
            TestDatabase database = server.database();

            List<Finding> findings = DoctorCommand.examine(Map.of(
                    "TRACEMEM_DATABASE_URL",
                    database.url(),
                    "TRACEMEM_DATA_DIR",
                    directory.toString(),
                    "TRACEMEM_MASTER_KEY",
                    "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                    "TRACEMEM_PORT",
                    "0"));

            assertThat(findings).extracting(Finding::line).anyMatch(line -> line.contains("it answered 500"));
            assertThat(findings)
                    .filteredOn(finding -> finding.subject().equals("master key"))
                    .extracting(Finding::health)
                    .containsExactly(Finding.Health.BROKEN);
            assertThat(findings)
                    .filteredOn(finding -> finding.subject().equals("trace"))
                    .extracting(Finding::health)
                    .containsExactly(Finding.Health.GOOD);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
