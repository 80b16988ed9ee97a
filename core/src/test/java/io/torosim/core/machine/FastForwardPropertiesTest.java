package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Fast-forward may change nothing but the number of events: polling loops of random length on random numbers of vCPUs,
 * disturbed by device interrupts, which come into the middle of steps that are partly work, by each other's stores, by deadlines and by a host that changes
 * their clocks, must give the same digest and counters.
 */
final class FastForwardPropertiesTest {
    private static final int IPI = 80;
    private static final int SPURIOUS = 34;

    /** A loop of a few steps that polls a shared flag and a deadline, and reacts to both visibly. */
    private static final class Poller implements Activity {
        private final int[] flags;
        private final int me;
        private final long[] stepCosts;
        /** How much of each step, its end, interrupts may come into. */
        private final long[] workPs;

        private final long deadlineEveryPs;
        private final SimRandom random;
        private int at;
        private long deadlinePs;

        Poller(int[] flags, int me, SimRandom random) {
            this.flags = flags;
            this.me = me;
            this.random = random;
            this.stepCosts = new long[1 + random.nextInt(6)];
            for (int i = 0; i < stepCosts.length; i++) {
                stepCosts[i] = 1_000 + random.nextLong(50_000);
            }
            this.workPs = new long[stepCosts.length];
            for (int i = 0; i < stepCosts.length; i++) {
                workPs[i] = Math.max(0, random.nextLong(2 * stepCosts[i]) - stepCosts[i] + 1);
            }
            this.deadlineEveryPs = (1 + random.nextLong(40)) * Picos.PER_MICRO;
            this.deadlinePs = deadlineEveryPs;
        }

        @Override
        public long step(Vcpu vcpu) {
            if (at == 0) {
                if (vcpu.roundRepeats(1)) {
                    return SPIN;
                }
                vcpu.increment(Counter.POLL_ROUNDS);
            }
            int now = at;
            at = (at + 1) % stepCosts.length;
            if (now == 0 && flags[me] > 0) {
                vcpu.changed();
                flags[me]--;
                trace(vcpu, flags[me]);
                tellSomebody(vcpu);
            }
            if (now == stepCosts.length - 1) {
                if (vcpu.nowPs() >= deadlinePs) {
                    vcpu.changed();
                    deadlinePs += deadlineEveryPs;
                    trace(vcpu, -1);
                    if (random.nextInt(4) == 0) {
                        vcpu.machine().sendIpi(vcpu, random.nextInt(flags.length), IPI);
                    }
                } else {
                    vcpu.comparesWith(deadlinePs);
                }
            }
            vcpu.work(workPs[now]);
            return stepCosts[now];
        }

        private void tellSomebody(Vcpu vcpu) {
            if (random.nextInt(3) > 0) {
                int other = random.nextInt(flags.length);
                vcpu.machine().vcpu(other).beforeChange();
                flags[other]++;
            }
        }

        private static void trace(Vcpu vcpu, long a) {
            long times = 0; // others may be spinning
            for (int id = 0; id < vcpu.machine().vcpuCount(); id++) {
                Vcpu asked = vcpu.machine().vcpu(id);
                times = 31 * times + asked.nowPs() + asked.tsc();
            }
            vcpu.machine().trace().emit(vcpu.nowPs(), vcpu.id(), TraceKind.USER, a, times);
        }
    }

    /** A handler of two steps that changes nothing and says so. */
    private static Activity nothing() {
        boolean[] ran = {false};
        return vcpu -> {
            if (ran[0]) {
                vcpu.changedNothing();
                return Activity.DONE;
            }
            ran[0] = true;
            vcpu.exit(ExitCause.PIC);
            return 700_000;
        };
    }

    private static RunResult run(long seed, int vcpus, boolean fastForward) {
        return run(
                MachineSpec.builder()
                        .vcpus(vcpus)
                        .seed(seed)
                        .fastForward(fastForward)
                        .build(),
                500_000);
    }

    private static RunResult run(MachineSpec spec, long nanos) {
        long seed = spec.seed();
        int vcpus = spec.vcpus();
        RandomStreams streams = new RandomStreams(seed);
        try (Machine machine = Machine.create(spec)) {
            int[] flags = new int[vcpus];
            for (int id = 0; id < vcpus; id++) {
                Poller poller = new Poller(flags, id, streams.stream("vcpu" + id));
                machine.vcpu(id)
                        .start(
                                poller,
                                vector -> vector == SPURIOUS
                                        ? nothing()
                                        : v -> {
                                            flags[v.id()]++;
                                            return Activity.DONE;
                                        });
            }
            SimRandom devices = streams.stream("devices");
            for (int i = 0; i < 30; i++) {
                int target = devices.nextInt(vcpus);
                int vector = devices.nextInt(2) == 0 ? 33 : SPURIOUS;
                machine.simulation()
                        .at(
                                devices.nextLong(500 * Picos.PER_MICRO),
                                Machine.DEVICE_PRIORITY,
                                (op, arg) -> {
                                    machine.trace()
                                            .emit(
                                                    machine.simulation().nowPs(),
                                                    -1,
                                                    TraceKind.USER,
                                                    machine.vcpu(target).nowPs(),
                                                    0);
                                    machine.vcpu(target).raise(vector);
                                },
                                0,
                                0);
            }
            for (int i = 0; i < 6; i++) {
                int target = devices.nextInt(vcpus);
                int permille = 300 + devices.nextInt(701);
                machine.simulation()
                        .at(
                                devices.nextLong(500 * Picos.PER_MICRO),
                                Machine.OBSERVER_PRIORITY,
                                (op, arg) -> machine.vcpu(target).clock(permille),
                                0,
                                0);
            }
            return machine.runUntil(Duration.ofNanos(nanos));
        }
    }

    /** The host holds vCPUs up now and then: rounds are passed over up to that moment, whoever draws how often. */
    @Property(tries = 100)
    void onAnUnquietHost_too(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int vcpus,
            @ForAll @IntRange(min = 0, max = 2) int hostCpus,
            @ForAll boolean exactStepping) {
        MachineSpec.Builder unquiet =
                MachineSpec.builder().vcpus(vcpus).seed(seed).hostCpus(hostCpus).perturbation(Math.max(1, seed >>> 1));
        RunResult fast = run(unquiet.fastForward(true).build(), 2_000_000);
        RunResult slow =
                run(unquiet.fastForward(false).exactStepping(exactStepping).build(), 2_000_000);
        assertThat(fast.traceHash()).isEqualTo(slow.traceHash());
        assertThat(fast.usage()).isEqualTo(slow.usage());
        assertThat(fast.firedEvents()).isLessThan(slow.firedEvents());
    }

    @Property(tries = 300)
    void digestAndCountersAreEqual(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int vcpus) {
        RunResult fast = run(seed, vcpus, true);
        RunResult slow = run(seed, vcpus, false);
        assertThat(fast.traceHash()).isEqualTo(slow.traceHash());
        assertThat(fast.usage()).isEqualTo(slow.usage());
        assertThat(fast.firedEvents()).isLessThan(slow.firedEvents());
    }
}
