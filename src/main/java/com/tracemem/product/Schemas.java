package com.tracemem.product;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.product.SourceSchema.Table;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What was discovered behind connectors, and which products it no longer fits. */
public final class Schemas {
    private static final Logger log = LoggerFactory.getLogger(Schemas.class);

    private final JdbcClient jdbc;
    private final Connectors connectors;
    private final DataStore store;
    private final Clock clock;
    private final Cache<String, Boolean> lookedAt = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    public Schemas(DataSource dataSource, Connectors connectors, DataStore store, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.connectors = connectors;
        this.store = store;
        this.clock = clock;
    }

    /**
     * A schema as it was discovered.
     *
     * @param hash of the schema, as 64 hexadecimal digits
     */
    public record Discovered(SourceSchema schema, String hash, Instant discoveredAt) {}

    /** What was discovered last; empty when nothing was. */
    public Optional<Discovered> stored(String tenantId, String connectorId) {
        return jdbc.sql("select * from connector_schema where tenant_id = ? and connector_id = ?")
                .params(tenantId, connectorId)
                .query((row, n) -> new Discovered(
                        SourceSchema.fromJson(JsonText.parseObject(row.getString("document"))),
                        HexFormat.of().formatHex(row.getBytes("hash")),
                        Objects.requireNonNull(ConnectorTable.time(row, "discovered_at"))))
                .optional();
    }

    /**
     * Looks at the database anew, keeps what it finds, and marks the products that it changes something for.
     *
     * @return empty when the tenant has no such connector
     * @throws SourceUnavailable when the database cannot be looked at
     */
    public Optional<Discovered> discover(String tenantId, String connectorId) {
        Optional<ConnectorAccess> access = connectors.access(tenantId, connectorId);
        return access.map(found -> {
            SourceSchema schema = lookAt(found);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Discovered discovered = new Discovered(schema, schema.hash(), now);
            keep(tenantId, connectorId, discovered);
            mark(found, schema);
            return discovered;
        });
    }

    /**
     * Looks at the database anew in the background, at most once a minute for each connector: for when it turned out to
     * have changed.
     */
    void discoverSoon(String tenantId, String connectorId) {
        if (lookedAt.asMap().putIfAbsent(tenantId + "/" + connectorId, true) == null) {
            Thread.ofVirtual().name("discover-" + connectorId).start(() -> {
                try {
                    discover(tenantId, connectorId);
                } catch (SourceUnavailable | DataAccessException away) {
                    log.warn("The schema behind connector {} could not be looked at", connectorId);
                }
            });
        }
    }

    /** The table or query's columns as they are now; empty when there is no such table. */
    Optional<Table> table(ConnectorAccess access, Source source) {
        return switch (source) {
            case Source.Query query -> Optional.of(store.describe(access, query));
            case Source.Table table -> {
                Connector connector = access.connector();
                yield discover(connector.tenantId(), connector.connectorId())
                        .flatMap(found -> found.schema().table(table));
            }
        };
    }

    private SourceSchema lookAt(ConnectorAccess access) {
        try {
            SourceSchema schema = store.discover(access);
            connectors.report(access, null);
            return schema;
        } catch (SourceUnavailable unavailable) {
            connectors.report(access, unavailable.sentence());
            throw unavailable;
        }
    }

    private void keep(String tenantId, String connectorId, Discovered discovered) {
        jdbc.sql("""
                        insert into connector_schema (tenant_id, connector_id, hash, document, discovered_at)
                        select tenant_id, connector_id, :hash, :document, :now from connector
                        where tenant_id = :tenant and connector_id = :id
                        on conflict (tenant_id, connector_id) do update set hash = excluded.hash,
                            document = excluded.document, discovered_at = excluded.discovered_at""")
                .param("hash", HexFormat.of().parseHex(discovered.hash()))
                .param("document", JsonText.canonical(discovered.schema().toJson()))
                .param("now", discovered.discoveredAt().atOffset(ZoneOffset.UTC))
                .param("tenant", tenantId)
                .param("id", connectorId)
                .update();
    }

    private record Marked(Product product, Table then) {}

    private void mark(ConnectorAccess access, SourceSchema schema) {
        Connector connector = access.connector();
        List<Marked> products = jdbc.sql("""
                        select v.tenant_id, v.version, v.hash, v.definition, p.source_table from product p
                        join product_version v
                            on v.tenant_id = p.tenant_id and v.product_id = p.product_id and v.version = p.version
                        where p.tenant_id = ? and p.connector_id = ? and p.deleted_at is null""")
                .params(connector.tenantId(), connector.connectorId())
                .query((row, n) -> new Marked(ProductTable.read(row), ProductTable.sourceTable(row)))
                .list();
        for (Marked marked : products) {
            try {
                write(marked, now(access, schema, marked.product().source()));
            } catch (SourceUnavailable away) {
                log.info(
                        "Whether query product {} still runs could not be found out: {}",
                        marked.product().productId(),
                        away.sentence());
            }
        }
    }

    private @Nullable Table now(ConnectorAccess access, SourceSchema schema, Source source) {
        return switch (source) {
            case Source.Table table -> schema.table(table).orElse(null);
            case Source.Query query -> described(access, query);
        };
    }

    private @Nullable Table described(ConnectorAccess access, Source.Query query) {
        try {
            return store.describe(access, query);
        } catch (SourceChanged refused) {
            return null;
        }
    }

    private void write(Marked marked, @Nullable Table now) {
        ArrayNode changes = JsonNodeFactory.instance.arrayNode();
        SchemaChanges.of(marked.product(), marked.then(), now).forEach(changes::add);
        jdbc.sql("""
                        update product set schema_changes = :changes::jsonb
                        where tenant_id = :tenant and product_id = :product and version = :version
                            and schema_changes <> :changes::jsonb""")
                .param("changes", changes.toString())
                .param("tenant", marked.product().tenantId())
                .param("product", marked.product().productId())
                .param("version", marked.product().version())
                .update();
    }
}
