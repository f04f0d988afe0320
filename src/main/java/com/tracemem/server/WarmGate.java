package com.tracemem.server;

import java.util.concurrent.CompletableFuture;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Opens HTTP once the rooms have met what strangers may send, and not before. */
final class WarmGate implements SmartLifecycle {
    private final CompletableFuture<Void> warm;
    private volatile boolean running;

    WarmGate(CompletableFuture<Void> warm) {
        this.warm = warm;
    }

    @Override
    public void start() {
        warm.join();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
