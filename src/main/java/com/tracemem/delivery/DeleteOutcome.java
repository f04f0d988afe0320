package com.tracemem.delivery;

import java.util.List;

/** What became of the wish to delete an integration. */
public sealed interface DeleteOutcome {

    /** It and its secrets are gone; what was still to be sent over it fails. */
    record Deleted() implements DeleteOutcome {}

    record NotFound() implements DeleteOutcome {}

    /** Nothing was deleted: these routes send over it. */
    record InUse(List<String> approvalRouteIds) implements DeleteOutcome {
        public InUse {
            approvalRouteIds = List.copyOf(approvalRouteIds);
        }
    }
}
