package com.tracemem.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;

/**
 * Writes files that only their owner may read, from the moment they exist (mode 0600 where the file system knows modes).
 * A file is there whole and on disk, or as it was before.
 */
public final class OwnerOnlyFile {
    private OwnerOnlyFile() {}

    /** Writes the file, in place of one that is there. */
    public static void replace(Path file, String text) throws IOException {
        replace(file, text, new RunAs.Self());
    }

    /** As {@link #replace(Path, String)}; {@code owner} owns the file. */
    static void replace(Path file, String text, RunAs owner) throws IOException {
        Path beside = beside(file, text);
        try {
            owner.own(beside);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
        force(directory(file));
    }

    /** Writes the file unless there is one; gives whether it did. */
    public static boolean create(Path file, String text) throws IOException {
        Path beside = beside(file, text);
        try {
            Files.createLink(file, beside);
        } catch (FileAlreadyExistsException anotherWasFaster) {
            return false;
        } finally {
            Files.deleteIfExists(beside);
        }
        force(directory(file));
        return true;
    }

    private static Path beside(Path file, String text) throws IOException {
        Path directory = directory(file);
        boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path beside = Files.createTempFile(directory, file.getFileName() + ".tmp-", "", ownerOnly);
        try (FileChannel channel = FileChannel.open(beside, EnumSet.of(StandardOpenOption.WRITE))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return beside;
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "A file lies in a directory");
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
