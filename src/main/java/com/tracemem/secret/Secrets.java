package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The secrets of integrations and connectors, by owner and name, in versions. A call made within a transaction takes
 * part in it, so that a configuration and its secrets appear together.
 */
public final class Secrets {
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final MasterKey masterKey;
    private final Clock clock;

    public Secrets(DataSource dataSource, MasterKey masterKey, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.masterKey = masterKey;
        this.clock = clock;
    }

    /** Stores a secret; an older one of this name ends at once. */
    public void store(String tenantId, String ownerId, String name, SecretValue value) {
        rotate(tenantId, ownerId, name, value, Duration.ZERO);
    }

    /**
     * Puts a new secret in the place of the old one.
     *
     * @param gracePeriod for how long the old one still verifies; zero ends it at once
     */
    public void rotate(String tenantId, String ownerId, String name, SecretValue value, Duration gracePeriod) {
        if (gracePeriod.isNegative()) {
            throw new IllegalArgumentException("The grace period is %s; give zero or more".formatted(gracePeriod));
        }
        transaction.executeWithoutResult(status -> {
            Optional<byte[]> ignored = lockedCheck();
            // one rotation of a secret after the other; a first one has no row that could be locked instead
            jdbc.sql("select 1 from (select pg_advisory_xact_lock(hashtextextended(?, 0))) as locked")
                    .param(String.join("/", "secret", tenantId, ownerId, name))
                    .query(Integer.class)
                    .single();
            int version = 1 + newestVersion(tenantId, ownerId, name);
            retireOlder(tenantId, ownerId, name, gracePeriod);
            insert(tenantId, ownerId, name, version, value);
        });
    }

    private int newestVersion(String tenantId, String ownerId, String name) {
        return jdbc.sql("""
                        select coalesce(max(version), 0) from secret
                        where tenant_id = ? and owner_id = ? and name = ?""")
                .params(tenantId, ownerId, name)
                .query((row, number) -> row.getInt(1))
                .single();
    }

    private void retireOlder(String tenantId, String ownerId, String name, Duration gracePeriod) {
        Instant now = clock.instant();
        jdbc.sql("""
                        update secret set valid_until = least(valid_until, :until)
                        where tenant_id = :tenant and owner_id = :owner and name = :name""")
                .param("until", utc(now.plus(gracePeriod)))
                .param("tenant", tenantId)
                .param("owner", ownerId)
                .param("name", name)
                .update();
        jdbc.sql("""
                        delete from secret
                        where tenant_id = :tenant and owner_id = :owner and name = :name and valid_until <= :now""")
                .param("tenant", tenantId)
                .param("owner", ownerId)
                .param("name", name)
                .param("now", utc(now))
                .update();
    }

    private void insert(String tenantId, String ownerId, String name, int version, SecretValue value) {
        byte[] plaintext = value.reveal(SecretAccess.granted()).getBytes(UTF_8);
        byte[] associatedData = StoredSecret.associatedData(tenantId, ownerId, name, version);
        jdbc.sql("""
                        insert into secret (tenant_id, owner_id, name, version, ciphertext, created_at)
                        values (?, ?, ?, ?, ?, ?)""")
                .params(tenantId, ownerId, name, version)
                .params(encrypted(plaintext, associatedData), utc(clock.instant()))
                .update();
    }

    /**
     * The check of the database's key, which a change of the master key cannot move on before this transaction ends: after
     * the change, nothing is under the old key. Locked before any secret is, as the change does.
     */
    private Optional<byte[]> lockedCheck() {
        return jdbc.sql("select ciphertext from master_key_check where check_id = 1 for share")
                .query((row, number) -> row.getBytes("ciphertext"))
                .optional();
    }

    private byte[] encrypted(byte[] plaintext, byte[] associatedData) {
        return lockedCheck()
                .map(check -> masterKey.encryptAs(check, plaintext, associatedData))
                .orElseGet(() -> masterKey.encrypt(plaintext, associatedData));
    }

    /**
     * The secret to use now: the newest.
     *
     * @throws SecretUnreadable when it was tampered with or its master key is gone
     */
    public Optional<SecretValue> current(String tenantId, String ownerId, String name) {
        return valid(tenantId, ownerId, name, clock.instant()).stream().findFirst();
    }

    /**
     * All that verify at a time, newest first.
     *
     * @throws SecretUnreadable when one was tampered with or its master key is gone
     */
    public List<SecretValue> valid(String tenantId, String ownerId, String name, Instant now) {
        return jdbc.sql("""
                        select tenant_id, owner_id, name, version, ciphertext from secret
                        where tenant_id = ? and owner_id = ? and name = ? and (valid_until is null or valid_until > ?)
                        order by version desc""").params(tenantId, ownerId, name, utc(now)).query(StoredSecret::of).list().stream()
                .map(this::open)
                .toList();
    }

    /**
     * All that verify now, of many owners in one query: by owner, by name, newest first.
     *
     * @throws SecretUnreadable when one was tampered with or its master key is gone
     */
    public Map<String, Map<String, List<SecretValue>>> validOf(String tenantId, Collection<String> ownerIds) {
        Map<String, Map<String, List<SecretValue>>> byOwner = new LinkedHashMap<>();
        List<StoredSecret> rows = jdbc.sql("""
                        select tenant_id, owner_id, name, version, ciphertext from secret
                        where tenant_id = ? and owner_id = any (?) and (valid_until is null or valid_until > ?)
                        order by owner_id, name, version desc""")
                .params(tenantId, ownerIds.toArray(String[]::new), utc(clock.instant()))
                .query(StoredSecret::of)
                .list();
        for (StoredSecret row : rows) {
            byOwner.computeIfAbsent(row.ownerId(), owner -> new LinkedHashMap<>())
                    .computeIfAbsent(row.name(), name -> new ArrayList<>())
                    .add(open(row));
        }
        return byOwner;
    }

    /** The names under which something is stored: all that may be told about a secret. */
    public Set<String> stored(String tenantId, String ownerId) {
        return stored(tenantId, List.of(ownerId)).getOrDefault(ownerId, Set.of());
    }

    /** {@link #stored(String, String)} of many owners in one query; an owner without secrets is not in it. */
    public Map<String, Set<String>> stored(String tenantId, Collection<String> ownerIds) {
        Map<String, Set<String>> names = new LinkedHashMap<>();
        jdbc.sql("select distinct owner_id, name from secret where tenant_id = ? and owner_id = any (?)")
                .params(tenantId, ownerIds.toArray(String[]::new))
                .query(row -> {
                    names.computeIfAbsent(row.getString("owner_id"), owner -> new TreeSet<>())
                            .add(row.getString("name"));
                });
        return names;
    }

    /** Deletes every secret of an owner. */
    public void deleteAll(String tenantId, String ownerId) {
        transaction.executeWithoutResult(status -> {
            Optional<byte[]> ignored = lockedCheck();
            jdbc.sql("delete from secret where tenant_id = ? and owner_id = ?")
                    .params(tenantId, ownerId)
                    .update();
        });
    }

    /** Deletes every version of one secret. */
    public void delete(String tenantId, String ownerId, String name) {
        transaction.executeWithoutResult(status -> {
            Optional<byte[]> ignored = lockedCheck();
            jdbc.sql("delete from secret where tenant_id = ? and owner_id = ? and name = ?")
                    .params(tenantId, ownerId, name)
                    .update();
        });
    }

    private SecretValue open(StoredSecret row) {
        try {
            return SecretValue.of(new String(row.open(masterKey), UTF_8));
        } catch (GeneralSecurityException unreadable) {
            throw new SecretUnreadable(("The %s does not open: its row was changed or copied, "
                            + "or its master key is no longer given. Store the secret again, or add the key it was "
                            + "stored under to TRACEMEM_MASTER_KEY.")
                    .formatted(row));
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
