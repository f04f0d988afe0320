package com.tracemem.approval;

import com.tracemem.store.Ids;
import com.tracemem.store.RoundTrip;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.Rows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The delivery rows of one batch: what is to be told to approvers, and what became of attempts to tell it. */
public final class DeliveryRows implements Rows {
    /** Signals on this channel say that there may be something to deliver. */
    public static final String CHANNEL = "delivery";

    /** What the row was when the attempt was reported. */
    record Leased(DeliveryState state, @Nullable String leaseToken) {}

    /** What the row becomes. */
    record Reported(
            DeliveryClaim claim,
            DeliveryState state,
            Instant nextAttemptAt,
            @Nullable String lastError,
            @Nullable String externalRef,
            @Nullable Instant finishedAt) {}

    /** @param mayWait whether the question may not have been sent yet */
    private record Message(Approval approval, DeliveryKind kind, boolean mayWait) {}

    private final Instant now;
    private final Ids ids;
    private final Map<String, Leased> leased = new HashMap<>();
    private final List<Message> requests = new ArrayList<>();
    private final List<Message> resolutions = new ArrayList<>();
    private final List<Reported> reports = new ArrayList<>();
    private final List<DeliveryCommand> retries = new ArrayList<>();

    public DeliveryRows(Instant now, Ids ids) {
        this.now = now;
        this.ids = ids;
    }

    @Override
    public void loadNext(RoundTrip trip, List<Command<?>> commands, Batch batch) throws SQLException {
        List<DeliveryCommand> mine = new ArrayList<>();
        for (Command<?> command : commands) {
            if (command instanceof DeliveryCommand about) {
                mine.add(about);
            }
        }
        if (mine.isEmpty()) {
            return;
        }
        trip.read(
                        """
                select d.delivery_id, d.status, d.lease_token
                from unnest(?::text[], ?::text[]) as k (tenant_id, delivery_id)
                join delivery d on d.tenant_id = k.tenant_id and d.delivery_id = k.delivery_id
                order by d.tenant_id, d.delivery_id for update of d
                """,
                        row -> leased.put(
                                row.getString("delivery_id"),
                                new Leased(
                                        DeliveryState.ofWireName(row.getString("status")),
                                        row.getString("lease_token"))))
                .texts(mine, DeliveryCommand::tenantId)
                .texts(mine, DeliveryCommand::deliveryId);
    }

    /** Asks the route's approvers. */
    void request(Approval approval, Batch batch) {
        requests.add(new Message(approval, DeliveryKind.REQUESTED, true));
        batch.signal(CHANNEL, "");
    }

    /**
     * Withdraws what was not sent yet and tells those who were asked how it ended.
     *
     * @param mayWait whether the question may not have been sent yet
     */
    void resolve(Approval approval, boolean mayWait, Batch batch) {
        DeliveryKind kind =
                approval.status() == ApprovalStatus.CANCELLED ? DeliveryKind.CANCELLED : DeliveryKind.RESOLVED;
        resolutions.add(new Message(approval, kind, mayWait));
        batch.signal(CHANNEL, "");
    }

    /** Whether the claim's worker still holds its lease; a worker that stalled past it has been succeeded. */
    boolean holds(DeliveryClaim claim) {
        return Optional.ofNullable(leased.get(claim.deliveryId()))
                .filter(row -> row.state() == DeliveryState.SENDING
                        && claim.leaseToken().equals(row.leaseToken()))
                .isPresent();
    }

    Optional<DeliveryState> state(String deliveryId) {
        return Optional.ofNullable(leased.get(deliveryId)).map(Leased::state);
    }

    /** Makes a message due that was given up on; its attempts count anew. */
    void retry(DeliveryCommand command, Batch batch) {
        retries.add(command);
        leased.put(command.deliveryId(), new Leased(DeliveryState.PENDING, null));
        batch.signal(CHANNEL, "");
    }

    void report(Reported reported, Batch batch) {
        reports.add(reported);
        leased.put(reported.claim().deliveryId(), new Leased(reported.state(), null));
        // what comes after this message, or this message again, may be due now
        batch.signal(CHANNEL, "");
    }

    @Override
    public void save(RoundTrip trip) throws SQLException {
        if (!reports.isEmpty()) {
            updateReported(trip);
        }
        if (!retries.isEmpty()) {
            updateRetried(trip);
        }
        if (!requests.isEmpty() || !resolutions.isEmpty()) {
            insertRequests(trip);
            noteNotCarried(trip);
            cancelUnsent(trip);
            insertResolutions(trip);
        }
    }

    private void insertRequests(RoundTrip trip) throws SQLException {
        setMessages(trip.write("""
                insert into delivery (tenant_id, delivery_id, approval_id, decision_id, integration_id, kind, status,
                    sequence, next_attempt_at, created_at)
                select n.tenant_id, n.delivery_id, n.approval_id, n.decision_id, n.integration_id, n.kind,
                    case when i.status = 'disabled' then 'parked' else 'pending' end, n.sequence, ?, ?
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[])
                    as n (tenant_id, delivery_id, approval_id, decision_id, integration_id, kind, sequence)
                join integration i on i.tenant_id = n.tenant_id and i.integration_id = n.integration_id
                where n.kind = any(i.carries)
                """), requests);
    }

    /** What the integration does not carry will never be sent. */
    private void noteNotCarried(RoundTrip trip) throws SQLException {
        trip.write("""
                update approval a set delivery_status = 'not_sent'
                from unnest(?::text[], ?::text[], ?::text[]) as n (tenant_id, approval_id, integration_id)
                join integration i on i.tenant_id = n.tenant_id and i.integration_id = n.integration_id
                where not 'requested' = any(i.carries)
                    and a.tenant_id = n.tenant_id and a.approval_id = n.approval_id
                """)
                .texts(requests, message -> message.approval().tenantId())
                .texts(requests, message -> message.approval().approvalId())
                .texts(requests, message -> message.approval().integrationId());
    }

    /** Only those are told how it ended to whom the question may have gone out. */
    private void insertResolutions(RoundTrip trip) throws SQLException {
        setMessages(trip.write("""
                insert into delivery (tenant_id, delivery_id, approval_id, decision_id, integration_id, kind, status,
                    sequence, next_attempt_at, created_at)
                select n.tenant_id, n.delivery_id, n.approval_id, n.decision_id, n.integration_id, n.kind,
                    case when i.status = 'disabled' then 'parked' else 'pending' end, n.sequence, ?, ?
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[])
                    as n (tenant_id, delivery_id, approval_id, decision_id, integration_id, kind, sequence)
                join integration i on i.tenant_id = n.tenant_id and i.integration_id = n.integration_id
                where n.kind = any(i.carries) and i.deleted_at is null
                    and (not 'requested' = any(i.carries) or exists (
                        select 1 from delivery asked
                        where asked.tenant_id = n.tenant_id and asked.approval_id = n.approval_id
                            and asked.integration_id = n.integration_id and asked.kind = 'requested'
                            and asked.attempts > 0))
                """), resolutions);
    }

    private void setMessages(RoundTrip.Parameters parameters, List<Message> messages) throws SQLException {
        parameters
                .time(now)
                .time(now)
                .texts(messages, message -> message.approval().tenantId())
                .texts(messages, message -> ids.next(Ids.Prefix.DELIVERY))
                .texts(messages, message -> message.approval().approvalId())
                .texts(messages, message -> message.approval().decisionId())
                .texts(messages, message -> message.approval().integrationId())
                .texts(messages, message -> message.kind().wireName())
                .integers(messages, message -> message.approval().sequence());
    }

    private void cancelUnsent(RoundTrip trip) throws SQLException {
        List<Message> unsent = resolutions.stream().filter(Message::mayWait).toList();
        trip.write("""
                with withdrawn as (
                    update delivery d set status = 'cancelled', finished_at = ?, lease_token = null
                    from unnest(?::text[], ?::text[]) as n (tenant_id, approval_id)
                    where d.tenant_id = n.tenant_id and d.approval_id = n.approval_id
                        and d.kind in ('requested', 'reminder', 'escalated') and d.status in ('pending', 'parked')
                    returning d.tenant_id, d.approval_id, d.kind
                )
                update approval a set delivery_status = 'not_sent'
                from withdrawn w
                where a.tenant_id = w.tenant_id and a.approval_id = w.approval_id
                    and w.kind = 'requested' and a.delivery_status = 'pending'
                """)
                .time(now)
                .texts(unsent, message -> message.approval().tenantId())
                .texts(unsent, message -> message.approval().approvalId());
    }

    private void updateRetried(RoundTrip trip) throws SQLException {
        trip.writeExactly(retries.size(), """
                update delivery d
                set status = 'pending', attempts_before = d.attempts, next_attempt_at = ?, finished_at = null
                from unnest(?::text[], ?::text[]) as n (tenant_id, delivery_id)
                where d.tenant_id = n.tenant_id and d.delivery_id = n.delivery_id
                """, "a delivery that was to be retried does not exist")
                .time(now)
                .texts(retries, DeliveryCommand::tenantId)
                .texts(retries, DeliveryCommand::deliveryId);
    }

    private void updateReported(RoundTrip trip) throws SQLException {
        trip.writeExactly(reports.size(), """
                update delivery d
                set status = n.status, next_attempt_at = n.next_attempt_at, last_error = n.last_error,
                    external_ref = coalesce(n.external_ref, d.external_ref), finished_at = n.finished_at,
                    lease_until = null, lease_token = null
                from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::timestamptz[])
                    as n (tenant_id, delivery_id, status, next_attempt_at, last_error, external_ref, finished_at)
                where d.tenant_id = n.tenant_id and d.delivery_id = n.delivery_id
                """, "a delivery that was reported on does not exist")
                .texts(reports, row -> row.claim().tenantId())
                .texts(reports, row -> row.claim().deliveryId())
                .texts(reports, row -> row.state().wireName())
                .times(reports, Reported::nextAttemptAt)
                .texts(reports, Reported::lastError)
                .texts(reports, Reported::externalRef)
                .times(reports, Reported::finishedAt);
    }
}
