package io.torosim.core.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.power.HostCpus.HostClock;
import io.torosim.core.power.HostCpus.HostClock.Governor;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Governors and sleep states at work: the guest feels them. */
final class HostPowerTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());

    /** Runs pieces of 1 ms one after the other, counting them. */
    private static final class Worker implements Activity {
        private long pieces = -1;

        @Override
        public long step(io.torosim.core.machine.Vcpu vcpu) {
            pieces++;
            return Picos.PER_MILLI;
        }
    }

    private long piecesIn(Governor governor, long millis) {
        Worker worker = new Worker();
        HostClock.install(machine, governor);
        machine.vcpu(0).start(worker, vector -> vcpu -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(millis));
        return worker.pieces;
    }

    @Test
    void performance_slowsNothing() {
        assertThat(piecesIn(Governor.PERFORMANCE, 1000)).isEqualTo(1000);
    }

    @Test
    void powersave_makesWorkTwoAndAHalfTimesAsLong() {
        assertThat(piecesIn(Governor.POWERSAVE, 1000)).isEqualTo(400);
    }

    @Test
    void ondemand_isAtTheHighestClockAfterOnePeriodOfWork() {
        // the first 10 ms at 0.4: four pieces; the next whole second at full clock
        assertThat(piecesIn(Governor.ONDEMAND, 1010)).isBetween(1002L, 1004L);
        assertThat(machine.vcpu(0).clockPermille()).isEqualTo(1000);
    }

    @Test
    void schedutil_climbsWithTheMeanOfUse() {
        long pieces = piecesIn(Governor.SCHEDUTIL, 1000);
        assertThat(machine.vcpu(0).clockPermille()).isEqualTo(1000);
        // use counts in units of the highest clock, so the mean grows by a factor of 1 + 0.195 * 0.25 a period: some 8
        // periods to get going, 19 from 0.4 to 1, at 0.6 on the way
        assertThat(pieces).isBetween(850L, 920L);
    }

    @Test
    void governors_leaveAnIdleCpuAtTheLowestClock() {
        HostClock.install(machine, Governor.SCHEDUTIL);
        machine.vcpu(0).start(vcpu -> Activity.HALT, vector -> vcpu -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(100));
        assertThat(machine.vcpu(0).clockPermille()).isEqualTo(400);
    }

    /** Time from an interrupt to its handler, of {@code count} interrupts, one in each {@code gapMicros}. */
    private List<Long> latencies(HostSleep.Choice choice, int count, long gapMicros) {
        HostSleep.install(machine, choice);
        List<Long> latencies = new ArrayList<>();
        long[] raisedPs = {0};
        machine.vcpu(0).start(vcpu -> Activity.HALT, vector -> vcpu -> {
            latencies.add(vcpu.nowPs() - raisedPs[0]);
            return Activity.DONE;
        });
        for (int i = 1; i <= count; i++) {
            machine.simulation()
                    .at(
                            i * gapMicros * Picos.PER_MICRO,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> {
                                raisedPs[0] = machine.simulation().nowPs();
                                machine.vcpu(0).raise(40);
                            },
                            0,
                            0);
        }
        machine.runUntil(Duration.ofNanos((count + 1) * gapMicros * 1000));
        return latencies;
    }

    private long wakeMicros(long stateMicros) {
        return machine.costs().wakeFromBlockPs() + machine.costs().interruptEntryPs() + stateMicros * Picos.PER_MICRO;
    }

    @Test
    void theWayOutOfTheSleepState_isPartOfTheWakeUp() {
        assertThat(latencies(HostSleep.Choice.C1, 3, 5000)).containsOnly(wakeMicros(2));
    }

    @Test
    void deepSleep_costs133Microseconds() {
        assertThat(latencies(HostSleep.Choice.C6, 3, 5000)).containsOnly(wakeMicros(133));
    }

    @Test
    void menu_learnsThatSleepsAreLong() {
        List<Long> latencies = latencies(HostSleep.Choice.MENU, 12, 5000);
        assertThat(latencies.get(0)).isEqualTo(wakeMicros(2)); // it has seen nothing
        assertThat(latencies.get(11)).isEqualTo(wakeMicros(133));
    }

    @Test
    void menu_staysShallowWhereSleepsAreShort() {
        List<Long> latencies = latencies(HostSleep.Choice.MENU, 12, 200);
        assertThat(latencies.get(11)).isEqualTo(wakeMicros(10)); // C1E pays from 20 us, C6 from 600
    }

    @Test
    void typicalInterval_leavesOutAtMostTwo() {
        TypicalInterval interval = new TypicalInterval();
        assertThat(interval.expectedPs()).isZero();
        for (int i = 0; i < 8; i++) {
            interval.slept((i == 3 || i == 6 ? 900 : 100) * Picos.PER_MICRO);
        }
        assertThat(interval.expectedPs()).isEqualTo(100 * Picos.PER_MICRO);
        interval.slept(900 * Picos.PER_MICRO); // a third long one takes the place of the first short one
        assertThat(interval.expectedPs()).isEqualTo(Picos.NEVER);
    }

    @Test
    void choices_areOnTheTrace() {
        List<Long> states = new ArrayList<>();
        machine.trace().addSink((timePs, vcpu, kind, a, b) -> {
            if (kind == TraceKind.HOST_SLEEP) {
                states.add(a);
                assertThat(b).isEqualTo(133 * Picos.PER_MICRO);
            }
        });
        latencies(HostSleep.Choice.C6, 2, 1000);
        assertThat(states).containsOnly((long) SleepState.C6.ordinal()).hasSize(3);
    }
}
