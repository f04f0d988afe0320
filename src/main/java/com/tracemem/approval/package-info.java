/**
 * Approval requests, the routes they take, and their answers. Every request ends with exactly one outcome, however
 * many answers arrive and on whichever node; the delivery rows are written in the transaction that writes the request.
 *
 * <p>May call {@code decision}, {@code trace}, {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.approval;

import org.jspecify.annotations.NullMarked;
