package com.tracemem;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The rooms of the house, one package each under {@code com.tracemem}, and the arrows between them. A room may use
 * itself and the rooms its constant names; since each constant can name only constants above it, there are no cycles.
 */
enum Room {
    STORE,
    IDENTITY(STORE),
    SECRET(IDENTITY, STORE),
    TRACE(IDENTITY, STORE),
    POLICY(TRACE, IDENTITY, STORE),
    PRODUCT(POLICY, SECRET, IDENTITY, STORE),
    DECISION(POLICY, PRODUCT, TRACE, IDENTITY, STORE),
    APPROVAL(DECISION, TRACE, IDENTITY, STORE),
    DELIVERY(APPROVAL, SECRET, TRACE, IDENTITY, STORE),
    DASHBOARD(DELIVERY, APPROVAL, DECISION, POLICY, PRODUCT, TRACE, IDENTITY, SECRET, STORE),
    ADMIN(DELIVERY, APPROVAL, DECISION, POLICY, PRODUCT, TRACE, IDENTITY, SECRET, STORE),
    MCP(DECISION, APPROVAL, PRODUCT, POLICY, TRACE, IDENTITY),
    SANDBOX,
    BENCH,
    SERVER(
            BENCH, SANDBOX, MCP, ADMIN, DASHBOARD, DELIVERY, APPROVAL, DECISION, POLICY, PRODUCT, TRACE, SECRET,
            IDENTITY, STORE);

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which its type does not say
    private final List<Room> uses;

    Room(Room... uses) {
        this.uses = List.of(uses);
    }

    /** The pattern of the room's packages, its sub-packages among them. */
    String packages() {
        return "com.tracemem." + name().toLowerCase(Locale.ROOT) + "..";
    }

    /** The packages of every room that this one must not use. */
    String[] forbiddenPackages() {
        return Arrays.stream(values())
                .filter(room -> room != this && !uses.contains(room))
                .map(Room::packages)
                .toArray(String[]::new);
    }
}
