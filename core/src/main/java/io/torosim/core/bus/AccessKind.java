package io.torosim.core.bus;

/** Who serves an access to a device, which decides what it costs the vCPU. */
public enum AccessKind {
    /** A port that the user-space device model serves. */
    PORT,
    /** A port that the host kernel's interrupt controller or timer serves. */
    KERNEL_PORT,
    /** Device memory that the user-space device model serves. */
    MMIO,
    /** A notification that the host kernel turns into an event (ioeventfd). */
    NOTIFY,
    /** A register of the local APIC. */
    APIC,
    /** The end-of-interrupt register of the local APIC. */
    APIC_EOI,
    /** The interrupt command register of the local APIC. */
    APIC_ICR,
    /** Plain memory behind the device: no exit. */
    MEMORY
}
