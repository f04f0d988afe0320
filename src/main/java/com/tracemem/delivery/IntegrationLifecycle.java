package com.tracemem.delivery;

import com.tracemem.approval.Destination;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Actor;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** An integration's status: what administrators do to it, its test, and how it came to be what it is. */
public final class IntegrationLifecycle {
    private final IntegrationRows rows;
    private final ParkedDeliveries parked;
    private final IntegrationDirectory directory;
    private final Map<String, ConnectionTest> tests;

    /** @param tests the test button of each type, by its name */
    public IntegrationLifecycle(
            DataSource dataSource,
            Secrets secrets,
            ParkedDeliveries parked,
            IntegrationDirectory directory,
            DeliveryStatistics statistics,
            Map<String, ConnectionTest> tests,
            Clock clock) {
        this.rows = new IntegrationRows(dataSource, secrets, directory, statistics, clock);
        this.parked = parked;
        this.directory = directory;
        this.tests = Map.copyOf(tests);
    }

    /**
     * Lets messages go out over the integration again, the parked ones too.
     *
     * @return empty when the tenant has no such integration
     */
    public Optional<IntegrationView> enable(String tenantId, String integrationId, Actor by) {
        return rows.changing(() -> rows.lock(tenantId, integrationId).map(before -> {
            Integration enabled = rows.move(before, IntegrationStatus.ENABLED, null, by);
            parked.resume(new Destination(tenantId, integrationId));
            return rows.view(enabled);
        }));
    }

    /**
     * Keeps messages back until the integration is enabled again.
     *
     * @return empty when the tenant has no such integration
     */
    public Optional<IntegrationView> disable(String tenantId, String integrationId, Actor by) {
        return rows.changing(() -> rows.lock(tenantId, integrationId).map(before -> {
            Integration disabled = rows.move(before, IntegrationStatus.DISABLED, "Disabled by an administrator", by);
            parked.park(new Destination(tenantId, integrationId));
            return rows.view(disabled);
        }));
    }

    /**
     * Tries the integration out; a success makes it {@code enabled}, unless it is disabled.
     *
     * @return empty when the tenant has no such integration
     */
    public Optional<TestReport> test(String tenantId, String integrationId, Actor by) {
        Destination destination = new Destination(tenantId, integrationId);
        IntegrationDirectory.Entry entry = directory.find(List.of(destination)).get(destination);
        if (entry == null) {
            return Optional.empty();
        }
        ConnectionTest test =
                Objects.requireNonNull(tests.get(entry.integration().type()));
        TestReport report = test.run(entry.integration(), entry.credentials());
        if (report.ok()) {
            succeeded(tenantId, integrationId, by);
        }
        return Optional.of(report);
    }

    private void succeeded(String tenantId, String integrationId, Actor by) {
        Optional<Integration> ignored = rows.changing(() -> rows.lock(tenantId, integrationId)
                .filter(before -> !before.isDisabled())
                .map(before -> {
                    rows.jdbc
                            .sql("""
                                    update integration set last_error = null, last_success_at = ?
                                    where tenant_id = ? and integration_id = ?""")
                            .params(rows.now(), tenantId, integrationId)
                            .update();
                    return rows.move(before, IntegrationStatus.ENABLED, null, by);
                }));
    }

    /** How the status changed, newest first; the sort key is the position. */
    public Page<IntegrationTransition> transitions(String tenantId, String integrationId, PageRequest page) {
        List<IntegrationTransition> found = rows.jdbc
                .sql("""
                        select * from integration_transition
                        where tenant_id = :tenant and integration_id = :id
                            and (:before::text is null or position < :before::bigint)
                        order by position desc limit :limit""")
                .param("tenant", tenantId)
                .param("id", integrationId)
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(IntegrationTransition::read)
                .list();
        return Page.of(found, page, transition -> Cursor.of(Long.toString(transition.position())));
    }
}
