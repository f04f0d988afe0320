package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static com.tracemem.product.ProductNode.json;
import static com.tracemem.product.ProductNode.with;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What old databases hold and RFC 3339 has no form for. */
class LegacyValuesTest {
    private static final ProductNode node = new ProductNode();

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void postgresqlsEndsOfTimeAreSaidAsItSaysThem() {
        Target target = Target.POSTGRESQL;
        target.execute("create table ages (id int primary key, d date, t time, z timestamptz, l timestamp)", """
                insert into ages values
                (1, 'infinity', '24:00', 'infinity', 'infinity'),
                (2, '-infinity', '00:00', '-infinity', '-infinity'),
                (3, '5874897-12-31', '23:59:59.999999', '294276-12-31 23:59:59.999999+00', '294276-12-31 23:59:59.999'),
                (4, '0044-03-15 BC', null, '0001-12-31 23:00:00+00 BC', '4713-01-01 00:00:00 BC'),
                (5, '9999-12-31', '12:00', '9999-12-31 23:59:59+00', '9999-12-31 23:59:59'),
                (6, null, null, null, null)""");
        Product product = node.save(draft(
                node.connector(target.settings(), target.password()),
                "ages",
                Operation.READ,
                "ages",
                "id",
                "d",
                "t",
                "z",
                "l"));
        // from the sixth time on the driver takes values in binary
        for (int i = 0; i < 8; i++) {
            assertThat(json(node.read(product, "{'order_by': 'id'}").records().toString()))
                    .isEqualTo(json("""
                            [{'id': 1, 'd': 'infinity', 't': '24:00:00', 'z': 'infinity', 'l': 'infinity'},
                             {'id': 2, 'd': '-infinity', 't': '00:00:00', 'z': '-infinity', 'l': '-infinity'},
                             {'id': 3, 'd': '5874897-12-31', 't': '23:59:59.999999', 'z': '294276-12-31T23:59:59.999999Z',
                              'l': '294276-12-31T23:59:59.999'},
                             {'id': 4, 'd': '0044-03-15 BC', 't': null, 'z': '0001-12-31T23:00:00Z BC', 'l': '4713-01-01T00:00:00 BC'},
                             {'id': 5, 'd': '9999-12-31', 't': '12:00:00', 'z': '9999-12-31T23:59:59.000Z',
                              'l': '9999-12-31T23:59:59'},
                             {'id': 6, 'd': null, 't': null, 'z': null, 'l': null}]"""));
        }
    }

    @Test
    void mariaDbsDatesInNoCalendarStayWhatTheyAre() {
        Target target = Target.MARIADB;
        target.execute(
                "create table ages (id int primary key, d date, t time(3), z timestamp null, l datetime(3))",
                "set sql_mode = ''",
                """
                insert into ages values
                (1, '2024-00-10', '-838:59:59', '0000-00-00', '2024-02-00 10:11:12'),
                (2, '0000-00-00', '25:00', '2026-01-31 12:30:00', '0000-00-00'),
                (3, '2023-02-30', null, null, '9999-12-31 23:59:59.999')""",
                "set sql_mode = 'ALLOW_INVALID_DATES'",
                "insert into ages values (4, '2023-02-30', null, null, '2023-02-31 00:00:00'), (5, null, null, null, null)");
        Product product = node.save(draft(
                node.connector(target.settings(), target.password()),
                "ages",
                Operation.READ,
                "ages",
                "id",
                "d",
                "t",
                "z",
                "l"));
        assertThat(json(node.read(product, "{'order_by': 'id'}").records().toString()))
                .isEqualTo(json("""
                [{'id': 1, 'd': '2024-00-10', 't': '-838:59:59.000', 'z': '0000-00-00 00:00:00', 'l': '2024-02-00 10:11:12.000'},
                 {'id': 2, 'd': '0000-00-00', 't': '25:00:00.000', 'z': '2026-01-31T12:30:00.000Z',
                  'l': '0000-00-00 00:00:00.000'},
                 {'id': 3, 'd': '0000-00-00', 't': null, 'z': null, 'l': '9999-12-31T23:59:59.999'},
                 {'id': 4, 'd': '2023-02-30', 't': null, 'z': null, 'l': '2023-02-31 00:00:00.000'},
                 {'id': 5, 'd': null, 't': null, 'z': null, 'l': null}]"""));
    }

    /** An insert that was committed is answered, whatever it made. */
    @Test
    void whatAnInsertMadeMayBeSuchAValue() {
        Target target = Target.POSTGRESQL;
        target.execute("create table ever (id int primary key, until timestamptz not null default 'infinity')");
        Product product = node.save(with(
                draft(
                        node.connector(target.settings(), target.password()),
                        "ever",
                        Operation.INSERT,
                        "ever",
                        "id",
                        "until"),
                new Restrictions(100, ResultMode.MULTIPLE, null, true)));
        assertThat(node.write(product, "{'id': 1}", "ever 1"))
                .isInstanceOfSatisfying(
                        WriteResult.Executed.class,
                        done -> assertThat(done.createdRecords()
                                        .getFirst()
                                        .required("until")
                                        .stringValue())
                                .isEqualTo("infinity"));
    }
}
