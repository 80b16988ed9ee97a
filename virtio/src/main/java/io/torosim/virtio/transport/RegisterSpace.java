package io.torosim.virtio.transport;

/**
 * A window of device registers: the ports of an I/O BAR, the memory of an MMIO BAR, the configuration space of a PCI
 * function. Little-endian; reads zero-extend. Registers that do not exist read as 0 and ignore writes.
 */
public interface RegisterSpace {
    /** Reads a register of 1, 2, 4 or 8 bytes. */
    long read(int offset, int widthBytes);

    /** Writes a register of 1, 2, 4 or 8 bytes. */
    void write(int offset, int widthBytes, long value);
}
