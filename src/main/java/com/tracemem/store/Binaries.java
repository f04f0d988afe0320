package com.tracemem.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the archive that the class path carries for this platform. */
record Binaries(Path directory) {
    private static final Map<String, String> MACHINES =
            Map.of("amd64", "x86_64", "x86_64", "x86_64", "aarch64", "arm_64", "arm64", "arm_64", "ppc64le", "ppc64le");

    Path initdb() {
        return directory.resolve("bin/initdb");
    }

    Path postgres() {
        return directory.resolve("bin/postgres");
    }

    /**
     * Unpacks below {@code parent}, once for each archive: the directory is named by the archive's checksum and appears
     * complete or not at all.
     */
    static Binaries unpack(Path parent) throws IOException {
        String name = archiveName();
        URL archive = Binaries.class.getResource("/" + name);
        if (archive == null) {
            throw new DatabaseUnavailableException("This build of TraceMem carries no PostgreSQL for this machine ("
                    + name + " is missing). Build it on this machine with ./tracemem, or set TRACEMEM_DATABASE_URL to"
                    + " an external PostgreSQL 15 or newer.");
        }
        Path target = parent.resolve("bin-" + fingerprint(archive));
        if (!Files.isDirectory(target)) {
            Path unfinished = Files.createTempDirectory(
                    parent,
                    "unpack.tmp-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            extract(archive, unfinished);
            try {
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException raced) {
                if (!Files.isDirectory(target)) {
                    throw raced;
                }
                Directories.deleteTree(unfinished);
            }
        }
        return new Binaries(target);
    }

    private static String archiveName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String family = system.contains("mac") ? "darwin" : system.contains("linux") ? "linux" : system;
        return "postgres-" + family + "-" + MACHINES.getOrDefault(machine, machine) + ".txz";
    }

    // The jar's directory knows size and checksum: no need to read the archive at every start.
    private static String fingerprint(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        if (connection instanceof JarURLConnection jar) {
            var entry = jar.getJarEntry();
            return Long.toHexString(entry.getCrc()) + "-" + Long.toHexString(entry.getSize());
        }
        return Long.toHexString(connection.getLastModified()) + "-"
                + Long.toHexString(connection.getContentLengthLong());
    }

    private static void extract(URL archive, Path into) throws IOException {
        try (InputStream raw = archive.openStream();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(raw, 1 << 16)))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                Path path = into.resolve(entry.getName()).normalize();
                if (!path.startsWith(into)) {
                    throw new IOException("The PostgreSQL archive names a path outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(parentOf(path));
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (!entry.getName().endsWith(".a")) { // no static libraries: nobody links against them here
                    Files.createDirectories(parentOf(path));
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static Path parentOf(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException("No directory above " + path);
        }
        return parent;
    }
}
