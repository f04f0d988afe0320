/** Tests of the load generator against a server that the tests play: it must count right before its counts mean anything. */
@NullMarked
package com.tracemem.bench;

import org.jspecify.annotations.NullMarked;
