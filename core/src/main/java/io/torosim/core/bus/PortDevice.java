package io.torosim.core.bus;

import io.torosim.core.bus.Bus.AccessKind;

/** The registers behind a range of ports. Both accesses may have side effects; neither may keep the caller waiting. */
public interface PortDevice {
    /**
     * Reads a register.
     *
     * @param offset from the first port of the range
     * @param widthBytes 1, 2 or 4
     * @return the value, zero-extended
     */
    int read(int offset, int widthBytes);

    /** Writes a register; see {@link #read}. */
    void write(int offset, int widthBytes, int value);

    /** Returns who serves an access: {@link AccessKind#PORT}, unless the host kernel does. */
    default AccessKind kind(int offset, boolean write) {
        return AccessKind.PORT;
    }
}
