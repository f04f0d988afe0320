package com.tracemem.product;

/**
 * The room's door for decisions: holds requests against products, which is pure, and carries them out, which is I/O and
 * must not happen within a database transaction of ours.
 */
public final class Data {
    private final DataStore store;

    public Data(DataStore store) {
        this.store = store;
    }

    /** Holds a read against its product. */
    public PlannedRead plan(Product product, ReadRequest request) {
        return new PlannedRead.Misfit("Product '%s' cannot be read yet".formatted(product.productId()));
    }

    /** Carries a read out. */
    public ReadResult read(PlannedRead.Planned read) {
        return store.read(read);
    }

    /** Holds a write against its product; also a proposed action, so that all forms of it have one digest. */
    public PlannedWrite plan(Product product, WriteRequest request) {
        return new PlannedWrite.Misfit("Product '%s' cannot be written yet".formatted(product.productId()));
    }

    /**
     * Carries a write out, in one transaction.
     *
     * @param writeId at most 200 characters; the same one never takes effect twice where the target can keep it
     */
    public WriteResult write(PlannedWrite.Planned write, String writeId) {
        return store.write(write, writeId);
    }

    /** Asks the target what became of a write whose end was not seen. */
    public Recorded recorded(Product product, String writeId) {
        return store.recorded(product, writeId);
    }
}
