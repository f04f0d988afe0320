package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@Timeout(60)
class EmbeddedPostgresTest {
    @TempDir
    Path directory;

    @Test
    void keepsDataAndPortAndPasswordAcrossRestarts() throws Exception {
        Path spaced = directory.resolve("with a space/and 'quote'");
        int port;
        try (EmbeddedPostgres server = open(spaced)) {
            port = server.port();
            run(server, "create table kept as select 42 as answer");
            assertThat(ask(server, "show data_checksums")).isEqualTo("on");
            assertThat(ask(server, "show fsync")).isEqualTo("on");
            assertThat(ask(server, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(server, "show server_encoding")).isEqualTo("UTF8");
            assertThat(ask(server, "select upper('straße é')")).isEqualTo("STRAßE É");
        }
        try (EmbeddedPostgres server = open(spaced)) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(ask(server, "select answer from kept")).isEqualTo("42");
        }
        assertThat(mode(spaced)).isEqualTo("rwx------");
        assertThat(mode(spaced.resolve("postgres"))).isEqualTo("rwx------");
        assertThat(mode(spaced.resolve("postgres/data"))).isEqualTo("rwx------");
        assertThat(mode(spaced.resolve("postgres/password"))).isEqualTo("rw-------");
    }

    @Test
    void takesOverTheServerOfAKilledProcessAndSupervisesIt() throws Exception {
        long pid;
        int port;
        try (EmbeddedPostgresProcess other = EmbeddedPostgresProcess.start(directory)) {
            pid = other.serverPid();
            port = other.port();
            assertThatThrownBy(() -> open(directory))
                    .isInstanceOf(DataDirectoryInUseException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("process " + other.process().pid())
                    .hasMessageContaining("TRACEMEM_DATA_DIR");
            other.kill();
        }
        try (EmbeddedPostgres server = open(directory)) {
            assertThat(server.pid()).isEqualTo(pid);
            assertThat(server.port()).isEqualTo(port);
            run(server, "create table kept as select 42 as answer");
            signal(pid, "KILL");
            assertThat(askUntilAnswered(server, "select answer from kept")).isEqualTo("42");
            assertThat(server.pid()).isNotEqualTo(pid);
        }
    }

    @Test
    void aSecondOpenInThisProcessIsRefusedAndLeavesTheFirstAlone() throws Exception {
        try (EmbeddedPostgres server = open(directory)) {
            assertThatThrownBy(() -> open(directory)).isInstanceOf(DataDirectoryInUseException.class);
            assertThatThrownBy(() -> EmbeddedPostgresProcess.start(directory)).hasMessageContaining("ended early");
            assertThat(ask(server, "select 1")).isEqualTo("1");
        }
        open(directory).close();
    }

    @Test
    void startsAgainOnTheSamePortWhenTheServerIsKilled() throws Exception {
        try (Database database = Database.open(new DatabaseSettings(directory, null, 2), "classpath:db/store")) {
            database.jdbc().sql("insert into event values ('t', 1, 'kept')").update();
            long pid = PostmasterFile.read(directory.resolve("postgres/data"))
                    .orElseThrow()
                    .pid();
            // A busy backend does not notice for long that its server is gone, and holds the shared memory.
            CompletableFuture<Void> busy = CompletableFuture.runAsync(() -> database.jdbc()
                    .sql("select count(*) from generate_series(1, 1000000000000) where random() < 0")
                    .query(Long.class)
                    .single());
            DataSource owner = Database.ownerDataSource(new ExternalDatabase(
                    "jdbc:postgresql://" + database.address(),
                    Cluster.SUPERUSER,
                    Files.readString(directory.resolve("postgres/password")).strip()));
            await(() -> JdbcClient.create(owner)
                            .sql("select count(*) from pg_stat_activity"
                                    + " where query like '%random() < 0' and state = 'active'")
                            .query(Integer.class)
                            .single()
                    == 1);
            signal(pid, "KILL");
            await(() -> {
                try {
                    return database.jdbc()
                            .sql("select body from event")
                            .query(String.class)
                            .single()
                            .equals("kept");
                } catch (RuntimeException notYet) {
                    return false;
                }
            });
            assertThat(busy.handle((done, failure) -> failure).join()).isNotNull();
        }
    }

    @Test
    void recoversFromAPidFileThatNamesADeadProcessOrAStranger() throws Exception {
        long pid;
        try (EmbeddedPostgresProcess other = EmbeddedPostgresProcess.start(directory)) {
            pid = other.serverPid();
            other.kill();
        }
        signal(pid, "KILL");
        Path data = directory.resolve("postgres/data");
        assertThat(PostmasterFile.read(data)).isPresent();
        try (EmbeddedPostgres server = open(directory)) {
            assertThat(server.pid()).isNotEqualTo(pid);
        }
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            for (String content : List.of(
                    stranger.pid() + "\n" + data + "\n1700000000\n5432\n\n127.0.0.1\n  1234 5678\nready\n",
                    stranger.pid() + "\n",
                    "nonsense\n")) {
                Files.writeString(data.resolve("postmaster.pid"), content);
                try (EmbeddedPostgres server = open(directory)) {
                    assertThat(ask(server, "select 1")).isEqualTo("1");
                }
                assertThat(stranger.isAlive()).isTrue();
            }
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void setsANewPasswordWhenItsFileIsLostOrWrong() throws Exception {
        Path password = directory.resolve("postgres/password");
        try (EmbeddedPostgres server = open(directory)) {
            run(server, "create table kept as select 42 as answer");
        }
        Files.delete(password);
        try (EmbeddedPostgres server = open(directory)) {
            assertThat(ask(server, "select answer from kept")).isEqualTo("42");
        }
        try (EmbeddedPostgresProcess other = EmbeddedPostgresProcess.start(directory)) {
            Files.writeString(password, "wrong\n");
            other.kill();
        }
        try (EmbeddedPostgres server = open(directory)) {
            assertThat(ask(server, "select answer from kept")).isEqualTo("42");
            assertThat(Files.readString(directory.resolve("postgres/postgres.log")))
                    .doesNotContain(server.password());
        }
    }

    @Test
    void ignoresWhatAnInterruptedStartLeftAndRefusesWhatIsNoDatabase() throws Exception {
        Path home = directory.resolve("postgres");
        Files.createDirectories(home.resolve("data.tmp-1/base"));
        Files.createDirectories(home.resolve("unpack.tmp-2/bin"));
        open(directory).close();
        assertThat(home.resolve("data.tmp-1")).doesNotExist();
        assertThat(home.resolve("unpack.tmp-2")).doesNotExist();

        Files.delete(home.resolve("data/PG_VERSION"));
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("holds no PostgreSQL data");
        Files.writeString(home.resolve("data/PG_VERSION"), "17\n");
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("written by PostgreSQL 17");
    }

    @Test
    void saysWhatTheServerSaidWhenItDoesNotStart() throws Exception {
        Path home = directory.resolve("postgres");
        Files.createDirectories(home);
        Files.writeString(home.resolve("postgresql.local.conf"), "shared_buffers = 'a lot'\n");
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("did not start")
                .hasMessageContaining("shared_buffers");
        Files.delete(home.resolve("postgresql.local.conf"));
        open(directory).close();
    }

    @Test
    void takesAnotherPortWhenSomebodyElseHasIt() throws Exception {
        int port;
        try (EmbeddedPostgres server = open(directory)) {
            port = server.port();
        }
        try (var taken = new java.net.ServerSocket(port, 1, java.net.InetAddress.ofLiteral("127.0.0.1"));
                EmbeddedPostgres server = open(directory)) {
            assertThat(server.port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    private static EmbeddedPostgres open(Path directory) throws Exception {
        return EmbeddedPostgres.open(directory, TestDatabase.sharedBinaries());
    }

    private static String ask(EmbeddedPostgres server, String sql) throws Exception {
        try (var connection = Database.ownerDataSource(
                                new ExternalDatabase(server.jdbcUrl(), server.user(), server.password()))
                        .getConnection();
                var statement = connection.createStatement();
                var answer = statement.executeQuery(sql)) {
            answer.next();
            return answer.getString(1);
        }
    }

    private static String askUntilAnswered(EmbeddedPostgres server, String sql) throws Exception {
        String[] answer = new String[1];
        await(() -> {
            try {
                answer[0] = ask(server, sql);
                return true;
            } catch (SQLException down) {
                return false;
            }
        });
        return answer[0];
    }

    private static void run(EmbeddedPostgres server, String sql) throws Exception {
        try (var connection = Database.ownerDataSource(
                                new ExternalDatabase(server.jdbcUrl(), server.user(), server.password()))
                        .getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited for 30 seconds").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static void signal(long pid, String signal) throws Exception {
        ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
        Command.run(
                List.of("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid)), Duration.ofSeconds(5));
        await(() -> !handle.isAlive() || isZombie(pid));
    }

    // Orphans' ends are collected by process 1, which may take its time.
    private static boolean isZombie(long pid) throws Exception {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        return Files.exists(stat) && Files.readString(stat).contains(") Z");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
