package io.torosim.core.machine;

/**
 * What the host sees of a vCPU: a thread that wants a CPU of the host, and from which it can be taken away. {@link HostThreads} decides, a
 * {@link Vcpu} is one.
 */
abstract class HostThread {
    /** Returns the number of its vCPU, from 0. */
    abstract int id();

    /** Returns whether the host polls on behalf of this vCPU, which has halted. */
    abstract boolean isPolledFor();

    /** The host's CPU is wanted elsewhere: it polls no longer and blocks the thread. */
    abstract void stopPolling();

    /** Returns whether {@link #pause} is possible now: not while it is on its way into or out of a sleep. */
    abstract boolean canBePaused();

    /** Takes the host CPU away: what is under way goes on where it stopped after {@link #unpause}. */
    abstract void pause();

    /** Gives the host CPU back. */
    abstract void unpause();
}
