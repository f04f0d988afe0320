/** Tests of the sandbox from outside: real requests against it, and a product's callback that the tests play. */
@NullMarked
package com.tracemem.sandbox;

import org.jspecify.annotations.NullMarked;
