package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.PortDevice;
import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
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
}
