package com.tracemem.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import org.junit.jupiter.api.Test;

class ShownTextTest {

    @Test
    @Promise("C2")
    void removesWhatHidesOrTurnsText() {
        assertThat(ShownText.clean("pay \u202E00001\u202C EUR")).isEqualTo("pay 00001 EUR");
        assertThat(ShownText.clean("a\u0000b\u001B[31mc\u0085\u2028\uFEFF\u200B\u2066d\u2069"))
                .isEqualTo("ab[31mcd");
        assertThat(ShownText.clean("two\n\tlines")).isEqualTo("two\n\tlines");
        assertThat(ShownText.clean("half \uD83D a pair")).isEqualTo("half  a pair");
        assertThat(ShownText.clean("\uD83D\uDC68\u200D\uD83D\uDC69 \u0645\u0631\u062D\u0628\u0627"))
                .isEqualTo("\uD83D\uDC68\u200D\uD83D\uDC69 \u0645\u0631\u062D\u0628\u0627");
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(ShownText.cut("abcd", 4)).isEqualTo("abcd");
        assertThat(ShownText.cut("abcde", 4)).isEqualTo("abc…");
        assertThat(ShownText.cut("\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00", 2)).isEqualTo("\uD83D\uDE00…");
    }
}
