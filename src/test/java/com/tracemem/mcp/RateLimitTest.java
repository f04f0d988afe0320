package com.tracemem.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AgentPermissions;
import io.github.bucket4j.TimeMeter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    /** Time that stands still until it is turned. */
    private static final class TurnableTime implements TimeMeter {
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }

        void turn(long seconds) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    @Test
    void anAgentThatAsksTooOftenIsToldWhenToComeBack() throws IOException {
        TurnableTime time = new TurnableTime();
        try (TestDoor door = TestDoor.open(McpSettings.of(3, null), time);
                HttpCaller http = door.caller()) {
            String busy = door.apiKey(AgentPermissions.everything());
            String other = door.apiKey(AgentPermissions.everything());
            for (int i = 0; i < 3; i++) {
                assertThat(http.post(busy, PING).status()).isEqualTo(200);
            }

            HttpCaller.Answer refused = http.post(busy, PING);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body())
                    .isEqualTo(
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\","
                                    + "\"data\":\"Rate limit exceeded: retry after 1 seconds\"}}");
            assertThat(http.post(other, PING).status()).isEqualTo(200);

            time.turn(1);
            assertThat(http.post(busy, PING).status()).isEqualTo(200);
        }
    }

    @Test
    void zeroIsNoLimit() throws IOException {
        try (TestDoor door = TestDoor.open(McpSettings.of(0, null), new TurnableTime());
                HttpCaller http = door.caller()) {
            String key = door.apiKey(AgentPermissions.everything());
            for (int i = 0; i < 100; i++) {
                assertThat(http.post(key, PING).status()).isEqualTo(200);
            }
        }
    }
}
