package com.tracemem.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How to reach the embedded PostgreSQL of a data directory. */
record PostgresAddress(int port, String database, String user, String password) {
    private static final int PORT_LINE = 3;

    static PostgresAddress read(Path dataDirectory) throws IOException {
        Path home = dataDirectory.resolve("postgres");
        String port = Files.readAllLines(home.resolve("data").resolve("postmaster.pid"))
                .get(PORT_LINE)
                .strip();
        String password = Files.readString(home.resolve("password")).strip();
        return new PostgresAddress(Integer.parseInt(port), "tracemem", "tracemem", password);
    }

    @Override
    public String toString() {
        return "PostgresAddress[" + port + "]";
    }
}
