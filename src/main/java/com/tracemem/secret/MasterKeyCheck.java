package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whether master key and database belong together, and how a database changes to a new master key. */
public final class MasterKeyCheck {
    private static final Logger LOG = LoggerFactory.getLogger(MasterKeyCheck.class);
    private static final byte[] BOUND_TO = AssociatedData.of("master_key_check");
    private static final byte[] CANARY = "tracemem".getBytes(UTF_8);
    private static final int BATCH = 200;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final MasterKey masterKey;
    private final Clock clock;

    public MasterKeyCheck(DataSource dataSource, MasterKey masterKey, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.masterKey = masterKey;
        this.clock = clock;
    }

    /**
     * Proves at start that this master key opens what this database holds; a new database is marked as its own.
     *
     * @throws MasterKeyProblem when it is another database's key
     */
    public void verify() {
        Optional<byte[]> found = canary();
        if (found.isEmpty()) {
            jdbc.sql("""
                            insert into master_key_check (check_id, ciphertext, created_at) values (1, ?, ?)
                            on conflict do nothing""")
                    .params(masterKey.encrypt(CANARY, BOUND_TO), clock.instant().atOffset(ZoneOffset.UTC))
                    .update();
            found = canary();
        }
        try {
            byte[] opened = masterKey.decrypt(found.orElseThrow(), BOUND_TO);
            if (Arrays.equals(opened, CANARY)) {
                return;
            }
        } catch (GeneralSecurityException wrongKey) {
            LOG.debug("The master key does not open the check of this database");
        }
        throw new MasterKeyProblem(
                "This master key is not the one this database was set up with, so none of its stored "
                        + "secrets could be read. Start with the right TRACEMEM_MASTER_KEY, or with the master.key file from the "
                        + "data directory of the node that was started first. If that key is lost, the stored secrets are lost "
                        + "too: delete the rows of the tables secret and master_key_check, start, and enter the secrets again.");
    }

    /**
     * Encrypts under the first master key whatever is still under another one, in small transactions beside normal
     * work; afterwards the others are not needed any more. Sealed blobs are not changed: they end on their own.
     *
     * @return how many secrets were changed
     */
    public int reencrypt() {
        int changed = 0;
        int inBatch;
        do {
            Integer done = transaction.execute(status -> reencryptBatch());
            inBatch = done == null ? 0 : done;
            changed += inBatch;
        } while (inBatch > 0);
        Integer late = transaction.execute(status -> finish());
        return changed + (late == null ? 0 : late);
    }

    /**
     * Moves the check to the first key, last, so that a start without the old key fails for as long as a secret needs it.
     * Whoever stores a secret locks the check and takes its key, so what is found now is all there will ever be.
     */
    private int finish() {
        Optional<byte[]> check = jdbc.sql("select ciphertext from master_key_check where check_id = 1 for update")
                .query((row, number) -> row.getBytes("ciphertext"))
                .optional();
        if (check.isEmpty() || isOfPrimary(check.get())) {
            return 0;
        }
        int late = 0;
        for (int inBatch = reencryptBatch(); inBatch > 0; inBatch = reencryptBatch()) {
            late += inBatch;
        }
        jdbc.sql("update master_key_check set ciphertext = ?, created_at = ? where check_id = 1")
                .params(masterKey.encrypt(CANARY, BOUND_TO), clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        return late;
    }

    /** Since when the database is under its key. */
    public Optional<Instant> changedAt() {
        return jdbc.sql("select created_at from master_key_check where check_id = 1")
                .query((row, number) -> row.getTimestamp("created_at").toInstant())
                .optional();
    }

    /** Whether everything stored is under the first key, so that the others can go. */
    public boolean isFinished() {
        boolean left = jdbc.sql("""
                        select exists (select 1 from secret where substring(ciphertext from 1 for :length) <> :prefix)""")
                .param("length", MasterKey.PREFIX_BYTES)
                .param("prefix", masterKey.primaryPrefix())
                .query(Boolean.class)
                .single();
        return !left && isOfPrimary(canary().orElse(new byte[0]));
    }

    /**
     * With several master keys, {@link #reencrypt}s beside normal work and says in the log when the others are not needed
     * any more; with one, does nothing.
     *
     * @return the thread that does it; has ended when there is nothing to do
     */
    public Thread finishChange() {
        Thread.Builder thread = Thread.ofVirtual().name("master-key-change");
        return thread.start(masterKey.isChanging() ? this::reencryptSafely : () -> {});
    }

    private void reencryptSafely() {
        try {
            LOG.info(
                    "{} secrets were encrypted anew. Everything stored is under the first master key; once every node was "
                            + "started with it first, the others can be left out",
                    reencrypt());
        } catch (SecretUnreadable unreadable) {
            LOG.error("{}", unreadable.getMessage());
        } catch (RuntimeException failed) {
            LOG.warn("The change of the master key could not be finished; the next start tries again", failed);
        }
    }

    /** Leaves out what somebody is about to change; {@link #finish} waits for them. */
    private int reencryptBatch() {
        List<StoredSecret> rows = jdbc.sql("""
                        select tenant_id, owner_id, name, version, ciphertext from secret
                        where substring(ciphertext from 1 for :length) <> :prefix
                        order by tenant_id, owner_id, name, version limit :batch for update skip locked""")
                .param("length", MasterKey.PREFIX_BYTES)
                .param("prefix", masterKey.primaryPrefix())
                .param("batch", BATCH)
                .query(StoredSecret::of)
                .list();
        for (StoredSecret row : rows) {
            jdbc.sql("""
                            update secret set ciphertext = ?
                            where tenant_id = ? and owner_id = ? and name = ? and version = ?""")
                    .params(reencrypted(row), row.tenantId(), row.ownerId(), row.name(), row.version())
                    .update();
        }
        return rows.size();
    }

    private byte[] reencrypted(StoredSecret row) {
        try {
            return masterKey.encrypt(row.open(masterKey), row.associatedData());
        } catch (GeneralSecurityException unreadable) {
            throw new SecretUnreadable(("The %s does not open, so the change of the master key "
                            + "stopped before it. Store that secret again or delete it; the old key stays needed until "
                            + "then.")
                    .formatted(row));
        }
    }

    private boolean isOfPrimary(byte[] ciphertext) {
        byte[] prefix = masterKey.primaryPrefix();
        return ciphertext.length > prefix.length
                && Arrays.equals(ciphertext, 0, prefix.length, prefix, 0, prefix.length);
    }

    private Optional<byte[]> canary() {
        return jdbc.sql("select ciphertext from master_key_check where check_id = 1")
                .query((row, number) -> row.getBytes("ciphertext"))
                .optional();
    }
}
