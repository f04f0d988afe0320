package com.tracemem.product;

import com.tracemem.identity.InvalidInput;
import com.tracemem.product.Products.Saved;
import com.tracemem.product.SourceSchema.Table;
import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Products and their versions, kept and found. */
final class ProductRows {
    private static final String NEWEST = """
            select v.tenant_id, v.version, v.hash, v.definition, v.saved_at, v.saved_by, p.schema_changes from product p
            join product_version v on v.tenant_id = p.tenant_id and v.product_id = p.product_id and v.version = p.version
            where p.tenant_id = :tenant and p.deleted_at is null
            """;

    private final JdbcClient jdbc;
    private final Clock clock;

    ProductRows(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Optional<Saved> newest(String tenantId, String productId) {
        return jdbc.sql(NEWEST + "and p.product_id = :product")
                .param("tenant", tenantId)
                .param("product", productId)
                .query((row, n) -> newest(row))
                .optional();
    }

    /** Also of a product that was deleted. */
    Optional<Product> version(String tenantId, String productId, int version) {
        return jdbc.sql("select * from product_version where tenant_id = ? and product_id = ? and version = ?")
                .params(tenantId, productId, version)
                .query((row, n) -> ProductTable.read(row))
                .optional();
    }

    /** Newest first. */
    Page<Saved> versions(String tenantId, String productId, PageRequest page) {
        List<Saved> rows = jdbc.sql("""
                        select * from product_version
                        where tenant_id = :tenant and product_id = :product
                            and (:before::int is null or version < :before::int)
                        order by version desc limit :limit""")
                .param("tenant", tenantId)
                .param("product", productId)
                .param(
                        "before",
                        page.after() == null ? null : number(page.after().key().getFirst()))
                .param("limit", page.fetch())
                .query((row, n) -> saved(row, List.of()))
                .list();
        return Page.of(
                rows, page, saved -> Cursor.of(Integer.toString(saved.product().version())));
    }

    private static int number(String cursor) {
        try {
            return Integer.parseInt(cursor);
        } catch (NumberFormatException ofAnotherList) {
            throw InvalidInput.of("cursor", "is not one that this list gave out; use next_cursor of the page before");
        }
    }

    /** By id. */
    Page<Saved> list(String tenantId, PageRequest page) {
        List<Saved> rows = jdbc.sql(NEWEST + """
                        and (:after::text is null or p.product_id > :after) order by p.product_id limit :limit""")
                .param("tenant", tenantId)
                .param("after", page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query((row, n) -> newest(row))
                .list();
        return Page.of(rows, page, saved -> Cursor.of(saved.product().productId()));
    }

    /** The first ones by id that are wanted. */
    List<Product> first(String tenantId, int most, Predicate<Product> wanted) {
        try (var rows = jdbc
                .sql(NEWEST + "order by p.product_id")
                .param("tenant", tenantId)
                .query((row, n) -> ProductTable.read(row))
                .stream()) {
            return rows.filter(wanted).limit(most).toList();
        }
    }

    /**
     * Within a transaction: keeps a product as the newest version, unless it is the newest already, and the source as it
     * is now.
     */
    void save(Product product, Table source, String savedBy) {
        // one saver after the other; a first one has no row that could be locked instead
        jdbc.sql("select 1 from (select pg_advisory_xact_lock(hashtextextended(?, 0))) as locked")
                .param(String.join("/", "product", product.tenantId(), product.productId()))
                .query(Integer.class)
                .single();
        // a connector that is being deleted waits, or has been
        if (jdbc.sql("select 1 from connector where tenant_id = ? and connector_id = ? for key share")
                .params(product.tenantId(), product.connectorId())
                .query(Integer.class)
                .optional()
                .isEmpty()) {
            throw InvalidInput.of("connector_id", "was deleted just now; choose another");
        }
        byte[] hash = HexFormat.of().parseHex(product.hash());
        int version = unchangedVersion(product, hash).orElseGet(() -> insert(product, hash, savedBy));
        jdbc.sql("""
                        insert into product (tenant_id, product_id, version, connector_id, source_table, updated_at)
                        values (:tenant, :product, :version, :connector, :table, :now)
                        on conflict (tenant_id, product_id) do update set version = excluded.version,
                            connector_id = excluded.connector_id, source_table = excluded.source_table,
                            schema_changes = '[]', updated_at = excluded.updated_at, deleted_at = null""")
                .param("tenant", product.tenantId())
                .param("product", product.productId())
                .param("version", version)
                .param("connector", product.connectorId())
                .param("table", ProductTable.text(source))
                .param("now", now())
                .update();
    }

    private Optional<Integer> unchangedVersion(Product product, byte[] hash) {
        return jdbc.sql("""
                        select v.version from product p join product_version v
                            on v.tenant_id = p.tenant_id and v.product_id = p.product_id and v.version = p.version
                        where p.tenant_id = ? and p.product_id = ? and v.hash = ?""")
                .params(product.tenantId(), product.productId(), hash)
                .query(Integer.class)
                .optional();
    }

    private int insert(Product product, byte[] hash, String savedBy) {
        return jdbc.sql("""
                        insert into product_version (tenant_id, product_id, version, hash, definition, saved_at, saved_by)
                        select :tenant, :product, coalesce(max(version), 0) + 1, :hash, :definition, :now, :by
                        from product_version where tenant_id = :tenant and product_id = :product
                        returning version""")
                .param("tenant", product.tenantId())
                .param("product", product.productId())
                .param("hash", hash)
                .param("definition", JsonText.canonical(ProductDefinition.of(product)))
                .param("now", now())
                .param("by", savedBy)
                .query(Integer.class)
                .single();
    }

    /** Marks a product as deleted, and says whether there was one. */
    boolean delete(String tenantId, String productId) {
        return jdbc.sql("""
                        update product set deleted_at = ?
                        where tenant_id = ? and product_id = ? and deleted_at is null""").params(now(), tenantId, productId).update() > 0;
    }

    private static Saved newest(ResultSet row) throws SQLException {
        List<String> changes = new ArrayList<>();
        JsonText.parse(row.getString("schema_changes")).forEach(change -> changes.add(change.stringValue()));
        return saved(row, changes);
    }

    private static Saved saved(ResultSet row, List<String> changes) throws SQLException {
        return new Saved(
                ProductTable.read(row),
                changes,
                Objects.requireNonNull(ConnectorTable.time(row, "saved_at")),
                row.getString("saved_by"));
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }
}
