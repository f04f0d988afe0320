package com.tracemem.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.Tenants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Users and settings over REST. */
class UsersApiTest {
    private static final AdminServer server = new AdminServer();

    private final Tenant tenant = server.room(Tenants.class).create("Test");
    private final Caller owner = Caller.of(server, tenant, Role.OWNER);
    private final Caller admin = Caller.of(server, tenant, Role.ADMIN);

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aUserIsCreatedChangedAndDisabled() {
        Caller.Answer made = admin.post(
                "/v1/admin/users",
                "{\"email\": \"ann@example.org\", \"name\": \"Ann\", \"role\": \"approver\", \"password\": \"long enough, ann\"}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.text()).doesNotContain("long enough");
        String id = made.json().required("user_id").stringValue();

        Caller.Answer changed = admin.call("PATCH", "/v1/admin/users/" + id, "{\"role\": \"auditor\"}");
        assertThat(changed.json().required("role").stringValue()).isEqualTo("auditor");
        assertThat(changed.json().required("name").stringValue()).isEqualTo("Ann");

        assertThat(admin.call("DELETE", "/v1/admin/users/" + id, null).status()).isEqualTo(204);
        Caller.Answer listed = admin.get("/v1/admin/users?limit=1");
        assertThat(listed.json().at("/items/0/status").stringValue()).isEqualTo("disabled");
    }

    @Test
    void everyMistakeIsNamedAtOnce() {
        Caller.Answer refused = admin.post("/v1/admin/users", "{\"role\": \"boss\", \"slack_user_id\": \"U1\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.wrongFields()).containsExactlyInAnyOrder("email", "name", "role", "slack_user_id");
        assertThat(refused.text()).contains("is 'boss'; use owner, admin, approver or auditor");
        assertThat(admin.post("/v1/admin/users", "{\"email\": \"nonsense\", \"name\": \"A\", \"role\": \"admin\"}")
                        .wrongFields())
                .containsExactly("email");
        assertThat(admin.call("PATCH", "/v1/admin/users/" + admin.user().userId(), "{\"name\": null, \"status\": 1}")
                        .wrongFields())
                .containsExactlyInAnyOrder("name", "status");
    }

    @Test
    void onlyAnOwnerConcernsOwners() {
        String ownerId = owner.user().userId();
        String newOwner = "{\"email\": \"%s@example.org\", \"name\": \"O\", \"role\": \"owner\"}";

        assertThat(admin.post("/v1/admin/users", newOwner.formatted("a")).status())
                .isEqualTo(403);
        assertThat(admin.call("PATCH", "/v1/admin/users/" + ownerId, "{\"name\": \"Mine\"}")
                        .status())
                .isEqualTo(403);
        assertThat(admin.call("DELETE", "/v1/admin/users/" + ownerId, null).status())
                .isEqualTo(403);
        assertThat(admin.call("PATCH", "/v1/admin/users/" + admin.user().userId(), "{\"role\": \"owner\"}")
                        .status())
                .isEqualTo(403);
        assertThat(owner.post("/v1/admin/users", newOwner.formatted("b")).status())
                .isEqualTo(201);
    }

    @Test
    void theLastOwnerStays() {
        Tenant small = server.room(Tenants.class).create("Small");
        Caller only = Caller.of(server, small, Role.OWNER);

        Caller.Answer refused =
                only.call("DELETE", "/v1/admin/users/" + only.user().userId(), null);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("last active owner");
    }

    @Test
    void settingsAreReadAndChanged() {
        assertThat(admin.get("/v1/admin/settings").text())
                .isEqualTo("{\"rejection_status\":\"aborted\",\"retain_policy_inputs\":false}");

        Caller.Answer changed = admin.call("PATCH", "/v1/admin/settings", "{\"rejection_status\": \"rejected\"}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().required("rejection_status").stringValue()).isEqualTo("rejected");
        Caller.Answer refused = admin.call(
                "PATCH",
                "/v1/admin/settings",
                "{\"rejection_status\": \"gone\", \"default_approval_route_id\": 3, \"x\": 1}");
        assertThat(refused.wrongFields())
                .containsExactlyInAnyOrder("rejection_status", "default_approval_route_id", "x");
        Caller.Answer unknown =
                admin.call("PATCH", "/v1/admin/settings", "{\"default_approval_route_id\": \"route_x\"}");
        assertThat(unknown.wrongFields()).containsExactly("default_approval_route_id");
    }
}
