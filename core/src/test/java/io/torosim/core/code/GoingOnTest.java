package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries that go on in one call, over a device's register too, and a routine that is over with its last entry. */
final class GoingOnTest {
    private static final int PORT = 0x300;
    private static final int OTHER_PORT = 0x301;
    private static final long TICK = 1_000;

    private final List<String> seen = new ArrayList<>();
    private int calls;

    /** Three registers' worth of work: in, a stretch, out; then it is over. */
    private final class Inner extends GuestCode {
        @Override
        public String name() {
            return "inner";
        }

        @Override
        public int words() {
            return 0;
        }

        @Override
        public String entryName(int entry) {
            return List.of("read", "work", "write").get(entry);
        }

        @Override
        public long run(GuestCpu cpu, Frame frame) {
            calls++;
            long ps;
            do {
                ps = entry(cpu, frame);
            } while (frame.entry < 3 && cpu.goOn(ps));
            return ps;
        }

        private long entry(GuestCpu cpu, Frame frame) {
            return switch (frame.entry++) {
                case 0 -> {
                    cpu.in(PORT, 1);
                    yield 0;
                }
                case 1 -> TICK;
                default -> {
                    cpu.out(OTHER_PORT, 1, 7);
                    cpu.leaves();
                    yield 0;
                }
            };
        }
    }

    private long run(boolean exact, Duration eventAt) {
        Machine machine =
                Machine.create(MachineSpec.builder().exactStepping(exact).build());
        machine.bus().claim("registers", PORT, 2, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                seen.add("read at " + machine.vcpu(0).nowPs());
                return 0;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                seen.add("written at " + machine.vcpu(0).nowPs());
            }
        });
        EventHandler event =
                (op, arg) -> seen.add("event at " + machine.simulation().nowPs());
        machine.simulation().at(eventAt.toNanos() * 1_000, event, 0, 0);
        Inner inner = new Inner();
        GuestCode outer = Steps.of("outer", 0)
                .call("call", inner, (from, to) -> {})
                .step("after", (cpu, f) -> {
                    seen.add("after at " + cpu.nowPs());
                    return StepResult.OFF;
                })
                .build();
        Vcpu vcpu = machine.vcpu(0);
        CodeRun program = new CodeRun(new GuestCpu(vcpu), outer);
        program.begin();
        vcpu.start(program, vector -> v -> StepResult.DONE);
        machine.runUntil(Duration.ofMillis(1));
        assertThat(vcpu.exits(ExitCause.PIO)).isEqualTo(2);
        assertThat(program.stack().depth()).isEqualTo(1);
        return machine.simulation().firedCount();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 500, 1_500, 3_000, 900_000})
    void instantsAndEvents_areThoseOfSingleSteps(long eventAtNanos) {
        Duration at = Duration.ofNanos(eventAtNanos);
        long whole = run(false, at);
        List<String> wholeSeen = List.copyOf(seen);
        int wholeCalls = calls;
        seen.clear();
        calls = 0;
        assertThat(run(true, at)).isEqualTo(whole);
        assertThat(seen).isEqualTo(wholeSeen).hasSize(4);
        assertThat(calls).as("calls, step by step").isEqualTo(3);
        if (eventAtNanos == 900_000) {
            assertThat(wholeCalls).as("calls where nothing comes between").isEqualTo(1);
        } else {
            assertThat(wholeCalls).isBetween(1, 3);
        }
    }

    /** What has left is popped with the entry's time; without one the next entry that takes time would be popped in its place. */
    @ParameterizedTest
    @CsvSource({"-1, NEXT", "-2, CALL", "-3, RETURN", "-4, result -4"})
    void leavingWithoutATime_isRefused(int index, String said) {
        long[] results = {StepResult.NEXT, StepResult.CALL, StepResult.RETURN, StepResult.HALT};
        long result = results[-1 - index];
        Machine machine = Machine.create(MachineSpec.builder().build());
        GuestCode leaver = Steps.of("leaver", 0)
                .step("go", (cpu, f) -> {
                    cpu.leaves();
                    return result;
                })
                .step("work", (cpu, f) -> TICK)
                .step("more", (cpu, f) -> TICK)
                .build();
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        CodeRun run = new CodeRun(cpu, leaver);
        run.begin();
        assertThatThrownBy(run::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("leaves() and ")
                .hasMessageEndingWith(" in one entry, which must return a time: leaver: go on vCPU 0")
                .hasMessageContaining(index == -4 ? "result" : said);
        run.begin(Steps.of("other", 0)
                .step("first", (c, f) -> TICK)
                .step("second", (c, f) -> 2 * TICK)
                .build());
        assertThat(run.next()).as("it is forgotten").isEqualTo(TICK);
        assertThat(run.next()).isEqualTo(2 * TICK);
    }
}
