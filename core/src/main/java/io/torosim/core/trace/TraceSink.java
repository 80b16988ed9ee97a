package io.torosim.core.trace;

/** Receives every trace event of a machine, in the order in which they happen. It must not change the simulation. */
@FunctionalInterface
public interface TraceSink {
    /**
     * Called for each event.
     *
     * @param timePs when it happened
     * @param vcpu the vCPU it happened on, or -1 for the machine
     * @param kind what happened
     * @param a first operand, see {@link TraceKind}
     * @param b second operand
     */
    void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b);
}
