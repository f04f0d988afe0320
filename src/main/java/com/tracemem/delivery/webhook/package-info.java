/**
 * The webhook channel: signed requests out, signed callbacks in. Refuses addresses inside the operator's network,
 * follows no redirects, and bounds every read in bytes and time.
 *
 * <p>May call what {@code delivery} may call.
 */
@NullMarked
package com.tracemem.delivery.webhook;

import org.jspecify.annotations.NullMarked;
