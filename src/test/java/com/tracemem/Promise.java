package com.tracemem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the numbered promises of {@code docs/delivery.md} that a test proves: {@code Q4}, {@code W5}, {@code C1}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Promise {
    String[] value();
}
