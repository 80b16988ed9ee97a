package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A boot as a pipeline of phases, each computed from the machine: sectors read, port accesses, Toro's delays under the
 * LAPIC factor, memory touched, cores started one after the other.
 */
public final class BootSequence {
    private final BootPath path;
    private final MachineSpec spec;
    private final List<BootPhase> phases;

    /** Lays out the boot of {@code spec} by {@code path}, of a program such as ToroHello. */
    public BootSequence(BootPath path, MachineSpec spec) {
        this.path = path;
        this.spec = spec;
        BootCosts costs = new BootCosts(spec);
        List<BootPhase> all = new ArrayList<>();
        new LoaderPhases(costs, all).addFor(path);
        new KernelPhases(spec, costs, all).addFor(path);
        this.phases = List.copyOf(all);
    }

    /** Returns the way of booting. */
    public BootPath path() {
        return path;
    }

    /** Returns the phases in order. */
    public List<BootPhase> phases() {
        return phases;
    }

    /** Returns the time from the start of QEMU to the first instruction of the kernel proper. */
    public long toKernelPs() {
        return phases.stream()
                .filter(BootPhase::beforeKernel)
                .mapToLong(BootPhase::durationPs)
                .sum();
    }

    /** Returns the time from the start of QEMU to the first thread of the program. */
    public long toFirstThreadPs() {
        return phases.stream().mapToLong(BootPhase::durationPs).sum();
    }

    /**
     * Boots a machine: vCPU 0 goes through the phases and then switches itself off.
     *
     * @return when the last phase was over
     */
    public Outcome run() {
        try (Machine machine = Machine.create(spec)) {
            Booting booting = new Booting(phases);
            machine.vcpu(0).start(booting, vector -> vcpu -> Activity.DONE);
            machine.runUntil(Picos.toDuration(Picos.saturatingAdd(toFirstThreadPs(), Picos.PER_MILLI)));
            return new Outcome(booting.endedPs, machine.trace().digest().value());
        }
    }

    /**
     * What a boot came to.
     *
     * @param bootPs from the start of QEMU to the first thread
     * @param digest digest of the trace
     */
    public record Outcome(long bootPs, long digest) {}

    private static final class Booting implements Activity {
        private final List<BootPhase> phases;
        private int next;
        private long endedPs;

        Booting(List<BootPhase> phases) {
            this.phases = phases;
        }

        @Override
        public long step(Vcpu vcpu) {
            if (next == phases.size()) {
                endedPs = vcpu.nowPs();
                return OFF;
            }
            vcpu.machine().trace().emit(vcpu.nowPs(), vcpu.id(), TraceKind.BOOT_PHASE, next, 0);
            return phases.get(next++).durationPs();
        }
    }
}
