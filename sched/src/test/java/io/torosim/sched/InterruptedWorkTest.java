package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram.ThreadProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt comes into what a thread computes, however long that is, at its instant; what is one access it waits for. */
final class InterruptedWorkTest {
    private static final int VECTOR = 60;
    private static final long MILLI = Picos.PER_MILLI;
    private static final long HANDLER_PS = 5 * Picos.PER_MICRO;

    private final List<String> log = new ArrayList<>();

    private String run(MachineSpec.Builder spec, GuestProgram program) {
        log.clear();
        try (Machine machine = Machine.create(spec.vcpus(1).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.onInterrupt(VECTOR, () -> {
                boolean[] ran = new boolean[1];
                return vcpu -> {
                    if (ran[0]) {
                        return Activity.DONE;
                    }
                    ran[0] = true;
                    log.add("handler at " + (vcpu.nowPs() - machine.costs().interruptEntryPs()));
                    return HANDLER_PS;
                };
            });
            kernel.spawn(0, "worker", program);
            machine.simulation()
                    .at(
                            4 * MILLI,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> machine.vcpu(0).raise(VECTOR),
                            0,
                            0);
            return machine.runUntil(Duration.ofMillis(30)).traceHash();
        }
    }

    private long begun;
    private long beganPs;

    private long says(GuestThread self, String what) {
        if (begun == 0) {
            begun = self.nowPs();
            beganPs = begun;
        } else {
            log.add(what + " after " + (self.nowPs() - begun));
            begun = 0;
        }
        return 0;
    }

    private static MachineSpec.Builder quick() {
        return MachineSpec.builder();
    }

    private static MachineSpec.Builder exact() {
        return MachineSpec.builder().exactStepping(true).fastForward(false);
    }

    private GuestProgram scripted(Step work) {
        return GuestProgram.announcing(GuestProgram.once(
                self -> self.access(says(self, "begins")),
                work,
                self -> self.access(says(self, "over")),
                s -> s.exit()));
    }

    private void holds(GuestProgram first, GuestProgram second, String... said) {
        String digest = run(quick(), first);
        assertThat(log).startsWith(said);
        assertThat(run(exact(), second)).isEqualTo(digest);
        assertThat(log).startsWith(said);
    }

    private static long handlersPs() {
        try (Machine machine = Machine.create(quick().build())) {
            return HANDLER_PS + machine.costs().interruptEntryPs();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 20})
    void whatAThreadComputes_isCut_andEndsLaterByTheHandlersTime(long millis) {
        Step work = Step.compute(Duration.ofMillis(millis));
        holds(
                scripted(work),
                scripted(work),
                "handler at " + 4 * MILLI,
                "over after " + (millis * MILLI + handlersPs()));
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 20})
    void anAccess_isNotCut(long millis) {
        Step access = self -> self.access(millis * MILLI);
        String digest = run(quick(), scripted(access));
        long handledAfter = beganPs;
        assertThat(log)
                .startsWith(
                        "handler at " + (handledAfter + millis * MILLI),
                        "over after " + (millis * MILLI + handlersPs()));
        assertThat(run(exact(), scripted(access))).isEqualTo(digest);
    }

    private GuestProgram routine() {
        ThreadProgram program = new ThreadProgram();
        GuestCode code = Steps.of("routine", 0)
                .step("begins", (cpu, f) -> says(program.self(), "begins"))
                .work("copy", 10 * MILLI)
                .step("over", (cpu, f) -> says(program.self(), "over"))
                .step("exit", (cpu, f) -> StepResult.RETURN)
                .build();
        return program.executes(code).readsOnlyDeclared();
    }

    @Test
    void theWorkOfAThreadsRoutine_too() {
        holds(routine(), routine(), "handler at " + 4 * MILLI, "over after " + (10 * MILLI + handlersPs()));
    }
}
