package io.torosim.sched;

/**
 * A device that one thread uses at a time (Devices: {@code GetDevice}, {@code FreeDevice}). A thread that asks for a busy
 * one is tsIOPending until the scheduler's scan finds it free; the first to be scanned gets it. All its users must be
 * threads of one core.
 */
public final class IoDevice {
    private final String name;
    boolean busy;

    /** Creates a device that is free. */
    public IoDevice(String name) {
        this.name = name;
    }

    /** Returns whether a thread has it. */
    public boolean busy() {
        return busy;
    }

    @Override
    public String toString() {
        return name + (busy ? "[busy]" : "[free]");
    }
}
