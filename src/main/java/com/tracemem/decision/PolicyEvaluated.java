package com.tracemem.decision;

import com.tracemem.policy.Evaluation;
import com.tracemem.trace.Sha256;

/**
 * What an agent is told about an evaluation that is in the trace.
 *
 * @param version of the policy
 * @param hash SHA-256 of the policy's canonical document
 */
public record PolicyEvaluated(String eventId, String policyId, int version, Sha256 hash, Evaluation evaluation) {}
