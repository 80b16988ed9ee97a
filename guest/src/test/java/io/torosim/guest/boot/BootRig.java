package io.torosim.guest.boot;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BootPhase;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import java.time.Duration;
import java.util.List;

/** A boot on a machine with nothing around it. */
record BootRig(BootPath path, MachineSpec spec, BringUpOrder order) {
    /** What a boot came to, and the digest of its trace. */
    record Outcome(BootSequence.Outcome boot, long digest) {
        long bootPs() {
            return boot.bootPs();
        }

        int cores() {
            return boot.cores();
        }

        int believedMhz() {
            return boot.believedMhz();
        }
    }

    BootRig(BootPath path, MachineSpec spec) {
        this(path, spec, BringUpOrder.TORO);
    }

    Outcome run() {
        return run((timePs, vcpu, kind, a, b) -> {});
    }

    Outcome run(TraceSink sink) {
        try (Machine machine = Machine.create(spec)) {
            machine.trace().addSink(sink);
            BootSequence sequence = BootSequence.start(machine, path, order, true);
            machine.runUntil(Duration.ofMinutes(1));
            return new Outcome(
                    sequence.outcome().orElseThrow(), machine.trace().digest().value());
        }
    }

    List<BootPhase> phases() {
        return run().boot().phases();
    }

    long toKernelPs() {
        return run().boot().toKernelPs();
    }

    long toFirstThreadPs() {
        return run().bootPs();
    }
}
