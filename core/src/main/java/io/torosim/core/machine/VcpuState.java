package io.torosim.core.machine;

/** What a vCPU does with its time. */
public enum VcpuState {
    /** Not started, or switched off. */
    OFF(false),
    /** Doing work, VM exits on its behalf included. */
    BUSY(true),
    /** Executing a loop that waits for something: a busy wait. */
    POLL(true),
    /** Halted, while the host polls on its behalf before it gives up the CPU. */
    HALT_POLL(true),
    /** Halted, its host thread blocked. */
    HALTED(false),
    /** In {@code mwait}, executed by the guest itself: the CPU sleeps, the host's accounting sees a thread that runs. */
    MWAIT(true),
    /** Able to run, but its host thread has no CPU: another vCPU has it. */
    WAITING(false);

    private final boolean burnsHostCpu;

    VcpuState(boolean burnsHostCpu) {
        this.burnsHostCpu = burnsHostCpu;
    }

    /** Returns whether the host accounts the time to the vCPU's thread. */
    public boolean burnsHostCpu() {
        return burnsHostCpu;
    }
}
