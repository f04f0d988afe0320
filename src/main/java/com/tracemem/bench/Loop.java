package com.tracemem.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One thread for all connections. When the server answers a batch of callers at once, they are all served in one
 * wake-up: the generator takes as little as possible of the processors it shares with what it measures.
 */
final class Loop implements AutoCloseable {
    private final Selector selector;

    /** Something that can be read or accepted from. */
    interface Ready {
        void ready() throws IOException;
    }

    Loop() throws IOException {
        selector = Selector.open();
    }

    void add(SelectableChannel channel, int operation, Ready ready) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, operation, ready);
    }

    /** Serves the connections until then ({@link System#nanoTime()}). */
    void runUntil(long nanoTime) throws IOException {
        runUntil(nanoTime, () -> false);
    }

    /** As {@link #runUntil(long)}, but ends as soon as this is done. Whether it was. */
    boolean runUntil(long nanoTime, BooleanSupplier done) throws IOException {
        for (; ; ) {
            if (done.getAsBoolean()) {
                return true;
            }
            long left = nanoTime - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                selector.select(Loop::serve, Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            } catch (UncheckedIOException failure) {
                throw new IOException(failure.getCause());
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private static void serve(SelectionKey key) {
        try {
            ((Ready) key.attachment()).ready();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
