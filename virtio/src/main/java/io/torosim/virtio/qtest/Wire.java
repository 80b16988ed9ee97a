package io.torosim.virtio.qtest;

import org.jspecify.annotations.Nullable;

/** The far end of a card's wire. */
interface Wire {
    /** Sends a frame to the card. */
    void inject(byte[] frame);

    /** Returns the next frame that the card has sent, or null. */
    byte @Nullable [] sent();
}
