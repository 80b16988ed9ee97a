package io.torosim.experiment.real.run;

import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;

/**
 * What a guest must show while it is watched: every vCPU its timer's interrupts, and without a timer one that never halts the CPU time of its
 * threads. A guest that shows nothing hangs, and its seconds say nothing about its policy.
 */
final class SignsOfLife {
    /** So many interrupts must have been due before their absence means something. */
    private static final double DUE = 3;

    private static final double LEAST_PERCENT = 0.01;

    private final ProbeSpec spec;
    private final double[] silent;
    private double total;

    SignsOfLife(ProbeSpec spec) {
        this.spec = spec;
        this.silent = new double[spec.vcpus()];
    }

    /**
     * An interval is over.
     *
     * @param length in seconds
     * @param ticks interrupts that each vCPU took in it
     * @throws RealMachineException if the guest hangs
     */
    void look(ProbeSecond second, double length, long[] ticks) throws RealMachineException {
        total += length;
        if (spec.timerHz() == 0) {
            boolean idle = second.cpu().vcpuPercent() < LEAST_PERCENT;
            if (spec.policy() == ProbePolicy.BUSY_POLL && idle) {
                throw hang("it polls for ever, and its threads took no CPU time in second " + number());
            }
            return;
        }
        for (int vcpu = 0; vcpu < silent.length; vcpu++) {
            silent[vcpu] = ticks[vcpu] > 0 ? 0 : silent[vcpu] + length;
            if (silent[vcpu] * spec.timerHz() >= DUE) {
                throw hang("no timer interrupt came to vCPU " + vcpu + " in second " + number());
            }
        }
    }

    private long number() {
        return Math.max(1, Math.round(total));
    }

    private static RealMachineException hang(String why) {
        return new RealMachineException("the guest hangs: " + why);
    }
}
