/**
 * Secrets at rest: sealed with AES-256-GCM, bound to their tenant and purpose, and rotated without a pause. Plaintext
 * leaves this room only to a caller that holds an access object.
 *
 * <p>May call {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.secret;

import org.jspecify.annotations.NullMarked;
