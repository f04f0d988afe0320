package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class IdsTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-07T12:00:00Z"));
    private final Ids ids = new Ids(now::get);

    @Test
    void sortsByTimeAndOrderAndNeverRepeats() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            if (i % 1000 == 0) {
                now.set(now.get().plusMillis(1));
            }
            made.add(ids.next(Ids.Prefix.EVENT));
        }
        assertThat(made).isSorted();
        assertThat(new HashSet<>(made)).hasSize(5000);
    }

    @Test
    void looksLikeItself() {
        for (Ids.Prefix prefix : Ids.Prefix.values()) {
            String id = ids.next(prefix);
            assertThat(id).matches(prefix.text() + "_[0-9A-HJKMNP-TV-Z]{26}");
            assertThat(Ids.looksLike(prefix, id)).isTrue();
            for (Ids.Prefix other : Ids.Prefix.values()) {
                assertThat(Ids.looksLike(other, id)).isEqualTo(other == prefix);
            }
            assertThat(Ids.looksLike(prefix, id + "0")).isFalse();
            assertThat(Ids.looksLike(prefix, id.replace('_', '-'))).isFalse();
            assertThat(Ids.looksLike(prefix, prefix.text() + "_" + "I".repeat(26)))
                    .isFalse();
        }
        assertThat(Ids.looksLike(Ids.Prefix.DECISION, "")).isFalse();
    }
}
