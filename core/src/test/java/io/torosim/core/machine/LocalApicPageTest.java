package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The local APICs that a machine has by nature: who sees an access, what it counts, what it costs, what it does. */
final class LocalApicPageTest {
    private static final long COMMAND_HIGH = ApicRegisters.BASE + ApicRegisters.COMMAND_HIGH;
    private static final long COMMAND_LOW = ApicRegisters.BASE + ApicRegisters.COMMAND_LOW;
    private static final long EOI = ApicRegisters.BASE + ApicRegisters.EOI;
    private static final long TIMER_ENTRY = ApicRegisters.BASE + ApicRegisters.TIMER_ENTRY;
    private static final long INITIAL_COUNT = ApicRegisters.BASE + ApicRegisters.INITIAL_COUNT;
    private static final long CURRENT_COUNT = ApicRegisters.BASE + ApicRegisters.CURRENT_COUNT;
    private static final int VECTOR = 77;
    private static final int DEADLINE = 2 << 17;
    private static final int MASKED = 1 << 16;

    private final Machine machine = machine(true, false);
    private final List<String> seen = new ArrayList<>();

    private static Machine machine(boolean fastForward, boolean exactStepping) {
        return Machine.create(MachineSpec.builder()
                .vcpus(2)
                .tscHz(2_000_000_000L)
                .fastForward(fastForward)
                .exactStepping(exactStepping)
                .build());
    }

    /** Writes down each access and hands it on. */
    private record Recorder(ApicRegisters to, List<String> seen) implements ApicRegisters {
        @Override
        public long read(int vcpuId, int offset) {
            long value = to.read(vcpuId, offset);
            seen.add("%d: read %x = %d".formatted(vcpuId, offset, value));
            return value;
        }

        @Override
        public void write(int vcpuId, int offset, int value) {
            seen.add("%d: %x = %x".formatted(vcpuId, offset, value));
            to.write(vcpuId, offset, value);
        }

        @Override
        public void deadline(int vcpuId, long tsc) {
            seen.add("%d: deadline %d".formatted(vcpuId, tsc));
            to.deadline(vcpuId, tsc);
        }

        @Override
        public void arrive(int vcpuId, int message) {
            seen.add("%d: %x arrives".formatted(vcpuId, message));
            to.arrive(vcpuId, message);
        }

        /** What it hands on to does, so that not every read of the count comes here. */
        @Override
        public boolean countsDown() {
            return to.countsDown();
        }
    }

    private static void start(Machine machine, int vcpu, Steps steps, List<String> taken) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(vcpu)), steps.build());
        run.begin();
        machine.vcpu(vcpu).start(run, vector -> v -> {
            taken.add(vector + " at " + v.nowPs());
            return Activity.DONE;
        });
    }

    private static Steps idle(String name) {
        return Steps.of(name, 0);
    }

    private static Steps end(Steps steps) {
        return steps.step("off", (cpu, f) -> StepResult.OFF);
    }

    private static Steps store(Steps steps, long address, int value) {
        return steps.step("store", (cpu, f) -> {
            cpu.store32(address, value);
            return 0;
        });
    }

    @Test
    void eachAccess_isSeenByWhoAnswers_countedByItsCause_andPriced() {
        machine.bus().apics(new Recorder(machine.bus().apics(), seen));
        Steps steps = idle("all registers");
        store(steps, COMMAND_HIGH, 1 << 24);
        store(steps, COMMAND_LOW, VECTOR);
        store(steps, EOI, 0);
        store(steps, INITIAL_COUNT, 5000);
        steps.step("read the count", (cpu, f) -> {
            assertThat(cpu.load32(CURRENT_COUNT)).isEqualTo(5000 - 1100); // nanoseconds: what the store took
            return 0;
        });
        steps.step("deadline", (cpu, f) -> {
            cpu.writeMsr(ApicRegisters.TSC_DEADLINE_MSR, 4711);
            return 0;
        });
        start(machine, 0, end(steps), new ArrayList<>());
        machine.runUntil(Duration.ofMillis(1));

        assertThat(seen)
                .containsExactly(
                        "0: 310 = 1000000",
                        "0: 300 = 4d",
                        "0: b0 = 0",
                        "0: 380 = 1388",
                        "1: 4d arrives",
                        "0: read 390 = 3900",
                        "0: deadline 4711");
        Vcpu vcpu = machine.vcpu(0);
        assertThat(vcpu.exits(ExitCause.ICR_WRITE)).isEqualTo(1);
        assertThat(vcpu.exits(ExitCause.EOI)).isEqualTo(1);
        assertThat(vcpu.exits(ExitCause.TSC_DEADLINE)).isEqualTo(1);
        assertThat(vcpu.exits(ExitCause.APIC_ACCESS)).isEqualTo(3);
        MachineCosts costs = machine.costs();
        assertThat(vcpu.residencyPs(Vcpu.VcpuState.BUSY)).isEqualTo(5 * costs.apicPs() + costs.lapicPollPs());
    }

    @Test
    void anInterruptFromCoreToCore_isTakenThere_byEitherWayOfSendingIt() {
        List<String> taken = new ArrayList<>();
        Steps sends = idle("sends");
        store(sends, COMMAND_HIGH, 1 << 24);
        store(sends, COMMAND_LOW, VECTOR);
        sends.step("sendIpi", (cpu, f) -> {
            cpu.sendIpi(1, VECTOR + 1);
            return 0;
        });
        start(machine, 0, end(sends), new ArrayList<>());
        machine.vcpu(1).start(v -> 1000, vector -> v -> {
            taken.add(vector + "");
            return Activity.DONE;
        });
        machine.runUntil(Duration.ofMillis(1));
        assertThat(taken).containsExactly("77", "78");
        assertThat(machine.vcpu(0).count(Vcpu.Counter.IPIS_SENT)).isEqualTo(2);
        assertThat(machine.vcpu(0).exits(ExitCause.ICR_WRITE)).isEqualTo(2);
        assertThat(machine.ipisInFlight(1)).isZero();
    }

    @Test
    void theTimer_interruptsOnce_unlessMasked_andAtItsDeadline() {
        List<String> taken = new ArrayList<>();
        Steps steps = idle("timer");
        store(steps, TIMER_ENTRY, VECTOR);
        store(steps, INITIAL_COUNT, 10_000);
        steps.step("wait", (cpu, f) -> 50 * Picos.PER_MICRO);
        store(steps, TIMER_ENTRY, MASKED | VECTOR);
        store(steps, INITIAL_COUNT, 10_000);
        steps.step("wait", (cpu, f) -> 50 * Picos.PER_MICRO);
        store(steps, TIMER_ENTRY, DEADLINE | VECTOR + 1);
        steps.step("deadline", (cpu, f) -> {
            cpu.writeMsr(ApicRegisters.TSC_DEADLINE_MSR, 400_000); // 200 us
            return 0;
        });
        steps.step("wait", (cpu, f) -> Picos.PER_MILLI);
        start(machine, 0, end(steps), taken);
        machine.runUntil(Duration.ofMillis(2));
        assertThat(taken).hasSize(2);
        assertThat(taken.get(0)).startsWith("77 at ");
        assertThat(taken.get(1)).startsWith("78 at ");
        assertThat(machine.memory().load32(TIMER_ENTRY)).isEqualTo(DEADLINE | VECTOR + 1);
    }

    /** A loop that polls the count, as Toro's Delay: it is passed over if it says what it compares the clock with, and counts what it would have. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoPollsTheCount_mayBePassedOver_andCountsTheSame(boolean says) {
        List<String> results = new ArrayList<>();
        for (boolean fast : new boolean[] {true, false}) {
            seen.clear();
            Machine polled = machine(fast, !fast);
            polled.bus().apics(new Recorder(polled.bus().apics(), seen));
            start(polled, 0, polling(says), new ArrayList<>());
            RunResult result = polled.runUntil(Duration.ofMillis(30));
            long exits = polled.vcpu(0).exits(ExitCause.APIC_ACCESS);
            results.add(result.traceHash() + " " + polled.vcpu(0).residencyPs(Vcpu.VcpuState.BUSY) + " " + exits);
            assertThat(exits).isGreaterThan(10_000);
            if (fast && says) {
                assertThat(seen).hasSizeLessThan(10);
            } else {
                assertThat((long) seen.size()).isEqualTo(exits);
            }
            assertThat(seen.get(seen.size() - 1)).isEqualTo("0: read 390 = 0");
            assertThat(result.warnings()).hasSize(says ? 0 : 1);
        }
        assertThat(results.get(0)).isEqualTo(results.get(1));
    }

    private static Steps polling(boolean says) {
        Steps steps = Steps.of("polls", 2);
        store(steps, INITIAL_COUNT, 24_000_000);
        steps.step("note", (cpu, f) -> {
            f.w[0] = 1;
            f.w[1] = cpu.vcpu().nowPs() + (24_000_000 - 1100) * Picos.PER_NANO;
            return StepResult.NEXT;
        });
        steps.whilePositive(
                "count is not 0",
                0,
                body -> body.step("read", (cpu, f) -> {
                    if (cpu.vcpu().roundRepeats(1)) {
                        return StepResult.SPIN;
                    }
                    if (says) {
                        cpu.vcpu().comparesWith(f.w[1]);
                    }
                    f.w[0] = cpu.load32(CURRENT_COUNT);
                    return 0;
                }));
        return end(steps);
    }
}
