package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.RunResult;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What holds for every program on 1 to 8 cores, looked at after each step. */
final class SchedulerPropertiesTest {
    private static final Duration TIME = Duration.ofMillis(60);

    @Property(tries = 150)
    void repairedKernel_keepsEveryInvariant(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int cores, @ForAll @IntRange(max = 3) int policy) {
        boolean[] halted = {false};
        boolean[] requested = {false};
        boolean[] polling = {false};
        boolean[] slept = {false};
        RandomKernels.seeds(seed, 150)
                .forEach(one -> RandomGuest.run(
                        one, cores, RandomKernels.config(ToroQuirks.repaired(), policy), true, TIME, kernel -> {
                            KernelAudit audit = new KernelAudit(kernel);
                            kernel.machine().observeSteps(vcpu -> {
                                assertThat(audit.ringFault()).isEmpty();
                                assertThat(audit.pollingFault()).isEmpty();
                                assertThat(audit.lostMessage()).isEmpty();
                                assertThat(audit.duplicatedMessage()).isEmpty();
                                assertThat(audit.idleFlagFault()).isEmpty();
                                assertThat(audit.lostWakeUp()).isEmpty();
                                assertThat(audit.registersLost()).isEmpty();
                                for (int id = 0; id < cores; id++) {
                                    halted[0] |= kernel.machine().vcpu(id).halted();
                                }
                                requested[0] |= audit.requestUnderWay();
                                polling[0] |= audit.anyPolling();
                                slept[0] |= audit.reached(ToroQuirk.SLEEP_SAVES_NO_REGISTERS) > 0;
                            });
                        }));
        Statistics.label("a core was halted").collect(halted[0]);
        Statistics.label("a core was halted").coverage(c -> c.check(true).percentage(p -> p > 25));
        Statistics.label("a request was under way").collect(requested[0]);
        Statistics.label("a request was under way").coverage(c -> c.check(true).percentage(p -> p > 25));
        Statistics.label("threads polled").collect(polling[0]);
        Statistics.label("threads polled").coverage(c -> c.check(true).percentage(p -> p > 20));
        Statistics.label("a sleeper came back").collect(slept[0]);
        Statistics.label("a sleeper came back").coverage(c -> c.check(true).percentage(p -> p > 20));
    }

    @Property(tries = 100)
    void faithfulKernel_keepsRingsMessagesAndIdleFlags(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int cores, @ForAll @IntRange(max = 5) int policy) {
        ToroQuirks quirks = ToroQuirks.faithful().without(RandomKernels.ENDLESS);
        RandomKernels.seeds(seed, 100)
                .forEach(
                        one -> RandomGuest.run(one, cores, RandomKernels.config(quirks, policy), true, TIME, kernel -> {
                            KernelAudit audit = new KernelAudit(kernel);
                            kernel.machine().observeSteps(vcpu -> {
                                assertThat(audit.ringFault()).isEmpty();
                                assertThat(audit.duplicatedMessage()).isEmpty();
                                assertThat(audit.idleFlagFault()).isEmpty();
                            });
                        }));
    }

    @Property(tries = 20)
    void sameSeed_givesTheSameRun(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int cores) {
        List<RunResult> runs = List.of(
                RandomGuest.run(
                        seed,
                        cores,
                        RandomKernels.config(ToroQuirks.faithful().without(RandomKernels.ENDLESS), 1),
                        true,
                        TIME,
                        k -> {}),
                RandomGuest.run(
                        seed,
                        cores,
                        RandomKernels.config(ToroQuirks.faithful().without(RandomKernels.ENDLESS), 1),
                        true,
                        TIME,
                        k -> {}));
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }
}
