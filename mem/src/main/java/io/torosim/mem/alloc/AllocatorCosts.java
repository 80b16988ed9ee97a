package io.torosim.mem.alloc;

import io.torosim.core.cost.CostModel;

/**
 * What the steps of an allocator cost, in picoseconds.
 *
 * @param lapicIdReadPs reading the local APIC's id, which tells a core its own number
 * @param interruptTogglePs saving the flags, {@code cli}, and restoring them
 * @param accessPs one load or store of a header, list entry or counter
 * @param scanStepPs one further turn of a search loop
 * @param moveBytePs copying one byte in a loop of single bytes
 * @param moveWordPs copying eight bytes at once
 * @param fillDwordPs clearing four bytes
 */
public record AllocatorCosts(
        long lapicIdReadPs,
        long interruptTogglePs,
        long accessPs,
        long scanStepPs,
        long moveBytePs,
        long moveWordPs,
        long fillDwordPs) {
    /** Nothing takes time. */
    public static final AllocatorCosts FREE = new AllocatorCosts(0, 0, 0, 0, 0, 0, 0);

    /** Checks that nothing is negative. */
    public AllocatorCosts {
        if (lapicIdReadPs < 0
                || interruptTogglePs < 0
                || accessPs < 0
                || scanStepPs < 0
                || moveBytePs < 0
                || moveWordPs < 0
                || fillDwordPs < 0) {
            throw new IllegalArgumentException("costs must be at least 0 ps");
        }
    }

    /**
     * Returns the costs of the model: {@code kvm.lapic_id_read} and those named {@code mem.*}.
     *
     * @param tscHz clock rate of the machine, ticks per second
     */
    public static AllocatorCosts of(CostModel model, long tscHz) {
        return new AllocatorCosts(
                model.ps("kvm.lapic_id_read"),
                model.cyclesPs("mem.interrupt_toggle", tscHz),
                model.cyclesPs("mem.access", tscHz),
                model.cyclesPs("mem.scan_step", tscHz),
                model.cyclesPs("mem.move_byte", tscHz),
                model.cyclesPs("mem.move_word", tscHz),
                model.cyclesPs("mem.fill_dword", tscHz));
    }

    /** Returns the cost of copying {@code bytes} bytes. */
    long movePs(long bytes, boolean byteLoop) {
        return byteLoop ? bytes * moveBytePs : (bytes + 7) / 8 * moveWordPs;
    }

    long fillPs(long bytes) {
        return (bytes + 3) / 4 * fillDwordPs;
    }
}
