package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    private static final String CREATE = "create temporary table note (id text primary key, line int)";

    @Test
    void statementsRunInOrderAndEachReaderGetsItsRows() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            List<String> before = new ArrayList<>();
            List<String> after = new ArrayList<>();
            RoundTrip trip = new RoundTrip(connection);
            trip.write(CREATE);
            trip.run();
            RoundTrip next = new RoundTrip(connection);
            next.read("select id from note", row -> before.add(row.getString(1)));
            next.write("insert into note select * from unnest(?::text[], ?::int[])")
                    .texts(List.of("a", "b"), id -> id)
                    .integers(List.of(1, 2), line -> line);
            next.read("select id from note where line = any(?) order by id", row -> after.add(row.getString(1)))
                    .integers(List.of(1, 2, 3), line -> line);
            next.run();
            assertThat(before).isEmpty();
            assertThat(after).containsExactly("a", "b");
            connection.rollback();
        }
    }

    @Test
    void theFirstFailureEndsItAndNothingIsCommitted() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.dataSource().getConnection()) {
            create(connection);
            RoundTrip trip = new RoundTrip(connection);
            trip.write("insert into note values ('a', 1)");
            trip.write("insert into note values ('a', 2)");
            assertThatThrownBy(trip::runAndCommit)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failed -> assertThat(failed.getSQLState()).isEqualTo("23505"));
            connection.rollback();
            assertThat(count(connection)).isZero();
        }
    }

    @Test
    void commitsWithTheStatements() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.dataSource().getConnection()) {
            create(connection);
            RoundTrip trip = new RoundTrip(connection);
            trip.write("insert into note values ('a', 1)");
            trip.runAndCommit();
            connection.rollback();
            assertThat(count(connection)).isOne();
        }
    }

    @Test
    void aWrongNumberOfChangedRowsPreventsTheCommit() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.dataSource().getConnection()) {
            create(connection);
            RoundTrip trip = new RoundTrip(connection);
            trip.write("insert into note values ('a', 1)");
            trip.writeExactly(1, "update note set line = 2 where id = 'b'", "somebody took b away");
            assertThatThrownBy(trip::runAndCommit).hasMessage("Of 1 rows 0 were changed: somebody took b away");
            connection.rollback();
            assertThat(count(connection)).isZero();
        }
    }

    private static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        RoundTrip trip = new RoundTrip(connection);
        trip.write(CREATE);
        trip.runAndCommit();
    }

    private static int count(Connection connection) throws SQLException {
        List<Integer> found = new ArrayList<>();
        RoundTrip trip = new RoundTrip(connection);
        trip.read("select count(*) from note", row -> found.add(row.getInt(1)));
        trip.run();
        return found.getFirst();
    }
}
