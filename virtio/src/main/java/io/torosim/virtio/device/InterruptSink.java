package io.torosim.virtio.device;

/** Takes a device's interrupts. */
@FunctionalInterface
public interface InterruptSink {
    /** Cause: a queue has used buffers; bit 0 of the ISR status. */
    int QUEUE = 1;
    /** Cause: the configuration, or the status, has changed; bit 1 of the ISR status. */
    int CONFIG = 2;

    /**
     * Takes one interrupt.
     *
     * @param cause {@link #QUEUE} or {@link #CONFIG}
     * @param queueIndex the queue, or -1 for CONFIG
     */
    void raise(int cause, int queueIndex);
}
