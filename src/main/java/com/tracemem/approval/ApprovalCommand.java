package com.tracemem.approval;

import com.tracemem.trace.Command;
import org.jspecify.annotations.Nullable;

/** A command that needs the approvals of its decision. */
sealed interface ApprovalCommand<R> extends Command<R>
        permits RequestApproval, AnswerApproval, ExpireApproval, ReportDelivery, RetryDelivery {

    /** An approval to be read although it is no longer pending. */
    default @Nullable String approvalId() {
        return null;
    }
}
