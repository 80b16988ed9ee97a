package io.torosim.virtio.nic;

import java.util.List;

/** A card with its driver: everything that the driver does to the card is metered. Confined to the simulation thread. */
public interface Nic {
    /** Counts the driver's accesses. */
    AccessMeter meter();

    /** A frame comes from the wire; returns false if the card dropped it. */
    boolean arrive(byte[] frame);

    /** Returns whether the card holds its interrupt line. */
    boolean interruptPending();

    /** Runs the driver's interrupt handler; returns the frames that it received. */
    List<byte[]> handleInterrupt();

    /** Sends a frame, or queues it until the card is free; returns false if it was lost. */
    boolean send(byte[] frame);

    /** Returns how many bytes the driver has copied. */
    long copiedBytes();

    /** Returns how many frames have left on the wire. */
    long framesOut();
}
