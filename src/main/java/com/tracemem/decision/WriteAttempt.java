package com.tracemem.decision;

import com.tracemem.product.PlannedWrite;
import com.tracemem.product.TargetMemory;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write as it was asked for, and what could be found out about it without looking at its decision.
 *
 * @param requestDigest of the call's arguments
 * @param memory whether the target remembers writes; null when it was not asked yet
 */
record WriteAttempt(
        String productId,
        String purpose,
        @Nullable String idempotencyKey,
        Sha256 requestDigest,
        Fit fit,
        @Nullable TargetMemory memory) {

    /** The memory that is to remember the write; null for none. */
    @Nullable
    String memoryName() {
        return memory instanceof TargetMemory.Kept kept ? kept.name() : null;
    }

    /** Whether it could be carried out. */
    sealed interface Fit {
        /**
         * It could.
         *
         * @param actionDigest of the canonical {@code {product, operation, mutation}}: one for all forms of the write
         * @param attached what the product's policies say
         */
        record Fits(PlannedWrite.Planned planned, Sha256 actionDigest, List<Attached> attached) implements Fit {
            public Fits {
                attached = List.copyOf(attached);
            }
        }

        /** It could not, whatever the decision. */
        record Unfit(RefusalReason reason, Refusal refusal) implements Fit {}
    }
}
