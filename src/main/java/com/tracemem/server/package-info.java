/**
 * The product's front hall: the command line, settings, HTTP and security wiring, and health. Main reads as a
 * parts list: it constructs every room and connects them, and decides nothing itself.
 *
 * <p>May call every other room; no room may call it.
 */
@NullMarked
package com.tracemem.server;

import org.jspecify.annotations.NullMarked;
