package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PageTest {
    @Test
    void cursorsSurviveTheWire() {
        Cursor cursor = Cursor.of("2026-01-07T12:00:00.000Z", "Straße", "");
        assertThat(cursor.encode()).matches("[A-Za-z0-9_-]+");
        assertThat(Cursor.decode(cursor.encode(), 3)).isEqualTo(cursor);
    }

    @Test
    void refusesWhatIsNoCursorOfTheList() {
        String other = Cursor.of("a", "b").encode();
        for (String text : List.of("", "!", "_w", other, "AA", "a".repeat(5000))) {
            assertThatThrownBy(() -> Cursor.decode(text, 1))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("next_cursor");
        }
        assertThatThrownBy(() -> PageRequest.of(0, null, 1)).hasMessageContaining("from 1 to 200");
        assertThatThrownBy(() -> PageRequest.of(201, null, 1)).hasMessageContaining("201");
        assertThat(PageRequest.of(null, null, 1)).isEqualTo(new PageRequest(50, null));
    }

    @Test
    void aPageNamesTheNextOnlyWhenThereIsOne() {
        PageRequest request = new PageRequest(2, null);
        Page<String> last = Page.of(List.of("a", "b"), request, Cursor::of);
        assertThat(last.nextCursor()).isNull();
        Page<Integer> first =
                Page.of(List.of("a", "b", "c"), request, Cursor::of).map(String::length);
        assertThat(first.items()).containsExactly(1, 1);
        assertThat(Cursor.decode(String.valueOf(first.nextCursor()), 1)).isEqualTo(Cursor.of("b"));
        assertThat(JsonMapper.shared().writeValueAsString(last))
                .isEqualTo("{\"items\":[\"a\",\"b\"],\"next_cursor\":null}");
    }
}
