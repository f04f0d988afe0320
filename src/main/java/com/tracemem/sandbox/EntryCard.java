package com.tracemem.sandbox;

import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** One approval as a card of the page. Everything in it came over the wire and is escaped. */
record EntryCard(Entry entry, Times times, String token) {
    private static final String REASON = "<h4>Why it needs a person</h4>\n";

    String html() {
        JsonNode request = entry.request();
        JsonNode decision = request.path("decision");
        String status = entry.status();
        return """
                <article class="card %s" id="%s">
                <p class="meta"><span class="pill">%s</span><span class="verified">✓ signature verified</span>\
                <span class="received">received %s</span></p>
                <h3 dir="auto">%s</h3>
                <p class="who">%s</p>
                %s
                %s%s
                <p class="ids">%s</p>
                </article>
                """.formatted(
                        attribute(status),
                        attribute(entry.approvalId()),
                        label(status),
                        times.element(entry.receivedAt()),
                        Html.escape(request.path("title").asString("Approval " + entry.approvalId())),
                        who(decision),
                        entry.isPending() ? asked(request) + reply() : resolution() + reply(),
                        entry.isPending() ? "" : folded(asked(request)),
                        form(),
                        identifiers(request));
    }

    private static String asked(JsonNode request) {
        return message(request)
                + policies(request)
                + action(request.path("proposed_action"))
                + context(request.path("context"));
    }

    private static String folded(String asked) {
        return asked.isEmpty() ? "" : "<details><summary>What was asked</summary>\n" + asked + "</details>\n";
    }

    private static String who(JsonNode decision) {
        String actor = decision.path("actor").asString(decision.path("agent_id").asString("An agent"));
        String intent = decision.path("intent").asString("");
        String mode = decision.path("automation_mode").asString("");
        return "<strong><bdi>" + Html.escape(actor) + "</bdi></strong>"
                + (intent.isEmpty() ? "" : " wants <code>" + Html.escape(intent) + "</code>")
                + (mode.isEmpty() ? "" : " <span class=\"chip\">mode: " + Html.escape(mode) + "</span>");
    }

    private static String message(JsonNode request) {
        String message = request.path("message").asString("");
        return message.isEmpty() ? "" : "<p class=\"message\" dir=\"auto\">" + Html.escape(message) + "</p>\n";
    }

    private static String policies(JsonNode request) {
        JsonNode all = request.path("policies");
        if (all.isEmpty()) {
            JsonNode policy = request.path("policy");
            return policy.isObject() && !policy.isEmpty() ? REASON + policy(policy) : "";
        }
        return REASON + all.valueStream().map(EntryCard::policy).collect(Collectors.joining());
    }

    private static String policy(JsonNode policy) {
        String message = policy.path("message").asString("");
        String rule = policy.path("rule").asString("");
        return "<p>Policy <code>"
                + Html.escape(policy.path("policy_id").asString("?")) + "</code> says <em>"
                + Html.escape(policy.path("outcome").asString("?").replace('_', ' ')) + "</em>"
                + (message.isEmpty() ? "" : ": <bdi>" + Html.escape(message) + "</bdi>")
                + (rule.isEmpty() ? "" : " <span class=\"chip\">rule: " + Html.escape(rule) + "</span>") + "</p>\n";
    }

    private static String action(JsonNode action) {
        return action.isMissingNode() || action.isNull() || action.isEmpty()
                ? ""
                : "<h4>What would be done</h4>\n<pre tabindex=\"0\">" + Html.escape(action.toPrettyString())
                        + "</pre>\n";
    }

    private static String context(JsonNode context) {
        StringBuilder items = new StringBuilder();
        for (JsonNode item : context) {
            String summary = item.path("summary").asString("");
            if (!summary.isEmpty()) {
                items.append("<li dir=\"auto\">").append(Html.escape(summary)).append("</li>\n");
            }
        }
        return items.isEmpty() ? "" : "<h4>What the agent knew</h4>\n<ul>\n" + items + "</ul>\n";
    }

    private String resolution() {
        JsonNode resolution = entry.resolution();
        if (resolution.isMissingNode()) {
            return "";
        }
        JsonNode approver = resolution.path("approver");
        String name = approver.path("name").asString(approver.path("email").asString(""));
        String email = approver.path("email").asString("");
        String channel = approver.path("channel").asString("");
        String rationale = resolution.path("rationale").asString("");
        String when = resolution.path("resolved_at").asString("");
        return "<div class=\"outcome\"><p><strong>" + label(entry.status()) + "</strong>"
                + (name.isEmpty() ? "" : " by <bdi>" + Html.escape(name) + "</bdi>")
                + (email.isEmpty() || email.equals(name) ? "" : " (" + Html.escape(email) + ")")
                + (channel.isEmpty() ? "" : " through " + Html.escape(channel))
                + (when.isEmpty() ? "" : ", " + times.element(when)) + "</p>"
                + (rationale.isEmpty() ? "" : "<p class=\"quote\" dir=\"auto\">" + Html.escape(rationale) + "</p>")
                + "</div>\n";
    }

    private String reply() {
        Reply reply = entry.reply();
        if (reply == null) {
            return "";
        }
        String status = reply.httpStatus() == 0 ? "no answer" : "HTTP " + reply.httpStatus();
        return "<p class=\"reply %s\" role=\"status\"><span>%s</span> <span class=\"chip\">%s</span></p>\n"
                .formatted(reply.succeeded() ? "good" : "bad", Html.escape(reply.sentence()), status);
    }

    private String form() {
        if (!entry.isPending()) {
            return "";
        }
        boolean required = entry.requiresRationale();
        String expires = entry.request().path("expires_at").asString("");
        Reply reply = entry.reply();
        return """
                <form method="post" action="/answer">
                <input type="hidden" name="token" value="%s">
                <input type="hidden" name="approval_id" value="%s">
                <label for="why-%s">Why? <span class="hint">%s</span></label>
                <textarea id="why-%s" name="rationale" rows="2" maxlength="2000" %s>%s</textarea>
                <div class="buttons">
                <button class="approve" name="verdict" value="approved">Approve</button>
                <button class="reject" name="verdict" value="rejected">Reject</button>
                <span class="expires">%s</span>
                </div>
                </form>
                """.formatted(
                token,
                attribute(entry.approvalId()),
                attribute(entry.approvalId()),
                required ? "a rationale is required" : "optional; kept in the trace",
                attribute(entry.approvalId()),
                required ? "required" : "",
                reply == null ? "" : Html.escape(reply.rationale()),
                expires.isEmpty() ? "" : (times.isPast(expires) ? "expired " : "expires ") + times.element(expires));
    }

    private String identifiers(JsonNode request) {
        StringBuilder text = new StringBuilder(Html.escape(entry.approvalId()));
        for (String name : new String[] {"decision_id", "approval_route_id"}) {
            String value = request.path(name).asString("");
            if (!value.isEmpty()) {
                text.append(" · ").append(Html.escape(value));
            }
        }
        return text.toString();
    }

    private static String label(String status) {
        return switch (status) {
            case "pending" -> "Waiting for you";
            case "approved", "rejected", "expired", "cancelled" ->
                status.substring(0, 1).toUpperCase(Locale.ROOT) + status.substring(1);
            case "answered" -> "Answered elsewhere";
            default -> Html.escape(status);
        };
    }

    private static String attribute(String text) {
        return Html.escape(text.replace(' ', '_'));
    }
}
