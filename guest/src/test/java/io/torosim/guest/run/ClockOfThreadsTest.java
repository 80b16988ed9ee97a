package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestProgram.ThreadProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one thread, or the kernel, says of its looks at the clock says nothing of another thread's. */
final class ClockOfThreadsTest {
    private static final long DUE_PS = 2 * Picos.PER_MILLI;

    private long foundPs;

    private ThreadProgram waiter(boolean says) {
        ThreadProgram program = new ThreadProgram();
        return program.executes(Steps.of("waiter", 1)
                        .forever(loop -> loop.step("look", (cpu, f) -> {
                                    if (cpu.nowPs() >= DUE_PS && foundPs == 0) {
                                        foundPs = cpu.nowPs();
                                        return 1_000;
                                    }
                                    if (says) {
                                        cpu.vcpu().comparesWith(DUE_PS);
                                    }
                                    return program.poll(100_000);
                                })
                                .step("switch", (cpu, f) -> program.self().switchThread()))
                        .build())
                .readsOnlyDeclared();
    }

    private RunResult run(MachineSpec.Builder spec, GuestProgram waiter, String other) {
        foundPs = 0;
        asked = 0;
        Machine machine = Machine.create(spec.build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(IdlePolicy.pollThenHalt()));
        kernel.spawn(0, "waiter", waiter);
        kernel.spawn(
                0,
                "other",
                switch (other) {
                    case "sleeps" -> GuestProgram.once(Step.sleep(Duration.ofMillis(4)));
                    case "polls" -> GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldIdle());
                    default -> GuestProgram.announcing(self -> {
                        self.comparesWith(4 * Picos.PER_MILLI);
                        return self.switchThread();
                    });
                });
        return machine.runUntil(Duration.ofMillis(5));
    }

    private static List<MachineSpec.Builder> ways() {
        return List.of(
                MachineSpec.builder().exactStepping(true),
                MachineSpec.builder(),
                MachineSpec.builder().checkPolling(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleeps", "polls", "says"})
    void aRoutineThatSaysNothing_isStepped_whateverOthersSay(String other) {
        long exactPs = 0;
        for (MachineSpec.Builder way : ways()) {
            RunResult result = run(way, waiter(false), other);
            assertThat(foundPs).isBetween(DUE_PS, DUE_PS + 10 * Picos.PER_MICRO);
            exactPs = exactPs == 0 ? foundPs : exactPs;
            assertThat(foundPs).isEqualTo(exactPs);
            assertThat(result.warnings().stream().filter(w -> w.startsWith("vCPU")))
                    .singleElement()
                    .asString()
                    .startsWith("vCPU 0 polls the clock and does not say what it compares it with, in waiter;");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleeps", "polls", "says"})
    void oneThatSaysIt_isPassedOver(String other) {
        for (MachineSpec.Builder way : ways()) {
            RunResult result = run(way, waiter(true), other);
            assertThat(foundPs).isBetween(DUE_PS, DUE_PS + 10 * Picos.PER_MICRO);
            assertThat(result.warnings()).isEmpty();
        }
        assertThat(run(MachineSpec.builder(), waiter(true), other).firedEvents())
                .isLessThan(run(MachineSpec.builder(), waiter(false), other).firedEvents() / 20);
    }

    /** Its author answers for it; the checking mode says where the answer is wrong. */
    @Test
    void aBelievedProgramThatLooksMoreThanItSays_isNamedByTheCheckingMode() {
        Supplier<GuestProgram> silent = () -> GuestProgram.announcing(self -> turn(self, 2));
        Supplier<GuestProgram> honest = () -> GuestProgram.announcing(self -> turn(self, 1));
        for (String other : List.of("sleeps", "polls", "says")) {
            assertThat(run(MachineSpec.builder().checkPolling(true), honest.get(), other)
                            .warnings())
                    .isEmpty();
            assertThat(run(MachineSpec.builder().checkPolling(true), silent.get(), other)
                            .warnings())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "checkPolling: thread waiter asks for the clock at 2 instants of a turn in which nothing"
                                    + " changes and says 1 times what it compares it with, in ");
            assertThat(run(MachineSpec.builder(), silent.get(), other).warnings())
                    .isEmpty();
        }
    }

    private int asked;

    /** Asks for the clock in each of so many looks, and says it of the first. */
    private long turn(GuestThread self, int looks) {
        if (asked == looks) {
            asked = 0;
            return self.switchThread();
        }
        if (self.nowPs() < 20 * Picos.PER_MILLI && asked++ == 0) {
            self.comparesWith(20 * Picos.PER_MILLI);
        }
        return self.poll(100_000);
    }
}
