package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guest code that polls memory or a register: nothing announces their changes, so that no round of such a loop is passed over. */
final class PollingCodeTest {
    private static final long MAIL = 0x1000;
    private static final int PORT = 0x300;
    private static final int TAKEN = 0x2000;
    private static final int SENT = 0x3000;
    private static final long DUE_PS = 3_000_100_000L;

    enum Place {
        MEMORY {
            @Override
            int look(GuestCpu cpu) {
                return cpu.load32(MAIL);
            }

            @Override
            void put(GuestCpu cpu, int value) {
                cpu.store32(MAIL, value);
            }
        },
        PORT_OF_A_DEVICE {
            @Override
            int look(GuestCpu cpu) {
                return cpu.in(PORT, 4);
            }

            @Override
            void put(GuestCpu cpu, int value) {
                cpu.out(PORT, 4, value);
            }
        };

        abstract int look(GuestCpu cpu);

        abstract void put(GuestCpu cpu, int value);
    }

    private static final class Register implements PortDevice {
        private int value;

        @Override
        public int read(int port, int widthBytes) {
            return value;
        }

        @Override
        public void write(int port, int widthBytes, int written) {
            value = written;
        }
    }

    private static GuestCode poller(Place place) {
        return Steps.of("poller", 2)
                .forever(loop -> loop.step("head", (cpu, f) -> cpu.vcpu().roundRepeats(1) ? StepResult.SPIN : 100_000)
                        .step("look", (cpu, f) -> {
                            f.w[0] = place.look(cpu);
                            return 300_000;
                        })
                        .ifPositive("mail", 0, body -> body.step("take", (cpu, f) -> {
                                    place.put(cpu, 0);
                                    return 100;
                                })
                                .step("count", (cpu, f) -> {
                                    cpu.own().store32(TAKEN, (int) ++f.w[1]);
                                    return 10;
                                })))
                .build();
    }

    private static GuestCode writer(Place place) {
        return Steps.of("writer", 1)
                .forever(loop -> loop.step("put", (cpu, f) -> {
                            place.put(cpu, 1);
                            return 1_000;
                        })
                        .step("count", (cpu, f) -> {
                            cpu.own().store32(SENT, (int) ++f.w[0]);
                            return 10;
                        })
                        .takes("pause", 50_000_000L))
                .build();
    }

    private static void start(Machine machine, int vcpu, GuestCode code) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(vcpu)), code);
        run.begin();
        machine.vcpu(vcpu).start(run, vector -> x -> Activity.DONE);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void everyMailIsSeen_exactlyAndNot_andTheCheckAgrees(Place place) {
        for (boolean exact : new boolean[] {true, false}) {
            for (boolean check : new boolean[] {false, true}) {
                Machine machine = Machine.create(MachineSpec.builder()
                        .vcpus(2)
                        .ramMib(16)
                        .exactStepping(exact)
                        .checkPolling(check)
                        .build());
                machine.bus().claim("mailbox", PORT, 4, new Register());
                start(machine, 0, poller(place));
                start(machine, 1, writer(place));
                machine.runUntil(Duration.ofMillis(5));
                int sent = machine.memory().load32(SENT);
                assertThat(sent).isBetween(80, 100); // a port takes longer
                assertThat(machine.memory().load32(TAKEN))
                        .as("exact %s, check %s", exact, check)
                        .isEqualTo(sent);
            }
        }
    }

    enum Clock {
        TIME {
            @Override
            boolean reached(GuestCpu cpu) {
                return cpu.nowPs() >= DUE_PS;
            }
        },
        TSC {
            @Override
            boolean reached(GuestCpu cpu) {
                return cpu.tsc()
                        >= Picos.toCycles(DUE_PS, cpu.vcpu().machine().spec().tscHz());
            }
        };

        abstract boolean reached(GuestCpu cpu);
    }

    private static GuestCode waiter(Clock clock, boolean declares) {
        return Steps.of("waiter", 1)
                .forever(loop -> loop.step("head", (cpu, f) -> cpu.vcpu().roundRepeats(1) ? StepResult.SPIN : 100_000)
                        .step("look", (cpu, f) -> {
                            f.w[0] = clock.reached(cpu) ? 1 : 0;
                            if (declares) {
                                cpu.vcpu().comparesWith(DUE_PS);
                            }
                            return 100_000;
                        })
                        .ifPositive("due", 0, body -> body.step("note", (cpu, f) -> {
                                    cpu.own().store64(TAKEN, cpu.nowPs());
                                    return 1;
                                })
                                .step("off", (cpu, f) -> StepResult.OFF)))
                .build();
    }

    private static RunResult waits(MachineSpec.Builder spec, GuestCode waiter) {
        Machine machine = Machine.create(spec.ramMib(16).build());
        start(machine, 0, waiter);
        RunResult result = machine.runUntil(Duration.ofMillis(5));
        // it looks at 100 ns and then every 200 ns; a look takes 100 ns
        assertThat(machine.memory().load64(TAKEN)).isEqualTo(DUE_PS + 100_000);
        return result;
    }

    private static List<MachineSpec.Builder> ways() {
        return List.of(
                MachineSpec.builder(),
                MachineSpec.builder().fastForward(false),
                MachineSpec.builder().exactStepping(true),
                MachineSpec.builder().checkPolling(true));
    }

    /** When a later round would find it reached is not known: stepped, with one warning. */
    @ParameterizedTest
    @EnumSource(Clock.class)
    void aClockPolledWithoutAWord_isSteppedAndTold(Clock clock) {
        for (MachineSpec.Builder way : ways()) {
            assertThat(waits(way, waiter(clock, false)).warnings().stream().filter(w -> !w.startsWith("checkPolling")))
                    .singleElement()
                    .asString()
                    .startsWith("vCPU 0 polls the clock and does not say what it compares it with, in waiter: head");
        }
    }

    /** Looks at the clock in two entries of a round, for what is due late and for what is due; says so as often as it is told. */
    private static GuestCode twoWaits(int words) {
        return Steps.of("waiter", 1)
                .forever(loop -> loop.step("head", (cpu, f) -> cpu.vcpu().roundRepeats(1) ? StepResult.SPIN : 50_000)
                        .step("look at the later", (cpu, f) -> {
                            boolean late = cpu.nowPs() >= 2 * DUE_PS;
                            cpu.vcpu().comparesWith(2 * DUE_PS);
                            return late ? StepResult.OFF : 50_000;
                        })
                        .step("look", (cpu, f) -> {
                            f.w[0] = cpu.nowPs() >= DUE_PS && cpu.nowPs() > 0 ? 1 : 0; // one instant, one look
                            if (words == 2) {
                                cpu.vcpu().comparesWith(DUE_PS);
                            }
                            return 100_000;
                        })
                        .ifPositive("due", 0, body -> body.step("note", (cpu, f) -> {
                                    cpu.own().store64(TAKEN, cpu.nowPs());
                                    return 1;
                                })
                                .step("off", (cpu, f) -> StepResult.OFF)))
                .build();
    }

    /** What is said of one look says nothing of another. */
    @Test
    void ofTwoLooks_eachWantsItsWord() {
        for (MachineSpec.Builder way : ways()) {
            assertThat(waits(way, twoWaits(1)).warnings().stream().filter(w -> !w.startsWith("checkPolling")))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "vCPU 0 polls the clock and does not say each time what it compares it with (in a round it"
                                    + " looks at 2 instants and says 1), in waiter: head: the loop is stepped");
            assertThat(waits(way, twoWaits(2)).warnings()).isEmpty();
        }
        assertThat(waits(MachineSpec.builder(), twoWaits(2)).firedEvents()).isLessThan(20);
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void aDeclaredComparison_isPassedOver(Clock clock) {
        for (MachineSpec.Builder way : ways()) {
            assertThat(waits(way, waiter(clock, true)).warnings()).isEmpty();
        }
        assertThat(waits(MachineSpec.builder(), waiter(clock, true)).firedEvents())
                .isLessThan(20);
        assertThat(waits(MachineSpec.builder(), waiter(clock, false)).firedEvents())
                .isGreaterThan(10_000);
    }

    /** What a handler looks at is its own: it neither hides nor spoils the round that it comes into. */
    @Test
    void aHandlerThatReadsTheClock_leavesTheLoopToRepeat() {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(16).build());
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), waiter(Clock.TIME, true));
        run.begin();
        GuestCpu handlers = new GuestCpu(machine.vcpu(0));
        machine.vcpu(0).start(run, vector -> v -> {
            assertThat(handlers.nowPs()).isEqualTo(v.nowPs());
            v.changedNothing();
            return Activity.DONE;
        });
        machine.simulation().at(1_000_050_000L, (op, arg) -> machine.vcpu(0).raise(60), 0, 0);
        RunResult result = machine.runUntil(Duration.ofMillis(5));
        // the handler of some hundred ns shifts the looks: found is what is due, a round later at most
        assertThat(machine.memory().load64(TAKEN)).isBetween(DUE_PS, DUE_PS + 300_000);
        assertThat(result.firedEvents()).isLessThan(30);
        assertThat(result.warnings()).isEmpty();
    }

    /** A handler's own loop is held to the same: what it looks at announces nothing. */
    @ParameterizedTest
    @EnumSource(Place.class)
    void aHandlerThatPolls_isStepped(Place place) {
        Machine machine =
                Machine.create(MachineSpec.builder().vcpus(2).ramMib(16).build());
        machine.bus().claim("mailbox", PORT, 4, new Register());
        CodeRun polling = new CodeRun(new GuestCpu(machine.vcpu(0)), poller(place));
        polling.begin();
        machine.vcpu(0).start(v -> 1_000_000, vector -> polling);
        start(machine, 1, writer(place));
        machine.simulation().at(1_500_000L, (op, arg) -> machine.vcpu(0).raise(60), 0, 0);
        machine.runUntil(Duration.ofMillis(5));
        assertThat(machine.memory().load32(TAKEN))
                .isBetween(80, 100)
                .isEqualTo(machine.memory().load32(SENT));
    }
}
