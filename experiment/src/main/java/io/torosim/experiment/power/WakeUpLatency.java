package io.torosim.experiment.power;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Machine.SleepStates;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import java.util.Arrays;

/**
 * Time from the sending of an interrupt by a vCPU, or from the rise of a device's line, to the moment at which a halted vCPU has taken it, in
 * classes of powers of two nanoseconds. The trace tells of a device's interrupt when the controller hands it over, which is after the wake-up, so the
 * rise is heard of from the host, whose CPU wakes then.
 */
final class WakeUpLatency implements TraceSink {
    private static final long NONE = -1;

    private final long[] sentPs;
    private final boolean[] halted;
    private final long[] awakeSincePs;
    private final long[] classes = new long[64];
    private long count;
    private long maxPs;

    /** Creates the histogram of a machine with that many vCPUs. */
    WakeUpLatency(int vcpus) {
        sentPs = new long[vcpus];
        halted = new boolean[vcpus];
        awakeSincePs = new long[vcpus];
        Arrays.fill(sentPs, NONE);
    }

    /** Listens to a machine from now on, after its host's sleep states are set. */
    void listenTo(Machine machine) {
        SleepStates states = machine.sleepStates();
        machine.sleepStates(new SleepStates() {
            @Override
            public void blocks(int vcpuId) {
                states.blocks(vcpuId);
            }

            @Override
            public void mwaits(int vcpuId) {
                states.mwaits(vcpuId);
            }

            @Override
            public long wakes(int vcpuId) {
                sent(vcpuId, machine.simulation().nowPs());
                return states.wakes(vcpuId);
            }
        });
        machine.trace().addSink(this);
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (kind == TraceKind.VCPU_STATE) {
            boolean was = halted[vcpu];
            halted[vcpu] = a == VcpuState.HALTED.ordinal() || a == VcpuState.MWAIT.ordinal();
            if (was && !halted[vcpu]) {
                awakeSincePs[vcpu] = timePs;
            }
        } else if (kind == TraceKind.IPI_SENT) {
            sent((int) a, timePs);
        } else if (kind == TraceKind.INTERRUPT && sentPs[vcpu] != NONE) {
            long latency = timePs - sentPs[vcpu];
            sentPs[vcpu] = NONE;
            if (halted[vcpu]
                    || awakeSincePs[vcpu] == timePs) { // else a store to the line that it monitored has woken it
                classes[64 - Long.numberOfLeadingZeros(latency / 1000)]++;
                maxPs = Math.max(maxPs, latency);
                count++;
            }
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
