package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.sched.IdlePolicy.ToroIdlePolicy;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What holds for every program on 1 to 8 cores, looked at after each step; and fast-forward changes nothing. */
final class SchedulerPropertiesTest {
    private static final Duration TIME = Duration.ofMillis(60);
    /** Reads a link that another core may have changed: with it a chain of messages may become a circle. */
    private static final ToroQuirk ENDLESS = ToroQuirk.MESSAGE_READ_AFTER_WAKE;

    /** {@code -Dtorosim.property.tries=10000}: that many random programs to a property, drawn from the seeds that jqwik draws. */
    private static final long TRIES = Long.getLong("torosim.property.tries", 0);

    /** Returns the seeds of one try: one, or as many as make the tries of a property up to what was asked for. */
    private static LongStream seeds(long seed, int tries) {
        return LongStream.range(0, Math.max(1, TRIES / tries)).map(i -> seed + i * 0x9e3779b97f4a7c15L);
    }

    /** Short windows, so that polling halts come often: halt at once, a window, none, and the rule of 2020. */
    private static IdlePolicy policy(int number) {
        return switch (number) {
            case 0 -> IdlePolicy.haltAtOnce();
            case 1 -> shortWindow(IdlePolicy.Hint.WINDOW);
            case 2 -> IdlePolicy.haltWithoutHint();
            case 3 -> IdlePolicy.busyPoll();
            case 4 -> shortWindow(IdlePolicy.Hint.LAST_IRQ);
            default -> IdlePolicy.pollThenHalt();
        };
    }

    private static IdlePolicy shortWindow(IdlePolicy.Hint hint) {
        return new ToroIdlePolicy(
                "short-" + hint,
                true,
                IdlePolicy.NothingReady.HALT,
                hint,
                Picos.PER_MILLI,
                true,
                IdlePolicy.Instruction.HLT);
    }

    private static KernelConfig config(ToroQuirks quirks, int policy) {
        return KernelConfig.defaults().withQuirks(quirks).withIdlePolicy(policy(policy));
    }

    @Property(tries = 150)
    void repairedKernel_keepsEveryInvariant(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int cores, @ForAll @IntRange(max = 3) int policy) {
        boolean[] halted = {false};
        boolean[] requested = {false};
        boolean[] polling = {false};
        boolean[] slept = {false};
        seeds(seed, 150)
                .forEach(one ->
                        RandomGuest.run(one, cores, config(ToroQuirks.repaired(), policy), true, TIME, kernel -> {
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
        ToroQuirks quirks = ToroQuirks.faithful().without(ENDLESS);
        seeds(seed, 100)
                .forEach(one -> RandomGuest.run(one, cores, config(quirks, policy), true, TIME, kernel -> {
                    KernelAudit audit = new KernelAudit(kernel);
                    kernel.machine().observeSteps(vcpu -> {
                        assertThat(audit.ringFault()).isEmpty();
                        assertThat(audit.duplicatedMessage()).isEmpty();
                        assertThat(audit.idleFlagFault()).isEmpty();
                    });
                }));
    }

    @Property(tries = 1000)
    void fastForward_changesNeitherDigestNorCounters(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int cores,
            @ForAll @IntRange(max = 5) int policy,
            @ForAll long mask) {
        ToroQuirks quirks = new ToroQuirks(mask & ToroQuirks.faithful().mask()).without(ENDLESS);
        KernelConfig config = config(quirks, policy);
        Duration time = Duration.ofMillis(3);
        boolean[] faster = {false};
        seeds(seed, 1000).forEach(one -> {
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
        KernelConfig config = config(ToroQuirks.repaired(), policy);
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

    @Property(tries = 20)
    void sameSeed_givesTheSameRun(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int cores) {
        List<RunResult> runs = List.of(
                RandomGuest.run(seed, cores, config(ToroQuirks.faithful().without(ENDLESS), 1), true, TIME, k -> {}),
                RandomGuest.run(seed, cores, config(ToroQuirks.faithful().without(ENDLESS), 1), true, TIME, k -> {}));
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }
}
