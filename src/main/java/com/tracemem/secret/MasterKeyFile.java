package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.tracemem.store.OwnerOnlyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The master key in a file of the data directory, for installations that give none in the environment. */
public final class MasterKeyFile {
    /** The file's name in the data directory. */
    public static final String NAME = "master.key";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private MasterKeyFile() {}

    /**
     * Reads {@code master.key}; on the first start makes it, readable and writable by its owner alone. An
     * existing file is never written to.
     *
     * @throws MasterKeyProblem when others may read the file, or it does not hold a key
     */
    public static MasterKey loadOrCreate(Path dataDirectory) {
        Path file = dataDirectory.resolve(NAME);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(dataDirectory);
                create(file);
            }
        } catch (IOException e) {
            throw unusable(file, dataDirectory, e);
        }
        return load(dataDirectory).rereading(() -> load(dataDirectory));
    }

    /** Reads {@code master.key} as it is now. */
    static MasterKey load(Path dataDirectory) {
        return MasterKey.parse(text(dataDirectory), dataDirectory.resolve(NAME).toString());
    }

    private static String text(Path dataDirectory) {
        Path file = dataDirectory.resolve(NAME);
        try {
            refuseWhenOthersMayRead(file);
            return Files.readString(file, US_ASCII);
        } catch (IOException e) {
            throw unusable(file, dataDirectory, e);
        }
    }

    /**
     * Puts a new key before those that are there, unless two are there already: a change that was begun is finished first.
     *
     * @return whether a key was made
     */
    public static boolean addKey(Path dataDirectory) {
        if (load(dataDirectory).isChanging()) {
            return false;
        }
        replace(dataDirectory, newKey() + "\n" + text(dataDirectory).strip() + "\n");
        return true;
    }

    /** Leaves the first key alone in the file. */
    public static void keepFirst(Path dataDirectory) {
        replace(
                dataDirectory,
                text(dataDirectory).strip().split("[,\\r\\n]+", 2)[0].strip() + "\n");
    }

    private static void replace(Path dataDirectory, String text) {
        Path file = dataDirectory.resolve(NAME);
        try {
            OwnerOnlyFile.replace(file, text);
        } catch (IOException e) {
            throw unusable(file, dataDirectory, e);
        }
    }

    private static UncheckedIOException unusable(Path file, Path dataDirectory, IOException cause) {
        return new UncheckedIOException(
                "The master key %s could not be read or made. Check that this user may write to %s."
                        .formatted(file, dataDirectory),
                cause);
    }

    /** When another process was faster, its key is the one; ours was never used. */
    private static void create(Path file) throws IOException {
        boolean ignored = OwnerOnlyFile.create(file, newKey() + "\n");
    }

    private static String newKey() {
        byte[] key = new byte[MasterKey.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static void refuseWhenOthersMayRead(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new MasterKeyProblem(
                    ("%s is open to other users of this machine (%s), so the secrets under it may be "
                                    + "known. Close it with: chmod 600 %s")
                            .formatted(file, PosixFilePermissions.toString(permissions), file));
        }
    }
}
