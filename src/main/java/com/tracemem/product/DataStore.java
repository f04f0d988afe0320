package com.tracemem.product;

/** What stands behind a connector. All of it is I/O and takes as long as the connector's timeouts at most. */
public interface DataStore {

    ReadResult read(PlannedRead.Planned read);

    /**
     * Writes all or nothing in one transaction.
     *
     * @param writeId at most 200 characters; the same one never takes effect twice where the target can keep it
     */
    WriteResult write(PlannedWrite.Planned write, String writeId);

    Recorded recorded(Product product, String writeId);
}
