package io.torosim.core.memory;

import java.util.Locale;

/** A guest-physical access that the machine cannot carry out. It names the address, the size and the direction. */
public final class GuestFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which way the data was to go. */
    public enum Direction {
        /** From memory. */
        LOAD,
        /** To memory. */
        STORE
    }

    private final long address;
    private final long sizeBytes;
    private final Direction direction;

    /**
     * Creates a fault.
     *
     * @param rule what was broken, a short phrase such as {@code "outside RAM"}
     * @param address guest-physical address of the access, unsigned
     * @param sizeBytes size of the access in bytes
     * @param direction load or store
     */
    public GuestFault(String rule, long address, long sizeBytes, Direction direction) {
        super(String.format(
                Locale.ROOT,
                "%s: %s of %d bytes at guest-physical 0x%x",
                rule,
                direction == Direction.LOAD ? "load" : "store",
                sizeBytes,
                address));
        this.address = address;
        this.sizeBytes = sizeBytes;
        this.direction = direction;
    }

    /** Returns the guest-physical address of the access. */
    public long address() {
        return address;
    }

    /** Returns the size of the access in bytes. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Returns whether the access was a load or a store. */
    public Direction direction() {
        return direction;
    }
}
