package com.tracemem.admin;

import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionFilter;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.Decisions;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Trace;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the tenant's agents decided, and why. */
@RestController
@RequestMapping("/v1/decisions")
@Tag(name = "Decisions")
final class DecisionsController {
    private static final String STATUSES = "open, needs_approval, approved, rejected, committed or aborted";
    private static final int DEFAULT_EVENTS = 100;
    private static final int MOST_EVENTS = 500;
    /** Of events in one answer; parsed and written out they take several times as much memory. */
    private static final long MOST_BYTES = 1 << 20;

    private final Decisions decisions;
    private final Trace trace;

    DecisionsController(Decisions decisions, Trace trace) {
        this.decisions = decisions;
        this.trace = trace;
    }

    @GetMapping
    @Operation(summary = "List decisions, newest first")
    Page<DecisionResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String status,
            @Parameter(description = "The exact intent") @RequestParam @Nullable String intent,
            @Parameter(description = "An agent's id") @RequestParam @Nullable String agent,
            @Parameter(description = "Created at or after this time") @RequestParam @Nullable String from,
            @Parameter(description = "Created before this time") @RequestParam @Nullable String to,
            @Parameter(description = "Somewhere in intent, actor or id") @RequestParam @Nullable String text,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        Listing listing = new Listing();
        DecisionFilter filter = new DecisionFilter(
                listing.choice("status", status, DecisionStatus::ofWireName, STATUSES),
                listing.text("intent", intent),
                listing.text("agent", agent),
                listing.time("from", from),
                listing.time("to", to),
                listing.text("text", text));
        PageRequest page = listing.pageOf(limit, cursor);
        listing.end();
        return decisions.list(user.tenantId(), filter, page).map(DecisionResource::of);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One decision")
    DecisionResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return DecisionResource.of(find(user, id));
    }

    @GetMapping("/{id}/trace")
    @Operation(
            summary = "A decision's trace, in order",
            description = "With leaf=true each event brings the exact text that was hashed: the SHA-256 of its UTF-8"
                    + " bytes is the event's hash, and it holds the hash of the event before.")
    TraceResource trace(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @Parameter(description = "Only events after this seq") @RequestParam(name = "after_seq") @Nullable
                    String afterSeq,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String leaf) {
        Listing listing = new Listing();
        long after = listing.whole("after_seq", afterSeq, 0, 0, Long.MAX_VALUE);
        int most = listing.number("limit", limit, DEFAULT_EVENTS, 1, MOST_EVENTS);
        boolean withLeaf = listing.flag("leaf", leaf);
        listing.end();
        Decision decision = find(user, id);
        Trace.Part part = trace.events(decision.key(), after, most, MOST_BYTES);
        return TraceResource.of(decision, part, decisions.writesWithoutEnd(decision.key(), part.events()), withLeaf);
    }

    private Decision find(UserPrincipal user, String id) {
        return decisions.find(user.tenantId(), id).orElseThrow(() -> RefusedException.notFound("decision"));
    }
}
