package io.torosim.core.machine;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec.VcpuMode;

/**
 * What operations cost on one machine, in picoseconds: the figures of its {@link CostModel} under its {@link VcpuMode}.
 * Under software emulation instructions are slower and device accesses leave no guest mode.
 */
public final class MachineCosts {
    private final CostModel model;
    private final boolean tcg;
    private final long slowdownPermille;
    private final long tcgExitPs;
    private final long interruptEntryPs;
    private final long haltExitPs;
    private final long haltPollMaxPs;
    private final long haltPollStartPs;
    private final long haltPollGrow;
    private final long wakeFromBlockPs;
    private final long coldWakePs;
    private final long coldAfterPs;
    private final long cstateExitPs;
    private final long nullExitPs;
    private final long ipiPs;
    private final long pioPs;
    private final long mmioPs;
    private final long displayPs;
    private final long picPs;
    private final long kickPs;
    private final long apicPs;
    private final long lapicIdReadPs;
    private final long lapicPollPs;

    MachineCosts(CostModel model, VcpuMode mode) {
        this.model = model;
        this.tcg = mode.isTcg();
        this.slowdownPermille = tcg ? model.permille("tcg.slowdown") : 1000;
        this.tcgExitPs = model.ps("tcg.exit");
        this.interruptEntryPs = exit("kvm.irq_inject_running");
        this.haltExitPs = exit("kvm.hlt_exit");
        this.cstateExitPs = model.ps("host.cstate_exit");
        long deviceSidePs = tcg ? model.ps("tcg.timer_latency") + cstateExitPs : 0;
        this.wakeFromBlockPs =
                tcg ? Math.max(0, model.ps("tcg.wake_latency") - deviceSidePs) : model.ps("kvm.wake_from_block");
        this.coldWakePs = tcg ? Math.max(0, model.ps("tcg.wake_latency_cold") - deviceSidePs) : wakeFromBlockPs;
        this.coldAfterPs = model.ps("tcg.wake_cold_after");
        this.haltPollMaxPs = model.ps("kvm.halt_poll_max");
        this.haltPollStartPs = model.ps("kvm.halt_poll_start");
        this.haltPollGrow = model.count("kvm.halt_poll_grow");
        this.nullExitPs = exit("kvm.exit_null");
        this.ipiPs = exit("kvm.ipi");
        this.pioPs = exit("kvm.exit_pio_user");
        this.mmioPs = exit("kvm.exit_mmio_user");
        this.displayPs = model.ps(tcg ? "vga.cell_access_tcg" : "vga.cell_access_trapped");
        this.picPs = exit("kvm.exit_apic");
        this.kickPs = exit("kvm.exit_ioeventfd_kick");
        this.apicPs = exit("kvm.exit_apic");
        this.lapicIdReadPs = exit("kvm.lapic_id_read");
        this.lapicPollPs = exit("lapic.poll");
    }

    private long exit(String name) {
        return tcg ? tcgExitPs : model.ps(name);
    }

    /** Returns the cost model behind these figures. */
    public CostModel model() {
        return model;
    }

    /** Returns what {@code nativePs} of guest instructions take on this machine. */
    public long cpuPs(long nativePs) {
        return tcg ? Math.multiplyExact(nativePs, slowdownPermille) / 1000 : nativePs;
    }

    /** Returns what the instructions of the parameter {@code name} take on this machine. */
    public long cpuPs(String name) {
        return cpuPs(model.ps(name));
    }

    /** Returns what the parameter {@code name}, counted in cycles, takes on this machine. */
    public long cyclesPs(String name, long tscHz) {
        return cpuPs(model.cyclesPs(name, tscHz));
    }

    /** Returns the cost of taking an interrupt. */
    public long interruptEntryPs() {
        return interruptEntryPs;
    }

    /** Returns the host's work on a {@code hlt} before the vCPU is halted. */
    public long haltExitPs() {
        return haltExitPs;
    }

    /** Returns the time from an interrupt to the first step of a vCPU whose thread was blocked, the sleep state of its CPU aside. */
    public long wakeFromBlockPs() {
        return wakeFromBlockPs;
    }

    /** Returns the same after a halt of {@code haltedPs}: under emulation a long one makes the way back longer. */
    long wakeFromBlockPs(long haltedPs) {
        return haltedPs >= coldAfterPs ? coldWakePs : wakeFromBlockPs;
    }

    /** Returns {@link #wakeFromBlockPs} and {@link #cstateExitPs} together. */
    public long wakePs() {
        return wakeFromBlockPs + cstateExitPs;
    }

    /** Returns the time that a CPU takes to leave its sleep state, where nothing else is said ({@link Machine#sleepStates}). */
    public long cstateExitPs() {
        return cstateExitPs;
    }

    /** Returns the cost of a VM exit that does nothing. */
    public long nullExitPs() {
        return nullExitPs;
    }

    /** Returns the time from sending an inter-processor interrupt to its arrival. */
    public long ipiPs() {
        return ipiPs;
    }

    /** Returns the cost of a port access that QEMU answers. */
    public long pioPs() {
        return pioPs;
    }

    /** Returns the cost of an access to device memory that QEMU answers. */
    public long mmioPs() {
        return mmioPs;
    }

    /** Returns the cost of a store to the memory of a display that QEMU serves, the load of what is moved there included. */
    public long displayPs() {
        return displayPs;
    }

    /** Returns the cost of an access to the interrupt controller (PIC) in the host kernel. */
    public long picPs() {
        return picPs;
    }

    /** Returns the cost of a virtqueue notification. */
    public long kickPs() {
        return kickPs;
    }

    /** Returns the cost of a write to a local APIC register. */
    public long apicPs() {
        return apicPs;
    }

    /** Returns the cost of reading the local APIC id. */
    public long lapicIdReadPs() {
        return lapicIdReadPs;
    }

    /** Returns the cost of reading the local APIC timer's current count. */
    public long lapicPollPs() {
        return lapicPollPs;
    }

    long haltPollMaxPs() {
        return haltPollMaxPs;
    }

    long haltPollStartPs() {
        return haltPollStartPs;
    }

    long haltPollGrow() {
        return haltPollGrow;
    }
}
