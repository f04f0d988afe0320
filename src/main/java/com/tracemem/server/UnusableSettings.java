package com.tracemem.server;

import java.util.List;

/** The environment's settings cannot be used; says everything that is wrong with them. */
final class UnusableSettings extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableSettings(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
