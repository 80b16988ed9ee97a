package io.torosim.core.trace;

/**
 * One thing that happened, as a value.
 *
 * @param timePs when, in ps
 * @param vcpu where, or -1 for the machine
 * @param kind what
 * @param a first operand, see {@link TraceKind}
 * @param b second operand
 */
public record TraceEvent(long timePs, int vcpu, TraceKind kind, long a, long b) {
    @Override
    public String toString() {
        return timePs + " ps  " + (vcpu < 0 ? "machine" : "vcpu" + vcpu) + "  " + kind + "  a=" + a + " b=" + b;
    }
}
