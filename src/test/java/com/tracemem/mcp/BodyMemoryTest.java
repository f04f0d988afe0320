package com.tracemem.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who gets the memory for large requests. */
class BodyMemoryTest {
    private final BodyMemory memory = new BodyMemory(100, Duration.ZERO);

    @Test
    void noTenantGetsMoreThanHalf() {
        try (BodyMemory.Share first = memory.share("a");
                BodyMemory.Share second = memory.share("a");
                BodyMemory.Share other = memory.share("b")) {
            assertThat(first.take(40)).isTrue();
            assertThat(second.take(20)).isFalse();
            assertThat(second.take(10)).isTrue();
            assertThat(other.take(50)).isTrue();
        }
        try (BodyMemory.Share again = memory.share("a")) {
            assertThat(again.take(50)).isTrue();
        }
    }

    @Test
    void togetherTenantsGetNoMoreThanThereIs() {
        try (BodyMemory.Share first = memory.share("a");
                BodyMemory.Share third = memory.share("c")) {
            assertThat(first.take(50)).isTrue();
            try (BodyMemory.Share second = memory.share("b")) {
                assertThat(second.take(30)).isTrue();
                assertThat(third.take(30)).isFalse();
            }
            assertThat(third.take(50)).isTrue();
        }
    }
}
