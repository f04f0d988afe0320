package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class FirstRunTest {
    private static final String BASE_URL = "http://localhost:8080";

    private final TestDatabase database = TestDatabase.create(20);
    private final TurnableClock clock = new TurnableClock();
    private Node node;

    @TempDir
    private Path data;

    @BeforeEach
    void start() throws InterruptedException {
        node = new Node(database, "one", clock);
    }

    @AfterEach
    void stop() {
        node.close();
        database.close();
    }

    @Test
    void makesAWayIn() throws IOException {
        assertThat(node.firstRun.run(data, BASE_URL)).isInstanceOf(FirstRun.Outcome.Created.class);

        Path file = data.resolve("first-run.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(JsonMapper.builder().build().readTree(Files.readString(file)).propertyNames())
                .containsExactlyInAnyOrder(
                        "base_url", "tenant_id", "admin_email", "admin_password", "agent_id", "agent_api_key");
        worksFor(FirstRunFile.read(data).orElseThrow());
    }

    private void worksFor(FirstRunFile way) {
        assertThat(way.baseUrl()).isEqualTo(BASE_URL);
        assertThat(node.tenants.ids()).containsExactly(way.tenantId());
        assertThat(node.keys.authenticate(way.agentApiKey()).orElseThrow().agentId())
                .isEqualTo(way.agentId());
        assertThat(node.users.login(way.adminEmail(), way.adminPassword(), "127.0.0.1"))
                .isInstanceOfSatisfying(
                        LoginOutcome.LoggedIn.class,
                        in -> assertThat(in.user().role()).isEqualTo(Role.OWNER));
        assertThat(way.toString()).doesNotContain(way.adminPassword()).doesNotContain(way.agentApiKey());
    }

    @Test
    void doesItOnce() throws IOException {
        node.firstRun.run(data, BASE_URL);
        String written = Files.readString(data.resolve("first-run.json"));

        assertThat(node.firstRun.run(data, BASE_URL)).isInstanceOf(FirstRun.Outcome.AlreadyDone.class);

        assertThat(Files.readString(data.resolve("first-run.json"))).isEqualTo(written);
        assertThat(node.tenants.ids()).hasSize(1);
    }

    @Test
    void ofNodesThatStartAtOnceOneDoesIt() throws IOException {
        List<CompletableFuture<FirstRun.Outcome>> starts = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> node.firstRun.run(data.resolve("node" + i), BASE_URL),
                        task -> Thread.ofVirtual().start(task)))
                .toList();

        List<FirstRun.Outcome.Created> created = starts.stream()
                .map(CompletableFuture::join)
                .flatMap(outcome -> outcome instanceof FirstRun.Outcome.Created made ? Stream.of(made) : Stream.empty())
                .toList();

        assertThat(created).hasSize(1);
        worksFor(created.getFirst().content());
        try (Stream<Path> files = Files.walk(data).filter(Files::isRegularFile)) {
            assertThat(files).containsExactly(created.getFirst().file());
        }
    }

    @Test
    void withoutTheFileThereIsNoTenant() throws IOException {
        Path notADirectory = Files.writeString(data.resolve("file"), "");

        assertThatThrownBy(() -> node.firstRun.run(notADirectory, BASE_URL))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no tenant was made");

        assertThat(node.tenants.ids()).isEmpty();
        node.firstRun.run(data, BASE_URL);
        worksFor(FirstRunFile.read(data).orElseThrow());
    }

    @Test
    void aCrashBeforeTheCommitLeavesAFileThatTheNextStartReplaces() throws IOException {
        new FirstRunFile(BASE_URL, "tnt_lost", "admin@localhost", "lost password", "agent_lost", "tm_lost")
                .write(data, clock.instant());

        node.firstRun.run(data, BASE_URL);

        worksFor(FirstRunFile.read(data).orElseThrow());
        try (Stream<Path> kept = Files.list(data)) {
            assertThat(kept.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("first-run.json", "first-run-until-2026-01-07T120000Z.json");
        }
    }
}
