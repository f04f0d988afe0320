package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AccessTokens;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    /** More failed logins than one address has. */
    private static final int ROUNDS = 60;

    @Test
    void everyRequestIsRefusedAndNothingChanges() throws Exception {
        try (TestServer server = TestServer.start()) {
            Map<String, Integer> before = rows(server);
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(WarmUp.requests(server.room(ServerSettings.class), server.room(AccessTokens.class)))
                        .containsExactly(422, 401);
            }
            assertThat(rows(server)).isEqualTo(before).isNotEmpty();
            assertThat(login(server)).isEqualTo(200);
        }
    }

    private static Map<String, Integer> rows(TestServer server) {
        Map<String, Integer> rows = new TreeMap<>();
        server.jdbc()
                .sql("select table_name from information_schema.tables where table_schema = current_schema")
                .query(String.class)
                .list()
                .forEach(table -> rows.put(
                        table,
                        server.jdbc()
                                .sql("select count(*) from " + table)
                                .query(Integer.class)
                                .single()));
        return rows;
    }

    private static int login(TestServer server) throws Exception {
        String login = "{\"email\": \"%s\", \"password\": \"%s\"}"
                .formatted(server.first().adminEmail(), server.first().adminPassword());
        try (HttpCall call = HttpCall.to(server.baseUrl())) {
            return call.post("/v1/auth/login", Map.of(), login).status();
        }
    }
}
