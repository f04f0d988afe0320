package com.tracemem.identity;

import com.tracemem.store.Cursor;
import com.tracemem.store.PageRequest;
import org.jspecify.annotations.Nullable;

/** Pages of lists that are sorted by an id alone, the newest first. */
final class Pages {
    private Pages() {}

    /** The id after which the page starts; null for the first page. */
    static @Nullable String after(PageRequest request) {
        Cursor after = request.after();
        return after == null ? null : after.key().getFirst();
    }
}
