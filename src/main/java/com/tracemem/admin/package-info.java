/**
 * The REST door for administrators, approvers and auditors. Authorizes by role, translates between JSON and the rooms
 * below, and answers every failure with a documented code and a sentence.
 *
 * <p>May call every room below the doors: {@code delivery}, {@code approval}, {@code decision}, {@code trace},
 * {@code identity}, {@code policy}, {@code product}, {@code secret} and {@code store}.
 */
@NullMarked
package com.tracemem.admin;

import org.jspecify.annotations.NullMarked;
