package com.tracemem.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The embedded PostgreSQL of a server in another process, from outside: the product's database and the sample store. */
final class DemoPostgres {
    static final String OWN = "tracemem";
    static final String STORE = "tracemem_sample_store";

    private DemoPostgres() {}

    static DataSource dataSource(Path dataDirectory, String database) throws IOException {
        List<String> postmaster = Files.readAllLines(dataDirectory.resolve("postgres/data/postmaster.pid"));
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:" + postmaster.get(3).strip() + "/" + database);
        source.setUser("tracemem");
        source.setPassword(
                Files.readString(dataDirectory.resolve("postgres/password")).strip());
        return source;
    }

    static JdbcClient jdbc(Path dataDirectory, String database) throws IOException {
        return JdbcClient.create(dataSource(dataDirectory, database));
    }
}
