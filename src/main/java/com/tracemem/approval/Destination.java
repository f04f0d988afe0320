package com.tracemem.approval;

/** Where messages go: one integration of one tenant. */
public record Destination(String tenantId, String integrationId) {}
