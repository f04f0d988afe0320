package com.tracemem.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Versions as they were read from the database, so that an evaluation need not ask it. For any number of threads. */
final class KnownVersions {
    /** Characters of the versions that are kept as they were read. */
    private static final long MOST_READ = 4_000_000;

    /** How long a node that misses the news may go on with the version before. */
    private static final Duration LONGEST_BELIEF = Duration.ofSeconds(5);

    private record Key(String tenantId, String policyId, int version) {}

    private final VersionRows rows;
    /** Under version 0. */
    private final Cache<Key, PolicyVersion> newest = Caffeine.newBuilder()
            .maximumWeight(MOST_READ)
            .weigher(KnownVersions::characters)
            .expireAfterWrite(LONGEST_BELIEF)
            .build();

    private final Cache<Key, PolicyVersion> superseded = Caffeine.newBuilder()
            .maximumWeight(MOST_READ)
            .weigher(KnownVersions::characters)
            .build();

    private final AtomicLong changes = new AtomicLong();

    KnownVersions(VersionRows rows) {
        this.rows = rows;
    }

    Optional<PolicyVersion> newest(String tenantId, String policyId) {
        Key key = new Key(tenantId, policyId, 0);
        PolicyVersion known = newest.getIfPresent(key);
        if (known != null) {
            return Optional.of(known);
        }
        long before = changes.get();
        Optional<PolicyVersion> found = rows.newest(tenantId, policyId);
        found.ifPresent(version -> newest.put(key, version));
        if (changes.get() != before) {
            newest.invalidate(key);
        }
        return found;
    }

    /** Any version. */
    Optional<PolicyVersion> find(String tenantId, String policyId, int version) {
        Key key = new Key(tenantId, policyId, version);
        PolicyVersion known = superseded.getIfPresent(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<PolicyVersion> found = rows.find(tenantId, policyId, version);
        // a superseded version stays one; the newest may not
        found.filter(read -> read.status() == PolicyStatus.SUPERSEDED).ifPresent(read -> superseded.put(key, read));
        return found;
    }

    /** What was read before a change must not be believed after it, nor what is being read right now. */
    void forgetNewest() {
        changes.incrementAndGet();
        newest.invalidateAll();
    }

    private static int characters(Key key, PolicyVersion version) {
        return version.source().length() + version.canonical().length();
    }
}
