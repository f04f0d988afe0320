package com.tracemem.mcp.tool;

import com.tracemem.decision.ProductAccess;
import com.tracemem.decision.ProposedActions;
import com.tracemem.decision.Reads;
import com.tracemem.decision.Writes;

/** What the tools about data products work with. */
public record GovernedData(ProductAccess products, Reads reads, Writes writes, ProposedActions actions) {}
