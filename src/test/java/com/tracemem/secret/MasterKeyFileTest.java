package com.tracemem.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyFileTest {
    @TempDir
    private Path data;

    @Test
    void makesAKeyOnceForItsOwnerAlone() throws IOException {
        Path directory = data.resolve("new");
        byte[] derived = MasterKeyFile.loadOrCreate(directory).derive("test", 32);
        Path file = directory.resolve("master.key");
        String written = Files.readString(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(MasterKeyFile.loadOrCreate(directory).derive("test", 32)).isEqualTo(derived);
        assertThat(Files.readString(file)).isEqualTo(written);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aCrashWhileItWasMadeDoesNoHarm() throws IOException {
        Files.writeString(data.resolve("master.key." + ProcessHandle.current().pid() + ".new"), "half");

        MasterKeyFile.loadOrCreate(data);

        assertThat(data.resolve("master.key")).exists();
    }

    @Test
    void refusesAFileOthersMayRead() throws IOException {
        MasterKeyFile.loadOrCreate(data);
        Path file = data.resolve("master.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> MasterKeyFile.loadOrCreate(data))
                .isInstanceOf(MasterKeyProblem.class)
                .hasMessageContaining("chmod 600 " + file);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        MasterKeyFile.loadOrCreate(data);
    }

    @Test
    void neverReplacesAFileItCannotUse() throws IOException {
        Path file = Files.writeString(data.resolve("master.key"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> MasterKeyFile.loadOrCreate(data))
                .isInstanceOf(MasterKeyProblem.class)
                .hasMessageContaining(file.toString());

        assertThat(file).isEmptyFile();
    }
}
