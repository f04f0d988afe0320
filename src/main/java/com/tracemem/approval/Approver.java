package com.tracemem.approval;

import com.tracemem.identity.Role;
import com.tracemem.trace.Actor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A human who answers.
 *
 * @param id a user's id or the name that the channel knows the human by; null when the channel did not say
 * @param role the role in this product, for its own users only: no channel can claim one
 * @param channel over which the answer came: {@code api}, {@code webhook}, …
 */
public record Approver(
        @Nullable String id,
        @Nullable String name,
        @Nullable String email,
        @Nullable String role,
        String channel) {

    private static final Set<String> ROLES =
            Arrays.stream(Role.values()).map(Role::wireName).collect(Collectors.toUnmodifiableSet());

    /**
     * Whether a route's list names this human, whatever the case: an entry that is a role's name means that role, one
     * with an {@code @} an e-mail address, any other an id. So nobody passes for an administrator who merely calls
     * themselves {@code admin}. An empty list names everyone who can reach the destination.
     */
    public boolean isAmong(List<String> approvers) {
        return approvers.isEmpty() || approvers.stream().anyMatch(this::isMeantBy);
    }

    private boolean isMeantBy(String listed) {
        String own = ROLES.contains(listed.toLowerCase(Locale.ROOT)) ? role : listed.contains("@") ? email : id;
        return listed.equalsIgnoreCase(own);
    }

    /** What to call this human. */
    public String shownName() {
        return Stream.of(name, email, id)
                .filter(known -> known != null && !known.isBlank())
                .findFirst()
                .orElse("someone");
    }

    Actor asActor() {
        return new Actor(Actor.Kind.APPROVER, id == null ? "unknown" : id, name, email, channel);
    }

    /** {@code {id?, name?, email?, role?, channel}}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        putIfPresent(json, "id", id);
        putIfPresent(json, "name", name);
        putIfPresent(json, "email", email);
        putIfPresent(json, "role", role);
        json.put("channel", channel);
        return json;
    }

    private static void putIfPresent(ObjectNode json, String field, @Nullable String value) {
        if (value != null) {
            json.put(field, value);
        }
    }
}
