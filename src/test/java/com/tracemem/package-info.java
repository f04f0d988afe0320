/** Tests of the house as a whole: its walls and its build. */
@NullMarked
package com.tracemem;

import org.jspecify.annotations.NullMarked;
