package com.tracemem.admin;

import com.tracemem.identity.Role;
import com.tracemem.identity.User;
import com.tracemem.identity.UserChange;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.identity.UserUpdate;
import com.tracemem.identity.Users;
import com.tracemem.store.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The tenant's people. Whatever concerns an owner is for owners. */
@RestController
@RequestMapping("/v1/admin/users")
@Tag(name = "Users")
final class UsersController {
    private final Users users;

    UsersController(Users users) {
        this.users = users;
    }

    @GetMapping
    @Operation(summary = "List the users, newest first, disabled ones too")
    Page<UserResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return users.list(user.tenantId(), Listing.page(limit, cursor)).map(UserResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a user; only an owner makes owners")
    UserResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody UserInput input) {
        requireLeave(user, input.role());
        return UserResource.of(
                users.create(user.tenantId(), input.email(), input.name(), input.role(), input.password()));
    }

    @PatchMapping("/{id}")
    @Operation(summary = "Change a user; only an owner changes owners or makes them")
    UserResource update(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody UserPatch patch) {
        return change(user, id, patch.update());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Disable a user: logins and running tokens end at once; what they did stays on record")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        change(user, id, UserUpdate.none().withStatus(User.Status.DISABLED));
    }

    private UserResource change(UserPrincipal by, String id, UserUpdate update) {
        User before = users.find(by.tenantId(), id).orElseThrow(UsersController::unknown);
        requireLeave(by, before.role());
        update.role().ifPresent(role -> requireLeave(by, role));
        return switch (users.update(by.tenantId(), id, update)) {
            case UserChange.Changed(User user) -> UserResource.of(user);
            case UserChange.NotFound() -> throw unknown();
            case UserChange.LastOwner(User user) ->
                throw RefusedException.conflict(
                        "%s is the last active owner; make somebody else an owner first.".formatted(user.email()));
        };
    }

    private static void requireLeave(UserPrincipal by, Role concerned) {
        if (concerned == Role.OWNER && !by.role().mayManageOwners()) {
            throw RefusedException.forbidden("Only an owner makes, changes or disables owners; your role is %s."
                    .formatted(by.role().wireName()));
        }
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("user");
    }
}
