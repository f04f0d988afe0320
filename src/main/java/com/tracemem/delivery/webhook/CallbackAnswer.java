package com.tracemem.delivery.webhook;

import com.tracemem.approval.Approver;
import com.tracemem.approval.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an endpoint says: {@code {approval_id, decision, approver: {id, name, email}, rationale}}. Fields that are not
 * known are ignored: other people's machines send them.
 */
record CallbackAnswer(
        String approvalId,
        Verdict verdict,
        Approver approver,
        @Nullable String rationale) {
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_EMAIL = 320;
    private static final int LONGEST_RATIONALE = 4000;
    private static final int DEEPEST = 64;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What is wrong with a body, as a sentence for its sender. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String sentence;

        Malformed(int status, String sentence) {
            super(sentence);
            this.status = status;
            this.sentence = sentence;
        }

        int status() {
            return status;
        }

        String sentence() {
            return sentence;
        }
    }

    static CallbackAnswer parse(String body) throws Malformed {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JacksonException notJson) {
            throw new Malformed(
                    400, "The body is not JSON: send {\"approval_id\", \"decision\", \"approver\", \"rationale\"}");
        }
        if (json.isMissingNode()) {
            throw new Malformed(400, "The body is empty: send {\"approval_id\", \"decision\", …}");
        }
        if (!json.isObject()) {
            throw new Malformed(422, "The body is not a JSON object: send {\"approval_id\", \"decision\", …}");
        }
        String approvalId = text(json, "approval_id", LONGEST_ID);
        if (approvalId == null) {
            throw new Malformed(422, "approval_id is missing: send the one of the approval.requested event");
        }
        return new CallbackAnswer(
                approvalId, verdict(json), approver(json), text(json, "rationale", LONGEST_RATIONALE));
    }

    private static Verdict verdict(JsonNode json) throws Malformed {
        String decision = text(json, "decision", LONGEST_NAME);
        return Arrays.stream(Verdict.values())
                .filter(verdict -> verdict.result().wireName().equals(decision))
                .findFirst()
                .orElseThrow(() -> new Malformed(
                        422,
                        decision == null
                                ? "decision is missing: send approved or rejected"
                                : "decision is neither approved nor rejected: send one of them"));
    }

    private static Approver approver(JsonNode json) throws Malformed {
        JsonNode approver = json.path("approver");
        if (!approver.isObject() && !approver.isMissingNode() && !approver.isNull()) {
            throw new Malformed(422, "approver is not an object: send {\"id\", \"name\", \"email\"}");
        }
        return new Approver(
                text(approver, "id", LONGEST_NAME),
                text(approver, "name", LONGEST_NAME),
                text(approver, "email", LONGEST_EMAIL),
                null,
                WebhookConfig.TYPE);
    }

    private static @Nullable String text(JsonNode json, String field, int longest) throws Malformed {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new Malformed(422, field + " is not a string: send text");
        }
        String text = value.stringValue();
        if (text.length() > longest) {
            throw new Malformed(422, "%s has %d characters: send at most %d".formatted(field, text.length(), longest));
        }
        boolean kept = text.codePoints().noneMatch(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF));
        if (!kept) {
            throw new Malformed(422, field + " has a NUL character or half a character: send well-formed text");
        }
        return text.isBlank() ? null : text;
    }
}
