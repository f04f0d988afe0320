package com.tracemem.delivery;

import com.tracemem.approval.DeliveryKind;
import com.tracemem.approval.Destination;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.approval.Routes;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.secret.SecretUnreadable;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Actor;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tenant's integrations, whatever their type: rows, secrets, status. What a type's settings mean is known in the
 * type's own package.
 */
public final class Integrations {
    private final IntegrationRows rows;
    private final Secrets secrets;
    private final Routes routes;
    private final ParkedDeliveries parked;
    private final Ids ids;

    public Integrations(
            DataSource dataSource,
            Secrets secrets,
            Routes routes,
            ParkedDeliveries parked,
            IntegrationDirectory directory,
            DeliveryStatistics statistics,
            Ids ids,
            Clock clock) {
        this.rows = new IntegrationRows(dataSource, secrets, directory, statistics, clock);
        this.secrets = secrets;
        this.routes = routes;
        this.parked = parked;
        this.ids = ids;
    }

    /** What a type has checked and wants to be kept. */
    public record Draft(String name, ObjectNode config, List<DeliveryKind> carries) {
        public Draft {
            carries = List.copyOf(carries);
        }
    }

    /** Checks the name that every integration has. */
    public static void checkName(FieldErrors errors, @Nullable String name) {
        errors.requireText("name", name, 200);
    }

    /** Says early that another integration has the name already. */
    public void checkNameIsFree(FieldErrors errors, String tenantId, @Nullable String name) {
        boolean taken = name != null
                && rows.jdbc
                        .sql(
                                "select exists (select 1 from integration where tenant_id = ? and name = ? and deleted_at is null)")
                        .params(tenantId, name)
                        .query(Boolean.class)
                        .single();
        errors.addIf(taken, "name", takenName(String.valueOf(name)));
    }

    private static String takenName(String name) {
        return "%s belongs to an integration already; choose another".formatted(FieldErrors.quote(name));
    }

    /**
     * Keeps a new integration and its secrets.
     *
     * @throws InvalidInput naming {@code name} when another integration has it
     */
    public IntegrationView create(String tenantId, String type, Draft draft, Map<String, SecretValue> newSecrets) {
        String integrationId = ids.next(Ids.Prefix.INTEGRATION);
        return rows.changing(() -> {
            Integration made = named(
                    draft.name(),
                    () -> rows.jdbc
                            .sql("""
                            insert into integration (tenant_id, integration_id, type, name, status_since, config, carries,
                                created_at, updated_at)
                            values (:tenant, :id, :type, :name, :now, :config::jsonb, :carries, :now, :now)
                            returning *""")
                            .param("tenant", tenantId)
                            .param("id", integrationId)
                            .param("type", type)
                            .param("name", draft.name())
                            .param("now", rows.now())
                            .param("config", draft.config().toString())
                            .param("carries", names(draft.carries()))
                            .query(IntegrationTable::read)
                            .single());
            newSecrets.forEach((name, value) -> secrets.store(tenantId, integrationId, name, value));
            return IntegrationView.of(made, newSecrets.keySet(), DeliveryStatistics.Numbers.NONE);
        });
    }

    public Optional<IntegrationView> find(String tenantId, String integrationId) {
        return rows.find(tenantId, integrationId).map(rows::view);
    }

    /** Newest first; the sort key is the integration's id. */
    public Page<IntegrationView> list(String tenantId, PageRequest page) {
        List<Integration> found = rows.jdbc
                .sql("""
                        select * from integration
                        where tenant_id = :tenant and deleted_at is null
                            and (:before::text is null or integration_id < :before)
                        order by integration_id desc limit :limit""")
                .param("tenant", tenantId)
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(IntegrationTable::read)
                .list();
        Page<Integration> integrations = Page.of(found, page, row -> Cursor.of(row.integrationId()));
        return new Page<>(rows.views(tenantId, integrations.items()), integrations.nextCursor());
    }

    /**
     * Changes settings. Other settings than before have not been verified, so the status goes back to
     * {@code configured}, unless it is disabled.
     *
     * @param by for the record of the status
     * @param change gets what is there and gives what shall be; throws {@link InvalidInput} to refuse
     * @return empty when the tenant has no such integration
     */
    public Optional<IntegrationView> change(
            String tenantId, String integrationId, Actor by, UnaryOperator<Draft> change) {
        return rows.changing(() -> rows.lock(tenantId, integrationId).map(before -> {
            Draft now = change.apply(new Draft(before.name(), before.config(), before.carries()));
            Integration after = update(before, now);
            rows.keep(before, after, by);
            return rows.view(after);
        }));
    }

    private Integration update(Integration before, Draft wanted) {
        boolean unverified = !before.config().equals(wanted.config()) && !before.isDisabled();
        return named(
                wanted.name(),
                () -> rows.jdbc
                        .sql("""
                        update integration set name = :name, config = :config::jsonb, carries = :carries,
                            status = case when :unverified then 'configured' else status end,
                            status_reason = case when :unverified then null else status_reason end,
                            status_since = case when :unverified then :now else status_since end,
                            consecutive_failures = case when :unverified then 0 else consecutive_failures end,
                            updated_at = :now
                        where tenant_id = :tenant and integration_id = :id returning *""")
                        .param("name", wanted.name())
                        .param("config", wanted.config().toString())
                        .param("carries", names(wanted.carries()))
                        .param("unverified", unverified)
                        .param("now", rows.now())
                        .param("tenant", before.tenantId())
                        .param("id", before.integrationId())
                        .query(IntegrationTable::read)
                        .single());
    }

    private static Integration named(String name, Supplier<Integration> write) {
        try {
            return write.get();
        } catch (DuplicateKeyException taken) {
            throw InvalidInput.of("name", takenName(name));
        }
    }

    /** Deletes an integration and its secrets, unless a route sends over it. */
    public DeleteOutcome delete(String tenantId, String integrationId) {
        return rows.changing(() -> {
            if (rows.lock(tenantId, integrationId).isEmpty()) {
                return new DeleteOutcome.NotFound();
            }
            List<String> using = routes.idsOver(tenantId, integrationId);
            if (!using.isEmpty()) {
                return new DeleteOutcome.InUse(using);
            }
            rows.jdbc
                    .sql("update integration set deleted_at = ? where tenant_id = ? and integration_id = ?")
                    .params(rows.now(), tenantId, integrationId)
                    .update();
            secrets.deleteAll(tenantId, integrationId);
            parked.resume(new Destination(tenantId, integrationId));
            return new DeleteOutcome.Deleted();
        });
    }

    /**
     * Puts new secrets in the place of old ones; all or none.
     *
     * @param gracePeriod for how long the old ones stay valid
     * @param choose gets the integration and what is valid now, by name; gives the new secrets by name, or throws
     *     {@link InvalidInput} to refuse
     * @return false when the tenant has no such integration
     */
    public boolean rotate(
            String tenantId,
            String integrationId,
            Duration gracePeriod,
            BiFunction<Integration, Map<String, List<SecretValue>>, Map<String, SecretValue>> choose) {
        return rows.changing(() -> {
            Optional<Integration> found = rows.lock(tenantId, integrationId);
            found.ifPresent(integration -> choose.apply(integration, validSecrets(integration))
                    .forEach((name, value) -> secrets.rotate(tenantId, integrationId, name, value, gracePeriod)));
            return found.isPresent();
        });
    }

    /** A secret that does not open any more is replaced by a rotation, not a hindrance to it. */
    private Map<String, List<SecretValue>> validSecrets(Integration integration) {
        try {
            return secrets.validOf(integration.tenantId(), List.of(integration.integrationId()))
                    .getOrDefault(integration.integrationId(), Map.of());
        } catch (SecretUnreadable lost) {
            return Map.of();
        }
    }

    private static String[] names(Collection<DeliveryKind> kinds) {
        return kinds.stream().map(DeliveryKind::wireName).toArray(String[]::new);
    }
}
