package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AgentPermissionsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final AgentPermissions some = new AgentPermissions(
            true,
            List.of(
                    new ProductPermission("orders", List.of("renewal", "refund")),
                    new ProductPermission("prices", List.of("*")),
                    new ProductPermission("hidden", List.of())),
            List.of("discount"),
            List.of("route_a"));

    @Test
    void allowsWhatIsListedAndNothingElse() {
        assertThat(some.mayUseProduct("orders", "renewal")).isTrue();
        assertThat(some.mayUseProduct("orders", "marketing")).isFalse();
        assertThat(some.mayUseProduct("prices", "marketing")).isTrue();
        assertThat(some.mayUseProduct("hidden")).isFalse();
        assertThat(some.mayUseProduct("other", "renewal")).isFalse();
        assertThat(some.mayUsePolicy("discount")).isTrue();
        assertThat(some.mayUsePolicy("*")).isFalse();
        assertThat(some.mayUseRoute("route_a")).isTrue();
        assertThat(some.mayUseRoute("route_b")).isFalse();
    }

    @Test
    void aStarIsEverythingAndNoneIsNothing() {
        AgentPermissions all = AgentPermissions.everything();
        assertThat(all.mayUseProduct("any", "thing")).isTrue();
        assertThat(all.mayUsePolicy("any")).isTrue();
        assertThat(all.mayUseRoute("any")).isTrue();
        assertThat(all.requestApprovals()).isTrue();
        assertThat(AgentPermissions.none().mayUseProduct("any")).isFalse();
        assertThat(AgentPermissions.none().mayUseRoute("any")).isFalse();
    }

    @Test
    void hasTheJsonOfTheWire() {
        String json = PermissionsJson.write(AgentPermissions.everything());

        assertThat(JSON.readTree(json)).isEqualTo(JSON.readTree("""
                        {"request_approvals": true, "products": [{"product_id": "*", "purposes": ["*"]}],
                         "policies": ["*"], "approval_routes": ["*"]}"""));
        assertThat(PermissionsJson.read(PermissionsJson.write(some))).isEqualTo(some);
        assertThat(PermissionsJson.read("{}")).isEqualTo(AgentPermissions.none());
    }

    @Test
    void namesEveryMistakeWithItsPlace() {
        FieldErrors errors = new FieldErrors();

        PermissionsJson.read(JSON.readTree("""
                {"request_approvals": "yes", "polices": [], "policies": ["Not An Id"], "approval_routes": "*",
                 "products": [{"purposes": [""], "more": 1}, 7]}"""), "permissions", errors);

        assertThat(errors.all())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "permissions.polices",
                        "permissions.request_approvals",
                        "permissions.products[0].more",
                        "permissions.products[0].product_id",
                        "permissions.products[0].purposes[0]",
                        "permissions.products[1]",
                        "permissions.policies[0]",
                        "permissions.approval_routes");
    }

    @Test
    void refusesWhatIsNoObject() {
        FieldErrors errors = new FieldErrors();
        PermissionsJson.read(JSON.readTree("[]"), "permissions", errors);
        assertThat(errors.all()).extracting(FieldError::field).containsExactly("permissions");
    }
}
