package com.tracemem.product;

import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.SecretValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many reads at a time of much more than the heap holds, in a JVM of its own; says how many came to what. */
final class LargeReads {
    private static final int READERS = 24;
    private static final int READS = 6;

    private LargeReads() {}

    /**
     * Reads, and says what came of it.
     *
     * @param args type, host, port, database, user, password
     */
    public static void main(String[] args) throws Exception {
        Connector.Settings settings = new Connector.Settings(
                Connector.Type.of(args[0]).orElseThrow(),
                args[1],
                Integer.parseInt(args[2]),
                args[3],
                args[4],
                Connector.Tls.NONE,
                8,
                20_000,
                20_000,
                20_000);
        ReadMemory memory = new ReadMemory();
        Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
        try (JdbcStore store = new JdbcStore();
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                String tenant = "tnt_" + reader % 3;
                String table = reader % 2 == 0 ? "fifteen_megabytes" : "nine_hundred_kilobytes";
                ConnectorAccess access = new ConnectorAccess(connector(tenant, settings), SecretValue.of(args[5]));
                PlannedRead.Planned read = (PlannedRead.Planned)
                        ReadPlanner.plan(product(tenant, table), new ReadRequest(null, null, null, null));
                all.add(readers.submit(() -> {
                    for (int i = 0; i < READS; i++) {
                        String outcome = table + " " + outcome(store, access, read, memory);
                        outcomes.computeIfAbsent(outcome, new_ -> new AtomicInteger())
                                .incrementAndGet();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        System.out.println(new TreeMap<>(outcomes));
    }

    private static String outcome(
            JdbcStore store, ConnectorAccess access, PlannedRead.Planned read, ReadMemory memory) {
        try (ReadMemory.Share share = memory.share(access.connector().tenantId())) {
            return switch (store.read(access, read, share)) {
                case ReadResult.Rows rows -> "rows " + rows.rowCount() + " truncated " + rows.truncated();
                case ReadResult.Unavailable away -> away.sentence();
                case ReadResult.Crowded crowded -> "crowded";
                case ReadResult.NotSingle several -> several.sentence();
            };
        }
    }

    private static Connector connector(String tenant, Connector.Settings settings) {
        return new Connector(
                tenant,
                "conn",
                "shop",
                settings,
                1,
                Connector.Status.CONFIGURED,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static Product product(String tenant, String table) {
        ProductDraft draft = ProductNode.draft("conn", table, Operation.READ, table);
        return new Product(
                tenant,
                draft.productId(),
                1,
                "",
                draft.name(),
                null,
                draft.connectorId(),
                draft.operation(),
                draft.source(),
                List.of(
                        new Field("id", "id", FieldType.INTEGER, false, false, false, false, false, Bounds.NONE),
                        new Field("text", "text", FieldType.STRING, true, false, false, false, false, Bounds.NONE)),
                draft.purposes(),
                draft.restrictions(),
                draft.policies(),
                false);
    }
}
