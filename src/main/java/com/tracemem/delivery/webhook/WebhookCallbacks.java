package com.tracemem.delivery.webhook;

import com.tracemem.approval.Answer;
import com.tracemem.approval.Answered;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.InboundMessage;
import com.tracemem.approval.OverloadedException;
import com.tracemem.delivery.IntegrationDirectory;
import com.tracemem.secret.SecretValue;
import com.tracemem.store.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes signed answers in. Tenant and integration follow from the address and the secret that verified, never from the
 * body; whoever cannot sign learns nothing, not even whether the address exists.
 */
public final class WebhookCallbacks {
    private static final int LONGEST_MESSAGE_ID = 256;

    private static final CallbackReply UNVERIFIED = CallbackReply.problem(
            401,
            "Signature not verified",
            "The signature is missing, wrong or too old: sign id.timestamp.body with the integration's incoming secret,"
                    + " send webhook-id, webhook-timestamp and webhook-signature, and check the clock (300 s are allowed)");

    private final Approvals approvals;
    private final IntegrationDirectory directory;
    private final WebhookCredentials credentials;
    private final Clock clock;
    private final CallbackRate rate;

    public WebhookCallbacks(
            Approvals approvals, IntegrationDirectory directory, WebhookCredentials credentials, Clock clock) {
        this(approvals, directory, credentials, clock, new CallbackRate(CallbackRate.DEFAULT_PER_SECOND));
    }

    WebhookCallbacks(
            Approvals approvals,
            IntegrationDirectory directory,
            WebhookCredentials credentials,
            Clock clock,
            CallbackRate rate) {
        this.rate = rate;
        this.credentials = credentials;
        this.approvals = approvals;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * A callback as it came; headers null when absent.
     *
     * @param body null when it is not well-formed UTF-8: the signature is over bytes, and only well-formed ones come back
     *     from a text
     */
    record Callback(
            String integrationId,
            @Nullable String messageId,
            @Nullable String timestamp,
            @Nullable String signature,
            @Nullable String body) {}

    CallbackReply answer(Callback callback) {
        Optional<IntegrationDirectory.Entry> verified = verified(callback);
        if (verified.isEmpty()) {
            return UNVERIFIED;
        }
        int wait = rate.secondsToWait(callback.integrationId());
        if (wait > 0) {
            return CallbackReply.problem(
                            429,
                            "Too many answers",
                            "This integration sends more answers a second than one may: send the same message again after %d s"
                                    .formatted(wait))
                    .after(wait);
        }
        try {
            CallbackAnswer said = CallbackAnswer.parse(String.valueOf(callback.body()));
            return reply(approvals.answer(new Answer(
                    verified.get().integration().tenantId(),
                    said.approvalId(),
                    said.verdict(),
                    said.approver(),
                    said.rationale(),
                    new InboundMessage(callback.integrationId(), String.valueOf(callback.messageId())))));
        } catch (CallbackAnswer.Malformed malformed) {
            return CallbackReply.problem(malformed.status(), "Not an answer", malformed.sentence());
        } catch (OverloadedException overloaded) {
            return CallbackReply.problem(
                            503,
                            "Overloaded",
                            "Too much is waiting to be written: send the same message again in a moment")
                    .after(1);
        }
    }

    private Optional<IntegrationDirectory.Entry> verified(Callback callback) {
        String messageId = callback.messageId();
        String timestamp = callback.timestamp();
        String signature = callback.signature();
        String body = callback.body();
        if (messageId == null
                || timestamp == null
                || signature == null
                || body == null
                || !isMessageId(messageId)
                || !Ids.looksLike(Ids.Prefix.INTEGRATION, callback.integrationId())) {
            return Optional.empty();
        }
        return directory
                .find(callback.integrationId())
                .filter(entry -> WebhookConfig.TYPE.equals(entry.integration().type()))
                .filter(entry -> verifies(entry.credentials().all(WebhookChannel.INCOMING_SECRET), callback)
                        // only of this integration's tenant, and only when its own secrets did not do
                        || verifies(credentials.valid(entry.integration().tenantId()), callback));
    }

    private boolean verifies(List<SecretValue> secrets, Callback callback) {
        return WebhookSignature.verifies(
                secrets,
                String.valueOf(callback.messageId()),
                String.valueOf(callback.timestamp()),
                String.valueOf(callback.signature()),
                String.valueOf(callback.body()),
                clock.instant());
    }

    private static boolean isMessageId(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_MESSAGE_ID
                && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    private static CallbackReply reply(Answered answered) {
        return switch (answered) {
            case Answered.Recorded recorded -> CallbackReply.taken(recorded.approval());
            case Answered.Repeated repeated -> CallbackReply.taken(repeated.approval());
            case Answered.AlreadyResolved late -> CallbackReply.tooLate(late.approval());
            case Answered.UnknownApproval unknown ->
                CallbackReply.problem(
                        404,
                        "Approval not found",
                        "No approval of this integration has this approval_id: send the one of the approval.requested event");
            case Answered.NotAnApprover stranger -> CallbackReply.problem(403, "Not an approver", stranger.sentence());
            case Answered.MessageReused reused -> CallbackReply.problem(409, "Message id reused", reused.sentence());
            case Answered.RationaleRequired silent ->
                CallbackReply.problem(422, "Rationale required", silent.sentence());
        };
    }
}
