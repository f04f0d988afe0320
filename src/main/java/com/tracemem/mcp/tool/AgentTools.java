package com.tracemem.mcp.tool;

import com.tracemem.approval.Approvals;
import com.tracemem.approval.Routes;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.Evaluations;
import com.tracemem.policy.Policies;
import com.tracemem.trace.Trace;
import java.util.List;
import java.util.stream.Stream;

/** The tools there are. */
public final class AgentTools {
    private AgentTools() {}

    /** In the order in which they are listed. */
    public static List<Tool> of(
            ServerInfo server,
            Decisions decisions,
            Evaluations evaluations,
            GovernedData data,
            Approvals approvals,
            Routes routes,
            Policies policies,
            Trace trace) {
        List<Tool> tools = List.of(
                new DecisionCreate(decisions),
                new DecisionGet(decisions, approvals),
                new DecisionAddContext(decisions),
                new DecisionEvaluate(evaluations, data.reads()),
                new DecisionRead(data.reads()),
                new DecisionRequestApproval(approvals, data.actions()),
                new DecisionWrite(data.writes()),
                new DecisionClose(decisions),
                new DecisionTrace(decisions, trace),
                new ProductsList(data.products()),
                new ProductGet(data.products()));
        return Stream.concat(tools.stream(), Stream.of(new CapabilitiesGet(routes, policies, server, tools)))
                .toList();
    }
}
