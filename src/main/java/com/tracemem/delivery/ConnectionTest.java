package com.tracemem.delivery;

/** What stands behind an integration's test button: tries the real thing, step by step. */
@FunctionalInterface
public interface ConnectionTest {

    TestReport run(Integration integration, Credentials credentials);
}
