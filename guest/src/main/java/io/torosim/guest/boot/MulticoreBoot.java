package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A boot by QEMU-Lite on several cores, step by step on the machine: the boot processor goes through the phases of
 * {@link BootSequence} and starts the others in one order or another; each of them runs its own start-up on its own vCPU and
 * says when it is there. "Support multiprocessing" was future work when Toro ran on QEMU-Lite.
 *
 * <p>The published kernel has one flag for all cores to confirm with; the orders that start them all at once take one for
 * each.
 */
public final class MulticoreBoot {
    private static final String PROCESSORS = "Application processors";
    private static final long POLL_PS = Picos.PER_MICRO;
    private static final long INIT_WAIT_PS = 10 * Picos.PER_MILLI;
    private static final long SIPI_WAIT_PS = 200 * Picos.PER_MICRO;
    private static final int ICR_WRITES = 2;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final BringUpOrder order;
    private final MachineSpec spec;

    /** Lays out the boot of {@code spec}. */
    public MulticoreBoot(BringUpOrder order, MachineSpec spec) {
        this.order = order;
        this.spec = spec;
    }

    /**
     * What a boot came to.
     *
     * @param bootPs from the start of QEMU until the first thread runs and every core is there
     * @param cores how many cores are up
     * @param digest digest of the trace
     */
    public record Outcome(long bootPs, int cores, long digest) {}

    /** Boots a machine. */
    public Outcome run() {
        try (Machine machine = Machine.create(spec)) {
            Boot boot = new Boot(machine);
            machine.vcpu(0).start(boot, vector -> vcpu -> Activity.DONE);
            machine.runUntil(LONGEST);
            return new Outcome(
                    boot.endedPs, boot.coresUp(), machine.trace().digest().value());
        }
    }

    /** What the boot processor has to do: for a while, or again and again until something holds. */
    private record Task(int phase, long costPs, Runnable effect, BooleanSupplier until) {}

    private final class Boot implements Activity {
        private final Machine machine;
        private final BootCosts costs = new BootCosts(spec);
        private final Deque<Task> tasks = new ArrayDeque<>();
        private final boolean[] confirmed = new boolean[spec.vcpus()];
        private long initSentPs;
        private boolean sipiSent;
        private long endedPs;

        Boot(Machine machine) {
            this.machine = machine;
            confirmed[0] = true;
            List<BootPhase> phases = new BootSequence(BootPath.QEMU_LITE, spec).phases();
            List<Task> after = new ArrayList<>();
            boolean found = false;
            for (int i = 0; i < phases.size(); i++) {
                BootPhase phase = phases.get(i);
                if (phase.name().equals(PROCESSORS)) {
                    found = true;
                    bringUp(i);
                } else if (found && order == BringUpOrder.OVERLAPPED) {
                    after.add(new Task(i, phase.durationPs(), this::sipiIfDue, null));
                } else {
                    tasks.add(new Task(i, phase.durationPs(), null, null));
                }
            }
            tasks.addAll(after);
            if (order == BringUpOrder.OVERLAPPED && spec.vcpus() > 1) {
                tasks.add(new Task(phases.size(), POLL_PS, this::sipiIfDue, () -> coresUp() == spec.vcpus()));
            }
        }

        private void bringUp(int phase) {
            if (spec.vcpus() == 1) {
                return;
            }
            switch (order) {
                case TORO -> {
                    for (int id = 1; id < spec.vcpus(); id++) {
                        toroInitCore(phase, id);
                    }
                }
                case MANUAL -> {
                    for (int id = 1; id < spec.vcpus(); id++) {
                        int core = id;
                        manual(phase, () -> start(core), () -> confirmed[core]);
                    }
                }
                case BROADCAST -> manual(phase, this::startAll, () -> coresUp() == spec.vcpus());
                default -> tasks.add(new Task(
                        phase, icrPs(), () -> initSentPs = machine.simulation().nowPs(), null));
            }
        }

        /** Arch.pas:InitCore: INIT, Delay(10), SIPI, Delay(10), SIPI, Delay(10), and DelayMicro(200) in both. */
        private void toroInitCore(int phase, int id) {
            long tenPs = costs.delayPs(costs.ps("toro.ipi_delay"));
            long twoHundredPs = costs.delayPs(200 * Picos.PER_MICRO);
            tasks.add(new Task(phase, 2 * costs.pioKernelPs + twoHundredPs + tenPs, null, null));
            tasks.add(new Task(phase, 2 * costs.pioKernelPs + tenPs, () -> start(id), null));
            tasks.add(new Task(phase, costs.pioKernelPs + twoHundredPs + tenPs, null, null));
        }

        private void manual(int phase, Runnable start, BooleanSupplier there) {
            tasks.add(new Task(phase, icrPs() + INIT_WAIT_PS, null, null));
            tasks.add(new Task(phase, icrPs() + SIPI_WAIT_PS, start, null));
            tasks.add(new Task(phase, icrPs() + SIPI_WAIT_PS, null, null));
            tasks.add(new Task(phase, POLL_PS, null, there));
        }

        private long icrPs() {
            return ICR_WRITES * costs.pioKernelPs;
        }

        private void sipiIfDue() {
            if (spec.vcpus() > 1 && !sipiSent && machine.simulation().nowPs() >= initSentPs + INIT_WAIT_PS) {
                sipiSent = true;
                startAll();
            }
        }

        private void startAll() {
            for (int id = 1; id < spec.vcpus(); id++) {
                start(id);
            }
        }

        /** The core's own start-up: mode switches, then enable_local_apic with its Delay(10), then it says it is there. */
        private void start(int id) {
            long ownPs = costs.ps("kvm.ipi") + costs.delayPs(costs.ps("toro.ipi_delay"));
            machine.vcpu(id).start(new Core(ownPs, confirmed), vector -> vcpu -> Activity.DONE);
        }

        int coresUp() {
            int up = 0;
            for (boolean there : confirmed) {
                up += there ? 1 : 0;
            }
            return up;
        }

        @Override
        public long step(Vcpu vcpu) {
            Task task = tasks.peek();
            if (task == null) {
                endedPs = vcpu.nowPs();
                return OFF;
            }
            if (task.until() != null) {
                if (task.until().getAsBoolean()) {
                    tasks.remove();
                    return step(vcpu);
                }
            } else {
                tasks.remove();
                vcpu.machine().trace().emit(vcpu.nowPs(), vcpu.id(), TraceKind.BOOT_PHASE, task.phase(), 0);
            }
            if (task.effect() != null) {
                task.effect().run();
            }
            return task.costPs();
        }
    }

    private static final class Core implements Activity {
        private final long ownPs;
        private final boolean[] confirmed;
        private boolean begun;

        Core(long ownPs, boolean[] confirmed) {
            this.ownPs = ownPs;
            this.confirmed = confirmed;
        }

        @Override
        public long step(Vcpu vcpu) {
            if (!begun) {
                begun = true;
                return ownPs;
            }
            confirmed[vcpu.id()] = true;
            return OFF;
        }
    }
}
