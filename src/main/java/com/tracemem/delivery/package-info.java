/**
 * Brings approval requests to people and their answers back. Workers claim due delivery rows under a lease, hand
 * them to a {@code Channel}, and record every attempt; a delivery is retried until it succeeds or its bound is reached.
 *
 * <p>May call {@code approval}, {@code secret}, {@code trace}, {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.delivery;

import org.jspecify.annotations.NullMarked;
