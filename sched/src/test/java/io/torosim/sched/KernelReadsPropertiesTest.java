package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random kernels whose threads decide by what they see of each other: with rounds passed over, and with every step done, all is the same. */
final class KernelReadsPropertiesTest {
    private static final List<IdlePolicy> POLICIES = List.of(
            IdlePolicy.busyPoll(),
            IdlePolicy.haltWithoutHint(),
            IdlePolicy.pollThenHalt(),
            IdlePolicy.lastIrq2020(),
            IdlePolicy.haltAtOnce());

    @Property(tries = 120)
    void readsOfTheKernel_areTheSameAsSteppedExactly(@ForAll long seed) {
        List<Object> exact = run(seed, true, true);
        assertThat(run(seed, false, true)).isEqualTo(exact);
        assertThat(run(seed, false, false)).isEqualTo(exact);
    }

    /** There a message that asks for a thread is delivered twice, by a defect of 2018: the kernel begins it twice, and blames nobody. */
    @Example
    void aThreadBegunTwiceByADefect_isNoFaultOfItsProgram() {
        List<Object> exact = run(11_466, true, true);
        assertThat(run(11_466, false, true)).isEqualTo(exact);
        assertThat(run(11_466, false, false)).isEqualTo(exact);
    }

    private static List<Object> run(long seed, boolean exact, boolean fastForward) {
        RandomStreams streams = new RandomStreams(seed);
        SimRandom draws = streams.stream("guest");
        int cores = 1 + draws.nextInt(3);
        MachineSpec.Builder spec = MachineSpec.builder()
                .vcpus(cores)
                .ramMib(16)
                .seed(seed)
                .fastForward(fastForward)
                .exactStepping(exact);
        if (draws.nextInt(3) == 0) {
            spec.perturbation(1 + draws.nextInt(1000));
        }
        Machine machine = Machine.create(spec.build());
        ToroKernel kernel = ToroKernel.boot(
                machine, KernelConfig.defaults().withIdlePolicy(POLICIES.get(draws.nextInt(POLICIES.size()))));
        List<GuestThread> workers = new ArrayList<>();
        int count = 1 + draws.nextInt(3);
        for (int i = 0; i < count; i++) {
            workers.add(kernel.spawn(draws.nextInt(cores), "w" + i, worker(draws, streams.stream("worker" + i))));
        }
        int watchers = 1 + draws.nextInt(3);
        for (int i = 0; i < watchers; i++) {
            GuestThread seen = workers.get(draws.nextInt(count));
            kernel.spawn(draws.nextInt(cores), "p" + i, watcher(draws, kernel, seen, draws.nextInt(cores)));
        }
        if (draws.nextInt(2) == 0) {
            kernel.spawn(draws.nextInt(cores), "mk", maker(streams.stream("maker"), cores, workers));
        }
        interrupts(machine, kernel, streams.stream("wire"));
        RunResult result = machine.runUntil(Duration.ofNanos(1_000_000L * (2 + draws.nextInt(6))));
        List<Object> all = new ArrayList<>(List.of(result.traceDigest(), result.usage()));
        kernel.threads().forEach(thread -> all.add(thread + " " + thread.lastTurnPs()));
        return all;
    }

    /** Device interrupts, some of which change nothing: a round goes on after them. */
    private static void interrupts(Machine machine, ToroKernel kernel, SimRandom wire) {
        kernel.onInterrupt(40, () -> vcpu -> {
            vcpu.changedNothing();
            return io.torosim.core.machine.Activity.DONE;
        });
        for (int i = wire.nextInt(12); i > 0; i--) {
            int core = wire.nextInt(machine.vcpuCount());
            int vector = 40 + wire.nextInt(2);
            machine.simulation()
                    .at(
                            wire.nextLong(6 * Picos.PER_MILLI),
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> machine.vcpu(core).raise(vector),
                            0,
                            0);
        }
    }

    private static GuestProgram worker(SimRandom draws, SimRandom own) {
        Duration a = Duration.ofNanos(1 + draws.nextInt(2000));
        Duration b = Duration.ofNanos(1 + draws.nextInt(5000));
        return switch (draws.nextInt(5)) {
            case 0 -> GuestProgram.loop(Step.compute(a), Step.yieldIdle());
            case 1, 2 -> GuestProgram.loop(Step.poll(a), Step.yieldIdle());
            case 3 -> GuestProgram.loop(
                    Step.poll(a), Step.compute(b), Step.sleep(b.multipliedBy(1000)), Step.yieldIdle());
            default -> self -> switch (own.nextInt(6)) {
                case 0 -> self.compute(own.nextLong(Picos.PER_MICRO));
                case 1 -> self.poll(Picos.PER_NANO);
                case 2 -> self.switchThread();
                case 3 -> self.sleep(own.nextLong(300 * Picos.PER_MICRO));
                case 4 -> own.nextInt(100) == 0 ? self.suspend() : self.compute(Picos.PER_MICRO);
                default -> self.switchIdle();
            };
        };
    }

    /** Polls one way or another, by what it sees. */
    private static GuestProgram watcher(SimRandom draws, ToroKernel kernel, GuestThread seen, int core) {
        long one = 1000L * (1 + draws.nextInt(1500));
        long other = one + 1000L * draws.nextInt(2000);
        boolean yields = draws.nextInt(2) == 0;
        return switch (draws.nextInt(8)) {
            case 0 -> self -> turn(self, seen.state().value() % 2 == 0, one, other, yields);
            case 1 -> self -> turn(self, kernel.isIdle(core), one, other, yields);
            case 2 -> self -> turn(self, kernel.running(core) == seen, one, other, yields);
            case 3 -> self -> turn(self, seen.lastTurnPs() / 1000 % 2 == 0, one, other, yields);
            case 4 -> self -> turn(self, self.lastTurnPs() % 3 == 0, one, other, yields);
            case 5 -> self -> turn(self, seen.exited() || seen.registersLost(), one, other, yields);
            case 6 -> self -> turn(self, kernel.threads().size() % 2 == 0, one, other, yields);
            default -> self -> turn(self, seen.nowPs() / 1_000_000 % 2 == 0 || seen.killed(), one, other, yields);
        };
    }

    private static long turn(GuestThread self, boolean first, long one, long other, boolean yields) {
        if (first) {
            return self.poll(one);
        }
        return yields ? self.switchIdle() : self.poll(other);
    }

    /** Begins threads, and kills one that works. */
    private static GuestProgram maker(SimRandom own, int cores, List<GuestThread> workers) {
        int[] made = {0};
        return self -> switch (own.nextInt(5)) {
            case 0 -> made[0]++ < 5
                    ? self.beginThread(
                            own.nextInt(cores), "c", GuestProgram.once(Step.compute(Duration.ofNanos(20_000))))
                    : self.compute(1_000_000);
            case 1 -> self.sleep(200 * Picos.PER_MICRO);
            case 2 -> self.switchIdle();
            case 3 -> {
                if (own.nextInt(20) == 0) {
                    self.kill(workers.get(own.nextInt(workers.size())));
                }
                yield self.compute(5_000);
            }
            default -> self.compute(20 * Picos.PER_MICRO);
        };
    }
}
