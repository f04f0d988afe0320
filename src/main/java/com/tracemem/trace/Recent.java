package com.tracemem.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger of this node knows from its own newest batches, so that it need not read again what it has just
 * written. It is right as long as nobody else wrote about the tenant, and that is checked, with the tenant locked, in
 * every batch that relied on it: each change of a decision counts up the tenant's sequence number.
 *
 * <p>Belongs to the ledger's thread. Bounded: what was of use longest ago is forgotten first.
 */
public final class Recent {
    private static final int MOST_VALUES = 8_192;
    private static final int MOST_TENANTS = 1_024;

    private record Slot(DecisionKey decision, Class<?> type) {}

    private final Map<Slot, Object> values = leastRecentlyUsed(MOST_VALUES);
    private final Map<String, Long> heads = leastRecentlyUsed(MOST_TENANTS);

    /** A room's value for a decision. */
    public <T> Optional<T> find(DecisionKey decision, Class<T> type) {
        return Optional.ofNullable(type.cast(values.get(new Slot(decision, type))));
    }

    /** Keeps the value that was just committed. Small ones only: thousands are kept. */
    public <T> void keep(DecisionKey decision, Class<T> type, T value) {
        values.put(new Slot(decision, type), value);
    }

    /** The tenant's last sequence number when this node wrote; null when it is not known. */
    @Nullable
    Long head(String tenantId) {
        return heads.get(tenantId);
    }

    void keepHead(String tenantId, long seq) {
        heads.put(tenantId, seq);
    }

    void forget() {
        values.clear();
        heads.clear();
    }

    private static <K, V> Map<K, V> leastRecentlyUsed(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
