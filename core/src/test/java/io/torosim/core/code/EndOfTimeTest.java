package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Machine.SleepStates;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A step that would be over when simulated time is, or later, is refused with its place and its value; one that outlasts the run is not. */
final class EndOfTimeTest {
    private static final int PORT = 0x300;

    private final Machine machine = Machine.create(MachineSpec.builder().build());

    private void startCode(Machine on, Steps routine) {
        CodeRun run = new CodeRun(new GuestCpu(on.vcpu(0)), routine.build());
        run.begin();
        on.vcpu(0).start(run, vector -> v -> Activity.DONE);
    }

    private void runCode(Steps routine) {
        startCode(machine, routine);
        machine.runUntil(Duration.ofMillis(1));
    }

    private void plugCard() {
        machine.bus().claim("card", PORT, 1, new PortDevice() {
            @Override
            public int read(int port, int widthBytes) {
                return 0;
            }

            @Override
            public void write(int port, int widthBytes, int value) {}
        });
    }

    /** At the very beginning too, where the sum still fits. */
    @ParameterizedTest
    @CsvSource({"0, 9223372036854775807", "1000, 9223372036854775807", "1000, 9223372036854774807"})
    void anEntry_isNamedWithItsValue(long beforePs, long ps) {
        assertThatThrownBy(() ->
                        runCode(Steps.of("service", 0).takes("before", beforePs).step("answers", (cpu, f) -> ps)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("vCPU 0: a step takes " + ps + " ps at " + beforePs
                        + " ps, in service: answers: simulated time ends at 2^63 - 1 ps, 106 days");
    }

    @Test
    void withAnAccess_whichTakesTimeToo() {
        plugCard();
        assertThatThrownBy(() -> runCode(Steps.of("service", 0).step("reads", (cpu, f) -> {
                    cpu.in(PORT, 1);
                    return Long.MAX_VALUE - 1;
                })))
                .hasMessageContaining("in service: reads: " + Picos.END_OF_TIME);
    }

    /** Entries that go on by themselves. */
    @Test
    void goingOn() {
        plugCard();
        assertThatThrownBy(() -> runCode(Steps.of("service", 0).step("reads", (cpu, f) -> {
                    cpu.in(PORT, 1);
                    assertThat(cpu.goOn(Long.MAX_VALUE)).isFalse();
                    return Long.MAX_VALUE;
                })))
                .hasMessageContaining("in service: reads: " + Picos.END_OF_TIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"goOn", "pass", "quiet"})
    void aNegativeTime_isRefusedByEachWayToGoOn(String how) {
        assertThatThrownBy(
                        () -> runCode(Steps.of("service", 0).takes("before", 5).step("answers", (cpu, f) -> {
                            switch (how) {
                                case "goOn" -> cpu.vcpu().goOn(-3);
                                case "pass" -> cpu.vcpu().pass(-3, 1);
                                default -> cpu.vcpu().quiet(5, -3, 1);
                            }
                            return 1;
                        })))
                .hasMessageContaining("must be at least 0 ps")
                .hasMessageContaining("=-3")
                .hasMessageContaining("answers");
    }

    @Test
    void aQuietStretch() {
        assertThatThrownBy(
                        () -> runCode(Steps.of("service", 0).takes("before", 5).step("answers", (cpu, f) -> {
                            cpu.vcpu().quiet(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2 + 1, 3);
                            return 1;
                        })))
                .hasMessageContaining("service: answers")
                .hasMessageContaining("9223372036854775807 ps at 5 ps")
                .hasMessageContaining(Picos.END_OF_TIME);
    }

    @Test
    void aHandler() {
        machine.vcpu(0).start(v -> 1_000, vector -> v -> Long.MAX_VALUE);
        machine.vcpu(0).raise(40);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessageContaining("vCPU 0: a step takes 9223372036854775807 ps")
                .hasMessageContaining("in interrupt;")
                .hasMessageContaining(Picos.END_OF_TIME);
    }

    /** A loop that repeats is brought up to an event step by step. */
    @Test
    void aStepThatIsCaughtUp() {
        boolean[] wild = new boolean[1];
        machine.vcpu(0).start(new Polling(wild), vector -> v -> Activity.DONE);
        machine.simulation().at(1_500, (op, arg) -> wild[0] = true, 0, 0); // told to nobody
        machine.simulation().at(9_999, (op, arg) -> machine.beforeChange(), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessageContaining("vCPU 0: a step takes 9223372036854775807 ps")
                .hasMessageContaining("in Polling: " + Picos.END_OF_TIME);
    }

    private record Polling(boolean[] wild) implements Activity {
        @Override
        public long step(Vcpu vcpu) {
            if (vcpu.roundRepeats(1)) {
                return SPIN;
            }
            return wild[0] ? Long.MAX_VALUE : 1_000;
        }
    }

    @Test
    void onAnUnquietHost_andASlowCore() {
        Machine unquiet = Machine.create(MachineSpec.builder().perturbation(1).build());
        assertThatThrownBy(() -> {
                    startCode(
                            unquiet,
                            Steps.of("service", 0).takes("before", 1_000).step("answers", (cpu, f) -> Long.MAX_VALUE));
                    unquiet.runUntil(Duration.ofMillis(1));
                })
                .hasMessageContaining("a step takes 9223372036854775807 ps")
                .hasMessageContaining("in service: answers: " + Picos.END_OF_TIME);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aStepThatOutlastsTheRun_isLegal(long perturbation) {
        MachineSpec.Builder spec = MachineSpec.builder();
        if (perturbation > 0) {
            spec.perturbation(perturbation);
        }
        Machine longRun = Machine.create(spec.build());
        long eightyDaysPs = 80L * 86_400 * Picos.PER_SECOND;
        startCode(longRun, Steps.of("service", 0).takes("works", eightyDaysPs));
        assertThat(longRun.runUntil(Duration.ofMillis(1)).simulatedPs()).isEqualTo(Picos.PER_MILLI);
    }

    @Test
    void aCount_thatNoTimerCanHold() {
        assertThatThrownBy(
                        () -> runCode(Steps.of("service", 0).takes("before", 7).step("arms", (cpu, f) -> {
                            cpu.timerIn(40, Long.MAX_VALUE);
                            return 1;
                        })))
                .hasMessage(
                        "service: arms, on vCPU 0: " + Picos.END_OF_TIME + ": nowPs=7, countPs=9223372036854775807");
    }

    @Test
    void anInstantBeforePowerOn_isNone() {
        assertThatThrownBy(
                        () -> runCode(Steps.of("service", 0).takes("before", 7).step("arms", (cpu, f) -> {
                            cpu.timerAt(40, cpu.nowPs() + Long.MAX_VALUE);
                            return 1;
                        })))
                .hasMessageContaining("service: arms, on vCPU 0: vCPU 0: deadlinePs must be at least 0 ps");
    }

    /** Never is an instant that a timer may be set to. */
    @Test
    void aTimerThatNeverFires_isLegal() {
        Machine unquiet = Machine.create(MachineSpec.builder().perturbation(3).build());
        unquiet.vcpu(0)
                .start(
                        v -> {
                            v.timer().set(40, Picos.NEVER);
                            return 10 * Picos.PER_MICRO;
                        },
                        vector -> v -> Activity.DONE);
        unquiet.runUntil(Duration.ofMillis(1));
        assertThat(unquiet.vcpu(0).timer().isSet()).isTrue();
    }

    @Test
    void aSleepThatEndsAfterTime() {
        machine.sleepStates(SleepStates.fixed(Long.MAX_VALUE));
        machine.vcpu(0).start(v -> Activity.HALT, vector -> v -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(1));
        assertThatThrownBy(() -> machine.vcpu(0).raise(40))
                .hasMessageContaining("SleepStates.wakes")
                .hasMessageContaining(Picos.END_OF_TIME)
                .hasMessageContaining("wakes=9223372036854775807");
    }

    @Test
    void aStepOfATableThatTakesNegativeTime_isRefusedWhereItIsWritten() {
        assertThatThrownBy(() -> Steps.of("service", 0).takes("halts?", -1))
                .hasMessage("ps must be at least 0, ps=-1, step=halts?, routine=service");
    }
}
