package io.torosim.experiment.real.probe;

import java.nio.ByteBuffer;

/**
 * What a vCPU of a probe guest counts, at fixed addresses in guest memory, which the host maps: it looks without a VM exit.
 * Counters have 64 bits.
 */
public final class ProbePage {
    /** Guest-physical address of the page of vCPU 0; those of the others follow. */
    public static final int ADDRESS = 0x20_0000;
    /** Bytes of a vCPU's page. */
    public static final int BYTES = 0x4000;

    static final int STARTED = 0x00;
    static final int HALTING = 0x04;
    static final int TICKS = 0x08;
    static final int HALTS = 0x10;
    static final int HALTED_CYCLES = 0x18;
    static final int POLLS = 0x20;
    static final int SERVED = 0x28;
    static final int WINDOW_START = 0x30;
    static final int PENDING = 0x38;
    static final int PHASE = 0x3C;
    static final int WORK_CYCLES = 0x40;
    static final int WINDOW_OPEN = 0x48;
    static final int LATENCIES = 0x1000;
    /** Entries of the table of latencies. */
    public static final int LATENCY_ENTRIES = 1024;
    /** Timer counts of one entry. */
    public static final int LATENCY_COUNTS = 4;

    private final ByteBuffer memory;
    private final int base;

    ProbePage(ByteBuffer memory, int vcpu) {
        this.memory = memory;
        this.base = address(vcpu);
    }

    static int address(int vcpu) {
        return ADDRESS + vcpu * BYTES;
    }

    /** Returns whether the vCPU executes its loop. */
    public boolean started() {
        return memory.getInt(base + STARTED) != 0;
    }

    /** Returns whether it stands at its {@code hlt}. */
    public boolean halting() {
        return memory.getInt(base + HALTING) != 0;
    }

    /** Returns the timer interrupts taken. */
    public long ticks() {
        return memory.getLong(base + TICKS);
    }

    /** Returns how often it halted and was woken. */
    public long halts() {
        return memory.getLong(base + HALTS);
    }

    /** Returns the cycles of the time-stamp counter from halting to being woken, of all halts that are over. */
    public long haltedCycles() {
        return memory.getLong(base + HALTED_CYCLES);
    }

    /** Returns the turns of its loop. */
    public long polls() {
        return memory.getLong(base + POLLS);
    }

    /** Returns the requests served. */
    public long served() {
        return memory.getLong(base + SERVED);
    }

    /** Returns the cycles of the time-stamp counter spent on serving. */
    public long workCycles() {
        return memory.getLong(base + WORK_CYCLES);
    }

    /**
     * Returns the table of the times from the PIT's expiry to the first instructions of the handler: how many fell into each
     * {@link #LATENCY_COUNTS} counts of the PIT. All zero unless the guest was built to measure.
     */
    public int[] latencies() {
        int[] table = new int[LATENCY_ENTRIES];
        for (int i = 0; i < table.length; i++) {
            table[i] = memory.getInt(base + LATENCIES + 4 * i);
        }
        return table;
    }
}
