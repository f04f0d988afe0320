package com.tracemem.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What arrived, kept in a file of JSON lines so that a restart shows it again: every change appends the whole entry,
 * and the last line of an approval wins. Holds the newest {@value #LIMIT} approvals.
 */
final class Inbox {
    static final int LIMIT = 200;

    private static final int LINES_PER_ENTRY = 4;

    private final Path file;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();
    private int lines;
    private long version = 1;

    Inbox(Path file, JsonMapper json, InstantSource clock) throws IOException {
        this.file = file;
        this.json = json;
        this.clock = clock;
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(this::restore);
            rewrite();
        }
    }

    /** Takes a verified event. False when this message was taken before, or is about no approval. */
    synchronized boolean take(String messageId, JsonNode event) {
        JsonNode data = event.path("data");
        String approvalId = data.path("approval_id").asString("");
        if (approvalId.isEmpty() || seen.contains(messageId)) {
            return false;
        }
        Entry entry = entries.getOrDefault(approvalId, Entry.of(approvalId, clock.instant()));
        switch (event.path("type").asString("")) {
            case "approval.requested" -> store(entry.withRequest(messageId, data));
            case "approval.resolved" -> store(entry.withResolution(messageId, data));
            default -> {
                return false;
            }
        }
        return true;
    }

    synchronized void update(String approvalId, UnaryOperator<Entry> change) {
        Entry entry = entries.get(approvalId);
        if (entry != null) {
            store(change.apply(entry));
        }
    }

    synchronized Optional<Entry> find(String approvalId) {
        return Optional.ofNullable(entries.get(approvalId));
    }

    /** Newest first, those that wait for an answer on top. */
    synchronized List<Entry> newestFirst() {
        List<Entry> newest = new ArrayList<>(entries.values()).reversed();
        List<Entry> sorted = new ArrayList<>(newest.size());
        newest.stream().filter(Entry::isPending).forEach(sorted::add);
        newest.stream().filter(entry -> !entry.isPending()).forEach(sorted::add);
        return sorted;
    }

    /** Grows with every change. */
    synchronized long version() {
        return version;
    }

    /** Waits until something differs from {@code seenVersion}, at most this long. */
    synchronized void awaitChange(long seenVersion, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (version == seenVersion) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    private void store(Entry entry) {
        put(entry);
        try {
            Files.writeString(
                    file,
                    json.writeValueAsString(entry) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            lines++;
            if (lines > LIMIT * LINES_PER_ENTRY) {
                rewrite();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("The sandbox cannot write " + file + ".", failure);
        }
        version++;
        notifyAll();
    }

    private void put(Entry entry) {
        entries.put(entry.approvalId(), entry);
        seen.addAll(entry.messageIds());
        if (entries.size() > LIMIT) {
            Entry oldest = entries.values().iterator().next();
            entries.remove(oldest.approvalId());
            oldest.messageIds().forEach(seen::remove);
        }
    }

    private void restore(String line) {
        try {
            put(json.readValue(line, Entry.class));
        } catch (JacksonException torn) {
            // The last line of a process that was killed while writing; the product sends such a message again.
        }
    }

    private void rewrite() throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(
                unfinished,
                entries.values().stream().map(json::writeValueAsString).toList(),
                StandardCharsets.UTF_8);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        lines = entries.size();
    }
}
