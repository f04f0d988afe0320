/**
 * Tenants, agents, their keys, users, roles and tokens: who is calling, and for which tenant. Keys and passwords are
 * kept only as hashes.
 *
 * <p>May call {@code store}.
 */
@NullMarked
package com.tracemem.identity;

import org.jspecify.annotations.NullMarked;
