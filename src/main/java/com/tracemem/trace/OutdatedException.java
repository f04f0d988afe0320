package com.tracemem.trace;

/** Somebody else wrote about a tenant since this node did: the batch has to read before it runs. */
final class OutdatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutdatedException() {
        super("Another node wrote about the tenant", null, false, false);
    }
}
