package com.tracemem.delivery;

import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.DeliveryClaim;

/** Everything that a channel needs to send one message. */
public record Sending(DeliveryClaim claim, ApprovalView view, Integration integration, Credentials credentials) {}
