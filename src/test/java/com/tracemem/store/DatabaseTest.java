package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    private static final String SAMPLE = "classpath:db/store";

    @TempDir
    Path unused;

    @Test
    void opensAndMigratesAndWorksAsTheRuntimeRole() {
        try (Database database = Database.open(settings(TestDatabase.createEmpty()), SAMPLE)) {
            assertThat(database.jdbc()
                            .sql("select current_user")
                            .query(String.class)
                            .single())
                    .isEqualTo("tracemem_runtime");
            database.jdbc().sql("insert into event values ('t', 1, 'a')").update();
            assertThat(database.jdbc()
                            .sql("select body from event")
                            .query(String.class)
                            .single())
                    .isEqualTo("a");
            assertThatThrownBy(() ->
                            database.jdbc().sql("update event set body = 'b'").update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> database.jdbc().sql("delete from event").update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> database.jdbc().sql("truncate event").update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
            assertThat(database.isEmbedded()).isFalse();
        }
    }

    @Test
    void twoNodesOpenOneEmptyDatabaseAtOnce() {
        String url = TestDatabase.createEmpty();
        var first = CompletableFuture.supplyAsync(() -> Database.open(settings(url)));
        var second = CompletableFuture.supplyAsync(() -> Database.open(settings(url)));
        first.join().close();
        second.join().close();
    }

    @Test
    void refusesToStartWhenTheTraceCouldBeChanged() {
        for (String grant : new String[] {"update", "delete", "truncate", "update (body)"}) {
            try (TestDatabase test = TestDatabase.create(SAMPLE, 2)) {
                test.ownerJdbc()
                        .sql("grant " + grant + " on event to tracemem_runtime")
                        .update();
                assertThatThrownBy(() -> Database.open(settings(test.url()), SAMPLE))
                        .isInstanceOf(DatabaseUnavailableException.class)
                        .hasMessageContaining("append-only")
                        .hasMessageContaining("revoke");
            }
        }
    }

    @Test
    void anOwnerWithoutSpecialRightsNeedsOnlyTheGrantThatTheMessageNames() {
        try (TestDatabase test = TestDatabase.create("classpath:db/store", 2)) {
            test.ownerJdbc().sql("drop table event, flyway_schema_history").update();
            test.ownerJdbc().sql("create role plain login password 'plain'").update();
            String name = test.ownerJdbc()
                    .sql("select current_database()")
                    .query(String.class)
                    .single();
            test.ownerJdbc().sql("alter database " + name + " owner to plain").update();
            String url = test.url().replaceFirst("//.*@", "//plain:plain@");
            assertThatThrownBy(() -> Database.open(settings(url)))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("grant tracemem_runtime to");
            test.ownerJdbc().sql("grant tracemem_runtime to plain").update();
            Database.open(settings(url)).close();
        }
    }

    @Test
    void saysWhichDatabaseCannotBeReachedAndKeepsThePassword() {
        assertThatThrownBy(() -> Database.open(settings("postgres://me:hush-hush@127.0.0.1:1/nowhere")))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("127.0.0.1:1/nowhere")
                .hasMessageNotContaining("hush-hush");
        String wrong = TestDatabase.createEmpty().replaceFirst(":[0-9a-f]+@", ":hush-hush@");
        assertThatThrownBy(() -> Database.open(settings(wrong)))
                .hasMessageContaining("does not accept user tracemem")
                .hasMessageNotContaining("hush-hush");
    }

    @Test
    void readsBothFormsOfAddress() {
        ExternalDatabase expected =
                new ExternalDatabase("jdbc:postgresql://db.example:5433/trace?sslmode=require", "a@b", "p:w/+ d");
        assertThat(ExternalDatabase.parse("postgres://a%40b:p%3Aw%2F+%20d@db.example:5433/trace?sslmode=require"))
                .isEqualTo(expected);
        assertThat(ExternalDatabase.parse(
                        "jdbc:postgresql://db.example:5433/trace?user=a%40b&password=p%3Aw%2F%2B%20d&sslmode=require"))
                .isEqualTo(expected);
        assertThat(ExternalDatabase.parse(expected.urlWithPassword())).isEqualTo(expected);
        assertThat(expected.toString()).doesNotContain("p:w");
    }

    @Test
    void refusesWhatIsNoAddressWithoutRepeatingIt() {
        for (String url : new String[] {
            "mysql://me:hush@h/db",
            "postgres://me:hush@h",
            "postgres://me:hu sh@h/db",
            "hush",
            "jdbc:postgresql:db",
            "postgres://h/db?password=hush",
            "postgres://me:%zzhush@h/db"
        }) {
            assertThatThrownBy(() -> settings(url))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("TRACEMEM_DATABASE_URL")
                    .hasMessageNotContaining("hush");
        }
        assertThatThrownBy(() -> new DatabaseSettings(unused, null, 0)).hasMessageContaining("2 to 90");
    }

    private DatabaseSettings settings(String url) {
        return DatabaseSettings.of(unused, url, 4);
    }
}
