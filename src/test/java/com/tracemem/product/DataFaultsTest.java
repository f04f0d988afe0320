package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static com.tracemem.product.ProductNode.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.product.CuttingProxy.Cut;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.secret.SecretValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said and done when databases are slow, away, or lost at the worst moment. */
class DataFaultsTest {
    private static final ProductNode node = new ProductNode();

    @BeforeAll
    static void fill() {
        for (Target target : Target.values()) {
            target.execute("create table ledger (id int primary key, text varchar(20))");
        }
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static Product insert(String connector, Target target) {
        return node.save(draft(
                connector,
                "ledger_" + target.name().toLowerCase(Locale.ROOT),
                Operation.INSERT,
                "ledger",
                "id",
                "text"));
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionLostAtTheCommitIsNoGuess(Target target) throws IOException {
        try (CuttingProxy proxy = new CuttingProxy(target.settings())) {
            Product product = insert(node.connector(proxy.through(target.settings()), target.password()), target);
            assertThat(node.write(product, "{'id': 1, 'text': 'a'}", "cut 1")).isInstanceOf(WriteResult.Executed.class);

            proxy.cut(Cut.BEFORE_COMMIT);
            assertThat(node.write(product, "{'id': 2, 'text': 'b'}", "cut 2"))
                    .isEqualTo(
                            new WriteResult.RolledBack("The connection was lost, and nothing was written: try again"));
            assertThat(target.count("select count(*) from ledger where id = 2")).isZero();

            proxy.cut(Cut.AFTER_COMMIT);
            assertThat(node.write(product, "{'id': 3, 'text': 'c'}", "cut 3"))
                    .isEqualTo(new WriteResult.Executed(1, List.of(), true));

            proxy.cut(Cut.AFTER_COMMIT_FOR_LONG);
            assertThat(node.write(product, "{'id': 4, 'text': 'd'}", "cut 4")).isInstanceOf(WriteResult.Unknown.class);
            assertThat(node.recorded(product, "cut 4")).isInstanceOf(Recorded.CannotTell.class);
            proxy.open();
            assertThat(node.recorded(product, "cut 4")).isEqualTo(new Recorded.Happened(1, List.of()));
            assertThat(node.write(product, "{'id': 4, 'text': 'd'}", "cut 4"))
                    .isEqualTo(new WriteResult.Executed(1, List.of(), true));
            assertThat(target.count("select count(*) from ledger where id = 4")).isEqualTo(1);
        }
    }

    @Test
    void aTargetThatKeepsNoRecordIsNotGuessedAt() throws IOException {
        TestPostgres closed = TestPostgres.create();
        closed.execute(
                "create table ledger (id int primary key, text text)",
                "revoke all on schema public from " + closed.login(),
                "revoke all on schema public from public",
                "grant usage on schema public to " + closed.login());
        try (CuttingProxy proxy = new CuttingProxy(closed.settings())) {
            String connector = node.connector(proxy.through(closed.settings()), TestPostgres.PASSWORD);
            Product product = node.save(draft(connector, "closed", Operation.INSERT, "ledger", "id", "text"));

            assertThat(node.write(product, "{'id': 1}", "closed 1"))
                    .isEqualTo(new WriteResult.Executed(1, List.of(), false));
            proxy.cut(Cut.AFTER_COMMIT);
            assertThat(node.write(product, "{'id': 2}", "closed 2"))
                    .isInstanceOfSatisfying(
                            WriteResult.Unknown.class,
                            unknown -> assertThat(unknown.sentence()).contains("look there whether it happened"));
            assertThat(node.recorded(product, "closed 2")).isInstanceOf(Recorded.CannotTell.class);
        }
    }

    @Test
    void aTargetThatBeganToRememberLaterCannotTellOfWhatWasBefore() throws IOException {
        TestPostgres closed = TestPostgres.create();
        closed.execute(
                "create table ledger (id int primary key, text text)",
                "revoke all on schema public from " + closed.login(),
                "revoke all on schema public from public",
                "grant usage on schema public to " + closed.login());
        try (CuttingProxy proxy = new CuttingProxy(closed.settings())) {
            String connector = node.connector(proxy.through(closed.settings()), TestPostgres.PASSWORD);
            Product product = node.save(draft(connector, "later", Operation.INSERT, "ledger", "id", "text"));
            proxy.cut(Cut.AFTER_COMMIT);
            assertThat(node.write(product, "{'id': 1}", "later 1")).isInstanceOf(WriteResult.Unknown.class);

            closed.execute(
                    "create table tracemem_write (write_id varchar(200) primary key, product_id varchar(64) not null,"
                            + " affected int not null, created text, written_at timestamp not null default current_timestamp)");
            // on the same connections as before
            assertThat(node.write(product, "{'id': 2}", "later 2"))
                    .isEqualTo(new WriteResult.Executed(1, List.of(), true));
            assertThat(node.recorded(product, "later 2")).isEqualTo(new Recorded.Happened(1, List.of()));
            // the first was begun without a memory, and the new one is not asked to prove anything about it
            assertThat(node.data.recorded(product, "later 1", null))
                    .isEqualTo(new Recorded.CannotTell("The target kept no record of writes when this one was begun, or"
                            + " another one than now: look into it yourself"));
            assertThat(node.recorded(product, "later 3")).isEqualTo(new Recorded.DidNotHappen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void askingAboutAWriteWaitsForIt(Target target) throws Exception {
        Product product = insert(node.connector(target.settings(), target.password()), target);
        node.write(product, "{'id': 10}", "wait 0");

        try (Connection other = target.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("insert into tracemem_write (write_id, product_id, affected) values ('wait 1', 'x', 3)");
            var asked = CompletableFuture.supplyAsync(() -> node.recorded(product, "wait 1"));
            awaitBlocked(target);
            assertThat(asked).isNotDone();
            other.commit();
            assertThat(asked.get(20, TimeUnit.SECONDS)).isEqualTo(new Recorded.Happened(3, List.of()));
        }
    }

    private static void awaitBlocked(Target target) throws InterruptedException, SQLException {
        String waiting = target == Target.POSTGRESQL
                ? "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%tracemem_write%'"
                : "select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'";
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (target.count(waiting) == 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            // a database tells nobody that somebody waits; MariaDB shows its transactions as they were when they were
            // last
            // looked at, unless that is a tenth of a second ago
            Thread.sleep(150);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowStatementIsGivenUp(Target target) {
        Connector.Settings usual = target.settings();
        Connector.Settings hasty = new Connector.Settings(
                usual.type(),
                usual.host(),
                usual.port(),
                usual.database(),
                usual.username(),
                usual.tls(),
                1,
                1000,
                5000,
                300);
        String connector = node.connector(hasty, target.password());
        ProductDraft draft = draft(connector, "slow", Operation.READ, "ledger", "one");
        Product product = node.save(new ProductDraft(
                "slow",
                "Slow",
                null,
                connector,
                Operation.READ,
                new Source.Query(
                        target == Target.POSTGRESQL ? "select 1 as one from pg_sleep(20)" : "select sleep(20) as one"),
                draft.fields(),
                draft.purposes(),
                draft.restrictions(),
                List.of(),
                false));

        long before = System.nanoTime();
        assertThat(node.result(product, "{}"))
                .isInstanceOfSatisfying(
                        ReadResult.Unavailable.class,
                        slow -> assertThat(slow.sentence()).startsWith("The database took too long"));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseThatIsAwayIsSaidToBe(Target target) throws IOException {
        Connector.Settings usual = target.settings();
        String connector = node.connector(usual, target.password());
        Product product = node.save(draft(connector, "away", Operation.READ, "ledger", "id"));
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        int port = nobody;
        node.connectors.change(
                node.tenantId,
                connector,
                before -> new Connectors.Draft(
                        before.name(),
                        new Connector.Settings(
                                usual.type(),
                                usual.host(),
                                port,
                                usual.database(),
                                usual.username(),
                                usual.tls(),
                                4,
                                500,
                                5000,
                                5000)),
                SecretValue.of(target.password()));

        assertThat(node.result(product, "{}"))
                .isInstanceOfSatisfying(
                        ReadResult.Unavailable.class,
                        away -> assertThat(away.sentence()).startsWith("The database could not be reached"));
        assertThat(node.connectors.find(node.tenantId, connector).orElseThrow())
                .satisfies(found -> assertThat(found.status()).isEqualTo(Connector.Status.ERROR))
                .satisfies(found -> assertThat(found.lastError()).startsWith("The database could not be reached"));
        assertThat(node.connectors
                        .test(node.tenantId, connector)
                        .orElseThrow()
                        .steps()
                        .getFirst()
                        .ok())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aSilentServerIsNotWaitedForLongerThanSaid(Target target) throws IOException {
        Connector.Settings usual = target.settings();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String connector = node.connector(
                    new Connector.Settings(
                            usual.type(),
                            "127.0.0.1",
                            silent.getLocalPort(),
                            usual.database(),
                            usual.username(),
                            usual.tls(),
                            1,
                            1000,
                            1000,
                            1000),
                    target.password());
            long before = System.nanoTime();
            assertThat(node.connectors
                            .test(node.tenantId, connector)
                            .orElseThrow()
                            .steps())
                    .extracting(ConnectorTest.Step::ok)
                    .containsExactly(true, false, false, false);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void twentyConnectorsAreCheapAndTheirPoolsOpenLateAndCloseEarly() throws InterruptedException {
        try (ProductNode other = new ProductNode()) {
            List<Product> products = IntStream.range(0, 20)
                    .mapToObj(i -> other.save(with(
                            draft(
                                    other.connector(Target.POSTGRESQL.settings(), Target.POSTGRESQL.password()),
                                    "p" + i,
                                    Operation.READ,
                                    "ledger"),
                            FieldDraft.of("id"))))
                    .toList();
            other.store.closeIdle(Duration.ZERO);
            assertThat(other.store.openPools()).isZero();
            products.forEach(product -> other.read(product, "{}"));
            assertThat(other.store.openPools()).isEqualTo(20);
            long withPools = used();
            other.store.closeIdle(Duration.ZERO);
            assertThat(other.store.openPools()).isZero();
            awaitNoConnection();
            long pools = withPools - used();
            assertThat(pools).isLessThan(30L * 1024 * 1024);
        }
    }

    /** Connections are closed in the background. */
    private static void awaitNoConnection() throws InterruptedException {
        String open = "select count(*) from pg_stat_activity where usename = '"
                + Target.POSTGRESQL.settings().username() + "' and datname = '"
                + Target.POSTGRESQL.settings().database() + "'";
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        // those of the other tests may stay
        while (Target.POSTGRESQL.count(open) >= 10) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
