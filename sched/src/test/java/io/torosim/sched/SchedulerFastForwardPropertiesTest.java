package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.Vcpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Fast-forward changes nothing for any program on 1 to 8 cores, and an observer that is told of many steps at once hears of as many. */
final class SchedulerFastForwardPropertiesTest {
    @Property(tries = 650)
    void fastForward_changesNeitherDigestNorCounters(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int cores,
            @ForAll @IntRange(max = 5) int policy,
            @ForAll long mask) {
        ToroQuirks quirks = new ToroQuirks(mask & ToroQuirks.faithful().mask()).without(RandomKernels.ENDLESS);
        KernelConfig config = RandomKernels.config(quirks, policy);
        Duration time = Duration.ofMillis(3);
        boolean[] faster = {false};
        RandomKernels.seeds(seed, 1000).forEach(one -> {
            RunResult fast = RandomGuest.run(one, cores, config, true, time, kernel -> {});
            RunResult slow = RandomGuest.run(one, cores, config, false, time, kernel -> {});
            assertThat(fast.traceHash()).isEqualTo(slow.traceHash());
            assertThat(fast.usage()).isEqualTo(slow.usage());
            faster[0] |= fast.firedEvents() < slow.firedEvents();
        });
        Statistics.label("something was passed over").collect(faster[0]);
        Statistics.label("something was passed over")
                .coverage(c -> c.check(true).percentage(p -> p > 25));
    }

    /**
     * What is taken at once stands for exactly as many events as are stepped. Held without fast-forward, which legitimately counts fewer: rounds of a loop
     * that are passed over are not counted at all.
     */
    @Property(tries = 80)
    void lookahead_countsEachStepAsAnEvent(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int cores,
            @ForAll @IntRange(max = 5) int policy,
            @ForAll long mask) {
        ToroQuirks quirks = new ToroQuirks(mask & ToroQuirks.faithful().mask()).without(RandomKernels.ENDLESS);
        KernelConfig config = RandomKernels.config(quirks, policy);
        Duration time = Duration.ofMillis(1);
        RunResult ahead = RandomGuest.run(seed, cores, config, false, false, time, kernel -> {});
        RunResult stepped = RandomGuest.run(seed, cores, config, false, true, time, kernel -> {});
        assertThat(ahead).isEqualTo(stepped);
    }

    /** Counts steps, and whether it was told of several at once. */
    private static final class Steps {
        private final boolean content;
        private final List<Long> ofVcpu = new ArrayList<>(Collections.nCopies(8, 0L));
        private boolean several;

        Steps(boolean content) {
            this.content = content;
        }

        void watch(ToroKernel kernel) {
            kernel.machine()
                    .observeSteps(this::afterStep, (vcpu, steps, untilPs) -> sees(kernel, vcpu, steps, untilPs));
        }

        private void afterStep(Vcpu vcpu) {
            ofVcpu.set(vcpu.id(), ofVcpu.get(vcpu.id()) + 1);
        }

        private boolean sees(ToroKernel kernel, int vcpu, int steps, long untilPs) {
            assertThat(steps).isPositive();
            assertThat(untilPs).isGreaterThan(kernel.machine().vcpu(vcpu).nowPs());
            if (content) {
                ofVcpu.set(vcpu, ofVcpu.get(vcpu) + steps);
                several = true;
            }
            return content;
        }
    }

    @Property(tries = 300)
    void anObserverThatIsContentWithOneCallForManySteps_hearsOfAsMany(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int cores, @ForAll @IntRange(max = 5) int policy) {
        KernelConfig config = RandomKernels.config(ToroQuirks.repaired(), policy);
        Duration time = Duration.ofMillis(3);
        Steps atOnce = new Steps(true);
        Steps singly = new Steps(false);
        RunResult fast = RandomGuest.run(seed, cores, config, true, time, atOnce::watch);
        RunResult slow = RandomGuest.run(seed, cores, config, true, time, singly::watch);
        assertThat(fast).isEqualTo(slow);
        assertThat(atOnce.ofVcpu).isEqualTo(singly.ofVcpu);
        Statistics.label("several at once").collect(atOnce.several);
        Statistics.label("several at once").coverage(c -> c.check(true).percentage(p -> p > 25));
    }
}
