package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.trace.TraceSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A boot, executed on the machine: vCPU 0 goes through the steps of one unit after the other - every port access, every access
 * to the local APIC, every call of the BIOS, Toro's delays with their polls, every page touched for the first time - and starts
 * the other cores, each of which runs its own start-up on its own vCPU. The phases are what a run has measured.
 *
 * <p>The clock is calibrated as Toro does it; what comes out is the rate by which its delays go from then on.
 */
public final class BootSequence {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final BootPath path;
    private final MachineSpec spec;
    private final BringUpOrder order;
    private final boolean pit;
    private List<BootPhase> phases;

    /** Lays out the boot of {@code spec} by {@code path}, of a program such as ToroHello. */
    public BootSequence(BootPath path, MachineSpec spec) {
        this(path, spec, BringUpOrder.TORO);
    }

    /** The same with the other cores brought up in {@code order}. */
    public BootSequence(BootPath path, MachineSpec spec, BringUpOrder order) {
        this(path, spec, order, true);
    }

    /** The same with or without a PIT ({@code -machine pit=off}), by which the kernel calibrates its clock. */
    public BootSequence(BootPath path, MachineSpec spec, BringUpOrder order, boolean pit) {
        this.pit = pit;
        this.path = path;
        this.spec = spec;
        this.order = order;
    }

    /** Returns the way of booting. */
    public BootPath path() {
        return path;
    }

    /** Returns the phases in order, as a run has measured them; runs if none was. */
    public List<BootPhase> phases() {
        if (phases == null) {
            run();
        }
        return phases;
    }

    /** Returns the time from the start of QEMU to the first instruction of the kernel proper. */
    public long toKernelPs() {
        return phases().stream()
                .filter(BootPhase::beforeKernel)
                .mapToLong(BootPhase::durationPs)
                .sum();
    }

    /** Returns the time from the start of QEMU to the first thread of the program. */
    public long toFirstThreadPs() {
        return phases().stream().mapToLong(BootPhase::durationPs).sum();
    }

    /** Boots a machine: vCPU 0 goes through the phases and then switches itself off, the others halt. */
    public Outcome run() {
        return run((timePs, vcpu, kind, a, b) -> {});
    }

    /** The same, telling {@code sink} what happens. */
    public Outcome run(TraceSink sink) {
        try (Machine machine = Machine.create(spec)) {
            machine.trace().addSink(sink);
            BootKernel kernel = new BootKernel(
                    machine, BringUp.ownStart(spec, machine.costs().ipiPs()), pit);
            List<BootUnit> units = new ArrayList<>(new LoaderUnits(spec.costs()).of(path));
            units.addAll(new KernelUnits(spec).of(path, order));
            BootProcessor processor = new BootProcessor(kernel, units, Activity.OFF);
            machine.vcpu(0).start(processor, vector -> vcpu -> Activity.DONE);
            machine.runUntil(LONGEST);
            if (!processor.isDone()) {
                throw new IllegalStateException("the boot takes longer than " + LONGEST + ": " + path + ", " + spec);
            }
            phases = processor.phases();
            return new Outcome(
                    processor.endedPs(),
                    kernel.coresUp(),
                    kernel.localCpuSpeed(),
                    machine.trace().digest().value());
        }
    }

    /**
     * What a boot came to.
     *
     * @param bootPs from the start of QEMU to the first thread
     * @param cores how many cores are up
     * @param believedMhz what the kernel takes the rate of the time-stamp counter for
     * @param digest digest of the trace
     */
    public record Outcome(long bootPs, int cores, int believedMhz, long digest) {}
}
