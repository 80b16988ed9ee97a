package io.torosim.core.machine;

import io.torosim.core.choice.Choices.Perturbation;
import io.torosim.core.cost.CostModel;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a machine is: a value, to print, compare and keep beside results.
 *
 * @param vcpus number of vCPUs, in [1, 256]
 * @param tscHz rate of the time-stamp counter and of the cores, in [10^8, 10^10]
 * @param ramMib guest memory in MiB, in [1, 2^20]
 * @param vcpuMode how the host executes vCPUs
 * @param haltPolling whether the host polls before it blocks a halted vCPU (KVM only)
 * @param costs what things cost
 * @param seed seed of all random streams
 * @param fastForward whether loops that provably repeat are passed over in closed form; results are the same without, only
 *     slower
 * @param mwait what the hypervisor makes of {@code mwait}
 * @param exactStepping whether every step is an event of its own: no run-ahead inside an activity, no stretch of steps at once, no
 *     fast-forward; digest and counters are the same with and without, only slower
 * @param perturbation seed of an unquiet host ({@link Perturbation}): it steals CPU time, delays steps, interrupts and
 *     timers, and vCPU {@code seed mod vcpus} has four fifths of the clock; empty for a quiet one
 * @param checkPolling whether polling loops that provably repeat are stepped all the same and held to the proof: the first that does something
 *     else although no change was announced ends the run with an error that names it; results are the same, only slower
 *     (a thread believed to look at announced things only that asks for the clock more often than it says {@link Vcpu#comparesWith} is warned of)
 * @param checkSteps whether accesses that others can see are counted in each step of guest code, and memory that is accessed as the core's own is held to be it
 *     ({@link Machine.StepCheck}); only with {@code exactStepping}, results are the same, only slower
 * @param hostCpus CPUs of the host that the vCPUs' threads share, in [1, 256]; 0 for one each, which is also what as many as vCPUs come to; only 0 where one thread executes all
 *     ({@link VcpuMode#TCG_SINGLE})
 */
public record MachineSpec(
        int vcpus,
        long tscHz,
        int ramMib,
        VcpuMode vcpuMode,
        boolean haltPolling,
        CostModel costs,
        long seed,
        boolean fastForward,
        MwaitMode mwait,
        boolean exactStepping,
        OptionalLong perturbation,
        boolean checkPolling,
        boolean checkSteps,
        int hostCpus) {
    /** Returns whether rounds of a polling loop that are proved to repeat are passed over: with fast-forward, and nothing that wants every step. */
    public boolean passesRoundsOver() {
        return fastForward && !exactStepping && !checkPolling;
    }

    /** Returns what an unquiet host of a seed, at least 1, does, with every parameter: for whoever reads a figure that was obtained on it. */
    public static String perturbationWords(long seed) {
        return UnquietHost.words(seed);
    }

    /** Checks the ranges. */
    public MachineSpec {
        check("hostCpus", hostCpus, 0, 256);
        if (checkSteps && !exactStepping) {
            throw new IllegalArgumentException("steps are checked one by one: checkSteps needs exactStepping");
        }
        perturbation.ifPresent(Perturbation::checkSeed);
        if (hostCpus > 0 && hostCpus < vcpus && mwait == MwaitMode.HONOURED && !vcpuMode.isTcg()) {
            throw new IllegalArgumentException(
                    "hostCpus must be at least vcpus where the guest itself executes mwait, since its thread cannot be"
                            + " taken off a CPU there, hostCpus=" + hostCpus + ", vcpus=" + vcpus);
        }
        if (haltPolling && vcpuMode != VcpuMode.KVM) {
            throw new IllegalArgumentException(
                    "haltPolling is KVM's: it does nothing where vcpuMode is " + vcpuMode.label());
        }
        if (hostCpus > 0 && vcpuMode == VcpuMode.TCG_SINGLE) {
            throw new IllegalArgumentException(
                    "hostCpus does nothing where vcpuMode is tcg-single, which has one thread"
                            + " for all vCPUs, hostCpus=" + hostCpus);
        }
        check("vcpus", vcpus, 1, 256);
        check("tscHz", tscHz, 100_000_000L, 10_000_000_000L);
        check("ramMib", ramMib, 1, 1 << 20);
    }

    private static void check(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " must be in [" + low + ", " + high + "], " + name + "=" + value);
        }
    }

    /** Returns a builder: 1 vCPU at 2.4 GHz with 64 MiB under KVM without halt polling, shipped costs, seed 1. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a {@link MachineSpec}. */
    public static final class Builder {
        private int vcpus = 1;
        private long tscHz = 2_400_000_000L;
        private int ramMib = 64;
        private VcpuMode vcpuMode = VcpuMode.KVM;
        private boolean haltPolling;
        private @Nullable CostModel costs;
        private long seed = 1;
        private boolean fastForward = true;
        private MwaitMode mwait = MwaitMode.NOP;
        private boolean exactStepping;
        private OptionalLong perturbation = OptionalLong.empty();
        private boolean checkPolling;
        private boolean checkSteps;
        private int hostCpus;

        private Builder() {}

        /** Sets the number of vCPUs. */
        public Builder vcpus(int count) {
            vcpus = count;
            return this;
        }

        /** Sets the clock rate in Hz. */
        public Builder tscHz(long hz) {
            tscHz = hz;
            return this;
        }

        /** Sets the guest memory in MiB. */
        public Builder ramMib(int mib) {
            ramMib = mib;
            return this;
        }

        /** Sets how the host executes vCPUs. */
        public Builder vcpuMode(VcpuMode mode) {
            vcpuMode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /** Sets whether the host polls before it blocks a halted vCPU, which only KVM does. */
        public Builder haltPolling(boolean polls) {
            haltPolling = polls;
            return this;
        }

        /** Sets what things cost. */
        public Builder costs(CostModel model) {
            Objects.requireNonNull(model, "model");
            costs = model;
            return this;
        }

        /** Sets the seed of all random streams. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Sets whether loops that provably repeat are passed over in closed form. */
        public Builder fastForward(boolean on) {
            fastForward = on;
            return this;
        }

        /** Sets what the hypervisor makes of {@code mwait}; {@link MwaitMode#NOP} as KVM does. */
        public Builder mwait(MwaitMode mode) {
            mwait = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /** Sets whether every step is an event of its own, with no shortcut of any kind. */
        public Builder exactStepping(boolean on) {
            exactStepping = on;
            return this;
        }

        /** Makes the host unquiet, by a seed of its own, at least 1. */
        public Builder perturbation(long value) {
            perturbation = OptionalLong.of(value);
            return this;
        }

        /** Sets how many CPUs of the host the vCPUs' threads share; 0 for one each, and where one thread executes all. */
        public Builder hostCpus(int count) {
            hostCpus = count;
            return this;
        }

        /** Sets whether polling loops are held to the proof that they repeat; see {@link MachineSpec#checkPolling}. */
        public Builder checkPolling(boolean on) {
            checkPolling = on;
            return this;
        }

        /** Sets whether accesses that others can see are counted in each step of guest code, each of which then is an event of its own. */
        public Builder checkSteps(boolean on) {
            checkSteps = on;
            exactStepping = on || exactStepping;
            return this;
        }

        /** Returns the specification; throws {@link IllegalArgumentException} where a value leaves its range. */
        public MachineSpec build() {
            CostModel model = costs == null ? CostModel.standard() : costs;
            return new MachineSpec(
                    vcpus,
                    tscHz,
                    ramMib,
                    vcpuMode,
                    haltPolling,
                    model,
                    seed,
                    fastForward,
                    mwait,
                    exactStepping,
                    perturbation,
                    checkPolling,
                    checkSteps,
                    hostCpus);
        }
    }

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

    /** How QEMU executes vCPUs. */
    public enum VcpuMode {
        /** Hardware virtualisation: a host thread for each vCPU. */
        KVM,
        /** Software emulation, all vCPUs by turns in one host thread ({@code -accel tcg,thread=single}). */
        TCG_SINGLE,
        /** Software emulation, a host thread for each vCPU ({@code -accel tcg,thread=multi}). */
        TCG_MULTI;

        /** Returns whether instructions are emulated. */
        public boolean isTcg() {
            return this != KVM;
        }

        /** Returns the name as it is written in specifications: {@code kvm}, {@code tcg-single} or {@code tcg-multi}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * Returns the mode of that label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static VcpuMode ofLabel(String label) {
            for (VcpuMode mode : values()) {
                if (mode.label().equals(label)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException("vcpu mode must be kvm, tcg-single or tcg-multi, mode=" + label);
        }
    }
}
