package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.store.Ids;
import com.tracemem.store.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantsTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private final Tenants tenants = new Tenants(database.dataSource(), new Ids(clock), clock);

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void aNewTenantHasAnEmptyTraceAndDefaults() {
        Tenant tenant = tenants.create("Acme");

        assertThat(tenants.find(tenant.tenantId())).contains(tenant);
        assertThat(tenants.settings(tenant.tenantId())).contains(new TenantSettings("aborted", null));
        assertThat(database.jdbc()
                        .sql("select seq from tenant_head where tenant_id = ?")
                        .param(tenant.tenantId())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void changesSettingsOfOneTenant() {
        String first = tenants.create("Acme").tenantId();
        String second = tenants.create("Other").tenantId();
        TenantSettings changed = new TenantSettings("rejected", "route_a");

        assertThat(tenants.update(first, changed).orElseThrow().settings()).isEqualTo(changed);

        assertThat(tenants.settings(first)).contains(changed);
        assertThat(tenants.settings(second)).contains(new TenantSettings("aborted", null));
        assertThat(tenants.update("tnt_unknown", changed)).isEmpty();
        assertThat(tenants.ids()).containsExactly(first, second);
    }

    @Test
    void refusesSettingsThatMeanNothing() {
        assertThatThrownBy(() -> new TenantSettings("gone", "No Route"))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        refused -> assertThat(refused.errors())
                                .extracting(FieldError::field)
                                .containsExactly("rejection_status", "default_approval_route_id"));
        assertThatThrownBy(() -> tenants.create("")).isInstanceOf(InvalidInput.class);
    }
}
