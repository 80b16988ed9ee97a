package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt cuts the stretch that says it can be cut and no other step, in rounds that were passed over as well. */
final class CutStretchTest {
    private static final long MICRO = Picos.PER_MICRO;

    private record Seen(String digest, List<Long> handled, List<Long> left, List<Long> after) {}

    @ParameterizedTest
    @ValueSource(longs = {100, 103, 104, 107, 109, 113, 117, 118, 120, 121, 125, 126, 127})
    void interruptInTheMiddleOfARound_meetsTheSameStep(long micros) {
        Seen exact = run(MachineSpec.builder().exactStepping(true), micros);
        assertThat(run(MachineSpec.builder(), micros)).isEqualTo(exact);
        assertThat(run(MachineSpec.builder().fastForward(false), micros)).isEqualTo(exact);
        assertThat(run(MachineSpec.builder().checkPolling(true), micros)).isEqualTo(exact);
    }

    private static Seen run(MachineSpec.Builder spec, long micros) {
        List<Long> handled = new ArrayList<>();
        List<Long> left = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        try (Machine machine = Machine.create(spec.vcpus(1).ramMib(4).build())) {
            GuestCode code = Steps.of("main", 1)
                    .step("sti", (cpu, f) -> {
                        cpu.interrupts(true);
                        return 1_000;
                    })
                    .forever(s -> s.step(
                                    "head", (cpu, f) -> cpu.vcpu().roundRepeats(1) ? StepResult.SPIN : StepResult.NEXT)
                            .takes("pause", MICRO)
                            .step("stretch", (cpu, f) -> {
                                cpu.vcpu().interruptible();
                                return 5 * MICRO;
                            })
                            .step("after", (cpu, f) -> {
                                long unfinished = cpu.vcpu().takeUnfinishedPs();
                                if (unfinished != 0) {
                                    left.add(unfinished);
                                }
                                // later rounds may have been passed over
                                if (!handled.isEmpty() && cpu.vcpu().nowPs() - handled.get(0) < 20 * MICRO) {
                                    after.add(cpu.vcpu().nowPs());
                                }
                                return 15 * MICRO;
                            }))
                    .build();
            CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), code);
            run.begin();
            machine.vcpu(0).start(run, vector -> vcpu -> {
                handled.add(vcpu.nowPs());
                return Activity.DONE;
            });
            machine.simulation().at(micros * MICRO, (op, arg) -> machine.vcpu(0).raise(60), 0, 0);
            RunResult result = machine.runUntil(Duration.ofMillis(1));
            return new Seen(result.traceHash(), handled, left, after);
        }
    }
}
