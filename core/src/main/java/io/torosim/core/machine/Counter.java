package io.torosim.core.machine;

/** What a vCPU counts. */
public enum Counter {
    /** Interrupts taken. */
    INTERRUPTS,
    /** Inter-processor interrupts sent. */
    IPIS_SENT,
    /** Times it executed {@code hlt}. */
    HALTS,
    /** Times it executed {@code mwait}. */
    MWAITS,
    /** VM exits, halts included; by cause: {@link ExitCause}. */
    EXITS,
    /** Thread switches of the guest's scheduler. */
    CONTEXT_SWITCHES,
    /** Rounds of polling loops, counted where the guest's scheduler comes round. */
    POLL_ROUNDS
}
