package com.tracemem.product;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.secret.SecretUnreadable;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** What it takes to connect, remembered for a while. What was read before a change is not believed after it. */
final class KnownConnectors {
    private static final int MOST_REMEMBERED = 1000;
    /** How long a node that misses the news may go on with what it knew. */
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(10);

    private record Key(String tenantId, String connectorId) {}

    private final BiFunction<String, String, Optional<Connector>> find;
    private final Secrets secrets;
    private final AtomicLong changes = new AtomicLong();
    private final Cache<Key, ConnectorAccess> known = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(BELIEVED_FOR)
            .build();

    /** @param find a connector by tenant and id */
    KnownConnectors(BiFunction<String, String, Optional<Connector>> find, Secrets secrets) {
        this.find = find;
        this.secrets = secrets;
    }

    /**
     * What it takes to connect.
     *
     * @return empty when the tenant has no such connector
     * @throws SourceUnavailable when its password does not open any more
     */
    Optional<ConnectorAccess> access(String tenantId, String connectorId) {
        Key key = new Key(tenantId, connectorId);
        ConnectorAccess access = known.getIfPresent(key);
        if (access != null) {
            return Optional.of(access);
        }
        long before = changes.get();
        Optional<ConnectorAccess> read = find.apply(tenantId, connectorId)
                .map(connector -> new ConnectorAccess(connector, password(tenantId, connectorId)));
        read.ifPresent(found -> known.put(key, found));
        if (changes.get() != before) {
            known.invalidate(key);
        }
        return read;
    }

    private SecretValue password(String tenantId, String connectorId) {
        try {
            return secrets.current(tenantId, connectorId, Connectors.PASSWORD)
                    .orElseThrow(() -> new SourceUnavailable(
                            "The connector has no password: an administrator has to set it again"));
        } catch (SecretUnreadable lost) {
            throw new SourceUnavailable(
                    "The connector's password does not open any more: an administrator has to set it again");
        }
    }

    void forget() {
        changes.incrementAndGet();
        known.invalidateAll();
    }
}
