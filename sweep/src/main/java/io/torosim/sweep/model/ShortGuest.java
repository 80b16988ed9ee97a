package io.torosim.sweep.model;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import java.time.Duration;

/**
 * Toro on two cores with a poller and a worker that sleeps at random, for some simulated milliseconds: a run of about a twentieth of a millisecond, to see what an
 * executor adds. Factor {@code ms} is the simulated time, {@code poll-ns} the length of a poll.
 */
final class ShortGuest implements CellModel {
    private static final long serialVersionUID = 1;

    /** Creates it. */
    ShortGuest() {}

    /** Returns a study of {@code runs} such guests. */
    static Study study(int runs, long seed) {
        return Study.of("short-guest", new ShortGuest(), "busy-percent", "digest-low")
                .name("short-guest")
                .factors(
                        Factor.range("ms", 6, 18),
                        Factor.range("poll-ns", 200, 2000).wholeNumbers())
                .design(new Design.LatinHypercube(runs))
                .seed(seed)
                .ownSeeds()
                .build();
    }

    @Override
    public double[] run(Cell cell) {
        MachineSpec spec = MachineSpec.builder().vcpus(2).seed(cell.seed()).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            SimRandom random = new RandomStreams(cell.seed()).stream("worker");
            kernel.spawn(
                    0,
                    "poller",
                    GuestProgram.loop(Step.poll(Duration.ofNanos((long) cell.value("poll-ns"))), Step.yieldIdle()));
            kernel.spawn(
                    1,
                    "worker",
                    GuestProgram.loop(
                            self -> self.compute(random.nextExponential(20 * Picos.PER_MICRO)),
                            Step.sleep(Duration.ofMillis(1))));
            RunResult result = machine.runUntil(Duration.ofNanos((long) (cell.value("ms") * 1e6)));
            double busy = result.usage().stream()
                    .mapToDouble(u -> 100 * u.busyFraction())
                    .sum();
            return new double[] {busy, result.traceDigest() & 0xffff_ffffL};
        }
    }
}
