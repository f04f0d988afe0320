package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static com.tracemem.product.ProductNode.json;
import static com.tracemem.product.ProductNode.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.identity.InvalidInput;
import com.tracemem.product.ProductDraft.FieldDraft;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes on the real databases. */
class DataTest {
    private static final ProductNode node = new ProductNode();
    private static final Map<Target, String> connectors = new EnumMap<>(Target.class);

    @BeforeAll
    static void fill() {
        Target.POSTGRESQL.execute(
                """
                create table customers (customer_id int primary key, name text not null, email text, tier text,
                    balance numeric(12, 2), rating double precision, active boolean not null default true,
                    birthday date, seen_at timestamptz, noted timestamp, ref uuid, extra jsonb)""",
                "create table notes (note_id bigserial primary key, text varchar(20) not null unique, made int default 7)",
                "create table positions (order_id int, line int, amount int, primary key (order_id, line))",
                "create type mood as enum ('happy', 'sad')",
                "create table odd (\"weird \"\"name\" int primary key, \"order\" mood, blob bytea)");
        Target.MARIADB.execute(
                """
                create table customers (customer_id int primary key, name varchar(200) not null, email varchar(200),
                    tier varchar(20), balance decimal(12, 2), rating double, active boolean not null default true,
                    birthday date, seen_at timestamp null, noted datetime null, ref uuid, extra json)""",
                "create table notes (note_id bigint primary key auto_increment, text varchar(20) not null unique, made int default 7)",
                "create table positions (order_id int, line int, amount int, primary key (order_id, line))",
                "create table odd (`weird \"name` int primary key, `order` enum('happy', 'sad'), `blob` blob)",
                "create table unsafe (id int primary key, text varchar(20)) engine = MyISAM");
        for (Target target : Target.values()) {
            target.execute("""
                    insert into customers values
                    (1001, 'Ada', 'ada@planted.example', 'gold', 12000.50, 4.5, true, '1990-01-31',
                        '2026-01-31 12:30:00', '2026-01-31 12:30:00', '0f8fad5b-d9cb-469f-a165-70867728950e', '{"a": [1, 2]}'),
                    (1002, 'Bob', 'bob@planted.example', 'standard', -3.10, null, false, null, null, null, null, null),
                    (1003, 'Cléo 100%', 'cleo@planted.example', 'gold', 500, 3, true, null, null, null, null, null)""", "insert into positions values (1, 1, 10), (1, 2, 20), (2, 1, 30)");
            connectors.put(target, node.connector(target.settings(), target.password()));
        }
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static String connector(Target target) {
        return java.util.Objects.requireNonNull(connectors.get(target));
    }

    private static Product customers(Target target) {
        return node.save(draft(
                connector(target),
                "customers",
                Operation.READ,
                "customers",
                "customer_id",
                "name",
                "tier",
                "balance",
                "rating",
                "active",
                "birthday",
                "seen_at",
                "noted",
                "ref",
                "extra"));
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeComesBackAsItIs(Target target) {
        Product product = customers(target);
        // MariaDB keeps JSON as text, and says so
        String extra = target == Target.MARIADB ? "'{\\'a\\': [1, 2]}'" : "{'a': [1, 2]}";

        var rows = node.read(product, "{'customer_id': '1001'}");

        assertThat(json(rows.records().getFirst().toString())).isEqualTo(json("""
                        {'customer_id': 1001, 'name': 'Ada', 'tier': 'gold', 'balance': 12000.5, 'rating': 4.5,
                         'active': true, 'birthday': '1990-01-31', 'seen_at': '2026-01-31T12:30:00.000Z',
                         'noted': '2026-01-31T12:30:00', 'ref': '0f8fad5b-d9cb-469f-a165-70867728950e', 'extra': %s}""".formatted(extra)));
        assertThat(rows.truncated()).isFalse();
        assertThat(rows.digest()).hasSize(64);
        assertThat(node.read(product, "{'customer_id': 1002}")
                        .records()
                        .getFirst()
                        .get("rating")
                        .isNull())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void operatorsChooseRecords(Target target) {
        Product product = customers(target);

        assertThat(ids(product, "{'balance': {'gte': 0, 'lt': 12000.5}}")).containsExactly(1003);
        assertThat(ids(product, "{'tier': {'ne': 'gold'}}")).containsExactly(1002);
        assertThat(ids(product, "{'tier': ['gold', 'silver'], 'order_by': 'customer_id desc'}"))
                .containsExactly(1003, 1001);
        assertThat(ids(product, "{'tier': {'in': ['standard']}}")).containsExactly(1002);
        assertThat(ids(product, "{'name': {'like': 'Cl%'}}")).containsExactly(1003);
        assertThat(ids(product, "{'name': {'like': '%100\\\\%'}}")).containsExactly(1003);
        assertThat(ids(product, "{'rating': {'is_null': true}}")).containsExactly(1002);
        assertThat(ids(product, "{'rating': null}")).containsExactly(1002);
        assertThat(ids(product, "{'rating': {'ne': null}, 'order_by': ['rating']}"))
                .containsExactly(1003, 1001);
        assertThat(ids(product, "{'active': false}")).containsExactly(1002);
        assertThat(ids(product, "{'active': 'false'}")).containsExactly(1002);
        assertThat(ids(product, "{'birthday': {'lte': '1990-01-31'}}")).containsExactly(1001);
        assertThat(ids(product, "{'seen_at': '2026-01-31T13:30:00+01:00'}")).containsExactly(1001);
        assertThat(ids(product, "{'noted': {'gt': '2026-01-31T12:29:59'}}")).containsExactly(1001);
        assertThat(ids(product, "{'ref': '0F8FAD5B-d9cb-469f-a165-70867728950e'}"))
                .containsExactly(1001);
        assertThat(ids(product, "{'order_by': {'field': 'balance', 'direction': 'desc'}, 'limit': 2}"))
                .containsExactly(1001, 1003);
        assertThat(ids(product, "{'name': 'Ada\\' or \\'1\\'=\\'1'}".replace("\\'", "’")))
                .isEmpty();
    }

    private static List<Integer> ids(Product product, String query) {
        return node.read(product, query).records().stream()
                .map(record -> record.required("customer_id").intValue())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void answersAreBounded(Target target) {
        Product product = node.save(with(
                draft(connector(target), "two", Operation.READ, "customers", "customer_id"),
                new Restrictions(2, ResultMode.MULTIPLE, null, false)));

        assertThat(node.read(product, "{}").records()).hasSize(2);
        assertThat(node.read(product, "{}").truncated()).isTrue();
        assertThat(node.read(product, "{'limit': 1000}").records()).hasSize(2);
        assertThat(node.read(product, "{'limit': 1}").records()).hasSize(1);
        assertThat(node.misfit(product, "{'limit': 0}")).contains("limit must be 1 or more");
    }

    @ParameterizedTest
    @EnumSource
    void singleModeRefusesTwoRecords(Target target) {
        Product product = node.save(with(
                draft(connector(target), "one", Operation.READ, "customers", "customer_id", "tier"),
                new Restrictions(100, ResultMode.SINGLE, null, false)));

        assertThat(node.read(product, "{'customer_id': 1001}").records()).hasSize(1);
        assertThat(node.read(product, "{'customer_id': 5}").records()).isEmpty();
        assertThat(node.result(product, "{'tier': 'gold'}"))
                .isEqualTo(new ReadResult.NotSingle(
                        "Product 'one' was asked for one record, and more than one matches: narrow the query"));
        assertThat(node.data.plan(product, new ReadRequest(null, true, null, null)))
                .isEqualTo(new PlannedRead.Misfit(
                        "Product 'one' answers with one record at a time: ask for one, with result_mode 'single'"));
    }

    @ParameterizedTest
    @EnumSource
    void readsAtTheSameTimeEachGetTheirOwn(Target target) throws Exception {
        target.execute(
                "create table parts (part_id int primary key, size int not null, name varchar(20))",
                "insert into parts values (0, 0, null), (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three'), (4, 4, 'four')",
                target == Target.POSTGRESQL
                        ? "create view halves as select part_id, 10 / size as half, name from parts"
                        // a division by zero is no error there
                        : "create view halves as select part_id, cast(size as int) as half, name from parts");
        Product halves = node.save(with(
                draft(connector(target), "halves", Operation.READ, "halves", "part_id", "half", "name"),
                new Restrictions(100, ResultMode.SINGLE, null, false)));
        // makes the connection, which takes so long that reads would not gather behind it
        assertThat(node.read(customers(target), "{'customer_id': 1001}").records())
                .hasSize(1);
        List<Set<ReadResult>> answers = new ArrayList<>();
        for (int part = 0; part < 6; part++) {
            answers.add(ConcurrentHashMap.newKeySet());
        }
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                int part = i % answers.size();
                callers.execute(() -> answers.get(part).add(node.result(halves, "{'part_id': " + part + "}")));
            }
        }
        assertThat(answers).allSatisfy(each -> assertThat(each).hasSize(1));
        for (int part = 1; part < 5; part++) {
            assertThat(node.read(halves, "{'part_id': " + part + "}")
                            .records()
                            .getFirst()
                            .get("part_id")
                            .intValue())
                    .isEqualTo(part);
            assertThat(answers.get(part)).containsExactly(node.read(halves, "{'part_id': " + part + "}"));
        }
        assertThat(node.read(halves, "{'part_id': 5}").records()).isEmpty();
        if (target == Target.POSTGRESQL) {
            assertThat(answers.get(0)).first().isInstanceOf(ReadResult.Unavailable.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void maskedValuesAreNeitherShownNorAskedAbout(Target target) {
        Product product = node.save(with(
                draft(connector(target), "masked", Operation.READ, "customers"),
                FieldDraft.of("customer_id"),
                new FieldDraft("email", null, null, null, null, null, true, null)));

        assertThat(node.read(product, "{'customer_id': 1001}").records().getFirst())
                .isEqualTo(json("{'customer_id': 1001, 'email': '***'}"));
        String masked = "Field 'email' of product 'masked' is masked: it can neither be asked about nor sorted by";
        assertThat(node.misfit(product, "{'email': 'ada@planted.example'}")).isEqualTo(masked);
        assertThat(node.misfit(product, "{'email': {'is_null': true}}")).isEqualTo(masked);
        assertThat(node.misfit(product, "{'order_by': 'email'}")).isEqualTo(masked);
    }

    @ParameterizedTest
    @EnumSource
    void whatDoesNotFitIsRefusedByName(Target target) {
        Product product = customers(target);

        assertThat(node.misfit(product, "{'customer_id': 'abc'}"))
                .isEqualTo("Field 'customer_id' of product 'customers' takes an integer, such as 1001, not 'abc'");
        assertThat(node.misfit(product, "{'ssn': 1}"))
                .isEqualTo("Field 'ssn' not found in schema of product 'customers'");
        assertThat(node.misfit(product, "{'email': 1}"))
                .isEqualTo("Field 'email' not found in schema of product 'customers'");
        assertThat(node.misfit(product, "{'order_by': 'email'}")).contains("Field 'email' not found");
        assertThat(node.misfit(product, "{'tier': {'regex': '.*'}}")).contains("Operator 'regex' of field 'tier'");
        assertThat(node.misfit(product, "{'customer_id': {'like': '1%'}}")).contains("like does not compare");
        assertThat(node.misfit(product, "{'extra': {'a': 1}}")).contains("Operator 'a'");
        assertThat(node.misfit(product, "[]"))
                .startsWith("query must be an object of fields and what they should be, such as {")
                .endsWith("}, not a list");
        assertThat(node.misfit(product, "{'limit': '5'}"))
                .isEqualTo("limit must be a whole number of records, such as 10, not '5'");
        assertThat(node.misfit(product, "{'limit': -3}")).startsWith("limit must be 1 or more, not -3; product");
        assertThat(node.misfit(product, "{'tier': {'is_null': 'yes'}}"))
                .isEqualTo("is_null of field 'tier' takes true or false, not 'yes'");
        assertThat(node.misfit(product, "{'customer_id': {'in': 5}}"))
                .isEqualTo("in of field 'customer_id' takes a list of 1 to 200 values, not a number");
        assertThat(node.misfit(product, "{'customer_id': []}")).endsWith("not one of 0");
        assertThat(node.misfit(product, "{'order_by': 'tier upwards'}"))
                .isEqualTo(
                        "order_by takes a field, such as \"customer_id\" or \"customer_id desc\", not 'tier upwards'");
        assertThat(node.misfit(product, "{'balance': {'gte': 'much'}}"))
                .isEqualTo("Field 'balance' of product 'customers' takes a number, such as 12.5, not 'much'");
        assertThat(node.misfit(product, "{'active': 1}"))
                .isEqualTo("Field 'active' of product 'customers' takes true or false, not 1");
    }

    @ParameterizedTest
    @EnumSource
    void aQueryOfAnAdministratorsCanBeAProduct(Target target) {
        ProductDraft draft = draft(connector(target), "totals", Operation.READ, "positions", "order_id", "total");
        Product product = node.save(new ProductDraft(
                draft.productId(),
                draft.name(),
                null,
                draft.connectorId(),
                draft.operation(),
                new Source.Query("select order_id, sum(amount) as total from " + "positions" + " group by order_id"),
                draft.fields(),
                draft.purposes(),
                draft.restrictions(),
                List.of(),
                false));

        assertThat(node.read(product, "{'total': {'gt': 10}, 'order_by': 'order_id'}")
                        .records())
                .containsExactly(
                        (tools.jackson.databind.node.ObjectNode) json("{'order_id': 1, 'total': 30}"),
                        (tools.jackson.databind.node.ObjectNode) json("{'order_id': 2, 'total': 30}"));
    }

    @ParameterizedTest
    @EnumSource
    void oddNamesAreQuoted(Target target) {
        Product product = node.save(draft(connector(target), "odd", Operation.INSERT, "odd", "weird \"name", "order"));
        Product read = node.save(draft(connector(target), "odd_read", Operation.READ, "odd", "weird \"name", "order"));

        assertThat(node.write(
                        product,
                        "{'records': [{'weird \\\"name': 1, 'order': 'sad'}]}".replace("\\\"", "\\'"),
                        "odd 1" + target))
                .isInstanceOf(WriteResult.Executed.class);
        assertThat(node.read(read, "{'order': 'sad'}").records()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void insertsAnswerWithWhatTheyMade(Target target) {
        Product product = node.save(with(
                draft(connector(target), "notes", Operation.INSERT, "notes", "note_id", "text", "made"),
                new Restrictions(100, ResultMode.MULTIPLE, null, true)));

        WriteResult result =
                node.write(product, "{'records': [{'text': 'first'}, {'text': 'second', 'made': 8}]}", "notes 1");

        assertThat(result).isInstanceOfSatisfying(WriteResult.Executed.class, executed -> {
            assertThat(executed.affected()).isEqualTo(2);
            assertThat(executed.recordedInTarget()).isTrue();
            assertThat(executed.createdRecords().getFirst().required("made").intValue())
                    .isEqualTo(7);
            assertThat(executed.createdRecords().getLast().required("text").stringValue())
                    .isEqualTo("second");
            assertThat(executed.createdRecords().getLast().required("note_id").intValue())
                    .isPositive();
        });
        // the same id again takes no second effect and gives the same answer
        assertThat(node.write(product, "{'records': [{'text': 'first'}, {'text': 'second', 'made': 8}]}", "notes 1"))
                .isEqualTo(result);
        assertThat(target.count("select count(*) from notes where text in ('first', 'second')"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aWriteIsAllOrNothingAndItsRefusalTellsNoValue(Target target) {
        Product product = node.save(draft(connector(target), "notes_in", Operation.INSERT, "notes", "text"));

        WriteResult twice = node.write(product, "{'records': [{'text': 'secretive'}, {'text': 'secretive'}]}", "twice");

        assertThat(twice)
                .isInstanceOfSatisfying(
                        WriteResult.RolledBack.class,
                        rolledBack -> assertThat(rolledBack.sentence())
                                .startsWith("A record with these unique values is there already")
                                .endsWith("nothing was written")
                                .doesNotContain("secretive"));
        assertThat(target.count("select count(*) from notes where text = 'secretive'"))
                .isZero();
        assertThat(target.count("select count(*) from tracemem_write where write_id = 'twice'"))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void updatesAndDeletesTouchWhatTheirKeysSay(Target target) {
        Product update = node.save(with(
                draft(connector(target), "tier", Operation.UPDATE, "customers"),
                FieldDraft.of("customer_id"),
                FieldDraft.of("tier"),
                FieldDraft.of("email")));
        Product delete =
                node.save(draft(connector(target), "drop_line", Operation.DELETE, "positions", "order_id", "line"));
        // an administrator may say that half of the table's key is the whole key of the product
        Product loose = node.save(with(
                draft(connector(target), "loose", Operation.UPDATE, "positions"),
                FieldDraft.of("order_id"),
                FieldDraft.of("amount")));

        assertThat(node.write(update, "{'customer_id': 1002, 'tier': 'silver'}", "u1"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.affected()).isEqualTo(1));
        assertThat(node.write(update, "{'customer_id': 1002, 'tier': 'silver'}", "u2"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.affected()).isEqualTo(1));
        assertThat(node.write(update, "{'customer_id': 7, 'tier': 'silver'}", "u3"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.affected()).isZero());
        assertThat(node.write(loose, "{'keys': {'order_id': 1}, 'fields': {'amount': 0}}", "l1"))
                .isInstanceOfSatisfying(
                        WriteResult.RolledBack.class,
                        rolledBack -> assertThat(rolledBack.sentence()).contains("would have touched 2 records"));
        assertThat(target.count("select sum(amount) from positions")).isEqualTo(60);
        Product wide = node.save(with(
                with(
                        draft(connector(target), "wide", Operation.UPDATE, "positions"),
                        FieldDraft.of("order_id"),
                        FieldDraft.of("amount")),
                new Restrictions(100, ResultMode.MULTIPLE, 2, false)));
        assertThat(node.write(wide, "{'keys': {'order_id': 1}, 'fields': {'amount': 0}}", "l2"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.affected()).isEqualTo(2));
        assertThat(node.write(delete, "{'keys': {'order_id': 1, 'line': 2}}", "d1"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.affected()).isEqualTo(1));
        target.execute(
                "delete from positions",
                "insert into positions values (1, 1, 10), (1, 2, 20), (2, 1, 30)",
                "update customers set tier = 'standard' where customer_id = 1002");
    }

    @ParameterizedTest
    @EnumSource
    void aPartOfAKeyMeansNoRecord(Target target) {
        target.execute("create table parts (a int, b int, code varchar(9), zone varchar(9), primary key (a, b))");
        target.execute("insert into parts values (9, 1, 'x', 'y')");
        FieldDraft[] fields = {FieldDraft.of("a"), FieldDraft.of("b"), key("code"), key("zone")};
        Product delete = node.save(with(draft(connector(target), "parts_out", Operation.DELETE, "parts"), fields));

        for (String part : List.of(
                "{'keys': {'a': 9}}",
                "{'keys': ['a'], 'records': [{'a': 9}]}",
                "{'keys': ['a', 'code'], 'records': [{'a': 9, 'code': 'x'}]}",
                "{'keys': {'code': 'x'}}",
                "{'a': 9}",
                "{'records': [{'b': 1}]}")) {
            assertThat(node.plan(delete, part, null, null))
                    .as(part)
                    .isInstanceOfSatisfying(
                            PlannedWrite.Misfit.class,
                            misfit -> assertThat(misfit.sentence())
                                    .containsAnyOf("give a and b, or code and zone", "give keys, of a, b, code, zone"));
        }
        assertThat(target.count("select count(*) from parts")).isEqualTo(1);
        for (String whole : List.of(
                "{'keys': {'a': 9, 'b': 1}}",
                "{'keys': {'code': 'x', 'zone': 'y'}}",
                "{'keys': ['a', 'b', 'code'], 'records': [{'a': 9, 'b': 1, 'code': 'x'}]}")) {
            assertThat(node.plan(delete, whole, null, null)).as(whole).isInstanceOf(PlannedWrite.Planned.class);
        }
        target.execute("drop table parts");
    }

    @ParameterizedTest
    @EnumSource
    void aMemoryThatWasMadeAnewProvesNothing(Target target) {
        Product product = node.save(draft(connector(target), "anew", Operation.INSERT, "notes", "text"));
        String memory = node.memory(product);
        assertThat(memory).isNotNull();
        target.execute("drop table tracemem_write");

        // what was to be remembered there is not written, and is not said to have failed for another reason
        PlannedWrite.Planned planned = (PlannedWrite.Planned) node.plan(product, "{'text': 'anew'}", null, null);
        assertThat(node.data.write(planned, "anew 1", memory))
                .isInstanceOfSatisfying(
                        WriteResult.RolledBack.class,
                        rolledBack -> assertThat(rolledBack.sentence())
                                .contains("tracemem_write")
                                .contains("nothing was written; repeat the call"));
        // it is made again for the next one, under another name
        assertThat(node.memory(product)).isNotNull().isNotEqualTo(memory);
        assertThat(node.data.write(planned, "anew 1", memory)).isInstanceOf(WriteResult.RolledBack.class);
        assertThat(target.count("select count(*) from notes where text = 'anew'"))
                .isZero();
        assertThat(node.data.recorded(product, "anew 1", memory)).isInstanceOf(Recorded.CannotTell.class);
        assertThat(node.data.recorded(product, "anew 1", null)).isInstanceOf(Recorded.CannotTell.class);
        assertThat(node.write(product, "{'text': 'anew'}", "anew 2")).isInstanceOf(WriteResult.Executed.class);
    }

    @ParameterizedTest
    @EnumSource
    void aTargetKeepsOnlyTheKeysOfWhatAWriteMade(Target target) {
        target.execute(
                target == Target.POSTGRESQL
                        ? "create table people (id bigserial primary key, email varchar(60), phone varchar(20))"
                        : "create table people (id bigint primary key auto_increment, email varchar(60), phone varchar(20))");
        Product product = node.save(with(
                draft(connector(target), "people", Operation.INSERT, "people", "id", "email", "phone"),
                new Restrictions(100, ResultMode.MULTIPLE, null, true)));
        WriteResult made = node.write(
                product,
                "{'records': [{'email': 'planted@customer.example', 'phone': '555'}, {'email': 'b@customer.example'}]}",
                "people 1");

        assertThat(target.count(
                        "select count(*) from tracemem_write where created like '%planted%' or created like '%555%'"))
                .isZero();
        assertThat(target.count(
                        "select count(*) from tracemem_write where write_id = 'people 1' and created like '%sha256%'"))
                .isEqualTo(1);
        List<ObjectNode> records = ((WriteResult.Executed) made).createdRecords();
        assertThat(records.getFirst().path("phone").asString()).isEqualTo("555");
        assertThat(node.recorded(product, "people 1")).isEqualTo(new Recorded.Happened(2, records));
        assertThat(node.data.created(product, "people 1")).isEqualTo(records);

        // what is another by now is not passed off as what was made
        target.execute("update people set phone = '556' where phone = '555'", "delete from people where phone is null");
        assertThat(node.data.created(product, "people 1"))
                .containsExactly(
                        records.getFirst().deepCopy().retain("id"),
                        records.getLast().deepCopy().retain("id"));
        assertThat(node.data.created(product, "nothing")).isEmpty();
        target.execute("drop table people");
    }

    @ParameterizedTest
    @EnumSource
    void whatAColumnWouldRoundIsRefused(Target target) {
        target.execute(
                "create table prices (id int primary key, price numeric(10,2), weight numeric(10,0), rate float)");
        Product product = node.save(
                draft(connector(target), "prices_in", Operation.INSERT, "prices", "id", "price", "weight", "rate"));

        for (String fits : List.of("'price': 1.10", "'price': '1.00500e2'", "'weight': 12.0", "'rate': 1.005")) {
            assertThat(node.plan(product, "{'id': 1, " + fits + "}", null, null))
                    .as(fits)
                    .isInstanceOf(PlannedWrite.Planned.class);
        }
        for (String rounded : List.of("'price': 1.005", "'price': '1.005'", "'price': 1e-3", "'weight': 0.5")) {
            assertThat(node.plan(product, "{'id': 1, " + rounded + "}", null, null))
                    .as(rounded)
                    .isInstanceOfSatisfying(
                            PlannedWrite.Misfit.class,
                            misfit -> assertThat(misfit.sentence())
                                    .contains("digits after the point and would round what came"));
        }
        target.execute("drop table prices");
    }

    @ParameterizedTest
    @EnumSource
    void keysOfAnInsertAreRemarkedUpon(Target target) {
        Product product = node.save(draft(connector(target), "notes_keyed", Operation.INSERT, "notes", "text"));
        assertThat(node.plan(product, "{'records': [{'text': 'a'}]}", null, "['text']"))
                .isInstanceOfSatisfying(
                        PlannedWrite.Planned.class,
                        planned -> assertThat(planned.remarks())
                                .singleElement()
                                .asString()
                                .startsWith("keys was ignored"));
        assertThat(node.plan(product, "{'text': 'a'}", null, null))
                .isInstanceOfSatisfying(
                        PlannedWrite.Planned.class,
                        planned -> assertThat(planned.remarks()).isEmpty());
    }

    private static FieldDraft key(String name) {
        return new FieldDraft(name, null, null, null, null, true, null, null);
    }

    @ParameterizedTest
    @EnumSource
    void whatATargetRemembersCanBeAsked(Target target) {
        Product product = node.save(draft(connector(target), "asked", Operation.INSERT, "notes", "text"));
        node.write(product, "{'text': 'asked'}", "asked 1");

        assertThat(node.recorded(product, "asked 1")).isEqualTo(new Recorded.Happened(1, List.of()));
        assertThat(node.recorded(product, "asked 2")).isEqualTo(new Recorded.DidNotHappen());
        // and what it was asked about and did not know can never happen later
        assertThat(node.write(product, "{'text': 'too late'}", "asked 2"))
                .isInstanceOfSatisfying(
                        WriteResult.RolledBack.class,
                        rolledBack -> assertThat(rolledBack.sentence()).contains("was given up meanwhile"));
        assertThat(target.count("select count(*) from notes where text = 'too late'"))
                .isZero();
        assertThat(node.recorded(product, "asked 2")).isEqualTo(new Recorded.DidNotHappen());
    }

    @ParameterizedTest
    @EnumSource
    void draftsAreHeldAgainstTheSource(Target target) {
        assertThatThrownBy(() -> node.save(with(
                        draft(connector(target), "Wrong Id", Operation.UPDATE, "customers"), FieldDraft.of("tier"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("product_id");
        assertThatThrownBy(
                        () -> node.save(draft(connector(target), "x", Operation.READ, "customers", "name", "password")))
                .hasMessageContaining(
                        "fields[1].name: is 'password', which the source does not have; it has customer_id");
        assertThatThrownBy(() -> node.save(draft(connector(target), "x", Operation.READ, "nowhere", "name")))
                .hasMessageContaining("source.table: is not there");
        assertThatThrownBy(() -> node.save(draft(connector(target), "x", Operation.READ, "odd", "blob")))
                .hasMessageContaining("which products cannot expose");
        assertThatThrownBy(() -> node.save(draft(connector(target), "x", Operation.UPDATE, "customers", "tier")))
                .hasMessageContaining("have no key");
        if (target == Target.MARIADB) {
            assertThatThrownBy(() -> node.save(draft(connector(target), "x", Operation.INSERT, "unsafe", "text")))
                    .hasMessageContaining("nothing that can be written all or nothing");
        }
    }

    @ParameterizedTest
    @EnumSource
    void versionsChangeWithTheDefinitionOnly(Target target) {
        ProductDraft draft = draft(
                connector(target),
                "versioned_" + target.name().toLowerCase(java.util.Locale.ROOT),
                Operation.READ,
                "customers",
                "name");

        Product first = node.save(draft);
        Product again = node.save(draft);
        Product second = node.save(with(draft, FieldDraft.of("name"), FieldDraft.of("tier")));

        assertThat(first.version()).isEqualTo(1);
        assertThat(again).isEqualTo(first);
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.hash()).isNotEqualTo(first.hash());
        assertThat(node.products.version(node.tenantId, first.productId(), 1)).contains(first);
        assertThat(node.products.find(node.tenantId, first.productId())).contains(second);
        assertThat(node.products.find("tnt_other", first.productId())).isEmpty();
        assertThat(node.products.delete(node.tenantId, first.productId())).isTrue();
        assertThat(node.products.find(node.tenantId, first.productId())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aChangedSourceMarksItsProducts(Target target) {
        target.execute("create table moving (id int primary key, a int, b int, c int)");
        ProductDraft draft = draft(connector(target), "moving", Operation.READ, "moving", "id", "a", "b");
        node.save(draft);
        String hash = node.schemas
                .stored(node.tenantId, connector(target))
                .orElseThrow()
                .hash();
        target.execute(
                "alter table moving drop column a",
                "alter table moving drop column c",
                target == Target.MARIADB
                        ? "alter table moving modify b varchar(5)"
                        : "alter table moving alter column b type varchar(5)");

        var discovered = node.schemas.discover(node.tenantId, connector(target)).orElseThrow();

        assertThat(discovered.hash()).isNotEqualTo(hash);
        assertThat(node.products.saved(node.tenantId, "moving").orElseThrow().schemaChanges())
                .hasSize(2)
                .contains("Column 'a' of table 'moving' is gone")
                .anyMatch(
                        change -> change.startsWith("Column 'b' of table 'moving' was int") && change.endsWith("(5)"));
        assertThat(node.result(node.products.find(node.tenantId, "moving").orElseThrow(), "{}"))
                .isInstanceOfSatisfying(
                        ReadResult.Unavailable.class,
                        gone -> assertThat(gone.sentence())
                                .startsWith("The source does not have what the product names"));
        node.save(with(draft, FieldDraft.of("id"), FieldDraft.of("b")));
        assertThat(node.products.saved(node.tenantId, "moving").orElseThrow().schemaChanges())
                .isEmpty();
        target.execute("drop table moving");
        node.schemas.discover(node.tenantId, connector(target));
        assertThat(node.products.saved(node.tenantId, "moving").orElseThrow().schemaChanges())
                .containsExactly("The table 'moving' is gone, or the login may not see it any more");
        node.products.delete(node.tenantId, "moving");
    }

    @ParameterizedTest
    @EnumSource
    void aConnectorIsTriedStepByStep(Target target) {
        ConnectorTest test =
                node.connectors.test(node.tenantId, connector(target)).orElseThrow();
        assertThat(test.steps())
                .extracting(ConnectorTest.Step::name)
                .containsExactly("connect", "login", "read", "write");
        assertThat(test.steps()).allMatch(ConnectorTest.Step::ok);
        assertThat(node.connectors
                        .find(node.tenantId, connector(target))
                        .orElseThrow()
                        .status())
                .isEqualTo(Connector.Status.HEALTHY);

        String wrong = node.connector(target.settings(), "not the password");
        ConnectorTest refused = node.connectors.test(node.tenantId, wrong).orElseThrow();
        assertThat(refused.steps()).extracting(ConnectorTest.Step::ok).containsExactly(true, false, false, false);
        assertThat(refused.firstFailure()).startsWith("The database refused the login");
        assertThat(node.connectors.find(node.tenantId, wrong).orElseThrow().lastError())
                .startsWith("The database refused the login");
        assertThat(node.connectors.delete(node.tenantId, wrong)).isInstanceOf(Connectors.Deletion.Deleted.class);
    }
}
