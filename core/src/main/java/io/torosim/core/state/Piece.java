package io.torosim.core.state;

/** What one object held. */
interface Piece {
    void restore();

    long bytes();
}
