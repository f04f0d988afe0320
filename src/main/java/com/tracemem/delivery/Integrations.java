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
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tenant's integrations, whatever their type: rows, secrets, status. What a type's settings mean is known in the
 * type's own package.
 */
public final class Integrations {
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Secrets secrets;
    private final Routes routes;
    private final ParkedDeliveries parked;
    private final IntegrationDirectory directory;
    private final Map<String, ConnectionTest> tests;
    private final Ids ids;
    private final Clock clock;

    /** @param tests the test button of each type, by its name */
    public Integrations(
            DataSource dataSource,
            Secrets secrets,
            Routes routes,
            ParkedDeliveries parked,
            IntegrationDirectory directory,
            Map<String, ConnectionTest> tests,
            Ids ids,
            Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.secrets = secrets;
        this.routes = routes;
        this.parked = parked;
        this.directory = directory;
        this.tests = Map.copyOf(tests);
        this.ids = ids;
        this.clock = clock;
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

    /**
     * Keeps a new integration and its secrets.
     *
     * @throws InvalidInput naming {@code name} when another integration has it
     */
    public IntegrationView create(String tenantId, String type, Draft draft, Map<String, SecretValue> newSecrets) {
        String integrationId = ids.next(Ids.Prefix.INTEGRATION);
        return changing(() -> {
            Integration made = named(
                    draft.name(),
                    () -> jdbc.sql("""
                            insert into integration (tenant_id, integration_id, type, name, status_since, config, carries,
                                created_at, updated_at)
                            values (:tenant, :id, :type, :name, :now, :config::jsonb, :carries, :now, :now)
                            returning *""")
                            .param("tenant", tenantId)
                            .param("id", integrationId)
                            .param("type", type)
                            .param("name", draft.name())
                            .param("now", now())
                            .param("config", draft.config().toString())
                            .param("carries", names(draft.carries()))
                            .query(IntegrationTable::read)
                            .single());
            newSecrets.forEach((name, value) -> secrets.store(tenantId, integrationId, name, value));
            return IntegrationView.of(made, newSecrets.keySet());
        });
    }

    public Optional<IntegrationView> find(String tenantId, String integrationId) {
        return row(tenantId, integrationId, "").map(this::view);
    }

    /** Newest first; the sort key is the integration's id. */
    public Page<IntegrationView> list(String tenantId, PageRequest page) {
        List<Integration> rows = jdbc.sql("""
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
        Map<String, Set<String>> stored = secrets.stored(
                tenantId, rows.stream().map(Integration::integrationId).toList());
        return Page.of(rows, page, row -> Cursor.of(row.integrationId()))
                .map(row -> IntegrationView.of(row, stored.getOrDefault(row.integrationId(), Set.of())));
    }

    /**
     * Changes settings. Other settings than before have not been verified, so the status goes back to
     * {@code configured}, unless it is disabled.
     *
     * @param change gets what is there and gives what shall be; throws {@link InvalidInput} to refuse
     * @return empty when the tenant has no such integration
     */
    public Optional<IntegrationView> change(String tenantId, String integrationId, UnaryOperator<Draft> change) {
        return changing(() -> row(tenantId, integrationId, " for update").map(before -> {
            Draft now = change.apply(new Draft(before.name(), before.config(), before.carries()));
            return view(update(before, now));
        }));
    }

    private Integration update(Integration before, Draft wanted) {
        boolean unverified = !before.config().equals(wanted.config()) && !before.isDisabled();
        return named(
                wanted.name(),
                () -> jdbc.sql("""
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
                        .param("now", now())
                        .param("tenant", before.tenantId())
                        .param("id", before.integrationId())
                        .query(IntegrationTable::read)
                        .single());
    }

    private static Integration named(String name, Supplier<Integration> write) {
        try {
            return write.get();
        } catch (DuplicateKeyException taken) {
            throw InvalidInput.of(
                    "name", "%s belongs to an integration already; choose another".formatted(FieldErrors.quote(name)));
        }
    }

    /** Deletes an integration and its secrets, unless a route sends over it. */
    public DeleteOutcome delete(String tenantId, String integrationId) {
        return changing(() -> {
            if (row(tenantId, integrationId, " for update").isEmpty()) {
                return new DeleteOutcome.NotFound();
            }
            List<String> using = routes.idsOver(tenantId, integrationId);
            if (!using.isEmpty()) {
                return new DeleteOutcome.InUse(using);
            }
            jdbc.sql("update integration set deleted_at = ? where tenant_id = ? and integration_id = ?")
                    .params(now(), tenantId, integrationId)
                    .update();
            secrets.deleteAll(tenantId, integrationId);
            parked.resume(new Destination(tenantId, integrationId));
            return new DeleteOutcome.Deleted();
        });
    }

    /**
     * Lets messages go out over the integration again, the parked ones too.
     *
     * @return empty when the tenant has no such integration
     */
    public Optional<IntegrationView> enable(String tenantId, String integrationId) {
        return changing(() -> {
            Optional<IntegrationView> enabled = setStatus(tenantId, integrationId, IntegrationStatus.ENABLED, null);
            enabled.ifPresent(view -> parked.resume(new Destination(tenantId, integrationId)));
            return enabled;
        });
    }

    /**
     * Keeps messages back until the integration is enabled again.
     *
     * @return empty when the tenant has no such integration
     */
    public Optional<IntegrationView> disable(String tenantId, String integrationId) {
        return changing(() -> {
            Optional<IntegrationView> disabled =
                    setStatus(tenantId, integrationId, IntegrationStatus.DISABLED, "Disabled by an administrator");
            disabled.ifPresent(view -> parked.park(new Destination(tenantId, integrationId)));
            return disabled;
        });
    }

    private Optional<IntegrationView> setStatus(
            String tenantId, String integrationId, IntegrationStatus status, @Nullable String reason) {
        return jdbc.sql("""
                        update integration set status = :status, status_reason = :reason, status_since = :now,
                            consecutive_failures = 0, updated_at = :now
                        where tenant_id = :tenant and integration_id = :id and deleted_at is null returning *""")
                .param("status", status.wireName())
                .param("reason", reason)
                .param("now", now())
                .param("tenant", tenantId)
                .param("id", integrationId)
                .query(IntegrationTable::read)
                .optional()
                .map(this::view);
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
        return changing(() -> {
            Optional<Integration> found = row(tenantId, integrationId, " for update");
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

    /**
     * Tries the integration out; a success makes it {@code enabled}, unless it is disabled.
     *
     * @return empty when the tenant has no such integration
     */
    public Optional<TestReport> test(String tenantId, String integrationId) {
        Destination destination = new Destination(tenantId, integrationId);
        IntegrationDirectory.Entry entry = directory.find(List.of(destination)).get(destination);
        if (entry == null) {
            return Optional.empty();
        }
        ConnectionTest test =
                Objects.requireNonNull(tests.get(entry.integration().type()));
        TestReport report = test.run(entry.integration(), entry.credentials());
        if (report.ok()) {
            changing(() -> jdbc.sql("""
                            update integration set status = 'enabled', status_reason = null, consecutive_failures = 0,
                                last_error = null, last_success_at = :now,
                                status_since = case when status = 'enabled' then status_since else :now end
                            where tenant_id = :tenant and integration_id = :id and status <> 'disabled'""")
                    .param("now", now())
                    .param("tenant", tenantId)
                    .param("id", integrationId)
                    .update());
        }
        return Optional.of(report);
    }

    private Optional<Integration> row(String tenantId, String integrationId, String lock) {
        return jdbc.sql("select * from integration where tenant_id = ? and integration_id = ? and deleted_at is null"
                        + lock)
                .params(tenantId, integrationId)
                .query(IntegrationTable::read)
                .optional();
    }

    private IntegrationView view(Integration integration) {
        return IntegrationView.of(integration, secrets.stored(integration.tenantId(), integration.integrationId()));
    }

    private <T> T changing(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            directory.announce();
            return work.get();
        }));
    }

    private static String[] names(Collection<DeliveryKind> kinds) {
        return kinds.stream().map(DeliveryKind::wireName).toArray(String[]::new);
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }
}
