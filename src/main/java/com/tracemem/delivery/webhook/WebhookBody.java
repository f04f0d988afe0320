package com.tracemem.delivery.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.Approver;
import com.tracemem.delivery.SecretMask;
import com.tracemem.delivery.Sending;
import com.tracemem.delivery.ShownText;
import com.tracemem.trace.WireTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON that an endpoint receives; the same bytes on every attempt.
 *
 * <p>Texts from an agent are cleaned for display, lose their secrets, and are cut when they are long. The proposed action
 * is left alone: what is
 * approved is exactly that, so it is always sent whole; its size is bounded when it is asked for.
 */
final class WebhookBody {
    /** Receivers may refuse larger ones. */
    static final int LARGEST_BYTES = 20_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How much of what may be long is kept: the first that makes the message small enough. */
    private record Limits(int text, int contexts, int context) {}

    private static final List<Limits> LIMITS = List.of(
            new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
            new Limits(4000, 20, 500),
            new Limits(1000, 10, 200),
            new Limits(300, 0, 0),
            new Limits(100, 0, 0));

    private WebhookBody() {}

    /**
     * A message as it is sent.
     *
     * @param masked how many secrets were taken out of its texts
     */
    record Written(String json, int masked) {}

    static Written of(Sending sending, String callbackUrl) {
        Written body = new Written("", 0);
        for (Limits limits : LIMITS) {
            body = write(sending, callbackUrl, limits);
            if (body.json().getBytes(UTF_8).length <= LARGEST_BYTES) {
                return body;
            }
        }
        return body;
    }

    /** What the test button sends. */
    static String test(String integrationId, Instant now) {
        ObjectNode root = JSON.createObjectNode();
        root.put("type", "webhook.test");
        root.put("timestamp", WireTime.format(now));
        root.putObject("data")
                .put("integration_id", integrationId)
                .put("message", "A test from TraceMem. Nothing was asked; answer with a status from 200 to 299.");
        return root.toString();
    }

    private static Written write(Sending sending, String callbackUrl, Limits limits) {
        Approval approval = sending.view().approval();
        WebhookEvent event = WebhookEvent.of(sending.claim().kind());
        ObjectNode root = JSON.createObjectNode();
        root.put("type", event.wireName());
        ObjectNode data = JSON.createObjectNode();
        data.put("approval_id", approval.approvalId());
        data.put("decision_id", approval.decisionId());
        Shortener shortener = new Shortener(limits, data);
        switch (event) {
            case REQUESTED -> {
                root.put("timestamp", WireTime.format(approval.requestedAt()));
                // as it was asked: an answer that came meanwhile is told by its own message
                data.put("status", "pending");
                data.put("sequence", sending.claim().sequence());
                request(data, sending.view(), callbackUrl, shortener);
            }
            case RESOLVED -> {
                Instant at = Objects.requireNonNullElse(approval.resolvedAt(), approval.requestedAt());
                root.put("timestamp", WireTime.format(at));
                data.put("status", approval.status().wireName());
                data.put("sequence", sending.claim().sequence());
                resolution(data, approval, at, shortener);
            }
        }
        root.set("data", data);
        return new Written(root.toString(), shortener.masked());
    }

    private static void request(ObjectNode data, ApprovalView view, String callbackUrl, Shortener shortener) {
        Approval approval = view.approval();
        Limits limits = shortener.limits();
        data.put("title", shortener.text(approval.title()));
        if (approval.message() != null) {
            data.put("message", shortener.text(approval.message()));
        }
        data.put("approval_route_id", approval.approvalRouteId());
        data.put("require_rationale", approval.requireRationale());
        data.put("expires_at", WireTime.format(approval.expiresAt()));
        data.put("callback_url", callbackUrl);
        data.putObject("decision")
                .put("intent", shortener.text(view.intent()))
                .put("automation_mode", view.automationMode())
                .put("actor", shortener.text(view.actor()))
                .put("agent_id", approval.agentId());
        JsonNode policy = view.policy();
        if (policy != null) {
            ObjectNode shown = data.putObject("policy");
            policy.properties().forEach(field -> shown.set(field.getKey(), shortener.shortened(field.getValue())));
        }
        if (!view.policies().isEmpty()) {
            ArrayNode all = data.putArray("policies");
            view.policies().forEach(cause -> {
                ObjectNode shown = all.addObject();
                cause.properties().forEach(field -> shown.set(field.getKey(), shortener.shortened(field.getValue())));
            });
        }
        if (approval.proposedAction() != null) {
            data.set("proposed_action", approval.proposedAction());
        }
        if (approval.actionDigest() != null) {
            data.put("action_digest", approval.actionDigest().hex());
        }
        ArrayNode contexts = data.putArray("context");
        List<String> summaries = view.contextSummaries();
        // the newest say most about why it is asked now
        int skipped = Math.max(0, summaries.size() - limits.contexts());
        if (skipped > 0) {
            shortener.noteTruncation();
        }
        summaries
                .subList(skipped, summaries.size())
                .forEach(summary -> contexts.addObject().put("summary", shortener.text(summary, limits.context())));
    }

    private static void resolution(ObjectNode data, Approval approval, Instant at, Shortener shortener) {
        data.put("approval_route_id", approval.approvalRouteId());
        Approver approver = approval.approver();
        if (approver != null) {
            ObjectNode json = data.putObject("approver");
            putIfPresent(json, "id", approver.id());
            putIfPresent(json, "name", approver.name());
            putIfPresent(json, "email", approver.email());
            json.put("channel", approver.channel());
        }
        if (approval.rationale() != null) {
            data.put("rationale", shortener.text(approval.rationale()));
        }
        data.put("resolved_at", WireTime.format(at));
    }

    private static void putIfPresent(ObjectNode json, String field, @Nullable String value) {
        if (value != null) {
            json.put(field, ShownText.clean(value));
        }
    }

    /** Cleans, masks and cuts texts, and notes in the message when something is missing. */
    private static final class Shortener {
        private final Limits limits;
        private final ObjectNode data;
        private int masked;

        Shortener(Limits limits, ObjectNode data) {
            this.limits = limits;
            this.data = data;
        }

        Limits limits() {
            return limits;
        }

        int masked() {
            return masked;
        }

        String text(String text) {
            return text(text, limits.text());
        }

        String text(String text, int longest) {
            // before it is cut: half a secret would no longer be known as one
            SecretMask.Masked safe = SecretMask.mask(ShownText.clean(text));
            masked += safe.masked();
            String clean = safe.text();
            String cut = ShownText.cut(clean, longest);
            if (cut.length() < clean.length()) {
                noteTruncation();
            }
            return cut;
        }

        JsonNode shortened(JsonNode value) {
            return value.isString() ? JSON.getNodeFactory().stringNode(text(value.stringValue())) : value;
        }

        void noteTruncation() {
            data.put("truncated", true);
        }
    }
}
