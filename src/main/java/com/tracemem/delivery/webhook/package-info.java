/**
 * Webhooks after the Standard Webhooks specification: messages out to an administrator's endpoint, and answers in. It
 * promises that what leaves is signed, bounded and goes only to addresses that the {@code OutboundGuard} lets it reach;
 * and that what comes in counts only when it was signed with the integration's own incoming secret.
 *
 * <p>May call {@code delivery}, {@code approval}, {@code secret}, {@code trace}, {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.delivery.webhook;

import org.jspecify.annotations.NullMarked;
