package com.tracemem.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.identity.TurnableClock;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.store.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The ledger on the real database: chains, sequences, batches, and connections that break. */
class LedgerTest {
    private final TestDatabase database = TestDatabase.create(20);
    private final TurnableClock clock = new TurnableClock();
    private final Ids ids = new Ids(clock);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String tenant = tenant("tnt_one");

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        database.close();
    }

    private String tenant(String id) {
        database.jdbc()
                .sql("insert into tenant (tenant_id, name, created_at) values (?, ?, now())")
                .params(id, id)
                .update();
        database.jdbc()
                .sql("insert into tenant_head (tenant_id) values (?)")
                .param(id)
                .update();
        return id;
    }

    private Ledger ledger(String nodeId, DataSource dataSource) {
        Signals signals = database.signals(nodeId);
        opened.add(signals);
        Ledger ledger = Ledger.builder(dataSource, clock, ids, signals).start();
        opened.add(ledger);
        return ledger;
    }

    private record Note(DecisionKey decision, String text) implements Command<AppendedEvent> {
        @Override
        public Outcome<AppendedEvent> apply(Batch batch) {
            if (text.equals("spoil")) {
                throw new IllegalStateException("spoiled");
            }
            ObjectNode payload = JsonNodeFactory.instance.objectNode().put("text", text);
            return Outcome.done(batch.append(decision, NewEvent.of(EventType.CONTEXT, Actor.system("test"), payload)));
        }
    }

    private Note note(String decision, String text) {
        return new Note(new DecisionKey(tenant, decision), text);
    }

    private List<Event> events() {
        return database.jdbc()
                .sql("select leaf, leaf_hash from event where tenant_id = ? order by seq")
                .param(tenant)
                .query((row, n) -> Event.ofLeaf(row.getBytes("leaf"), row.getBytes("leaf_hash")))
                .list();
    }

    /** Gap-free in the tenant, gap-free and hash-linked in each decision, canonical to the byte. */
    private static void assertSound(List<Event> events) throws Exception {
        java.util.Map<String, Event> last = new java.util.HashMap<>();
        long seq = 0;
        for (Event event : events) {
            assertThat(event.seq()).isEqualTo(++seq);
            Event previous = last.put(event.decisionId(), event);
            assertThat(event.decisionSeq()).isEqualTo(previous == null ? 1 : previous.decisionSeq() + 1);
            assertThat(event.previousHash()).isEqualTo(previous == null ? null : previous.hash());
            assertThat(Sha256.of(event.leaf()).hex()).isEqualTo(event.hash());
            assertThat(new JsonCanonicalizer(event.leaf()).getEncodedString()).isEqualTo(event.leaf());
        }
    }

    @Test
    void leavesAreCanonicalAndLinkedWhateverTheTextHolds() throws Exception {
        Ledger ledger = ledger("one", database.dataSource());
        for (String text : List.of("plain", "quote \" back \\ slash", "ünïcødé 🌍 \u2028", "\u0001 control", "")) {
            ledger.execute(note("TMEM_a", text));
        }
        assertThat(events()).hasSize(5);
        assertSound(events());
        assertThat(events().get(2).payload().get("text").stringValue()).isEqualTo("ünïcødé 🌍 \u2028");
    }

    @Test
    void twoNodesWriteOneGapFreeLog() throws Exception {
        List<Ledger> nodes = List.of(ledger("one", database.dataSource()), ledger("two", database.dataSource()));
        Set<String> acknowledged = runConcurrently(32, 40, (thread, n) -> {
            Outcome<AppendedEvent> outcome =
                    nodes.get((thread + n) % 2).execute(note("TMEM_" + thread % 10, thread + "/" + n));
            return ((Outcome.Done<AppendedEvent>) outcome).value().eventId();
        });
        List<Event> events = events();
        assertThat(events).hasSize(32 * 40);
        assertThat(acknowledged).hasSize(32 * 40);
        assertSound(events);
    }

    @Test
    void aCommandThatFailsSpoilsNobodyElses() throws Exception {
        Ledger ledger = ledger("one", database.dataSource());
        AtomicInteger failed = new AtomicInteger();
        runConcurrently(16, 20, (thread, n) -> {
            boolean spoil = thread == 3;
            try {
                ledger.execute(note("TMEM_" + thread, spoil ? "spoil" : "fine"));
            } catch (IllegalStateException spoiled) {
                assertThat(spoil).isTrue();
                failed.incrementAndGet();
            }
            return thread + "/" + n;
        });
        assertThat(failed).hasValue(20);
        assertThat(events()).hasSize(15 * 20);
        assertSound(events());
    }

    @Test
    void brokenConnectionsNeitherLoseNorRepeatACommand() throws Exception {
        Ledger ledger = ledger("one", database.dataSource());
        AtomicInteger done = new AtomicInteger();
        Set<String> acknowledged = runConcurrently(16, 30, (thread, n) -> {
            if (done.incrementAndGet() % 60 == 0) {
                killBusyBackends();
            }
            Outcome<AppendedEvent> outcome = ledger.execute(note("TMEM_" + thread, thread + "/" + n));
            return ((Outcome.Done<AppendedEvent>) outcome).value().eventId();
        });
        List<Event> events = events();
        assertThat(events.stream().map(Event::eventId)).containsExactlyInAnyOrderElementsOf(acknowledged);
        assertSound(events);
    }

    private synchronized void killBusyBackends() {
        database.ownerJdbc().sql("""
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
                        """).query().listOfRows();
    }

    @Test
    void aCommitWhoseAnswerIsLostIsNotRepeated() throws Exception {
        AtomicInteger lost = new AtomicInteger(3);
        Ledger ledger = ledger("one", losingCommitAnswers(database.dataSource(), lost));
        for (int i = 0; i < 5; i++) {
            assertThat(ledger.execute(note("TMEM_a", "n" + i))).isInstanceOf(Outcome.Done.class);
        }
        assertThat(lost.get()).isLessThanOrEqualTo(0);
        assertThat(events()).hasSize(5);
        assertSound(events());
    }

    @Test
    void aWaitingListenerHearsAfterTheCommitOnEveryNode() throws Exception {
        Ledger ledger = ledger("one", database.dataSource());
        Signals elsewhere = database.signals("two");
        opened.add(elsewhere);
        CountDownLatch heard = new CountDownLatch(1);
        elsewhere.subscribe("test", line -> {
            if (line.equals("hello\nworld")) {
                heard.countDown();
            }
        });
        assertThat(elsewhere.awaitConnected(java.time.Duration.ofSeconds(20))).isTrue();
        ledger.execute(new Command<String>() {
            @Override
            public DecisionKey decision() {
                return new DecisionKey(tenant, "TMEM_a");
            }

            @Override
            public Outcome<String> apply(Batch batch) {
                batch.signal("test", "hello");
                batch.signal("test", "world");
                return Outcome.done("");
            }
        });
        assertThat(heard.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatCannotBeKeptExactlyIsRefused() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", 9_007_199_254_740_993L);
        assertThatThrownBy(() -> CanonicalJson.of(json))
                .isInstanceOf(NotCanonicalException.class)
                .hasMessage(
                        "The number at id has more digits than can be kept exactly (15 to 17): send it as a string");
        ObjectNode lone = JsonNodeFactory.instance.objectNode().put("text", "\ud800");
        assertThatThrownBy(() -> CanonicalJson.of(lone)).hasMessageContaining("lone surrogate");
        ObjectNode nul = JsonNodeFactory.instance.objectNode().put("text", "a\0b");
        assertThatThrownBy(() -> CanonicalJson.of(nul)).hasMessageContaining("NUL");
        ObjectNode fine =
                JsonNodeFactory.instance.objectNode().put("share", 0.25).put("count", 9_007_199_254_740_992L);
        assertThat(CanonicalJson.of(fine).text()).isEqualTo("{\"count\":9007199254740992,\"share\":0.25}");
        assertThat(CanonicalJson.of(fine).digest())
                .isEqualTo(Sha256.of(CanonicalJson.of(fine).text().getBytes(StandardCharsets.UTF_8)));
    }

    private interface Work {
        String run(int thread, int n) throws Exception;
    }

    private static Set<String> runConcurrently(int threads, int each, Work work) throws Exception {
        Set<String> results = new HashSet<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<String>>> tasks = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                tasks.add(() -> {
                    List<String> mine = new ArrayList<>();
                    for (int n = 0; n < each; n++) {
                        mine.add(work.run(thread, n));
                    }
                    return mine;
                });
            }
            for (Future<List<String>> future : executor.invokeAll(tasks)) {
                results.addAll(future.get());
            }
        }
        return results;
    }

    /** Commits for real and then says that the connection broke. */
    private static DataSource losingCommitAnswers(DataSource real, AtomicInteger times) {
        return proxy(
                DataSource.class,
                real,
                (method, result) -> result instanceof Connection connection
                        ? proxy(Connection.class, connection, (name, ignored) -> {
                            if (name.equals("commit") && times.getAndDecrement() > 0) {
                                throw new SQLException("the answer to the commit was lost", "08006");
                            }
                            return ignored;
                        })
                        : result);
    }

    private interface After {
        Object result(String method, Object result) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T target, After after) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return after.result(method.getName(), method.invoke(target, arguments));
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }
}
