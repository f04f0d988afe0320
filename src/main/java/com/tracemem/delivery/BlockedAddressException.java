package com.tracemem.delivery;

import java.io.IOException;

/** A connection that was not made, because its address is not one that may be called. The message is for people. */
public final class BlockedAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    BlockedAddressException(String sentence) {
        super(sentence);
    }
}
