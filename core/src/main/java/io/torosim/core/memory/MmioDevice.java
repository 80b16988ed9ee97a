package io.torosim.core.memory;

/**
 * The registers behind a range of memory-mapped I/O. Offsets count from the start of the range; accesses are aligned to
 * their size and lie wholly inside. Both methods may have side effects; neither may keep the caller waiting.
 */
public interface MmioDevice {
    /**
     * Reads a register.
     *
     * @param offset byte offset into the range
     * @param sizeBytes 1, 2, 4 or 8
     * @return the value; bits beyond {@code sizeBytes} are ignored
     */
    long read(long offset, int sizeBytes);

    /**
     * Writes a register.
     *
     * @param offset byte offset into the range
     * @param sizeBytes 1, 2, 4 or 8
     * @param value zero-extended
     */
    void write(long offset, int sizeBytes, long value);
}
