package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What never is in the log, however much is asked for. */
class ConsoleLogTest {
    @AfterEach
    void asBefore() {
        ConsoleLog.start("warn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "trace"})
    void driversDoNotRepeatWhatServersSayOfValues(String level) {
        ConsoleLog.start(level);

        assertThat(LoggerFactory.getLogger("org.mariadb.jdbc.message.server.ErrorPacket")
                        .isErrorEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.postgresql.core.v3.QueryExecutorImpl")
                        .isErrorEnabled())
                .isFalse();
    }
}
