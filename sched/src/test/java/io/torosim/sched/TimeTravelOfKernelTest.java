package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.replay.TimeTravel;
import io.torosim.core.replay.TimeTravel.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A debugger stands exactly where it was asked to, on machines that pass over stretches of steps and rounds of loops too. */
final class TimeTravelOfKernelTest {
    private static final int EVENTS = 1500;

    enum Load {
        COMPUTES {
            @Override
            void on(ToroKernel kernel) {
                kernel.spawn(0, "a", GuestProgram.loop(Step.compute(Duration.ofNanos(3000)), Step.yieldCpu()));
                kernel.spawn(0, "b", GuestProgram.loop(Step.compute(Duration.ofNanos(1000)), Step.yieldCpu()));
            }
        },
        POLLS {
            @Override
            void on(ToroKernel kernel) {
                kernel.spawn(0, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
            }
        },
        BOTH {
            @Override
            void on(ToroKernel kernel) {
                SharedWord word = new SharedWord(kernel.machine(), 0);
                SharedWord got = new SharedWord(kernel.machine(), 0);
                kernel.spawn(0, "sleeper", GuestProgram.announcing(self -> {
                    word.getAndAdd(1);
                    return word.get() % 3 == 0 ? self.sleep(4_000_000) : self.compute(900_000);
                }));
                kernel.spawn(0, "beside", GuestProgram.loop(Step.compute(Duration.ofNanos(700)), Step.yieldCpu()));
                kernel.spawn(1, "taker", GuestProgram.announcing(self -> {
                    if (word.get() > got.get()) {
                        got.getAndAdd(1);
                        return self.compute(5_000);
                    }
                    return self.switchIdle();
                }));
            }
        };

        abstract void on(ToroKernel kernel);
    }

    private static Machine machine(Load load, boolean exact) {
        Machine machine = Machine.create(MachineSpec.builder()
                .vcpus(load == Load.BOTH ? 2 : 1)
                .exactStepping(exact)
                .build());
        load.on(ToroKernel.boot(machine, KernelConfig.defaults()));
        return machine;
    }

    private static Subject subject(Load load, long warmPs) {
        Machine machine = machine(load, false);
        if (warmPs > 0) {
            machine.simulation().runUntil(warmPs);
        }
        return Subject.of(
                machine.simulation(), machine.trace(), () -> machine.result().usage() + "");
    }

    private static String state(Machine machine) {
        return machine.simulation().nowPs() + " " + machine.trace().digest().hex() + " "
                + machine.result().usage();
    }

    private static List<String> states(Load load) {
        Machine machine = machine(load, true);
        List<String> states = new ArrayList<>();
        states.add(state(machine));
        while (states.size() <= EVENTS && machine.simulation().runEvents(1) == 1) {
            states.add(state(machine));
        }
        return states;
    }

    private static String state(TimeTravel travel) {
        String print = travel.print();
        String digest = print.replaceFirst("(?s).*?digest ([0-9a-f]{16}),.*", "$1");
        return travel.nowPs() + " " + digest + " "
                + print.substring(print.lastIndexOf("[VcpuUsage")).strip();
    }

    @ParameterizedTest
    @EnumSource(Load.class)
    void everyEvent_isWhereItIsOnAMachineSteppedExactly_whicheverWayOneCame(Load load) {
        List<String> states = states(load);
        assertThat(states).hasSizeGreaterThan(EVENTS);
        Random random = new Random(5);
        try (TimeTravel travel = new TimeTravel(() -> subject(load, 0))) {
            for (int i = 0; i < 300; i++) {
                int number = random.nextInt(EVENTS) + 1;
                assertThat(travel.toEvent(number)).isTrue();
                assertThat(travel.eventNumber()).isEqualTo(number);
                assertThat(state(travel)).isEqualTo(states.get(number));
                assertThat(travel.stepBack()).isTrue();
                assertThat(travel.eventNumber()).isEqualTo(number - 1);
                assertThat(state(travel)).isEqualTo(states.get(number - 1));
                assertThat(travel.step()).isTrue();
                assertThat(state(travel)).isEqualTo(states.get(number));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Load.class)
    void afterAWalkToAnInstant_itStepsBackByOne(Load load) {
        List<String> states = states(load);
        try (TimeTravel travel = new TimeTravel(() -> subject(load, 0))) {
            for (long timePs : new long[] {7_777_777, 3_000_001, 9_000_000, 0, 1}) {
                travel.toTime(timePs);
                long number = travel.eventNumber();
                assertThat(travel.nowPs()).isEqualTo(timePs);
                assertThat(travel.stepBack()).isTrue();
                assertThat(travel.eventNumber()).isEqualTo(number - 1);
                assertThat(travel.step()).isTrue();
                assertThat(state(travel)).isEqualTo(states.get((int) number));
            }
            assertThat(travel.toBreak(subject -> subject.simulation().nowPs() > 5_000_000))
                    .isTrue();
            assertThat(state(travel)).isEqualTo(states.get((int) travel.eventNumber()));
        }
    }

    @ParameterizedTest
    @EnumSource(Load.class)
    void runThatIsWarmAlready_beginsThere(Load load) {
        try (TimeTravel travel = new TimeTravel(() -> subject(load, 5_000_000))) {
            long first = travel.eventNumber();
            assertThat(travel.stepBack()).isFalse();
            assertThat(travel.toEvent(first + 700)).isTrue();
            assertThat(travel.eventNumber()).isEqualTo(first + 700);
            assertThat(travel.toEvent(first)).isTrue();
            assertThat(travel.nowPs()).isEqualTo(5_000_000);
            assertThatThrownBy(() -> travel.toEvent(first - 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("number must be at least that of the beginning, " + first + ", number=" + (first - 1));
            assertThatThrownBy(() -> travel.toTime(4_999_999))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("timePs must be at least that of the beginning, 5000000, timePs=4999999");
        }
    }

    /** Whether a stretch is under way from the run before or begins in this one. */
    @ParameterizedTest
    @EnumSource(Load.class)
    void runOfSoManyEvents_firesNoMore(Load load) {
        Machine machine = machine(load, false);
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            int most = random.nextInt(8);
            assertThat(machine.simulation().runEvents(most)).isBetween(0L, (long) most);
            machine.simulation().runUntil(machine.simulation().nowPs() + random.nextInt(3000));
            long[] before = {machine.simulation().firedCount()};
            int[] asked = {0};
            machine.simulation().runUntil(() -> {
                if (asked[0] == 0) { // before the run: what was under way is counted
                    before[0] = machine.simulation().firedCount();
                }
                return asked[0]++ == 3;
            });
            assertThat(machine.simulation().firedCount() - before[0]).isEqualTo(asked[0] - 1);
        }
        Machine exact = machine(load, true);
        exact.simulation().runUntil(machine.simulation().nowPs());
        machine.simulation().runUntil(machine.simulation().nowPs());
        assertThat(state(machine)).isEqualTo(state(exact));
    }
}
