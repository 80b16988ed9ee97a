package io.torosim.core.machine;

/**
 * A guest's own code found its state damaged and stops: thrown out of a step, it makes the vCPU spin for ever with interrupts off, as
 * {@link Activity#HANG} does. Other vCPUs go on. The message says what was found; {@link Vcpu#panic} keeps it.
 */
public class GuestPanic extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates a panic of what the guest found. */
    public GuestPanic(String message) {
        super(message);
    }
}
