package com.tracemem.bench;

/**
 * What connectors cost while their pools are open and idle.
 *
 * @param heapBytes of live objects, after collecting the others
 * @param residentBytes of the whole process; pages that the heap took meanwhile count as well
 * @param threads of the operating system
 */
record PoolFigures(long heapBytes, long residentBytes, long threads) {}
