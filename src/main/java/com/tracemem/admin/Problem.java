package com.tracemem.admin;

import com.tracemem.identity.FieldError;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * What every failed call is answered with, as RFC 9457 has it: {@code application/problem+json}.
 *
 * @param title the status in words
 * @param detail what happened and what to do
 * @param errors everything that is wrong with the input, field by field
 * @param reference for a fault of ours: the id under which the log tells more
 * @param approval where somebody else answered first: the approval as it now stands
 */
record Problem(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "Unprocessable Content")
        String title,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "422")
        int status,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String detail,

        @Nullable List<FieldError> errors,
        @Nullable String reference,
        @Nullable ApprovalResource approval) {

    static final MediaType MEDIA_TYPE = MediaType.APPLICATION_PROBLEM_JSON;

    static Problem of(HttpStatus status, String detail) {
        return new Problem(status.getReasonPhrase(), status.value(), detail, null, null, null);
    }

    static Problem invalid(List<FieldError> errors) {
        String detail = errors.size() == 1
                ? "One field is wrong; nothing was changed."
                : errors.size() + " fields are wrong; nothing was changed.";
        HttpStatus status = HttpStatus.UNPROCESSABLE_CONTENT;
        return new Problem(status.getReasonPhrase(), status.value(), detail, errors, null, null);
    }

    static Problem unexpected(String reference) {
        HttpStatus status = HttpStatus.INTERNAL_SERVER_ERROR;
        String detail = "This is a fault of the server; its log tells more under the reference " + reference + ".";
        return new Problem(status.getReasonPhrase(), status.value(), detail, null, reference, null);
    }

    Problem withApproval(ApprovalResource winner) {
        return new Problem(title, status, detail, errors, reference, winner);
    }
}
