package com.tracemem.policy;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes apart what a rule, or the default, says: outcome, message, and how to ask for an exception. */
final class VerdictReader {
    private static final int LONGEST_MESSAGE = 1_000;
    private static final List<String> OUTCOMES =
            Arrays.stream(PolicyOutcome.values()).map(PolicyOutcome::wireName).toList();

    private final FieldReader fields;
    private final Problems problems;

    VerdictReader(FieldReader fields, Problems problems) {
        this.fields = fields;
        this.problems = problems;
    }

    Verdict verdict(ObjectNode json, String path) {
        String written = fields.text(json, path, "outcome", 64, true);
        PolicyOutcome outcome = written == null ? PolicyOutcome.DENY : outcome(written, path + ".outcome");
        String message = fields.text(json, path, "message", LONGEST_MESSAGE, false);
        ApprovalTerms approval = json.has("approval") ? approval(json.get("approval"), path + ".approval") : null;
        if (approval != null && written != null && outcome != PolicyOutcome.REQUIRES_EXCEPTION) {
            problems.add(
                    path + ".approval",
                    "has no meaning when the outcome is " + outcome.wireName()
                            + "; remove it, or use requires_exception");
        }
        if (outcome == PolicyOutcome.REQUIRES_EXCEPTION && approval == null) {
            approval = ApprovalTerms.NONE;
        }
        return new Verdict(outcome, message, approval);
    }

    PolicyOutcome outcome(String written, String path) {
        return PolicyOutcome.ofWireName(written).orElseGet(() -> {
            problems.add(
                    path,
                    "is " + Wording.quote(written) + "; use allow, deny or requires_exception"
                            + Suggestion.nearest(written, OUTCOMES)
                                    .map(name -> ", probably " + name)
                                    .orElse(""));
            return PolicyOutcome.DENY;
        });
    }

    private ApprovalTerms approval(JsonNode json, String path) {
        if (!(json instanceof ObjectNode object)) {
            problems.add(path, "is " + Wording.kind(json) + "; use {route, expires_in_seconds, require_rationale}");
            return ApprovalTerms.NONE;
        }
        fields.refuseUnknown(object, path, "route", "expires_in_seconds", "require_rationale");
        String route = fields.text(object, path, "route", 64, false);
        if (route != null && !PolicyDocument.ID.matcher(route).matches()) {
            problems.add(
                    path + ".route", "is " + Wording.quote(route) + "; a route's id has 1 to 64 of a-z, 0-9, _ and -");
        }
        Integer seconds = null;
        JsonNode expires = object.get("expires_in_seconds");
        if (expires != null) {
            if (FieldReader.isWholeNumber(expires, 1, ApprovalTerms.LONGEST_WAIT_SECONDS)) {
                seconds = expires.decimalValue().intValue();
            } else {
                problems.add(
                        path + ".expires_in_seconds",
                        "is " + Wording.shown(expires) + "; use a whole number from 1 to "
                                + ApprovalTerms.LONGEST_WAIT_SECONDS);
            }
        }
        JsonNode rationale = object.get("require_rationale");
        if (rationale != null && !rationale.isBoolean()) {
            problems.add(path + ".require_rationale", "is " + Wording.shown(rationale) + "; use true or false");
        }
        return new ApprovalTerms(route, seconds, rationale != null && rationale.asBoolean(false));
    }
}
