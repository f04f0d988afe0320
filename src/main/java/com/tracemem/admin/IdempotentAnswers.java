package com.tracemem.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tracemem.secret.Seals;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Answers of calls that carried an idempotency key, kept for a day and encrypted, because one may hold a secret that
 * is shown once. A call's effects and its kept answer are one transaction, so a crash leaves both or neither; the same
 * call at the same time waits for the first and gets its answer.
 */
final class IdempotentAnswers {
    private static final Duration KEPT = Duration.ofHours(24);

    private final JdbcClient jdbc;
    private final JdbcTransactionManager transactions;
    private final Seals seals;
    private final Clock clock;

    IdempotentAnswers(DataSource dataSource, Seals seals, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transactions = new JdbcTransactionManager(dataSource);
        this.seals = seals;
        this.clock = clock;
    }

    /** Names a call: the tenant, who made it, and the key that the caller gave it. */
    record Key(String tenantId, String callerId, String text) {
        String purpose() {
            return "answer/" + callerId + "/" + text;
        }
    }

    /**
     * What a call was answered with.
     *
     * @param body JSON, or empty
     */
    record Answer(int status, String body) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /** How a call with a key ended. */
    sealed interface Ending {
        /** It was carried out now; only a success is kept. */
        record CarriedOut() implements Ending {}

        /** It was carried out before, with this answer. */
        record CarriedOutBefore(Answer answer) implements Ending {}

        /** The key belongs to another call. */
        record OtherCall() implements Ending {}

        /** The same call is still being carried out. */
        record StillRunning() implements Ending {}

        /** It was carried out before, but its answer cannot be decrypted any more. */
        record AnswerLost() implements Ending {}
    }

    /** Carries a call out. */
    @FunctionalInterface
    interface Call {
        Answer run() throws Exception;
    }

    /**
     * Carries a call out unless it was before.
     *
     * @param digest of everything that the call says
     */
    Ending once(Key key, byte[] digest, Call call) throws Exception {
        TransactionStatus transaction = transactions.getTransaction(new DefaultTransactionDefinition());
        try {
            Ending ending = claim(key, digest) ? carryOut(key, call, transaction) : before(key, digest);
            if (transaction.isRollbackOnly()) {
                transactions.rollback(transaction);
            } else {
                transactions.commit(transaction);
            }
            return ending;
        } catch (PessimisticLockingFailureException stillRunning) {
            transactions.rollback(transaction);
            return new Ending.StillRunning();
        } finally {
            if (!transaction.isCompleted()) {
                transactions.rollback(transaction);
            }
        }
    }

    /** Waits for whoever claimed the key at the same time. */
    private boolean claim(Key key, byte[] digest) {
        jdbc.sql("set local lock_timeout = '10s'").update();
        jdbc.sql("delete from idempotent_answer where tenant_id = ? and caller_id = ? and created_at < ?")
                .params(key.tenantId(), key.callerId(), utc().minus(KEPT))
                .update();
        int claimed = jdbc.sql("""
                        insert into idempotent_answer
                            (tenant_id, caller_id, idempotency_key, request_digest, status, answer, created_at)
                        values (?, ?, ?, ?, 0, ''::bytea, ?)
                        on conflict do nothing""")
                .params(key.tenantId(), key.callerId(), key.text(), digest, utc())
                .update();
        jdbc.sql("set local lock_timeout to default").update();
        return claimed == 1;
    }

    private Ending carryOut(Key key, Call call, TransactionStatus transaction) throws Exception {
        Answer answer = call.run();
        if (!answer.isSuccess()) {
            transaction.setRollbackOnly();
            return new Ending.CarriedOut();
        }
        jdbc.sql("""
                        update idempotent_answer set status = ?, answer = ?
                        where tenant_id = ? and caller_id = ? and idempotency_key = ?""")
                .params(
                        answer.status(),
                        seals.seal(key.tenantId(), key.purpose(), answer.body().getBytes(UTF_8)))
                .params(key.tenantId(), key.callerId(), key.text())
                .update();
        return new Ending.CarriedOut();
    }

    private Ending before(Key key, byte[] digest) {
        return jdbc.sql("""
                        select request_digest, status, answer from idempotent_answer
                        where tenant_id = ? and caller_id = ? and idempotency_key = ?""")
                .params(key.tenantId(), key.callerId(), key.text())
                .query((row, number) -> ending(key, digest, row))
                .optional()
                .orElse(new Ending.StillRunning());
    }

    private Ending ending(Key key, byte[] digest, ResultSet row) throws SQLException {
        if (!MessageDigest.isEqual(row.getBytes("request_digest"), digest)) {
            return new Ending.OtherCall();
        }
        int status = row.getInt("status");
        return seals.open(key.tenantId(), key.purpose(), row.getBytes("answer"))
                .<Ending>map(body -> new Ending.CarriedOutBefore(new Answer(status, new String(body, UTF_8))))
                .orElse(new Ending.AnswerLost());
    }

    private OffsetDateTime utc() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
