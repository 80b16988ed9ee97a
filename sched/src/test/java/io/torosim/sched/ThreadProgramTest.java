package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram.ThreadProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread written as a routine, and a routine's results where a thread's actions are wanted. */
final class ThreadProgramTest {
    private static final long WORK_PS = 3 * Picos.PER_MICRO;

    private final List<String> log = new ArrayList<>();

    @Test
    void routine_worksSuspendsAndExits() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(ToroQuirks.repaired()));
        ThreadProgram program = new ThreadProgram();
        GuestThread thread = kernel.spawn(
                1,
                "routine",
                program.executes(Steps.of("routine", 0)
                        .takes("work", WORK_PS)
                        .step("suspend", (cpu, f) -> {
                            log.add("suspends at " + cpu.nowPs() / WORK_PS);
                            return program.self().suspend();
                        })
                        .step("resumed", (cpu, f) -> {
                            log.add("resumed");
                            return WORK_PS;
                        })
                        .build()));
        kernel.spawn(0, "resumes", GuestProgram.once(Step.compute(Duration.ofMillis(1)), self -> {
            self.resume(thread);
            return self.exit();
        }));
        machine.runUntil(Duration.ofMillis(100));
        assertThat(log).containsExactly("suspends at 1", "resumed");
        assertThat(thread.exited()).isTrue();
    }

    private RunResult polling(MachineSpec.Builder spec, boolean declared) {
        Machine machine = Machine.create(spec.vcpus(2).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        SharedWord word = new SharedWord(machine, 0);
        ThreadProgram program = new ThreadProgram();
        GuestCode routine = Steps.of("poller", 0)
                .forever(loop -> loop.step("look", (cpu, f) -> {
                            if (word.get() != 0) {
                                log.add("found at " + cpu.nowPs());
                                return program.self().exit();
                            }
                            return program.poll(100 * Picos.PER_NANO);
                        })
                        .step("yield", (cpu, f) -> program.self().switchIdle()))
                .build();
        program.executes(routine);
        kernel.spawn(0, "poller", declared ? program.readsOnlyDeclared() : program);
        kernel.spawn(1, "setter", GuestProgram.once(Step.compute(Duration.ofMillis(40)), self -> {
            word.set(1);
            return self.exit();
        }));
        return machine.runUntil(Duration.ofMillis(50));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPollingRoutine_findsTheWordAtTheSameInstant_passedOverOrStepped(boolean declared) {
        RunResult exact = polling(MachineSpec.builder().exactStepping(true), declared);
        RunResult quick = polling(MachineSpec.builder(), declared);
        RunResult checked = polling(MachineSpec.builder().checkPolling(true), declared);
        assertThat(log).hasSize(3).allMatch(line -> line.equals(log.get(0)));
        assertThat(quick.traceDigest()).isEqualTo(exact.traceDigest()).isEqualTo(checked.traceDigest());
        assertThat(quick.warnings()).hasSize(declared ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                StepResult.HALT,
                StepResult.DONE,
                StepResult.SPIN,
                StepResult.OFF,
                StepResult.HANG,
                StepResult.MWAIT,
                StepResult.QUIET
            })
    void aRoutinesResult_isNoAction(long result) {
        Machine machine = Machine.create(MachineSpec.builder().build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        CodeRun run = new CodeRun(
                new GuestCpu(machine.vcpu(0)),
                Steps.of("r", 0)
                        .takes("work", WORK_PS)
                        .step("result", (cpu, f) -> result)
                        .build());
        run.begin();
        kernel.spawn(0, "t", self -> run.next());
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessageStartingWith("t#1")
                .hasMessageContaining("returned no action: " + result)
                .hasMessageContaining("GuestProgram.ThreadProgram");
    }

    @Test
    void aVcpusResult_isNoCallOfTheKernel() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        ThreadProgram program = new ThreadProgram();
        kernel.spawn(
                0,
                "t",
                program.executes(Steps.of("r", 0)
                        .step("hlt", (cpu, f) -> StepResult.HALT)
                        .build()));
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessageContaining("no such call of the kernel: -1, in r: hlt");
    }
}
