package com.tracemem.identity;

/** The person behind a request, as the database knew them when the request came. */
public record UserPrincipal(String tenantId, String userId, String email, String name, Role role) {}
