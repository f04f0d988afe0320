package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.product.Connector.Settings;
import com.tracemem.secret.SecretValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Databases that cannot be reached: known at once, said plainly, and over as soon as they are back. */
class UnreachableTest {
    private static final ProductNode node = new ProductNode();
    /** Far less than the five seconds that a connection may take, and enough for a machine that has much to do. */
    private static final Duration SOON = Duration.ofSeconds(3);

    @BeforeAll
    static void fill() {
        for (Target target : Target.values()) {
            target.execute("create table there (id int primary key)");
        }
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static Product product(String connector) {
        return node.save(draft(connector, "there", Operation.READ, "there", "id"));
    }

    private static Settings at(Settings usual, Connector.Type type, String host, int port) {
        return new Settings(
                type,
                host,
                port,
                usual.database(),
                usual.username(),
                usual.tls(),
                usual.poolSize(),
                5000,
                15_000,
                10_000);
    }

    private static void redirect(String connector, Settings settings, Target target) {
        node.connectors.change(
                node.tenantId,
                connector,
                before -> new Connectors.Draft(before.name(), settings),
                SecretValue.of(target.password()));
    }

    /** Twenty reads at the same time, twice: what all of them are told, once. */
    private static List<String> told(Product product) throws Exception {
        long begun = System.nanoTime();
        List<Callable<ReadResult>> reads = IntStream.range(0, 20)
                .<Callable<ReadResult>>mapToObj(i -> () -> node.result(product, "{}"))
                .toList();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ReadResult>> all = new java.util.ArrayList<>(readers.invokeAll(reads));
            all.addAll(readers.invokeAll(reads));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
            return all.stream()
                    .map(Future::resultNow)
                    .map(result -> result instanceof ReadResult.Unavailable away ? away.sentence() : result.toString())
                    .distinct()
                    .toList();
        }
    }

    private static void awaitRows(Product product) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!(node.result(product, "{}") instanceof ReadResult.Rows)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            // what is remembered is forgotten by the clock
            Thread.sleep(50);
        }
    }

    private static int nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedPortIsKnownAtOnce(Target target) throws Exception {
        Settings usual = target.settings();
        String connector = node.connector(usual, target.password());
        Product product = product(connector);
        redirect(connector, at(usual, usual.type(), "127.0.0.1", nobody()), target);

        assertThat(told(product))
                .containsExactly("The database could not be reached, because nothing listens at its host and port:"
                        + " check that it runs there");
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedLoginIsKnownAtOnceAndForgottenSoon(Target target) throws Exception {
        String login = "changing_" + target.name().toLowerCase(java.util.Locale.ROOT);
        String user =
                target == Target.POSTGRESQL ? "role " + login + " login password" : "user " + login + " identified by";
        target.execute("create " + user + " 'first'", "grant select on there to " + login);
        Settings settings = at(
                target.settings(),
                target.settings().type(),
                target.settings().host(),
                target.settings().port());
        Settings changing = new Settings(
                settings.type(),
                settings.host(),
                settings.port(),
                settings.database(),
                login,
                settings.tls(),
                4,
                5000,
                15_000,
                10_000);
        String connector = node.connector(changing, "first");
        Product product = product(connector);
        node.store.forget(node.tenantId, connector);
        target.execute("alter " + user + " 'second'");

        assertThat(told(product)).singleElement().asString().startsWith("The database refused the login");
        target.execute("alter " + user + " 'first'");
        awaitRows(product);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseThatComesBackIsUsedAgain(Target target) throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(target.settings())) {
            String connector = node.connector(proxy.through(target.settings()), target.password());
            Product product = product(connector);
            assertThat(node.result(product, "{}")).isInstanceOf(ReadResult.Rows.class);
            proxy.shut();
            assertThat(node.result(product, "{}")).isInstanceOf(ReadResult.Unavailable.class);
            assertThat(told(product)).allMatch(sentence -> sentence.startsWith("The database could not be reached"));
            proxy.open();
            awaitRows(product);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownHostIsSaidToBe(Target target) throws Exception {
        Settings usual = target.settings();
        String connector = node.connector(usual, target.password());
        Product product = product(connector);
        redirect(connector, at(usual, usual.type(), "nowhere.invalid", usual.port()), target);

        assertThat(told(product))
                .containsExactly("The database could not be reached, because nobody knows its host's name: check host");
        assertThat(node.connectors.test(node.tenantId, connector).orElseThrow().firstFailure())
                .isEqualTo(
                        "Nobody knows the host 'nowhere.invalid': check its spelling, or whether this server's name service"
                                + " knows it.");
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, MARIADB", "MARIADB, POSTGRESQL", "MYSQL, MARIADB"})
    void aDatabaseOfAnotherTypeIsSaidToBe(Connector.Type type, Target target) {
        Settings usual = target.settings();
        Settings other = new Settings(
                type, usual.host(), usual.port(), usual.database(), usual.username(), usual.tls(), 4, 1000, 1000, 1000);
        String connector = node.connector(other, target.password());
        ConnectorTest test = node.connectors.test(node.tenantId, connector).orElseThrow();
        assertThat(test.steps()).extracting(ConnectorTest.Step::ok).containsExactly(true, false, false, false);
        assertThat(test.firstFailure()).contains("check type, host and port");
        assertThatThrownBy(() -> node.schemas.discover(node.tenantId, connector))
                .isInstanceOf(SourceUnavailable.class)
                .hasMessageContaining("check type, host and port");
    }
}
