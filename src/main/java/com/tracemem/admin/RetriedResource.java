package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * How many messages are sent again.
 *
 * @param more whether some were left for another call
 */
@Schema(name = "Retried")
record RetriedResource(int retried, boolean more) {}
