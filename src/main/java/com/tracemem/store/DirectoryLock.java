package com.tracemem.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on one data directory. The operating system holds it, so it ends with the process, however that
 * ends.
 */
final class DirectoryLock implements AutoCloseable {
    /**
     * Closing any descriptor of a locked file drops this process's lock on it, so a second attempt inside this process
     * must be refused before it opens the file.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** @throws DataDirectoryInUseException when this or another process holds the directory */
    static DirectoryLock acquire(Path dataDirectory) throws IOException {
        Path directory = dataDirectory.toRealPath();
        if (!HELD_HERE.add(directory)) {
            throw new DataDirectoryInUseException(
                    directory, OptionalLong.of(ProcessHandle.current().pid()));
        }
        Path file = directory.resolve("lock");
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            if (lock == null) {
                throw new DataDirectoryInUseException(directory, holder(file));
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            return new DirectoryLock(directory, channel);
        } finally {
            if (lock == null) {
                closeQuietly(channel);
                HELD_HERE.remove(directory);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            channel.truncate(0);
        } finally {
            HELD_HERE.remove(directory);
        }
    }

    private static OptionalLong holder(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
