package com.tracemem.mcp.tool;

/** How long what agents send may be: texts in characters, objects in bytes. */
final class Limits {
    static final int INTENT = 500;
    /** Actors, instances, versions. */
    static final int NAME = 200;

    static final int TITLE = 300;
    static final int MESSAGE = 20_000;
    /** Summaries and reasons. */
    static final int SUMMARY = 4_000;

    static final int IDEMPOTENCY_KEY = 200;
    /** Of things that administrators name; longer than any of them, so that a misspelt one is answered by its name. */
    static final int CHOSEN_ID = 200;

    /** Of an object as canonical JSON. */
    static final int OBJECT_BYTES = 64 << 10;

    private Limits() {}
}
