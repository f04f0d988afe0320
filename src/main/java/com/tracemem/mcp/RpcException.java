package com.tracemem.mcp;

/** Ends the handling of a request with an error. Carries no stack trace. */
final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient RpcError error;

    RpcException(RpcError error) {
        super(error.data(), null, false, false);
        this.error = error;
    }

    RpcError error() {
        return error;
    }
}
