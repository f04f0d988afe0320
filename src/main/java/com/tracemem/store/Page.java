package com.tracemem.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list: {@code {"items": […], "next_cursor": …}}.
 *
 * @param nextCursor null on the last page
 */
public record Page<T>(
        List<T> items,
        @Nullable @JsonProperty("next_cursor") String nextCursor) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * The wanted rows, and the cursor of the last one if there are more.
     *
     * @param rows at most {@link PageRequest#fetch} rows, in the list's order
     */
    public static <T> Page<T> of(List<T> rows, PageRequest request, Function<T, Cursor> key) {
        if (rows.size() <= request.limit()) {
            return new Page<>(rows, null);
        }
        List<T> items = rows.subList(0, request.limit());
        return new Page<>(items, key.apply(items.getLast()).encode());
    }

    public <R> Page<R> map(Function<? super T, ? extends R> change) {
        return new Page<>(items.stream().<R>map(change).toList(), nextCursor);
    }
}
