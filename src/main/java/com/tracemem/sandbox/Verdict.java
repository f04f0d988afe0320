package com.tracemem.sandbox;

/** What a person pressed. */
enum Verdict {
    APPROVED("approved", "approval"),
    REJECTED("rejected", "rejection");

    private final String wireName;
    private final String noun;

    Verdict(String wireName, String noun) {
        this.wireName = wireName;
        this.noun = noun;
    }

    String wireName() {
        return wireName;
    }

    String noun() {
        return noun;
    }
}
