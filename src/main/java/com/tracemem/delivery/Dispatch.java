package com.tracemem.delivery;

import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.DeliveryClaim;
import com.tracemem.approval.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is to be done with claimed messages, once it is known what they are about and where they go.
 *
 * @param jobs to be sent
 * @param parked to be kept back, since their integration is disabled
 * @param withdrawn not to be sent any more: a question that was answered meanwhile, or a kind that the integration does
 *     not carry
 * @param orphans to be given up on: what they need was deleted
 */
record Dispatch(List<Lanes.Job> jobs, List<DeliveryClaim> parked, List<DeliveryClaim> withdrawn, List<Orphan> orphans) {

    /** @param missing what was deleted: {@code approval} or {@code integration} */
    record Orphan(DeliveryClaim claim, String missing) {}

    /** @param claimedAt when the leases were taken, of {@link System#nanoTime} */
    static Dispatch of(
            List<DeliveryClaim> claims, long claimedAt, ApprovalViews views, IntegrationDirectory directory) {
        Map<ApprovalViews.Key, ApprovalView> shown =
                views.views(claims.stream().map(Dispatch::key).distinct().toList());
        Map<Destination, IntegrationDirectory.Entry> entries = directory.find(
                claims.stream().map(Dispatch::destination).distinct().toList());
        Dispatch dispatch = new Dispatch(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (DeliveryClaim claim : claims) {
            ApprovalView view = shown.get(key(claim));
            IntegrationDirectory.Entry entry = entries.get(destination(claim));
            if (view == null || entry == null) {
                dispatch.orphans.add(new Orphan(claim, view == null ? "approval" : "integration"));
            } else if (isOver(claim, view) || !entry.integration().carries().contains(claim.kind())) {
                dispatch.withdrawn.add(claim);
            } else if (entry.integration().isDisabled()) {
                dispatch.parked.add(claim);
            } else {
                Sending sending = new Sending(claim, view, entry.integration(), entry.credentials());
                dispatch.jobs.add(new Lanes.Job(sending, claimedAt));
            }
        }
        return dispatch;
    }

    /** A question that was answered meanwhile is not asked any more. */
    private static boolean isOver(DeliveryClaim claim, ApprovalView view) {
        return claim.kind().asks() && !view.approval().isPending();
    }

    private static ApprovalViews.Key key(DeliveryClaim claim) {
        return new ApprovalViews.Key(claim.tenantId(), claim.approvalId());
    }

    private static Destination destination(DeliveryClaim claim) {
        return new Destination(claim.tenantId(), claim.integrationId());
    }
}
