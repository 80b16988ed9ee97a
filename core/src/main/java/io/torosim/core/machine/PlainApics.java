package io.torosim.core.machine;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.time.Picos;
import java.util.Arrays;

/**
 * The local APICs that every machine has by nature, as far as a vCPU needs one that takes what is raised at it without an interrupt controller: the end of an
 * interrupt ends nothing, the command register sends fixed interrupts to one vCPU, and the timer counts down once or waits for its deadline, by {@link
 * Vcpu#timer}. They are as a kernel's initialisation leaves them: switched on, divided by 1. What else a command register or a timer can be told is refused by name; registers that
 * are not named in {@link ApicRegisters} read as 0 and swallow what is written.
 *
 * <p>A whole local APIC is {@code guest.device.LocalApics}, which takes the same page over ({@code Bus.apics}): priorities, periodic counts, messages to several.
 */
final class PlainApics implements ApicRegisters {
    private static final int MASKED = 0x10000;
    private static final int MODE = 0x60000;
    private static final int DEADLINE = 0x40000;
    private static final int PERIODIC = 0x20000;
    /** What of a command is not its vector, but for the level and its trigger, which a fixed interrupt does not heed. */
    private static final int DELIVERY = 0xc0f00;

    private final Wires wires;
    private final int[] commandHigh;
    private final int[] timerEntry;
    private final int[] divide;
    private final long[] initialCount;
    private final long[] zeroAtPs;

    PlainApics(int vcpus, Wires wires) {
        this.wires = wires;
        this.commandHigh = new int[vcpus];
        this.timerEntry = new int[vcpus];
        this.divide = new int[vcpus];
        this.initialCount = new long[vcpus];
        this.zeroAtPs = new long[vcpus];
        Arrays.fill(timerEntry, MASKED);
        Arrays.fill(divide, DIVIDE_BY_1);
    }

    /** What they are connected to: their machine. */
    interface Wires {
        long nowPs(int vcpuId);

        long tscHz();

        long timerHz();

        void send(int from, int to, int vector);

        void interrupt(int vcpuId, int vector);

        /** Instead of what was set before; 0 for never. */
        void interruptAt(int vcpuId, int vector, long timePs);
    }

    @Override
    public long read(int vcpuId, int offset) {
        return switch (offset) {
            case ID -> (long) vcpuId << 24;
            case COMMAND_HIGH -> commandHigh[vcpuId] & 0xffff_ffffL;
            case TIMER_ENTRY -> timerEntry[vcpuId] & 0xffff_ffffL;
            case INITIAL_COUNT -> initialCount[vcpuId];
            case DIVIDE -> divide[vcpuId];
            case CURRENT_COUNT -> currentCount(vcpuId);
            default -> 0;
        };
    }

    @Override
    public void write(int vcpuId, int offset, int value) {
        switch (offset) {
            case COMMAND_LOW -> send(vcpuId, value);
            case COMMAND_HIGH -> commandHigh[vcpuId] = value;
            case TIMER_ENTRY -> entry(vcpuId, value);
            case INITIAL_COUNT -> load(vcpuId, value & 0xffff_ffffL);
            case DIVIDE -> divide[vcpuId] = value & DIVIDE_BY_1;
            default -> {} // an end of interrupt ends nothing
        }
    }

    private void send(int vcpuId, int command) {
        if ((command & DELIVERY) != 0) {
            throw refused(
                    vcpuId,
                    "send fixed interrupts to one vCPU by its number, command=0x" + Integer.toHexString(command));
        }
        wires.send(vcpuId, commandHigh[vcpuId] >>> 24, command & 0xff);
    }

    private void entry(int vcpuId, int value) {
        if ((value & PERIODIC) != 0) { // masked too: its count would begin anew
            throw refused(
                    vcpuId, "have a timer that counts down once, or a deadline, entry=0x" + Integer.toHexString(value));
        }
        timerEntry[vcpuId] = value;
    }

    private static IllegalArgumentException refused(int vcpuId, String what) {
        return new IllegalArgumentException("the local APICs that a machine has by nature " + what + ", of vCPU "
                + vcpuId + "; those of another Bus.apics, guest.device.LocalApics for one, can do more");
    }

    /** Returns true: the count changes by the clock and its vCPU's writes alone. */
    @Override
    public boolean countsDown() {
        return true;
    }

    private boolean waitsForDeadline(int vcpuId) {
        return (timerEntry[vcpuId] & MODE) == DEADLINE;
    }

    private void load(int vcpuId, long count) {
        if (waitsForDeadline(vcpuId)) {
            return;
        }
        initialCount[vcpuId] = count;
        zeroAtPs[vcpuId] = Picos.saturatingAdd(
                wires.nowPs(vcpuId),
                Picos.ofCycles(count << ApicRegisters.divideShift(divide[vcpuId]), wires.timerHz()));
        interruptAt(vcpuId, count == 0 ? 0 : zeroAtPs[vcpuId]);
    }

    private long currentCount(int vcpuId) {
        long leftPs = waitsForDeadline(vcpuId) ? 0 : zeroAtPs[vcpuId] - wires.nowPs(vcpuId);
        if (leftPs <= 0) {
            return 0;
        }
        int shift = ApicRegisters.divideShift(divide[vcpuId]);
        long left = Picos.toCycles(leftPs, wires.timerHz()) + (1L << shift) - 1 >> shift;
        return Math.max(1, Math.min(initialCount[vcpuId], left));
    }

    @Override
    public void deadline(int vcpuId, long tsc) {
        if (waitsForDeadline(vcpuId)) {
            interruptAt(vcpuId, tsc < 0 ? Picos.NEVER : Picos.ofCycles(tsc, wires.tscHz())); // it has no sign
        }
    }

    private void interruptAt(int vcpuId, long atPs) {
        if ((timerEntry[vcpuId] & MASKED) == 0) {
            wires.interruptAt(vcpuId, timerEntry[vcpuId] & 0xff, atPs);
        }
    }

    @Override
    public void arrive(int vcpuId, int message) {
        wires.interrupt(vcpuId, message);
    }
}
