package com.tracemem.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes an empty installation usable: a tenant, its owner, and an agent with a key. The file with the credentials is
 * on disk before the database commits, so a crash leaves at worst a file that the next start replaces, never a
 * tenant whose credentials nobody knows.
 */
public final class FirstRun {
    private static final String ADMIN_EMAIL = "admin@localhost";
    private static final int PASSWORD_BYTES = 18;

    /** Any number, the same on every node: who holds it makes the tenant, who waits for it finds it made. */
    private static final long ADVISORY_LOCK = 0x7472_6163_656d_656dL;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Tenants tenants;
    private final Users users;
    private final Agents agents;
    private final AgentKeys keys;
    private final Clock clock;

    /** How it ended. */
    public sealed interface Outcome {
        /** This start made the tenant; the file tells the way in. */
        record Created(Path file, FirstRunFile content) implements Outcome {}

        /** There was a tenant already, from an earlier start or from another node. */
        record AlreadyDone() implements Outcome {}
    }

    public FirstRun(DataSource dataSource, Tenants tenants, Users users, Agents agents, AgentKeys keys, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.tenants = tenants;
        this.users = users;
        this.agents = agents;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Does it unless a tenant exists.
     *
     * @param baseUrl what the file tells as the server's address
     */
    public Outcome run(Path dataDirectory, String baseUrl) {
        if (anyTenant()) {
            return new Outcome.AlreadyDone();
        }
        Outcome outcome = transaction.execute(status -> createLocked(dataDirectory, baseUrl));
        return outcome == null ? new Outcome.AlreadyDone() : outcome;
    }

    private Outcome createLocked(Path dataDirectory, String baseUrl) {
        jdbc.sql("select 1 from (select pg_advisory_xact_lock(?)) as locked")
                .param(ADVISORY_LOCK)
                .query(Integer.class)
                .single();
        if (anyTenant()) {
            return new Outcome.AlreadyDone();
        }
        String password = password();
        String tenantId = tenants.create("default").tenantId();
        users.create(tenantId, ADMIN_EMAIL, "Administrator", Role.OWNER, password);
        String agentId = agents.create(tenantId, "first-agent", null, AgentPermissions.everything())
                .agentId();
        String apiKey = keys.create(tenantId, agentId, "first key", null)
                .orElseThrow(() -> new IllegalStateException("The first agent vanished while it was made"))
                .apiKey();
        FirstRunFile content = new FirstRunFile(baseUrl, tenantId, ADMIN_EMAIL, password, agentId, apiKey);
        try {
            return new Outcome.Created(content.write(dataDirectory, clock.instant()), content);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The credentials of the new tenant could not be written to %s, so no tenant was made. "
                                    .formatted(dataDirectory.resolve(FirstRunFile.NAME))
                            + "Make the directory writable for this user and start again.",
                    e);
        }
    }

    private boolean anyTenant() {
        return jdbc.sql("select exists (select 1 from tenant)")
                .query(Boolean.class)
                .single();
    }

    private static String password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
