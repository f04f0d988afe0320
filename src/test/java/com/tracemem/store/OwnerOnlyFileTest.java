package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyFileTest {
    @TempDir
    private Path directory;

    @Test
    void replacesWholeAndKeepsOthersOut() throws IOException {
        Path file = directory.resolve("secret");
        Files.writeString(file, "open to others");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        OwnerOnlyFile.replace(file, "ünicode");

        assertThat(file).hasContent("ünicode");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactly("secret");
    }

    @Test
    void makesAFileOnceAndNeverOverwritesIt() throws IOException {
        Path file = directory.resolve("key");

        assertThat(OwnerOnlyFile.create(file, "first")).isTrue();
        assertThat(OwnerOnlyFile.create(file, "second")).isFalse();

        assertThat(file).hasContent("first");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactly("key");
    }
}
