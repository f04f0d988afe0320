package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A source may hold whatever it likes: what a read takes of the heap is known beforehand. */
class LargeAnswersTest {
    private static final ProductNode node = new ProductNode();

    @BeforeAll
    static void fill() {
        for (Target target : Target.values()) {
            target.execute(
                    filled(target, "fifteen_megabytes", 60, 15_000_000),
                    filled(target, "nine_hundred_kilobytes", 100, 900_000),
                    filled(target, "ten_kilobytes", 200, 10_000),
                    filled(target, "kilobytes", 40, 4_000),
                    "create table papers (id int, part int, text %s, primary key (id, part))"
                            .formatted(target == Target.POSTGRESQL ? "text" : "longtext"),
                    "insert into papers values (1, 1, repeat('ä', 150000)), (2, 1, 'a'), (2, 2, 'b'), (3, 1, repeat('x', 2000000)),"
                            + " (4, 1, 'short')");
        }
    }

    /** Rows that take next to no room on the disk. */
    private static String filled(Target target, String name, int rows, int characters) {
        return target == Target.POSTGRESQL
                ? "create table %s as select i as id, repeat('x', %d) as text from generate_series(1, %d) i"
                        .formatted(name, characters, rows)
                : "create view %s as select seq as id, repeat('x', %d) as text from seq_1_to_%d"
                        .formatted(name, characters, rows);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static Product product(Target target, String table, String... fields) {
        return node.save(draft(
                node.connector(target.settings(), target.password()),
                table + "_" + target.name().toLowerCase(Locale.ROOT),
                Operation.READ,
                table,
                fields));
    }

    /** In 64 megabytes: 24 readers, for each of whom the source has 900 or 90 megabytes. */
    @ParameterizedTest
    @EnumSource
    void aSmallHeapIsEnoughForAnySource(Target target) throws IOException, InterruptedException {
        Connector.Settings to = target.settings();
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LargeReads.class.getName(),
                        to.type().wireName(),
                        to.host(),
                        Integer.toString(to.port()),
                        to.database(),
                        to.username(),
                        target.password()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said)
                .contains("fifteen_megabytes A record of product 'fifteen_megabytes' is longer than 1000000 characters")
                .contains("nine_hundred_kilobytes rows 1 truncated true")
                .doesNotContain("database");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerEndsAtAMillionCharacters(Target target) {
        Product longer = product(target, "ten_kilobytes", "id", "text");
        for (int i = 0; i < 30; i++) {
            // more than 16 megabytes over the same connections
            ReadResult.Rows rows = node.read(longer, "{}");
            assertThat(rows.rowCount()).isEqualTo(99);
            assertThat(rows.truncated()).isTrue();
        }
        ReadResult.Rows whole = node.read(product(target, "kilobytes", "id", "text"), "{}");
        assertThat(whole.rowCount()).isEqualTo(40);
        assertThat(whole.truncated()).isFalse();
        assertThat(whole.records().getLast().required("text").stringValue()).hasSize(4000);
        assertThat(node.connectors
                        .find(node.tenantId, longer.connectorId())
                        .orElseThrow()
                        .status())
                .isEqualTo(Connector.Status.HEALTHY);
    }

    @ParameterizedTest
    @EnumSource
    void oneRecordByItsKeyMayBeLongToo(Target target) {
        Product papers = product(target, "papers", "id", "part", "text");
        assertThat(node.read(papers, "{'id': 4, 'part': 1}")
                        .records()
                        .getFirst()
                        .required("text")
                        .stringValue())
                .isEqualTo("short");
        assertThat(node.read(papers, "{'id': 1, 'part': 1}")
                        .records()
                        .getFirst()
                        .required("text")
                        .stringValue())
                .isEqualTo("ä".repeat(150_000));
        assertThat(node.result(papers, "{'id': 3, 'part': 1}"))
                .isEqualTo(new ReadResult.Unavailable(
                        "A record of product '%s' is longer than 1000000 characters:".formatted(papers.productId())
                                + " an administrator has to expose fewer fields"));
        // a part of the key is exposed, and does not tell one record
        Product parts = product(target, "papers", "id", "text");
        assertThat(node.read(parts, "{'id': 2, 'order_by': 'text desc'}").records())
                .extracting(record -> record.required("text").stringValue())
                .containsExactly("b", "a");
        assertThat(node.data.plan(parts, new ReadRequest(ProductNode.json("{'id': 2}"), null, ResultMode.SINGLE, null)))
                .isInstanceOfSatisfying(
                        PlannedRead.Planned.class,
                        single -> assertThat(node.read(single)).isInstanceOf(ReadResult.NotSingle.class));
    }

    @ParameterizedTest
    @EnumSource
    void aLargeAnswerWaitsForMemoryAndASmallOneDoesNot(Target target) {
        Product large = product(target, "ten_kilobytes", "id", "text");
        Product small = product(target, "papers", "id", "part");
        ReadMemory memory = new ReadMemory(1, Duration.ofMillis(50));
        ConnectorAccess access =
                node.connectors.access(node.tenantId, large.connectorId()).orElseThrow();
        try (ReadMemory.Share own = memory.share(node.tenantId)) {
            try (ReadMemory.Share other = memory.share("tnt_other")) {
                assertThat(other.take(10)).isTrue();
                assertThat(node.store.read(access, (PlannedRead.Planned) node.plan(large, "{}"), own))
                        .isInstanceOfSatisfying(
                                ReadResult.Crowded.class,
                                crowded -> assertThat(crowded.sentence()).contains("try again in a moment"));
                assertThat(node.store.read(access, (PlannedRead.Planned) node.plan(small, "{}"), own))
                        .isInstanceOf(ReadResult.Rows.class);
            }
            assertThat(node.store.read(access, (PlannedRead.Planned) node.plan(large, "{}"), own))
                    .isInstanceOf(ReadResult.Rows.class);
        }
    }

    @Test
    void noTenantTakesAllOfTheMemory() {
        ReadMemory memory = new ReadMemory(100, Duration.ZERO);
        try (ReadMemory.Share same = memory.share("tnt_1");
                ReadMemory.Share two = memory.share("tnt_2")) {
            try (ReadMemory.Share one = memory.share("tnt_1")) {
                assertThat(one.take(50)).isTrue();
                assertThat(same.take(1)).isFalse();
                assertThat(two.take(51)).isFalse();
                assertThat(two.take(50)).isTrue();
            }
            assertThat(same.take(50)).isTrue();
        }
        try (ReadMemory.Share again = memory.share("tnt_3")) {
            assertThat(again.take(1000)).isTrue();
        }
    }
}
