package com.tracemem.decision;

/** Marks a command that asks what the policies said about its decision; {@link DecisionRows} reads it then. */
public interface NeedsPolicies {}
