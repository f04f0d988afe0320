package com.tracemem.mcp;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.tracemem.identity.AgentPrincipal;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How much one agent may ask of this node: a bucket that holds a second's worth of requests. */
final class RateLimit {
    private static final int MOST_BUCKETS = 20_000;
    /** A bucket is full again after a second, so one that was idle for longer is as good as a new one. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private record AgentKey(String tenantId, String agentId) {}

    private final int requestsPerSecond;
    private final LoadingCache<AgentKey, Bucket> buckets;

    /** @param requestsPerSecond 0 for no limit */
    RateLimit(int requestsPerSecond, TimeMeter time) {
        this.requestsPerSecond = requestsPerSecond;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_BUCKETS)
                .expireAfterAccess(IDLE)
                .build(agent -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(requestsPerSecond)
                                .refillGreedy(requestsPerSecond, Duration.ofSeconds(1)))
                        .withCustomTimePrecision(time)
                        .build());
    }

    /** Gives 0 when the request may pass, else the seconds, rounded up, after which one may. */
    int secondsToWait(AgentPrincipal agent) {
        if (requestsPerSecond == 0) {
            return 0;
        }
        Bucket bucket = buckets.get(new AgentKey(agent.tenantId(), agent.agentId()));
        if (bucket.tryConsume(1)) {
            return 0;
        }
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return (int) Math.max(1, Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1)));
    }
}
