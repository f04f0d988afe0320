package com.tracemem.approval;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.decision.CloseAction;
import com.tracemem.decision.ClosingStep;
import com.tracemem.decision.Decision;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Questions to humans and their answers.
 *
 * <p>An approval exists from the moment its transaction commits, together with the messages that carry it. However many
 * answers arrive, one wins. An agent can ask and wait; no method here lets it answer.
 */
public final class Approvals {
    private static final Logger LOG = LoggerFactory.getLogger(Approvals.class);
    private static final int LARGEST_SWEEP = 200;
    private static final int MOST_ADDRESSES = 10_000;

    private final Ledger ledger;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final InstantSource clock;
    private final Cache<Key, Addressed> addresses =
            Caffeine.newBuilder().maximumSize(MOST_ADDRESSES).build();

    public Approvals(Ledger ledger, JdbcClient jdbc, Ids ids, InstantSource clock) {
        this.ledger = ledger;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
    }

    /** What happens to a pending question when its agent ends the decision: it is withdrawn. */
    public static ClosingStep withdrawOnClose() {
        return new ClosingStep() {
            @Override
            public void closing(Decision decision, CloseAction action, Actor actor, Batch batch) {
                batch.rows(ApprovalRows.class)
                        .pending(decision.key())
                        .ifPresent(pending -> Resolution.cancel(batch, pending, actor));
            }
        };
    }

    /**
     * Asks a human over the route that the request names, else that of the newest exception whose policy names one, else
     * the tenant's default route. One request covers every exception that is pending, under the strictest of their terms.
     */
    public Outcome<Approval> request(AgentPrincipal agent, ApprovalRequest request) {
        if (!agent.permissions().requestApprovals()) {
            return Outcome.refused(
                    Refusal.Code.PERMISSION_DENIED,
                    "Permission denied: agent does not have permission to request approvals");
        }
        DecisionKey decision = new DecisionKey(agent.tenantId(), request.decisionId());
        Outcome<Approval> asked = ledger.execute(new RequestApproval(
                decision,
                agent,
                request,
                ids.next(Ids.Prefix.APPROVAL),
                new ApprovalRows.Fingerprint(request.digest(), request.idempotencyKey())));
        if (asked instanceof Outcome.Done<Approval>(Approval approval)) {
            addresses.put(
                    new Key(approval.tenantId(), approval.approvalId()),
                    new Addressed(approval.decision(), approval.integrationId()));
        }
        return asked;
    }

    private record Key(String tenantId, String approvalId) {}

    /** What an approval is about and where it was sent; that never changes. */
    private record Addressed(DecisionKey decision, String integrationId) {}

    public Answered answer(Answer answer) {
        Optional<Addressed> addressed = addressed(new Key(answer.tenantId(), answer.approvalId()));
        InboundMessage message = answer.message();
        boolean reachable = addressed.isPresent()
                && (message == null
                        || message.integrationId().equals(addressed.get().integrationId()));
        if (!reachable) {
            return new Answered.UnknownApproval();
        }
        return done(ledger.execute(new AnswerApproval(addressed.get().decision(), answer)));
    }

    private Optional<Addressed> addressed(Key key) {
        Addressed known = addresses.getIfPresent(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Addressed> found = find(key.tenantId(), key.approvalId())
                .map(approval -> new Addressed(approval.decision(), approval.integrationId()));
        found.ifPresent(address -> addresses.put(key, address));
        return found;
    }

    /** For commands that answer every refusal themselves; what is left is an overloaded server. */
    static <R> R done(Outcome<R> outcome) {
        return switch (outcome) {
            case Outcome.Done<R> done -> done.value();
            case Outcome.Refused<R> refused ->
                throw new OverloadedException(refused.refusal().sentence());
        };
    }

    public Optional<Approval> find(String tenantId, String approvalId) {
        return jdbc.sql("select " + ApprovalTable.COLUMNS
                        + "from approval a where a.tenant_id = :tenant and a.approval_id = :approval")
                .param("tenant", tenantId)
                .param("approval", approvalId)
                .query((row, n) -> ApprovalTable.read(row))
                .optional();
    }

    /** The newest approval of a decision. */
    public Optional<Approval> newest(DecisionKey decision) {
        return jdbc.sql("select " + ApprovalTable.COLUMNS + """
                        from approval a where a.tenant_id = :tenant and a.decision_id = :decision
                        order by a.decision_seq desc limit 1
                        """)
                .param("tenant", decision.tenantId())
                .param("decision", decision.decisionId())
                .query((row, n) -> ApprovalTable.read(row))
                .optional();
    }

    /**
     * Ends an approval whose time is over, although the timer has not met it yet.
     *
     * @return whether it was ended by this call, and with it perhaps its decision
     */
    public boolean settle(Approval approval) {
        return approval.isDue(clock.instant())
                && expires(new ExpireApproval(approval.decision(), approval.approvalId()));
    }

    /** Newest first; the sort key is the approval id. */
    public Page<Approval> list(String tenantId, @Nullable ApprovalStatus status, PageRequest page) {
        List<Approval> rows = jdbc.sql("select " + ApprovalTable.COLUMNS + """
                        from approval a
                        where a.tenant_id = :tenant and (:status::text is null or a.status = :status)
                            and (:before::text is null or a.approval_id < :before)
                        order by a.approval_id desc limit :limit
                        """)
                .param("tenant", tenantId)
                .param("status", status == null ? null : status.wireName())
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query((row, n) -> ApprovalTable.read(row))
                .list();
        return Page.of(rows, page, approval -> Cursor.of(approval.approvalId()));
    }

    /**
     * Ends the approvals whose time is over.
     *
     * @return how many; call again at once when it was many
     */
    public int expireDue() {
        List<ExpireApproval> due = jdbc.sql("""
                        select tenant_id, decision_id, approval_id from approval
                        where status = 'pending' and expires_at <= :now order by expires_at limit :limit
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("limit", LARGEST_SWEEP)
                .query((row, n) -> new ExpireApproval(
                        new DecisionKey(row.getString("tenant_id"), row.getString("decision_id")),
                        row.getString("approval_id")))
                .list();
        return (int) due.stream().filter(this::expires).count();
    }

    /** One approval that cannot be ended must not keep the others waiting. */
    private boolean expires(ExpireApproval command) {
        try {
            return done(ledger.execute(command));
        } catch (RuntimeException failed) {
            LOG.warn("Approval {} is due but could not be ended; it is tried again", command.approvalId(), failed);
            return false;
        }
    }

    /** Forgets messages that came in before a time at which their signatures were last accepted. */
    public void forgetMessages(Instant before) {
        jdbc.sql("delete from inbound_message where received_at < :before")
                .param("before", before.atOffset(ZoneOffset.UTC))
                .update();
    }
}
