package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.Violation.Side;

/** Follows one ring from its stores. */
interface RingMonitor {
    /** Hears what the ring says, in the order in which it says it. */
    interface Listener {
        /** The driver has made a buffer available. */
        void exposed(InFlightBuffer buffer);

        /** The device has returned a buffer. */
        void returned(InFlightBuffer buffer, long length);
    }

    /** Nobody listens. */
    Listener SILENT = new Listener() {
        @Override
        public void exposed(InFlightBuffer buffer) {}

        @Override
        public void returned(InFlightBuffer buffer, long length) {}
    };

    void listener(Listener listener);

    /** The driver has initialised the ring: looks at what it starts with. */
    void begin();

    void loaded(Side side, long address, long length, boolean acquire);

    void stored(Side side, long address, long length, boolean release);

    void fenced(Side side);

    /** The side has looked, and goes to sleep until it gets an event. */
    void sleeps(Side side);

    /** The driver has sent a notification. */
    void notified();

    /** Returns the next available entry as NOTIFICATION_DATA has it. */
    int nextAvailable();

    /** The device has sent an interrupt. */
    void interrupted();

    /** The side has finished an operation and decided on its notification. */
    void idle(Side side);

    /** The device's half has given this buffer to its caller: what it knows of it must have been read behind the publication. */
    void popped(InFlightBuffer buffer);

    /** The driver's half has given this used buffer back to its caller; alike. */
    void polled(InFlightBuffer buffer);

    int inFlight();

    /** How often a 16-bit index, or a wrap counter, has wrapped. */
    long wraps();

    String dump();
}
