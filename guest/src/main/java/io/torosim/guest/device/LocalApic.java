package io.torosim.guest.device;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;

/**
 * One local APIC (Intel SDM volume 3, chapter 10) as QEMU 7.2 has it. Requests, service and trigger modes are 256 bits; the timer counts one
 * nanosecond at divide 1, KVM's too.
 *
 * <p>{@link LocalApics} has one for each vCPU and hands it the accesses to its registers; its timer is an event of the {@link Simulation}.
 */
final class LocalApic {
    private static final int TIMER = 0;
    private static final int LINT0 = 3;
    private static final int LINT1 = 4;
    private static final int MASKED = 0x10000;
    private static final int PERIODIC = 1;
    private static final int DEADLINE = 2;
    private static final int ILLEGAL_ADDRESS = 0x80;
    private static final long VERSION = 0x50014;
    private static final int OP_EXPIRES = 0;
    private static final int OP_PASSED = 1;

    private final LocalApics all;
    private final Machine machine;
    private final int id;
    private final EventHandler timer = this::onTimer;
    private final long[] requests = new long[4];
    private final long[] service = new long[4];
    private final int[] lvt = {MASKED, MASKED, MASKED, MASKED, MASKED, MASKED};
    private int tpr;
    private int logicalId;
    private int format = -1;
    private int spurious = 0xff;
    private int errors;
    private int icrLow;
    private int icrHigh;
    private int divide;
    private long initialCount;
    private long loadedPs;
    private long deadlineTsc;
    private long pending = Simulation.NO_HANDLE;
    /** Writes that set the timer; an expiry that was under way before one of them does not arrive. */
    private long writes;

    LocalApic(LocalApics all, Machine machine, int id) {
        this.all = all;
        this.machine = machine;
        this.id = id;
    }

    /** What SeaBIOS leaves behind on the first processor. */
    void initialisedByFirmware() {
        spurious = 0x1ff;
        lvt[LINT0] = 0x8700;
        lvt[LINT1] = 0x8400;
    }

    private static int highest(long[] bits) {
        for (int word = 3; word >= 0; word--) {
            if (bits[word] != 0) {
                return 64 * word + 63 - Long.numberOfLeadingZeros(bits[word]);
            }
        }
        return -1;
    }

    private static void set(long[] bits, int vector, boolean on) {
        long bit = 1L << (vector & 63);
        bits[vector >> 6] = on ? bits[vector >> 6] | bit : bits[vector >> 6] & ~bit;
    }

    private int processorPriority() {
        int inService = Math.max(0, highest(service));
        return tpr >>> 4 >= inService >>> 4 ? tpr : inService & 0xf0;
    }

    /** Returns the vector that it would deliver now, or -1. */
    int deliverable() {
        int vector = highest(requests);
        int priority = processorPriority();
        boolean blocked = priority != 0 && (vector & 0xf0) <= (priority & 0xf0);
        return vector < 0 || blocked || !switchedOn() ? -1 : vector;
    }

    /** Whether software has switched it on. */
    boolean switchedOn() {
        return (spurious & ApicRegisters.SWITCHED_ON) != 0;
    }

    /** The processor takes a vector that was {@link #deliverable}. */
    void accept(int vector) {
        set(requests, vector, false);
        set(service, vector, true);
    }

    /** Whether the PIC gets through: LINT0 alone decides. */
    boolean takesPic() {
        return (lvt[LINT0] & MASKED) == 0;
    }

    void request(int vector) {
        set(requests, vector, true);
        all.update(id);
    }

    boolean isAddressed(int destination, boolean logical) {
        if (!logical) {
            return destination == 0xff || destination == id;
        }
        int mine = logicalId >>> 24;
        boolean flat = format >>> 28 == 0xf;
        return flat ? (mine & destination) != 0 : mine >>> 4 == destination >>> 4 && (mine & destination & 0xf) != 0;
    }

    // ---- the timer

    /** As its vCPU sees it. */
    private long nowPs() {
        return machine.vcpu(id).nowPs();
    }

    private int shift() {
        return ApicRegisters.divideShift(divide);
    }

    private int timerMode() {
        return lvt[TIMER] >>> 17 & 3;
    }

    private long elapsedCounts() {
        return (nowPs() - loadedPs) / Picos.PER_NANO >> shift();
    }

    private long currentCount() {
        if (initialCount == 0 || timerMode() == DEADLINE) {
            return 0;
        }
        long counts = elapsedCounts();
        if (timerMode() == PERIODIC) {
            return initialCount - counts % (initialCount + 1);
        }
        return counts >= initialCount ? 0 : initialCount - counts;
    }

    /** The guest has written something of the timer. */
    private void timerWritten() {
        writes++;
        setTimer();
    }

    /** A masked timer runs, but leaves nothing behind. */
    private void setTimer() {
        machine.simulation().cancel(pending);
        pending = Simulation.NO_HANDLE;
        if ((lvt[TIMER] & MASKED) != 0) {
            return;
        }
        long atPs;
        if (timerMode() == DEADLINE) {
            if (deadlineTsc <= 0) { // as an unsigned number, a negative one is beyond all time
                return;
            }
            long due = Picos.ofCycles(deadlineTsc, machine.spec().tscHz());
            atPs = Math.max(due, nowPs());
        } else {
            long counts = elapsedCounts();
            long period = initialCount + 1;
            if (initialCount == 0 || timerMode() != PERIODIC && counts >= initialCount) {
                return;
            }
            long due = timerMode() == PERIODIC ? (counts / period + 1) * period : period;
            atPs = loadedPs + (due << shift()) * Picos.PER_NANO;
        }
        if (atPs != Picos.NEVER) {
            pending = machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, timer, OP_EXPIRES, 0);
        }
    }

    private void onTimer(int op, long arg) {
        if (op == OP_EXPIRES) {
            timerExpires();
        } else if (arg == writes) {
            request(lvt[TIMER] & 0xff);
        }
    }

    private void timerExpires() {
        pending = Simulation.NO_HANDLE;
        if (timerMode() == DEADLINE) {
            deadlineTsc = 0;
        }
        long latePs = all.expires(id);
        if (latePs == 0) {
            request(lvt[TIMER] & 0xff);
        } else {
            long atPs = Picos.saturatingAdd(nowPs(), latePs);
            if (atPs != Picos.NEVER) {
                machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, timer, OP_PASSED, writes);
            }
        }
        setTimer();
    }

    void deadline(long tsc) {
        if (timerMode() == DEADLINE) {
            deadlineTsc = tsc;
            timerWritten();
        }
    }

    // ---- registers

    long read(int offset) {
        int index = offset >>> 4;
        int word = index & 7;
        if (index >= 0x10 && index < 0x18) {
            return service[word >> 1] >>> 32 * (word & 1) & 0xffff_ffffL;
        }
        if (index >= 0x18 && index < 0x20) {
            return 0; // TMR: all are edges
        }
        if (index >= 0x20 && index < 0x28) {
            return requests[word >> 1] >>> 32 * (word & 1) & 0xffff_ffffL;
        }
        if (index >= 0x32 && index < 0x38) {
            return lvt[index - 0x32] & 0xffff_ffffL;
        }
        long value =
                switch (index) {
                    case 0x02 -> (long) id << 24;
                    case 0x03 -> VERSION;
                    case 0x08 -> tpr;
                    case 0x0a -> processorPriority();
                    case 0x0d -> logicalId;
                    case 0x0e -> format;
                    case 0x0f -> spurious;
                    case 0x28 -> errors;
                    case 0x30 -> icrLow;
                    case 0x31 -> icrHigh;
                    case 0x38 -> initialCount;
                    case 0x39 -> currentCount();
                    case 0x3e -> divide;
                    case 0x09, 0x0b -> 0;
                    default -> {
                        errors |= ILLEGAL_ADDRESS;
                        yield 0;
                    }
                };
        return value & 0xffff_ffffL;
    }

    void write(int offset, int value) {
        int index = offset >>> 4;
        if (index >= 0x32 && index < 0x38) {
            lvt[index - 0x32] = value;
            if (index == 0x32) {
                timerWritten();
            }
            all.update(id);
            return;
        }
        switch (index) {
            case 0x08 -> tpr = value & 0xff;
            case 0x0b -> {
                int ended = highest(service);
                if (ended >= 0) {
                    set(service, ended, false);
                }
            }
            case 0x0d -> logicalId = value & 0xff00_0000;
            case 0x0e -> format = value | 0x0fff_ffff;
            case 0x0f -> spurious = value & 0x1ff;
            case 0x30 -> {
                icrLow = value & ~0x1000;
                all.send(id, icrLow, icrHigh);
            }
            case 0x31 -> icrHigh = value;
            case 0x38 -> {
                if (timerMode() != DEADLINE) {
                    initialCount = value & 0xffff_ffffL;
                    loadedPs = nowPs();
                    timerWritten();
                }
            }
            case 0x3e -> {
                divide = value & 0xb;
                timerWritten();
            }
            case 0x02, 0x03, 0x09, 0x0a, 0x28, 0x39 -> {} // read only
            default -> errors |= ILLEGAL_ADDRESS;
        }
        all.update(id);
    }
}
