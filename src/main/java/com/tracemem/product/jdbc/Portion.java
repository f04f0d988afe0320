package com.tracemem.product.jdbc;

/** How much text an answer may have, in characters as Java and JSON count them. */
enum Portion {
    /** Of which as many come together as make a small one. */
    TINY(100_000 / Gathering.MOST),
    /** Of which there may be as many at a time as there are connections. */
    SMALL(100_000),
    /** For which memory has to be there; the largest that is answered at all. */
    LARGE(1_000_000);

    /** What one large answer takes, from the driver's buffers to the text that goes out; bytes. */
    static final int LARGE_BYTES = 16 << 20;

    private final int characters;

    Portion(int characters) {
        this.characters = characters;
    }

    int characters() {
        return characters;
    }

    /** No text of so many characters is longer in UTF-8. */
    int bytes() {
        return 3 * characters;
    }

    /**
     * For sources that bound each text but not their sum.
     *
     * @param texts how many a record has
     */
    int longestText(int texts) {
        return texts <= 4 ? characters : 4 * characters / texts;
    }
}
