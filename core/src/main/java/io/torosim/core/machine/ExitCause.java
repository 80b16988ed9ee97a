package io.torosim.core.machine;

/**
 * Why a vCPU left guest mode. Under software emulation there are no exits: the same events leave translated code, and are
 * counted under the same names.
 *
 * <p>Not counted, because a mean is in the cost of what causes them: page faults of the second stage, exits on host interrupts
 * and timer ticks that are not for the guest.
 */
public enum ExitCause {
    /** {@code hlt}. */
    HLT,
    /** {@code mwait} or {@code monitor} where the hypervisor intercepts it. */
    MWAIT,
    /** A port access that QEMU answers. */
    PIO,
    /** A port access that the host kernel's interrupt controller (PIC) answers: an end of interrupt, a mask. */
    PIC,
    /** An access to memory of a device that QEMU answers. */
    MMIO,
    /** A virtqueue notification, which the host kernel turns into an event (ioeventfd). */
    NOTIFY,
    /** A write to the interrupt command register of the local APIC: an inter-processor interrupt. */
    ICR_WRITE,
    /** A write to the end-of-interrupt register of the local APIC. */
    EOI,
    /** Any other access to the local APIC: its timer's registers, most of all. */
    APIC_ACCESS,
    /** A write to the model-specific register of the time-stamp counter deadline: a timer is set. */
    TSC_DEADLINE,
    /** An interrupt for the vCPU arrived while it executed guest code. */
    EXTERNAL_INTERRUPT;

    private static final ExitCause[] ALL = values();

    /** Returns the name in reports, such as {@code "ICR write"}. */
    public String label() {
        return switch (this) {
            case HLT -> "hlt";
            case MWAIT -> "mwait";
            case PIO -> "port answered by QEMU";
            case PIC -> "interrupt controller (PIC)";
            case MMIO -> "device memory";
            case NOTIFY -> "virtqueue notification";
            case ICR_WRITE -> "inter-processor interrupt (ICR write)";
            case EOI -> "end of interrupt (local APIC)";
            case APIC_ACCESS -> "local APIC, other registers";
            case TSC_DEADLINE -> "timer set (TSC deadline)";
            case EXTERNAL_INTERRUPT -> "external interrupt";
        };
    }

    /** Returns the number of causes. */
    static int count() {
        return ALL.length;
    }
}
