package io.torosim.core.trace;

/** What a trace event says. The digest covers the name, so the order of the constants is free. */
public enum TraceKind {
    /** A vCPU changed what it does; a = the new {@code VcpuState} ordinal. */
    VCPU_STATE,
    /** A vCPU took an interrupt; a = vector. */
    INTERRUPT,
    /** A vCPU sent an inter-processor interrupt; a = target vCPU, b = vector. */
    IPI_SENT,
    /** A device raised an interrupt; a = vector. */
    DEVICE_IRQ,
    /** The scheduler gave the vCPU to another thread; a = thread id, b = the one before. */
    THREAD_SWITCH,
    /** A thread changed its state; a = thread id, b = state value. */
    THREAD_STATE,
    /** A thread began; a = thread id. */
    THREAD_START,
    /** A thread ended; a = thread id. */
    THREAD_EXIT,
    /** A remote-create message was handed over; a = sender vCPU, b = receiver vCPU. */
    MESSAGE,
    /** A kernel stopped for good; a = reason code. */
    PANIC,
    /** A frame reached the guest; a = connection, b = packet kind. */
    PACKET_IN,
    /** A frame left the guest; a = connection, b = packet kind. */
    PACKET_OUT,
    /** A request was answered; a = connection, b = latency in ps. */
    REQUEST_DONE,
    /** A boot phase began; a = phase number. */
    BOOT_PHASE,
    /** A sample was taken; a = sample number, b = the value in hundredths. */
    SAMPLE,
    /** The host changed the clock of a vCPU's core; a = thousandths of the highest. */
    HOST_CLOCK,
    /** The host chose the sleep state of a halted vCPU's core; a = {@code SleepState} ordinal, b = time to leave it in ps. */
    HOST_SLEEP,
    /** Something a user's own code says; a and b are its own. */
    USER
}
