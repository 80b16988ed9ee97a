package io.torosim.core.state;

/** What one object held. */
interface Piece {
    /** When a piece is put back: what asks something of others, such as their hash code, comes when those have been. */
    enum Turn {
        /** Fields, arrays and the like. */
        PLAIN,
        /** Lists, which ask nothing of what is in them. */
        LISTS,
        /** What asks its elements, or a comparator, where they belong. */
        ASKING
    }

    void restore();

    long bytes();

    default Turn turn() {
        return Turn.PLAIN;
    }
}
