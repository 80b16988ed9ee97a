package io.torosim.guest.device;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.machine.Machine;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.Objects;
import java.util.function.IntToLongFunction;

/**
 * The local APICs of all vCPUs, each at FEE00000h for its own vCPU, with timer (one-shot, periodic, TSC deadline), interprocessor interrupts
 * and the PIC behind LINT0 of the first. Interrupts of the APIC go before those of the PIC, as in QEMU.
 *
 * <p>Not modelled: NMI and SMI, arbitration, level-triggered requests, x2APIC. An INIT or a start-up message goes to who was named with {@link
 * #onStart}.
 *
 * <p>Each is a {@link LocalApic}; the PIC is a {@link PicPair}. Guests with timers ({@link io.torosim.guest.run.GuestRun.GuestTimer GuestTimer}) and the
 * boot's cores use them.
 */
public final class LocalApics {
    /** Where the registers are. */
    public static final long BASE = ApicRegisters.BASE;

    /** The model-specific register {@code IA32_TSC_DEADLINE}. */
    public static final int TSC_DEADLINE_MSR = ApicRegisters.TSC_DEADLINE_MSR;

    private static final int FIXED = 0;
    private static final int LOWEST = 1;
    private static final int INIT = 5;
    private static final int START_UP = 6;

    /** Hears of INIT and start-up messages. */
    @FunctionalInterface
    public interface Starter {
        /**
         * A message has arrived.
         *
         * @param vcpuId whose
         * @param vector of the page where it is to start, -1 for INIT
         */
        void onStart(int vcpuId, int vector);
    }

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Machine machine;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private PicPair pics;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private LocalApic[] apics;

    private Starter starter = (vcpuId, vector) -> {};
    private IntToLongFunction host = vcpuId -> 0;

    /** Creates the APICs as they are after power-on: software-disabled, all entries masked. */
    public LocalApics() {}

    /**
     * Takes the machine's page of local APICs and {@link #TSC_DEADLINE_MSR} over ({@link io.torosim.core.bus.Bus#apics(ApicRegisters)}) and becomes the interrupt controller of every vCPU; the
     * PICs' ports and lines are claimed too.
     *
     * @param behindLint0 not plugged in yet
     * @return this
     * @throws IllegalStateException if these or the PICs are plugged in already, or a vCPU has an interrupt controller
     * @throws IllegalArgumentException if somebody has a port or a line; nothing is claimed then
     */
    public LocalApics plug(Machine onto, PicPair behindLint0) {
        Objects.requireNonNull(onto, "onto");
        Objects.requireNonNull(behindLint0, "behindLint0");
        if (machine != null) {
            throw new IllegalStateException("the local APICs are plugged in already: one LocalApics a machine");
        }
        for (int i = 0; i < onto.vcpuCount(); i++) {
            if (onto.vcpu(i).hasInterruptController()) {
                throw new IllegalStateException(
                        "vCPU " + i + " has an interrupt controller already, and gets a local APIC");
            }
        }
        LocalApic[] made = new LocalApic[onto.vcpuCount()];
        for (int i = 0; i < made.length; i++) {
            made[i] = new LocalApic(this, onto, i);
        }
        onto.bus().allOrNothing(() -> behindLint0.plug(onto, high -> update(0)));
        machine = onto;
        pics = behindLint0;
        apics = made;
        onto.bus().apics(new Registers());
        for (int i = 0; i < made.length; i++) {
            int id = i;
            onto.vcpu(i).interruptController(() -> acknowledge(id));
        }
        return this;
    }

    private final class Registers implements ApicRegisters {
        @Override
        public long read(int vcpuId, int offset) {
            return apics[vcpuId].read(offset);
        }

        @Override
        public void write(int vcpuId, int offset, int value) {
            apics[vcpuId].write(offset, value);
        }

        @Override
        public void deadline(int vcpuId, long tsc) {
            apics[vcpuId].deadline(tsc);
        }

        @Override
        public void arrive(int vcpuId, int message) {
            LocalApics.this.arrive(vcpuId, message);
        }

        @Override
        public boolean countsDown() {
            return true;
        }
    }

    /** Sets who hears of INIT and start-up messages. */
    public void onStart(Starter who) {
        starter = who;
    }

    /**
     * Sets who sees the timers expire: emulation takes a while to pass an expiry on.
     *
     * @param who called with the number of the vCPU at each instant when its timer expires; returns how long it takes until the interrupt is requested, in
     *     picoseconds, at least 0. What is under way when the guest sets the timer anew does not arrive
     */
    public void onExpiry(IntToLongFunction who) {
        host = Objects.requireNonNull(who, "who");
    }

    /** A timer expires: returns how late the host passes that on. */
    long expires(int id) {
        return host.applyAsLong(id);
    }

    /**
     * Leaves the first one as SeaBIOS does: enabled, LINT0 open for the PIC.
     *
     * @return this
     */
    public LocalApics initialisedByFirmware() {
        apics[0].initialisedByFirmware();
        update(0);
        return this;
    }

    /**
     * A vCPU writes {@link #TSC_DEADLINE_MSR}, nothing is counted; no effect unless its timer is in that mode.
     *
     * @param tsc when to interrupt, 0 to disarm
     */
    public void tscDeadline(int vcpuId, long tsc) {
        apics[vcpuId].deadline(tsc);
    }

    void update(int id) {
        boolean pic = id == 0 && apics[0].takesPic() && pics.wanting();
        machine.vcpu(id).interruptLine(pic || apics[id].deliverable() >= 0);
    }

    private int acknowledge(int id) {
        int vector = apics[id].deliverable();
        if (vector >= 0) {
            apics[id].accept(vector);
        } else {
            vector = pics.acknowledge();
            machine.trace().emit(machine.simulation().nowPs(), -1, TraceKind.DEVICE_IRQ, vector, 0);
        }
        update(id);
        return vector;
    }

    /** The interrupt command register was written: to itself at once, to others after the machine's latency. */
    void send(int from, int low, int high) {
        int vector = low & 0xff;
        int mode = low >>> 8 & 7;
        boolean deassert = mode == INIT && (low & 0xc000) == 0x8000;
        if (deassert) {
            return;
        }
        int shorthand = low >>> 18 & 3;
        for (int to = 0; to < apics.length; to++) {
            boolean addressed =
                    switch (shorthand) {
                        case 0 -> apics[to].isAddressed(high >>> 24, (low & 0x800) != 0);
                        case 1 -> to == from;
                        case 2 -> true;
                        default -> to != from;
                    };
            if (addressed && to == from && (mode == FIXED || mode == LOWEST)) {
                apics[to].request(vector);
            } else if (addressed && to != from) {
                machine.carry(machine.vcpu(from), to, mode << 8 | vector);
            }
            if (addressed && mode == LOWEST) {
                return;
            }
        }
    }

    private void arrive(int to, int message) {
        int mode = message >>> 8;
        int vector = message & 0xff;
        switch (mode) {
            case FIXED, LOWEST -> {
                if (!apics[to].switchedOn()) {
                    machine.warn("the local APIC of vCPU " + to
                            + " is switched off (bit 8 of its spurious-interrupt register, F0h) and does not deliver an interrupt that it is sent, vector="
                            + vector);
                }
                apics[to].request(vector);
            }
            case INIT -> starter.onStart(to, -1);
            case START_UP -> starter.onStart(to, vector);
            default -> {} // NMI, SMI
        }
    }
}
