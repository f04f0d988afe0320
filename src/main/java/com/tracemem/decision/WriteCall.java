package com.tracemem.decision;

import com.tracemem.product.WriteRequest;
import org.jspecify.annotations.Nullable;

/** A write as an agent asks for it. */
public record WriteCall(
        String decisionId,
        String productId,
        String purpose,
        WriteRequest request,
        @Nullable String idempotencyKey) {}
