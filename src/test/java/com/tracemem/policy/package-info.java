@org.jspecify.annotations.NullMarked
package com.tracemem.policy;
