package io.torosim.guest.device;

import io.torosim.core.time.Picos;

/**
 * One counter of an 8254 (Intel data sheet 231164) as QEMU 7.2 has it. Where it is unlike the chip: the count is new as soon as its high
 * byte is written, the gate stops nothing, a control word does not stop the count, BCD is counted in binary, the null-count bit is never set.
 *
 * <p>Counts are of ticks of {@link #HZ} since the load, in exact integer arithmetic.
 */
final class PitChannel {
    static final long HZ = 1_193_182;
    static final int LOW_BYTE = 1;
    static final int HIGH_BYTE = 2;
    static final int BOTH = 3;
    private static final int WRITE_SECOND = 4;

    private int count = 0x10000;
    private long loadedPs;
    private int mode = 3;
    private boolean bcd;
    private boolean gate;
    private int access;
    private int readState;
    private int writeState;
    private int writeLatch;
    private int latched;
    /** Which byte of the latched count comes next, 0 for none. */
    private int latchedByte;

    private int status;
    private boolean statusLatched;

    PitChannel(boolean gate) {
        this.gate = gate;
    }

    private long ticks(long nowPs) {
        return Picos.toCycles(nowPs - loadedPs, HZ);
    }

    int counter(long nowPs) {
        long d = ticks(nowPs);
        return switch (mode) {
            case 0, 1, 4, 5 -> (int) (count - d) & 0xffff;
            case 3 -> (int) (count - 2 * d % count) & 0xffff; // counts by two
            default -> (int) (count - d % count) & 0xffff;
        };
    }

    boolean out(long nowPs) {
        long d = ticks(nowPs);
        return switch (mode) {
            case 1 -> d < count;
            case 2 -> d % count == 0 && d != 0;
            case 3 -> d % count < count + 1 >> 1;
            case 4, 5 -> d == count;
            default -> d >= count;
        };
    }

    /** Returns when OUT changes next, or {@link Picos#NEVER}. */
    long nextChangePs(long nowPs) {
        long d = ticks(nowPs);
        if (count == 1 && d > 0 && (mode == 2 || mode == 3)) {
            return Picos.NEVER; // OUT has gone up and stays there
        }
        long base = d / count * count;
        long next =
                switch (mode) {
                    case 2 -> d == base && d != 0 ? d + 1 : base + count;
                    case 3 -> d - base < count + 1 >> 1 ? base + (count + 1 >> 1) : base + count;
                    case 4, 5 -> d < count ? count : d == count ? d + 1 : -1;
                    default -> d < count ? count : -1;
                };
        if (next < 0) {
            return Picos.NEVER;
        }
        return Picos.saturatingAdd(loadedPs, Picos.ofCycles(next, HZ));
    }

    void gate(boolean high, long nowPs) {
        boolean restarts = mode == 1 || mode == 2 || mode == 3 || mode == 5;
        if (high && !gate && restarts) {
            loadedPs = nowPs;
        }
        gate = high;
    }

    boolean gate() {
        return gate;
    }

    private void load(int value, long nowPs) {
        count = value == 0 ? 0x10000 : value;
        loadedPs = nowPs;
    }

    /** A control word for this channel, the counter latch command among them. */
    void control(int value, long nowPs) {
        int bytes = value >>> 4 & 3;
        if (bytes == 0) {
            latchCount(nowPs);
            return;
        }
        access = bytes;
        readState = bytes;
        writeState = bytes;
        mode = value >>> 1 & 7;
        bcd = (value & 1) != 0;
    }

    void latchCount(long nowPs) {
        if (latchedByte == 0) {
            latched = counter(nowPs);
            latchedByte = access;
        }
    }

    void latchStatus(long nowPs) {
        if (!statusLatched) {
            status = (out(nowPs) ? 0x80 : 0) | access << 4 | mode << 1 | (bcd ? 1 : 0);
            statusLatched = true;
        }
    }

    /** A byte of the count; returns whether the channel was loaded. */
    boolean write(int value, long nowPs) {
        switch (writeState) {
            case HIGH_BYTE -> load(value << 8, nowPs);
            case BOTH -> {
                writeLatch = value;
                writeState = WRITE_SECOND;
                return false;
            }
            case WRITE_SECOND -> {
                load(writeLatch | value << 8, nowPs);
                writeState = BOTH;
            }
            default -> load(value, nowPs);
        }
        return true;
    }

    int read(long nowPs) {
        if (statusLatched) {
            statusLatched = false;
            return status;
        }
        if (latchedByte != 0) {
            boolean low = latchedByte != HIGH_BYTE;
            latchedByte = latchedByte == BOTH ? HIGH_BYTE : 0;
            return low ? latched & 0xff : latched >>> 8;
        }
        int now = counter(nowPs);
        return switch (readState) {
            case HIGH_BYTE -> now >>> 8;
            case BOTH -> {
                readState = WRITE_SECOND;
                yield now & 0xff;
            }
            case WRITE_SECOND -> {
                readState = BOTH;
                yield now >>> 8;
            }
            default -> now & 0xff;
        };
    }
}
