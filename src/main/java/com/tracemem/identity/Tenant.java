package com.tracemem.identity;

import java.time.Instant;

/** A customer of this installation: everything below it is invisible to every other tenant. */
public record Tenant(String tenantId, String name, TenantSettings settings, Instant createdAt) {}
