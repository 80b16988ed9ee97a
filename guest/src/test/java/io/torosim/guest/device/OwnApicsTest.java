package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Local APICs of a user's own: what they answer counts, however the machine is stepped; and what a machine's own ones can be told. */
final class OwnApicsTest {
    private enum Answers {
        AS_THEY_ARE,
        TWICE_THE_COUNT,
        A_MICROSECOND_MORE,
        ZERO_AT_THE_HUNDREDTH
    }

    /** Hands on, but for the timer. */
    private static final class Own implements ApicRegisters {
        private final ApicRegisters to;
        private final Answers answers;
        private long reads;

        Own(Machine machine, Answers answers) {
            this.to = machine.bus().apics();
            this.answers = answers;
        }

        @Override
        public long read(int vcpuId, int offset) {
            if (offset != CURRENT_COUNT) {
                return to.read(vcpuId, offset);
            }
            reads++;
            return answers == Answers.ZERO_AT_THE_HUNDREDTH && reads % 100 == 0 ? 0 : to.read(vcpuId, offset);
        }

        @Override
        public void write(int vcpuId, int offset, int value) {
            int more =
                    switch (answers) {
                        case TWICE_THE_COUNT -> value;
                        case A_MICROSECOND_MORE -> 1000;
                        default -> 0;
                    };
            to.write(vcpuId, offset, offset == INITIAL_COUNT ? value + more : value);
        }

        @Override
        public void deadline(int vcpuId, long tsc) {
            to.deadline(vcpuId, tsc);
        }

        @Override
        public void arrive(int vcpuId, int message) {
            to.arrive(vcpuId, message);
        }
    }

    private static final List<UnaryOperator<MachineSpec.Builder>> WAYS =
            List.of(b -> b, b -> b.exactStepping(true), b -> b.fastForward(false), b -> b.checkPolling(true));

    private record Seen(long digest, long apicExits, long reads, String outcome) {}

    private static Seen boot(UnaryOperator<MachineSpec.Builder> way, Answers answers, boolean own) {
        Machine machine = Machine.create(
                way.apply(MachineSpec.builder().vcpus(2).ramMib(128)).build());
        BootSequence boot = BootSequence.start(machine, BootPath.FIRECRACKER, BringUpOrder.TORO, true);
        Own device = new Own(machine, answers);
        if (own) {
            machine.bus().apics(device);
        }
        RunResult result = machine.runUntil(Duration.ofSeconds(2));
        assertThat(boot.outcome()).isPresent();
        return seen(result, device, boot.outcome().orElseThrow().millis() + " ms");
    }

    private static Seen seen(RunResult result, Own device, String outcome) {
        long exits = result.usage().stream()
                .mapToLong(usage -> usage.exitsByCause().getOrDefault(ExitCause.APIC_ACCESS, 0L))
                .sum();
        return new Seen(result.traceDigest(), exits, device.reads, outcome);
    }

    private static Seen kernel(UnaryOperator<MachineSpec.Builder> way, Answers answers, boolean own, boolean whole) {
        Machine machine = Machine.create(
                way.apply(MachineSpec.builder().vcpus(2).ramMib(64).seed(7)).build());
        if (whole) {
            new LocalApics().plug(machine, new PicPair());
        }
        Own device = new Own(machine, answers);
        if (own) {
            machine.bus().apics(device);
        }
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        List<Long> began = new ArrayList<>();
        kernel.spawn(
                0,
                "worker",
                GuestProgram.loop(
                        Step.sleep(Duration.ofMillis(7)),
                        self -> self.beginThread(1, "other", GuestProgram.once(s -> {
                            began.add(s.nowPs());
                            return s.compute(900);
                        }))));
        RunResult result = machine.runUntil(Duration.ofMillis(300));
        assertThat(began).isNotEmpty();
        return seen(result, device, began.toString());
    }

    @ParameterizedTest
    @EnumSource
    void boot_theSameHoweverItIsStepped(Answers answers) {
        Seen expected = boot(WAYS.get(1), answers, true);
        for (UnaryOperator<MachineSpec.Builder> way : WAYS) {
            assertThat(boot(way, answers, true)).isEqualTo(expected);
        }
        Seen plain = boot(WAYS.get(0), answers, false);
        if (answers == Answers.AS_THEY_ARE) {
            assertThat(expected.outcome()).isEqualTo(plain.outcome());
            assertThat(expected.digest()).isEqualTo(plain.digest());
        } else {
            assertThat(expected.outcome()).isNotEqualTo(plain.outcome());
        }
    }

    @ParameterizedTest
    @EnumSource
    void kernelsDelay_goesByWhatTheyAnswer_howeverItIsStepped(Answers answers) {
        Seen expected = kernel(WAYS.get(1), answers, true, false);
        for (UnaryOperator<MachineSpec.Builder> way : WAYS) {
            assertThat(kernel(way, answers, true, false)).isEqualTo(expected);
        }
        Seen plain = kernel(WAYS.get(0), answers, false, false);
        if (answers == Answers.AS_THEY_ARE) {
            assertThat(expected.outcome()).isEqualTo(plain.outcome());
            assertThat(expected.digest()).isEqualTo(plain.digest());
            assertThat(expected.apicExits()).isEqualTo(plain.apicExits());
        } else {
            assertThat(expected.outcome()).isNotEqualTo(plain.outcome());
        }
    }

    /** Whole ones are switched on and divided by 1 as a machine's own are, so interrupts between cores arrive and delays last as long. */
    @Test
    void kernelOnWholeOnes_asOnPlainOnes() {
        Seen plain = kernel(WAYS.get(0), Answers.AS_THEY_ARE, false, false);
        for (UnaryOperator<MachineSpec.Builder> way : WAYS) {
            assertThat(kernel(way, Answers.AS_THEY_ARE, false, true).outcome()).isEqualTo(plain.outcome());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void divideConfiguration_isHeeded(boolean whole) {
        for (int configuration : new int[] {0xb, 0, 1, 3, 8}) {
            Machine machine = Machine.create(MachineSpec.builder().build());
            if (whole) {
                new LocalApics().plug(machine, new PicPair());
            }
            ApicRegisters apics = machine.bus().apics();
            apics.write(0, ApicRegisters.DIVIDE, configuration);
            apics.write(0, ApicRegisters.INITIAL_COUNT, 1_000_000);
            List<Long> counts = new ArrayList<>();
            machine.simulation()
                    .at(Picos.PER_MILLI / 4, (op, arg) -> counts.add(apics.read(0, ApicRegisters.CURRENT_COUNT)), 0, 0);
            machine.runUntil(Duration.ofMillis(1));
            int by = 1 << ApicRegisters.divideShift(configuration);
            assertThat(counts).containsExactly(1_000_000L - 250_000 / by);
        }
    }

    @Test
    void plainOnes_refuseByName_whatTheyCannotDo() {
        ApicRegisters apics =
                Machine.create(MachineSpec.builder().vcpus(3).build()).bus().apics();
        for (int command : new int[] {0x500, 0x402, 0x606, 0x8004d, 0x4004d, 0x84d}) {
            assertThatThrownBy(() -> apics.write(1, ApicRegisters.COMMAND_LOW, command))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("send fixed interrupts to one vCPU by its number")
                    .hasMessageContaining("command=0x" + Integer.toHexString(command))
                    .hasMessageContaining("of vCPU 1");
        }
        for (int entry : new int[] {0x20030, 0x30030, 0x60030}) {
            assertThatThrownBy(() -> apics.write(2, ApicRegisters.TIMER_ENTRY, entry))
                    .hasMessageContaining("entry=0x" + Integer.toHexString(entry));
        }
    }

    @Test
    void anInterruptToOneThatIsSwitchedOff_isWarnedOf() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        new LocalApics().plug(machine, new PicPair());
        Steps send = Steps.of("send", 0)
                .step("to vCPU 1", (cpu, f) -> {
                    cpu.store32(ApicRegisters.BASE + ApicRegisters.COMMAND_HIGH, 1 << 24);
                    return 0;
                })
                .step("vector 77", (cpu, f) -> {
                    cpu.store32(ApicRegisters.BASE + ApicRegisters.COMMAND_LOW, 77);
                    return 0;
                })
                .step("off", (cpu, f) -> StepResult.OFF);
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), send.build());
        run.begin();
        machine.vcpu(0).start(run, vector -> null);
        assertThat(machine.runUntil(Duration.ofMillis(1)).warnings())
                .singleElement()
                .asString()
                .contains("local APIC of vCPU 1 is switched off", "vector=77");
    }
}
