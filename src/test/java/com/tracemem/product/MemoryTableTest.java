package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A target may have a table of its own that is called as ours is. */
class MemoryTableTest {
    private static final ProductNode node = new ProductNode();
    private static final String OURS = "write_id varchar(200) primary key, product_id varchar(64) not null,"
            + " affected int not null, created text, written_at timestamp not null default current_timestamp";

    @AfterAll
    static void close() {
        node.close();
    }

    /** A database in which nothing was written before. */
    private static final class Fresh {
        private final Target target;
        private final TestPostgres postgres;
        private final TestMariaDb maria;
        private final String connector;

        Fresh(Target target, String... statements) {
            this.target = target;
            this.postgres = TestPostgres.create();
            this.maria = TestMariaDb.create();
            execute("create table notes (id int primary key, text varchar(20))");
            execute(statements);
            this.connector = target == Target.POSTGRESQL
                    ? node.connector(postgres.settings(), TestPostgres.PASSWORD)
                    : node.connector(maria.settings(), TestMariaDb.PASSWORD);
        }

        void execute(String... statements) {
            if (target == Target.POSTGRESQL) {
                postgres.execute(statements);
            } else {
                maria.execute(statements);
            }
        }

        Product notes() {
            return node.save(draft(connector, "notes", Operation.INSERT, "notes", "id", "text"));
        }

        List<String> tables() {
            List<String> names = new ArrayList<>();
            node.schemas
                    .discover(node.tenantId, connector)
                    .orElseThrow()
                    .schema()
                    .tables()
                    .forEach(table -> names.add(table.name()));
            return names;
        }

        String writeStep() {
            return node.connectors
                    .test(node.tenantId, connector)
                    .orElseThrow()
                    .steps()
                    .getLast()
                    .detail();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableOfTheOwnersIsLeftAloneAndShown(Target target) {
        for (String columns : List.of(
                "id int primary key, text varchar(20)",
                // which would take a row of ours
                "write_id varchar(200) primary key, product_id varchar(64), affected int, created text, note text")) {
            Fresh fresh = new Fresh(target, "create table tracemem_write (" + columns + ")");
            Product notes = fresh.notes();

            assertThat(node.write(notes, "{'id': 1}", "one")).isEqualTo(new WriteResult.Executed(1, List.of(), false));
            assertThat(node.recorded(notes, "one")).isInstanceOf(Recorded.CannotTell.class);
            assertThat(fresh.tables()).containsExactly("notes", "tracemem_write");
            assertThat(fresh.writeStep())
                    .isEqualTo("The login may write. A table tracemem_write is there that is not TraceMem's: it is left"
                            + " alone, and the target keeps no record of writes until the owner calls it otherwise.");
            Product theirs = node.save(
                    draft(fresh.connector, "theirs", Operation.READ, "tracemem_write", columns.split(" ", 2)[0]));
            assertThat(node.read(theirs, "{}").records()).isEmpty();

            // when it is called otherwise, ours is made, and hidden
            fresh.execute("alter table tracemem_write rename to theirs");
            node.store.forget(node.tenantId, fresh.connector);
            assertThat(node.write(notes, "{'id': 2}", "two")).isEqualTo(new WriteResult.Executed(1, List.of(), true));
            assertThat(fresh.tables()).containsExactly("notes", "theirs");
            assertThat(fresh.writeStep()).isEqualTo("The login may write.");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWouldNotRememberWithTheWriteIsNoMemory(Target target) {
        List<String> unfit = target == Target.POSTGRESQL
                ? List.of(
                        "create table tracemem_write (" + OURS.replace("primary key", "not null") + ")",
                        "create view tracemem_write as select text as write_id, text as product_id, id as affected,"
                                + " text as created, now() as written_at from notes")
                : List.of(
                        "create table tracemem_write (" + OURS + ") engine = MyISAM",
                        "create table tracemem_write (" + OURS.replace("primary key", "not null") + ")");
        for (String statement : unfit) {
            Fresh fresh = new Fresh(target, statement);
            Product notes = fresh.notes();

            assertThat(node.memory(notes)).as(statement).isNull();
            assertThat(node.write(notes, "{'id': 1}", "one")).isEqualTo(new WriteResult.Executed(1, List.of(), false));
            Product all = node.save(draft(fresh.connector, "all", Operation.READ, "notes", "id"));
            assertThat(node.read(all, "{}").records()).hasSize(1);
        }
    }
}
