package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Vcpu.VcpuState;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class CodeProfileTest {
    private static final int LEFT = 0;
    private static final long US = 1_000_000;

    private static final GuestCode COPY = Steps.of("copy", 1)
            .whilePositive(
                    "bytes left",
                    LEFT,
                    body -> body.step("one byte", (cpu, f) -> {
                        f.w[LEFT]--;
                        return 2 * US;
                    }))
            .build();

    private static final GuestCode SERVER = Steps.of("server", 1)
            .step("read a port", (cpu, f) -> {
                cpu.in(0x60, 1);
                return StepResult.NEXT;
            })
            .call("copy five", COPY, (from, to) -> to.w[LEFT] = 5)
            .step("think", (cpu, f) -> 3 * US)
            .step("halt", (cpu, f) -> {
                cpu.interrupts(true);
                return StepResult.HALT;
            })
            .build();

    /** One run of the server, an interrupt at 1 ms, and what follows it. */
    private static Machine machine() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build());
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        CodeRun program = new CodeRun(cpu, SERVER);
        program.begin();
        GuestCode handler =
                Steps.of("handler", 0).step("acknowledge", (c, f) -> 7 * US).build();
        CodeRun handling = new CodeRun(new GuestCpu(machine.vcpu(0)), handler);
        machine.vcpu(0)
                .start(
                        vcpu -> {
                            long result = program.step(vcpu);
                            return result == Activity.DONE ? Activity.OFF : result;
                        },
                        vector -> {
                            handling.begin();
                            return handling;
                        });
        machine.simulation().at(1_000 * US, 0, (op, arg) -> machine.vcpu(0).raise(48), 0, 0);
        return machine;
    }

    @Test
    void everyRoutineHasItsTime_andTogetherTheyAreTheTimeExecuting() throws IOException {
        Machine machine = machine();
        CodeProfile profile = new CodeProfile(machine);
        machine.observeSteps(profile);
        machine.runUntil(Duration.ofMillis(2));
        Map<String, Long> byPlace = profile.shares().stream()
                .collect(Collectors.toMap(CodeProfile.Share::routine, CodeProfile.Share::ps, Long::sum));
        assertThat(byPlace.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(machine.vcpu(0).residencyPs(VcpuState.BUSY));
        StringBuilder folded = new StringBuilder();
        profile.writeFolded(folded);
        // an activity of the user's own has no name of its own; its interrupt handler, a routine, has
        assertThat(folded.toString()).contains("vcpu0;interrupt;handler: acknowledge 7000\n");
    }

    @Test
    void routineAsProgram_isNamedByCallsAndEntry() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build());
        CodeProfile profile = new CodeProfile(machine);
        machine.observeSteps(profile);
        GuestCode forever = Steps.of("main", 1)
                .step("work", (cpu, f) -> 90 * US)
                .call("copy", COPY, (from, to) -> to.w[LEFT] = 5)
                .step("again", (cpu, f) -> {
                    f.entry = 0;
                    return StepResult.NEXT;
                })
                .build();
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), forever);
        run.begin();
        machine.vcpu(0).start(run, vector -> v -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(10)); // 100 rounds of 90 us and five times 2 us
        assertThat(profile.shares())
                .containsExactly(
                        new CodeProfile.Share(0, "main: work", 9_000 * US),
                        new CodeProfile.Share(0, "main;copy: one byte", 1_000 * US));
        assertThat(profile.shares().get(1).routine()).isEqualTo("copy");
    }

    @Test
    void digestAndCountersAreThoseOfARunThatNobodyWatches() {
        Machine watched = machine();
        watched.observeSteps(new CodeProfile(watched));
        Machine alone = machine();
        RunResult seen = watched.runUntil(Duration.ofMillis(2));
        RunResult unseen = alone.runUntil(Duration.ofMillis(2));
        assertThat(seen.traceDigest()).isEqualTo(unseen.traceDigest());
        assertThat(seen.usage()).isEqualTo(unseen.usage());
    }
}
