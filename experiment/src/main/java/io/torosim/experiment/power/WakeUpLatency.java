package io.torosim.experiment.power;

import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import java.util.Arrays;

/**
 * Time from the sending of an interrupt (by a device to vCPU 0, or by a vCPU) to the moment at which a halted vCPU has
 * taken it, in classes of powers of two nanoseconds.
 */
final class WakeUpLatency implements TraceSink {
    private static final long NONE = -1;

    private final long[] sentPs;
    private final boolean[] halted;
    private final long[] classes = new long[64];
    private long count;
    private long maxPs;

    /** Creates the histogram of a machine with that many vCPUs. */
    WakeUpLatency(int vcpus) {
        sentPs = new long[vcpus];
        halted = new boolean[vcpus];
        Arrays.fill(sentPs, NONE);
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (kind == TraceKind.VCPU_STATE) {
            halted[vcpu] = a == VcpuState.HALTED.ordinal() || a == VcpuState.MWAIT.ordinal();
        } else if (kind == TraceKind.DEVICE_IRQ) {
            sent(0, timePs);
        } else if (kind == TraceKind.IPI_SENT) {
            sent((int) a, timePs);
        } else if (kind == TraceKind.INTERRUPT && sentPs[vcpu] != NONE) {
            long latency = timePs - sentPs[vcpu];
            sentPs[vcpu] = NONE;
            classes[64 - Long.numberOfLeadingZeros(latency / 1000)]++;
            maxPs = Math.max(maxPs, latency);
            count++;
        }
    }

    private void sent(int target, long timePs) {
        if (halted[target] && sentPs[target] == NONE) {
            sentPs[target] = timePs;
        }
    }

    /** Returns the number of wake-ups. */
    long count() {
        return count;
    }

    /** Returns the longest, in picoseconds; 0 if there was none. */
    long maxPs() {
        return maxPs;
    }

    /**
     * Returns how many took less than {@code 2^exponent} and at least {@code 2^(exponent-1)} nanoseconds.
     *
     * @param exponent in [0, 63]; 0 counts those below one nanosecond
     */
    long inClass(int exponent) {
        return classes[exponent];
    }
}
