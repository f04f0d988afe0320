package com.tracemem.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a user may do, from most to least. */
public enum Role {
    OWNER,
    ADMIN,
    APPROVER,
    AUDITOR;

    /** As it stands in the database and on the wire: {@code owner}, {@code admin}, … */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** May configure: agents, keys, integrations, routes, users. */
    public boolean mayAdminister() {
        return this == OWNER || this == ADMIN;
    }

    /** May answer approvals, as far as a route lets them. */
    public boolean mayApprove() {
        return this != AUDITOR;
    }

    /** May make owners, and change or disable them. */
    public boolean mayManageOwners() {
        return this == OWNER;
    }

    public static Optional<Role> parse(String wireName) {
        return Arrays.stream(values())
                .filter(role -> role.wireName().equals(wireName))
                .findFirst();
    }

    static Role stored(String wireName) {
        return parse(wireName).orElseThrow(() -> new IllegalStateException("No role is called " + wireName));
    }
}
