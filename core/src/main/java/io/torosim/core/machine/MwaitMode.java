package io.torosim.core.machine;

/** What the hypervisor makes of {@code monitor} and {@code mwait} in a guest. */
public enum MwaitMode {
    /**
     * The guest executes it (QEMU {@code -overcommit cpu-pm=on}): the CPU sleeps without a VM exit and wakes fast, while the
     * host accounts the time to the vCPU's thread as used.
     */
    HONOURED,
    /** It exits, and the hypervisor blocks the vCPU as on {@code hlt}. */
    TRAPPED,
    /** It exits and does nothing (KVM, Linux commit 87c00572): the guest's idle loop spins. */
    NOP
}
