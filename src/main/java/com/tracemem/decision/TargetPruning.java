package com.tracemem.decision;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.product.Data;
import com.tracemem.product.Product;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps the tables in which targets remember writes from growing for ever. A record goes when it is old and the trace has
 * the end of its write: a repeated call is answered from here then, and the target is not asked. What has no end, and what
 * another tenant or installation wrote, stays.
 */
final class TargetPruning {
    /** How long a target remembers a write at least. */
    static final Duration KEPT = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(TargetPruning.class);
    private static final Duration PAUSE = Duration.ofDays(1);

    private final JdbcClient jdbc;
    private final Data data;
    private final Cache<String, Boolean> pruned =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(PAUSE).build();

    TargetPruning(JdbcClient jdbc, Data data) {
        this.jdbc = jdbc;
        this.data = data;
    }

    /** In the background, at most once a day for each connector: while it is written to, there is something to prune. */
    void soon(Product product) {
        if (pruned.asMap().putIfAbsent(product.tenantId() + "/" + product.connectorId(), true) == null) {
            Thread.ofVirtual().name("prune-" + product.connectorId()).start(() -> prune(product));
        }
    }

    private void prune(Product product) {
        try {
            int gone = data.prune(product, KEPT, writeIds -> settled(product.tenantId(), writeIds));
            if (gone > 0) {
                LOG.info("{} old records of writes behind {} were taken out", gone, product.connectorId());
            }
        } catch (DataAccessException away) {
            LOG.warn(
                    "Old records of writes behind {} stay: their writes could not be looked up", product.connectorId());
        }
    }

    private List<String> settled(String tenantId, List<String> writeIds) {
        return jdbc.sql("""
                        select attempt from decision_write
                        where attempt = any(:ids::text[]) and tenant_id = :tenant and status = 'executed'""")
                .param("ids", writeIds.toArray(String[]::new))
                .param("tenant", tenantId)
                .query((row, n) -> row.getString(1))
                .list();
    }
}
