package com.tracemem.product.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.InvalidInput;
import com.tracemem.product.Bounds;
import com.tracemem.product.Data;
import com.tracemem.product.Field;
import com.tracemem.product.FieldType;
import com.tracemem.product.Operation;
import com.tracemem.product.PlannedRead;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.product.ProductNode;
import com.tracemem.product.ReadRequest;
import com.tracemem.product.ReadResult;
import com.tracemem.product.Restrictions;
import com.tracemem.product.ResultMode;
import com.tracemem.product.Source;
import com.tracemem.product.Target;
import com.tracemem.product.WriteRequest;
import com.tracemem.product.WriteResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever a request or a product's definition says, a statement has the shape that the product gives it: its tokens are
 * those of the same statement with harmless names and values.
 */
class InjectionTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<Dialect> DIALECTS =
            List.of(new PostgresDialect(), new MariaDbDialect(true), new MariaDbDialect(false));
    private static final List<String> HOSTILE = List.of(
            "'; drop table victims; --",
            "' or '1'='1",
            "\" or \"\"=\"",
            "` or 1=1 #",
            "\\' or 1=1 -- ",
            "1; select pg_sleep(10)",
            "$$; drop table victims; $$",
            "/* */ union select 1 /*",
            "?",
            "? or ? = ?",
            "${jndi:ldap://x}",
            "{fn now()}",
            "\u02bc; drop table victims; --",
            "name\" from victims; --",
            "name` from victims; -- ",
            "order_by",
            "limit",
            "operation",
            "keys",
            "records",
            "\u0000",
            "\ud800",
            "a\u0000b",
            "%",
            "_",
            "\\",
            "''",
            "\"\"",
            "``",
            "");

    /** What was not refused in a property: it must be a good part, or nothing was tried. */
    private final AtomicInteger fitted = new AtomicInteger();

    private static @Nullable ProductNode node;
    private static final Map<Target, Product> inserts = new EnumMap<>(Target.class);
    private static final Map<Target, Product> reads = new EnumMap<>(Target.class);

    @BeforeContainer
    static void databases() {
        ProductNode made = new ProductNode();
        node = made;
        Target.POSTGRESQL.execute("create table victims (id bigserial primary key, name text, extra jsonb)");
        Target.MARIADB.execute("create table victims (id bigint primary key auto_increment, name text, extra json)");
        for (Target target : Target.values()) {
            String connector = made.connector(target.settings(), target.password());
            inserts.put(
                    target,
                    made.save(ProductNode.with(
                            ProductNode.draft(
                                    connector,
                                    "in_" + target.name().toLowerCase(Locale.ROOT),
                                    Operation.INSERT,
                                    "victims",
                                    "id",
                                    "name",
                                    "extra"),
                            new Restrictions(100, ResultMode.MULTIPLE, null, true))));
            reads.put(
                    target,
                    made.save(ProductNode.draft(
                            connector,
                            "out_" + target.name().toLowerCase(Locale.ROOT),
                            Operation.READ,
                            "victims",
                            "id",
                            "name")));
        }
    }

    @AfterProperty
    void enoughFitted() {
        assertThat(fitted.get()).isGreaterThan(100);
    }

    @AfterContainer
    static void close() {
        if (node != null) {
            node.close();
        }
    }

    @Provide
    Arbitrary<String> text() {
        return Arbitraries.oneOf(
                Arbitraries.of(HOSTILE),
                Arbitraries.strings().ofMaxLength(30),
                Combinators.combine(Arbitraries.of(HOSTILE), Arbitraries.of(HOSTILE))
                        .as((a, b) -> a + b));
    }

    private static final List<String> WORDS = List.of(
            "id",
            "name",
            "amount",
            "at",
            "id",
            "name",
            "amount",
            "at",
            "eq",
            "ne",
            "gt",
            "gte",
            "lt",
            "lte",
            "in",
            "like",
            "is_null",
            "order_by",
            "limit",
            "field",
            "direction",
            "operation",
            "keys",
            "records",
            "data",
            "fields");

    /** Made by hand: nested and half right, so that a good part of it gets as far as a statement. */
    @Provide
    Arbitrary<JsonNode> json() {
        return Arbitraries.randomValue(random -> json(random, 0));
    }

    @Provide
    Arbitrary<ObjectNode> objects() {
        return Arbitraries.randomValue(random -> object(random, 0));
    }

    private static JsonNode json(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 8 : 11)) {
            case 0, 1, 2 -> NODES.stringNode(text(random));
            case 3 -> NODES.stringNode(WORDS.get(random.nextInt(4)));
            case 4 -> NODES.numberNode(random.nextInt(2000) - 1000);
            case 5 -> NODES.numberNode(random.nextDouble() * 1e6);
            case 6 -> NODES.booleanNode(random.nextBoolean());
            case 7 -> NODES.nullNode();
            case 8 -> {
                var array = NODES.arrayNode();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    array.add(json(random, depth + 1));
                }
                yield array;
            }
            default -> object(random, depth + 1);
        };
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(4); i >= 0; i--) {
            boolean strange = random.nextInt(8) == 0;
            String name = strange ? text(random) : WORDS.get(random.nextInt(depth == 0 ? 8 : WORDS.size()));
            object.set(name, json(random, depth + 1));
        }
        return object;
    }

    private static String text(Random random) {
        String hostile = HOSTILE.get(random.nextInt(HOSTILE.size()));
        return switch (random.nextInt(4)) {
            case 0 -> hostile + HOSTILE.get(random.nextInt(HOSTILE.size()));
            case 1 -> Integer.toString(random.nextInt(5000));
            default -> hostile;
        };
    }

    private static Product product(Operation operation, Source source, List<String> names, List<String> purposes) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            FieldType type = i == 0
                    ? FieldType.INTEGER
                    : i == 2 ? FieldType.NUMBER : i == 3 ? FieldType.TIMESTAMP : FieldType.STRING;
            boolean keyed = operation == Operation.UPDATE || operation == Operation.DELETE;
            boolean sets = operation == Operation.INSERT || operation == Operation.UPDATE;
            fields.add(new Field(
                    names.get(i),
                    names.get(i),
                    type,
                    true,
                    i == 0,
                    keyed && i == 0,
                    false,
                    sets && i > 0,
                    Bounds.NONE));
        }
        return new Product(
                "tnt_x",
                "p",
                1,
                "",
                "P",
                null,
                "conn_x",
                operation,
                source,
                fields,
                purposes,
                Restrictions.DEFAULT,
                List.of(),
                false);
    }

    private static final Source TABLE = new Source.Table("shop", "victims");
    private static final List<String> NAMES = List.of("id", "name", "amount", "at");
    private static final Data DATA = planner();

    @SuppressWarnings("NullAway") // planning reaches no connector
    private static Data planner() {
        return new Data(null, null, null);
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.BOUNDED)
    void requestsDoNotShapeReads(@ForAll("objects") ObjectNode query) {
        Product product = product(Operation.READ, TABLE, NAMES, List.of("x"));
        if (DATA.plan(product, new ReadRequest(query, null, null, null)) instanceof PlannedRead.Planned planned) {
            fitted.incrementAndGet();
            for (Dialect dialect : DIALECTS) {
                for (int rows : List.of(2, planned.limit() + 1)) {
                    SqlText sql = new Statements(dialect).select(planned, rows, Portion.SMALL);
                    assertThat(tokens(dialect, sql.text()))
                            .containsExactlyElementsOf(expectedRead(dialect, planned, rows));
                    assertThat(marks(dialect, sql.text()))
                            .isEqualTo(sql.parameters().size());
                }
            }
        }
    }

    /** Built of the product's own names and the planned shape alone. */
    private static List<String> expectedRead(Dialect dialect, PlannedRead.Planned planned, int rows) {
        StringBuilder sql = new StringBuilder();
        String tail = "";
        if (!dialect.measuresRecords()) {
            sql.append("select `id`, left(`name`, 100001), `amount`, `at`");
        } else {
            String bytes = rows > 2 ? "tracemem_bytes_so_far" : "tracemem_record_bytes";
            sql.append(("select \"id\", case when %1$s <= 300000 then \"name\" end,"
                            + " case when %1$s <= 300000 then \"amount\" end, \"at\", %1$s > 300000 from (")
                    .formatted(bytes));
            tail = ") as chosen";
            if (rows > 2) {
                sql.append("select *, sum(tracemem_record_bytes) over (rows unbounded preceding)"
                        + " as tracemem_bytes_so_far from (");
                tail = ") as chosen) as counted where tracemem_bytes_so_far - tracemem_record_bytes <= 300000";
            }
            sql.append("select \"id\", \"name\", \"amount\", \"at\", least(0::bigint"
                    + " + coalesce(octet_length(\"name\"::text), 0) + coalesce(octet_length(\"amount\"::text), 0),"
                    + " 300001)::int as tracemem_record_bytes");
        }
        sql.append(" from ").append(dialect.quote("shop")).append('.').append(dialect.quote("victims"));
        String glue = " where ";
        for (var condition : planned.conditions()) {
            assertThat(NAMES).contains(condition.field().name());
            sql.append(glue).append(dialect.quote(condition.field().name()));
            sql.append(
                    switch (condition.operator()) {
                        case EQ -> " = ?";
                        case NE -> " <> ?";
                        case GT -> " > ?";
                        case GTE -> " >= ?";
                        case LT -> " < ?";
                        case LTE -> " <= ?";
                        case LIKE -> " like ?";
                        case IN ->
                            " in ("
                                    + String.join(
                                            ", ",
                                            condition.values().stream()
                                                    .map(v -> "?")
                                                    .toList()) + ")";
                        case IS_NULL -> " is null";
                        case IS_NOT_NULL -> " is not null";
                    });
            glue = " and ";
        }
        glue = " order by ";
        for (var order : planned.order()) {
            assertThat(NAMES).contains(order.field().name());
            sql.append(glue).append(dialect.quote(order.field().name())).append(order.descending() ? " desc" : "");
            glue = ", ";
        }
        return tokens(dialect, sql.append(" limit ?").append(tail).toString());
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.BOUNDED)
    void requestsDoNotShapeWrites(
            @ForAll("objects") ObjectNode mutation, @ForAll("json") JsonNode keys, @ForAll("text") String operation) {
        for (Operation writes : List.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE)) {
            Product product = product(writes, TABLE, NAMES, List.of("x"));
            for (@Nullable String asked : Arrays.asList(null, writes.wireName(), operation)) {
                for (@Nullable
                JsonNode given : Arrays.asList(null, keys, NODES.objectNode().put("id", 1))) {
                    if (DATA.plan(product, new WriteRequest(mutation, asked, given))
                            instanceof PlannedWrite.Planned planned) {
                        fitted.incrementAndGet();
                        checkWrite(planned);
                    }
                }
            }
        }
    }

    private static void checkWrite(PlannedWrite.Planned planned) {
        for (Dialect dialect : DIALECTS) {
            Statements statements = new Statements(dialect);
            for (PlannedWrite.Row row : planned.rows()) {
                SqlText sql = switch (planned.operation()) {
                    case INSERT -> statements.insert(planned.product(), row, false);
                    case UPDATE -> statements.update(planned.product(), row);
                    case DELETE -> statements.delete(planned.product(), row);
                    case READ -> throw new AssertionError();
                };
                List<String> tokens = tokens(dialect, sql.text());
                assertThat(tokens)
                        .allMatch(token -> token.length() == 1
                                || List.of(
                                                "insert", "into", "values", "update", "set", "delete", "from", "where",
                                                "and")
                                        .contains(token)
                                || NAMES.stream().map(dialect::quote).anyMatch(token::equals)
                                || List.of(dialect.quote("shop"), dialect.quote("victims"))
                                        .contains(token));
                assertThat(tokens.getFirst()).isEqualTo(planned.operation().wireName());
                assertThat(tokens.stream()
                                .filter(List.of("insert", "update", "delete", "from", "into")::contains)
                                .count())
                        .isEqualTo(planned.operation() == Operation.UPDATE ? 1 : 2);
                assertThat(marks(dialect, sql.text()))
                        .isEqualTo(sql.parameters().size());
                assertThat(sql.parameters())
                        .hasSize(row.keys().size() + row.values().size());
            }
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.BOUNDED)
    void definitionsDoNotShapeStatements(
            @ForAll("text") String schema,
            @ForAll("text") String table,
            @ForAll("text") String one,
            @ForAll("text") String two,
            @ForAll("text") String purpose) {
        for (Operation operation : Operation.values()) {
            Optional<Product> hostile =
                    made(operation, new Source.Table(schema, table), List.of(one, two), List.of(purpose));
            if (hostile.isEmpty()) {
                continue;
            }
            fitted.incrementAndGet();
            Product harmless = product(operation, TABLE, List.of("one", "two"), List.of("x"));
            for (Dialect dialect : DIALECTS) {
                List<String> expected = shape(dialect, statement(dialect, harmless));
                assertThat(shape(dialect, statement(dialect, hostile.get()))).isEqualTo(expected);
            }
        }
    }

    private static Optional<Product> made(
            Operation operation, Source source, List<String> names, List<String> purposes) {
        try {
            return Optional.of(product(operation, source, names, purposes));
        } catch (InvalidInput refused) {
            return Optional.empty();
        }
    }

    private static String statement(Dialect dialect, Product product) {
        Statements statements = new Statements(dialect);
        Field key = product.fields().getFirst();
        Field set = product.fields().getLast();
        var keyed = new PlannedWrite.Value(key, 1L);
        var value = new PlannedWrite.Value(set, "x");
        return switch (product.operation()) {
            case READ ->
                statements
                        .select(
                                (PlannedRead.Planned) DATA.plan(
                                        product,
                                        new ReadRequest(
                                                NODES.objectNode()
                                                        .put(key.name(), 1)
                                                        .put(set.name(), "x"),
                                                null,
                                                null,
                                                null)),
                                10,
                                Portion.SMALL)
                        .text();
            case INSERT ->
                statements
                        .insert(product, new PlannedWrite.Row(List.of(), List.of(value)), true)
                        .text();
            case UPDATE ->
                statements
                        .update(product, new PlannedWrite.Row(List.of(keyed), List.of(value)))
                        .text();
            case DELETE ->
                statements
                        .delete(product, new PlannedWrite.Row(List.of(keyed), List.of()))
                        .text();
        };
    }

    @Property(tries = 3000, shrinking = ShrinkingMode.BOUNDED)
    void queriesOfAdministratorsStayWithinTheirParentheses(@ForAll("text") String a, @ForAll("text") String b) {
        String sql = "select " + a + " from t where x = " + b;
        Optional<Product> product = made(Operation.READ, new Source.Query(sql), List.of("one"), List.of("x"));
        if (product.isPresent()) {
            fitted.incrementAndGet();
            for (Dialect dialect : DIALECTS) {
                List<String> tokens = tokens(
                        dialect,
                        new Statements(dialect)
                                .select(
                                        (PlannedRead.Planned)
                                                DATA.plan(product.get(), new ReadRequest(null, null, null, null)),
                                        10,
                                        Portion.SMALL)
                                .text());
                assertThat(tokens).doesNotContain(";", "drop", "insert", "update", "delete", "into");
                int depth = 0;
                for (int i = 0; i < tokens.size(); i++) {
                    depth += tokens.get(i).equals("(") ? 1 : tokens.get(i).equals(")") ? -1 : 0;
                    assertThat(depth == 0 && i > 3 && i < tokens.size() - 5).isFalse();
                }
                assertThat(depth).isZero();
                assertThat(tokens.subList(tokens.size() - 5, tokens.size()))
                        .containsExactly(")", "as", "source", "limit", "?");
            }
        }
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void hostileValuesComeBackFromTheDatabasesAsTheyWere(@ForAll("text") String value) {
        ProductNode running = Objects.requireNonNull(node);
        for (Target target : Target.values()) {
            Product insert = Objects.requireNonNull(inserts.get(target));
            Product read = Objects.requireNonNull(reads.get(target));
            ObjectNode record = NODES.objectNode().put("name", value);
            record.putObject("extra").put("said", value);
            if (!(running.data.plan(insert, new WriteRequest(record, null, null))
                    instanceof PlannedWrite.Planned write)) {
                continue;
            }
            WriteResult.Executed executed =
                    (WriteResult.Executed) running.data.write(write, "w " + System.nanoTime(), running.memory(insert));
            int id = executed.createdRecords().getFirst().required("id").intValue();
            assertThat(executed.createdRecords().getFirst().required("name").stringValue())
                    .isEqualTo(value);
            var planned = (PlannedRead.Planned) running.data.plan(
                    read, new ReadRequest(NODES.objectNode().put("id", id).put("name", value), null, null, null));
            ReadResult.Rows rows = (ReadResult.Rows) running.read(planned);
            fitted.incrementAndGet();
            assertThat(rows.records()).hasSize(1);
            assertThat(rows.records().getFirst().required("name").stringValue()).isEqualTo(value);
        }
    }

    private static int marks(Dialect dialect, String sql) {
        return (int) tokens(dialect, sql).stream().filter("?"::equals).count();
    }

    /** The kinds of the tokens: what is quoted is a name, whatever it says. */
    private static List<String> shape(Dialect dialect, String sql) {
        char quote = dialect.quote("x").charAt(0);
        return tokens(dialect, sql).stream()
                .map(token -> token.charAt(0) == quote ? "name" : token)
                .toList();
    }

    /** As the database's own scanner does it. */
    private static List<String> tokens(Dialect dialect, String sql) {
        char quote = dialect.quote("x").charAt(0);
        List<String> tokens = new ArrayList<>();
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            int end = i + 1;
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            if (c == quote || c == '\'' || c == '"' || c == '`') {
                while (true) {
                    int next = sql.indexOf(c, end);
                    assertThat(next).as("a quote that ends in " + sql).isPositive();
                    end = next + 1;
                    if (end < sql.length() && sql.charAt(end) == c) {
                        end++;
                    } else {
                        break;
                    }
                }
            } else if (Character.isLetterOrDigit(c) || c == '_') {
                while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
                    end++;
                }
            }
            tokens.add(sql.substring(i, end));
            i = end;
        }
        return tokens;
    }
}
