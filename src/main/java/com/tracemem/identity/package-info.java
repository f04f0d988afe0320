/**
 * Who acts: tenants, agents and their keys, users, roles and access tokens.
 *
 * <p>Promises: a key or token that was revoked, expired, or whose owner was disabled or deleted stops
 * working at once on this node and within two seconds on every other; another tenant's id answers
 * exactly like an id that does not exist; keys and passwords are stored only as hashes and are never in
 * a message, a log or a {@code toString}. An agent may request, never authorise: nothing here turns an
 * agent's key into a user.
 *
 * <p>May call: {@code store}.
 */
@NullMarked
package com.tracemem.identity;

import org.jspecify.annotations.NullMarked;
