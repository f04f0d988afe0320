package com.tracemem.product;

/** A value that a field does not take. The message says what the field takes, never what came. */
final class UnfitValue extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitValue(String needed) {
        super(needed, null, false, false);
    }

    /** What would fit, as in {@code an integer, such as 1001}. */
    String needed() {
        return String.valueOf(getMessage());
    }
}
