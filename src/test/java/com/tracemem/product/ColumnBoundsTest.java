package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static com.tracemem.product.ProductNode.json;
import static com.tracemem.product.ProductNode.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.product.ProductDraft.FieldDraft;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** What columns take is known before a database has to refuse it, and said alike of every database. */
class ColumnBoundsTest {
    private static final ProductNode node = new ProductNode();
    private static final Map<Target, String> connectors = new EnumMap<>(Target.class);

    @BeforeAll
    static void fill() {
        Target.POSTGRESQL.execute(
                "create type feeling as enum ('happy', 'sad')",
                "create domain short_code as varchar(3)",
                """
                create table hosts (id int primary key, feeling feeling, address inet, network cidr, card macaddr,
                    code short_code, label char(5))""",
                "insert into hosts values (1, 'happy', '192.0.2.7', '192.0.2.0/24', '00:00:5e:00:53:01', 'abc', 'label')",
                """
                create table bounded (id int primary key, name varchar(200) unique, small smallint, price numeric(6, 2),
                    rate double precision, feeling feeling, label char(5), cents numeric(2, 2))""");
        Target.MARIADB.execute(
                """
                create table hosts (id int primary key, feeling enum('happy', 'sad'), address inet6, network inet4,
                    card set('a', 'b'), code varchar(3), label char(5), span time)""",
                "insert into hosts values (1, 'happy', '2001:db8::7', '192.0.2.0', 'a,b', 'abc', 'label', '12:30:00')",
                """
                create table bounded (id int primary key, name varchar(200) unique, small smallint, price decimal(6, 2),
                    rate double, feeling enum('happy', 'sad'), label char(5), cents decimal(2, 2))""");
        for (Target target : Target.values()) {
            connectors.put(target, node.connector(target.settings(), target.password()));
        }
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static String connector(Target target) {
        return Objects.requireNonNull(connectors.get(target));
    }

    private static Product bounded(Target target) {
        return node.save(draft(
                connector(target),
                "bounded",
                Operation.INSERT,
                "bounded",
                "id",
                "name",
                "small",
                "price",
                "rate",
                "feeling",
                "label",
                "cents"));
    }

    private static String refusal(Product product, String mutation) {
        return switch (node.plan(product, mutation, null, null)) {
            case PlannedWrite.Misfit misfit -> misfit.sentence();
            case PlannedWrite.Planned planned -> throw new AssertionError("It fits: " + planned);
        };
    }

    @ParameterizedTest
    @EnumSource
    void textsThatAreNoneToTheDatabaseCanBeAskedAbout(Target target) {
        List<String> texts = new ArrayList<>(List.of("feeling", "address", "network", "card", "code", "label"));
        if (target == Target.MARIADB) {
            texts.add("span");
        }
        for (String text : texts) {
            Product product = node.save(draft(connector(target), "hosts", Operation.READ, "hosts", "id", text));
            for (ObjectNode example : ExampleQueries.of(product)) {
                assertThat(node.plan(product, example.toString())).isInstanceOf(PlannedRead.Planned.class);
                assertThat(node.result(product, example.toString()))
                        .as("%s", example)
                        .isInstanceOf(ReadResult.Rows.class);
            }
            String first =
                    node.read(product, "{}").records().getFirst().required(text).stringValue();
            for (String query : List.of(
                    "{'%s': {'like': '%s%%'}}".formatted(text, first.substring(0, 1)),
                    "{'%s': '%s'}".formatted(text, first),
                    "{'%s': ['%s'], 'order_by': '%1$s desc'}".formatted(text, first),
                    "{'%s': {'gte': '%s'}}".formatted(text, first))) {
                assertThat(node.read(product, query).records()).as(query).hasSize(1);
            }
            assertThat(node.read(product, "{'%s': {'like': 'nothing%%'}}".formatted(text))
                            .records())
                    .isEmpty();
        }
    }

    @Test
    void anEnumOfAnAdministratorsQueryCanBeAskedAboutToo() {
        ProductDraft draft = draft(connector(Target.POSTGRESQL), "asked_hosts", Operation.READ, "hosts", "feeling");
        for (String column : List.of("feeling", "address")) {
            Product product = node.save(new ProductDraft(
                    draft.productId(),
                    draft.name(),
                    null,
                    draft.connectorId(),
                    draft.operation(),
                    new Source.Query("select " + column + " from hosts"),
                    List.of(FieldDraft.of(column)),
                    draft.purposes(),
                    draft.restrictions(),
                    List.of(),
                    false));
            assertThat(node.read(product, "{'%s': {'like': '%%'}}".formatted(column))
                            .records())
                    .hasSize(1);
            for (ObjectNode example : ExampleQueries.of(product)) {
                assertThat(node.result(product, example.toString()))
                        .as("%s", example)
                        .isInstanceOf(ReadResult.Rows.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAColumnDoesNotTakeIsRefusedBeforeItIsAsked(Target target) {
        Product product = bounded(target);

        assertThat(refusal(product, "{'id': 1, 'name': '%s'}".formatted("x".repeat(300))))
                .isEqualTo("Field 'name' of product 'bounded' takes at most 200 characters, and 300 came");
        assertThat(refusal(product, "{'records': [{'id': 1, 'name': 'a'}, {'id': 2, 'label': 'longer'}]}"))
                .isEqualTo("Field 'label' of product 'bounded' takes at most 5 characters, and 6 came (record 2 of 2)");
        assertThat(refusal(product, "{'id': 1, 'small': 40000}"))
                .isEqualTo(
                        "Field 'small' of product 'bounded' takes numbers from -32768 to 32767, and a larger one came");
        assertThat(refusal(product, "{'id': -3000000000}"))
                .isEqualTo(
                        "Field 'id' of product 'bounded' takes numbers from -2147483648 to 2147483647, and a smaller one came");
        assertThat(refusal(product, "{'id': 1, 'price': 12345.6}"))
                .isEqualTo(
                        "Field 'price' of product 'bounded' takes numbers of at most 4 digits before the point, and one with 5 came");
        assertThat(refusal(product, "{'id': 1, 'price': '1.005'}"))
                .isEqualTo(
                        "Field 'price' of product 'bounded' keeps 2 digits after the point and would round what came, which has 3: round it first");
        assertThat(refusal(product, "{'id': 1, 'cents': 1}"))
                .endsWith("takes numbers of at most 0 digits before the point, and one with 1 came");
        assertThat(refusal(product, "{'id': 1, 'rate': '1e309'}"))
                .startsWith("Field 'rate' of product 'bounded' takes numbers from -1.79");
        assertThat(refusal(product, "{'id': 1, 'feeling': 'angry'}"))
                .isEqualTo("Field 'feeling' of product 'bounded' takes one of 'happy', 'sad', not 'angry'");
        assertThat(refusal(product, "{'records': [{'id': 1}, {'id': 'abc'}]}"))
                .isEqualTo("Field 'id' of product 'bounded' takes an integer, such as 1001, not 'abc' (record 2 of 2)");
        assertThat(refusal(product, "{'records': [{'id': 1, 'nome': 1}, {'id': 2}]}"))
                .isEqualTo("Field 'nome' not found in schema of product 'bounded' (record 1 of 2)");
    }

    @ParameterizedTest
    @EnumSource
    void whatAColumnJustTakesIsWritten(Target target) {
        Product product = bounded(target);

        String largest =
                ("{'records': [{'id': 2147483647, 'name': '%s', 'small': -32768, 'price': '-9999.99', 'rate': -1e308,"
                                + " 'feeling': 'sad', 'label': 'ééééé', 'cents': 0}, {'id': 7, 'cents': '0.990', 'price': 0.00, 'name': '%s'}]}")
                        .formatted("é".repeat(200), "😀".repeat(200));
        assertThat(node.write(product, largest, "largest"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.affected()).isEqualTo(2));
        ObjectNode example = ExampleQueries.of(product).getFirst();
        assertThat(node.write(product, example.toString(), "example")).isInstanceOf(WriteResult.Executed.class);
        // what only the database can know is refused by it, and which record it was is said all the same
        assertThat(node.write(product, "{'records': [{'id': 8}, {'id': 9}, {'id': 7}]}", "twice"))
                .isInstanceOfSatisfying(
                        WriteResult.RolledBack.class,
                        refused -> assertThat(refused.sentence())
                                .startsWith("A record with these unique values is there already (%s)"
                                        .formatted(target == Target.POSTGRESQL ? "bounded_pkey" : "PRIMARY"))
                                .endsWith(" (record 3 of 3): nothing was written"));
        target.execute("delete from bounded");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMaskedIsNotRepeated(Target target) {
        Product product = node.save(with(
                draft(connector(target), "masked_bounds", Operation.INSERT, "bounded"),
                FieldDraft.of("id"),
                new FieldDraft("small", null, null, null, null, null, true, null)));

        assertThat(refusal(product, "{'id': 1, 'small': 'secretive'}"))
                .isEqualTo("Field 'small' of product 'masked_bounds' takes an integer, such as 1001, not a text");
    }

    @ParameterizedTest
    @EnumSource
    void otherChoicesMarkTheProduct(Target target) {
        target.execute(
                target == Target.POSTGRESQL
                        ? "create type colour as enum ('red', 'blue')"
                        : "create table colours (id int primary key, colour enum('red', 'blue'))");
        if (target == Target.POSTGRESQL) {
            target.execute("create table colours (id int primary key, colour colour)");
        }
        ProductDraft draft = draft(connector(target), "colours", Operation.INSERT, "colours", "id", "colour");
        node.save(draft);
        target.execute(
                target == Target.POSTGRESQL
                        ? "alter type colour add value 'green'"
                        : "alter table colours modify colour enum('red', 'blue', 'green')");

        node.schemas.discover(node.tenantId, connector(target));

        assertThat(node.products.saved(node.tenantId, "colours").orElseThrow().schemaChanges())
                .singleElement()
                .asString()
                .startsWith("Column 'colour' of table 'colours' ");
        assertThat(node.plan(node.save(draft), "{'id': 1, 'colour': 'green'}", null, null))
                .isInstanceOf(PlannedWrite.Planned.class);
        node.products.delete(node.tenantId, "colours");
    }

    @Test
    void boundsSurviveBeingKept() {
        for (Target target : Target.values()) {
            Product product = bounded(target);
            assertThat(ProductDefinition.read(
                            product.tenantId(),
                            product.version(),
                            product.hash(),
                            ProductDefinition.of(product).toString()))
                    .isEqualTo(product);
        }
        // a definition of before knows no more than the scale
        assertThat(Bounds.fromJson(json("{'name': 'price', 'scale': 2}")))
                .isEqualTo(new Bounds(null, null, null, 2, null, null, null, List.of()));
    }
}
