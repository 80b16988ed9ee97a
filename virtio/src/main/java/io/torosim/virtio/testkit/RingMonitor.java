package io.torosim.virtio.testkit;

/** Follows one ring from its stores. */
interface RingMonitor {
    void loaded(Side side, long address, long length);

    void stored(Side side, long address, long length);

    /** The driver has sent a notification. */
    void notified();

    /** Returns the next available entry as NOTIFICATION_DATA has it. */
    int nextAvailable();

    /** The device has sent an interrupt. */
    void interrupted();

    /** The side has finished an operation and decided on its notification. */
    void idle(Side side);

    int inFlight();

    /** How often a 16-bit index, or a wrap counter, has wrapped. */
    long wraps();

    String dump();
}
