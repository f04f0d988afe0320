package com.tracemem.bench;

/**
 * What was measured of deliveries under load.
 *
 * @param drainedPerSecond from a backlog, to a receiver that answers at once
 * @param p99Healthy milliseconds, over twenty endpoints of which none hangs
 * @param p99Hanging milliseconds, of nineteen while the twentieth hangs
 * @param residentBefore bytes of the node after the backlog was drained
 * @param residentAfter bytes of the node with a backlog of a million
 */
record DeliveryFigures(
        double drainedPerSecond, double p99Healthy, double p99Hanging, long residentBefore, long residentAfter) {}
