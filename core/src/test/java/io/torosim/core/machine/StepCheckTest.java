package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine.StepCheck;
import io.torosim.core.machine.Machine.StepCheck.SharedStep;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which steps do more than one thing that others can see. */
class StepCheckTest {
    private static final long RING = 0x4000;
    private static final int TICK = 1000;

    private final Machine machine =
            Machine.create(MachineSpec.builder().checkSteps(true).build());
    private final StepCheck check = machine.stepCheck();

    StepCheckTest() {
        machine.bus().claim("card", 0xc000, 1, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return machine.memory().load16(RING); // by itself, within the guest's access
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                machine.memory().store16(RING + 8, value);
                machine.memory().copyIn(RING + 64, new byte[64], 0, 64);
            }
        });
    }

    private void run(GuestCode code) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), code);
        run.begin();
        while (run.next() != StepResult.DONE) {}
    }

    /** Both the device's words are known after that. */
    private void kick() {
        run(Steps.of("kick", 0)
                .step("read", (cpu, f) -> cpu.in(0xc000, 1) & 0)
                .step("write", (cpu, f) -> {
                    cpu.out(0xc000, 2, 1);
                    return 0;
                })
                .build());
    }

    /** What a program that is no routine does is not a device's work: the words that it has written are still the core's own. */
    @Test
    void programsThatAreNoRoutines_areNoDevices() {
        long block = 0x9000;
        int[] turns = {0};
        GuestCode reader = Steps.of("reader", 0)
                .step("two words", (cpu, f) -> {
                    cpu.own().load32(block);
                    cpu.own().load32(block + 8);
                    return TICK;
                })
                .build();
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), reader);
        machine.vcpu(0)
                .start(
                        vcpu -> {
                            if (turns[0]++ == 0) {
                                machine.memory().store32(block, 1);
                                machine.memory().store32(block + 8, 1);
                                run.begin();
                                return TICK;
                            }
                            long result = run.next();
                            return result == StepResult.DONE ? Activity.OFF : result;
                        },
                        vector -> v -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(1));
        assertThat(turns[0]).isEqualTo(3);
        assertThat(check.found()).isEmpty();
        machine.simulation()
                .at(
                        machine.simulation().nowPs(),
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> {
                            machine.memory().store32(block, 2);
                            machine.memory().store32(block + 8, 2);
                        },
                        0,
                        0);
        machine.runUntil(Duration.ofMillis(2));
        run(reader);
        assertThat(check.found()).containsExactly(new SharedStep("reader: two words", 2, 1));
    }

    @Test
    void aRunWithoutRoutines_saysThatNothingWasLookedInto() {
        machine.vcpu(0).start(vcpu -> TICK, vector -> v -> Activity.DONE);
        assertThat(machine.runUntil(Duration.ofNanos(100)).warnings())
                .singleElement()
                .asString()
                .contains("checkSteps has nothing to say of this run")
                .contains("GuestCode");
    }

    @Test
    void oneAccessAStep_isRight_whateverTheDeviceDoesMeanwhile() {
        kick();
        run(Steps.of("right", 0)
                .step("ring", (cpu, f) -> {
                    cpu.store16(RING, 3);
                    return TICK;
                })
                .step("atomic", (cpu, f) -> {
                    cpu.add64(RING + 8, 1);
                    return TICK;
                })
                .step("own", (cpu, f) -> {
                    cpu.own().store64(0x8000, 1);
                    cpu.own().store64(0x8008, 1);
                    return TICK;
                })
                .step("a range, and what lies in it", (cpu, f) -> {
                    cpu.own().copyIn(RING, new byte[128], 0, 128);
                    cpu.own().store8(RING + 64, 1);
                    cpu.own().store8(RING + 65, 1);
                    return TICK;
                })
                .build());
        assertThat(check.found()).isEmpty();
        assertThat(check.steps()).isEqualTo(4);
    }

    @Test
    void twoDeclaredAccesses_areNamed_withTheirNumber() {
        GuestCode two = Steps.of("driver", 0)
                .step("both", (cpu, f) -> {
                    cpu.store16(RING, 1);
                    cpu.in(0xc000, 1);
                    return TICK;
                })
                .build();
        run(two);
        run(two);
        assertThat(check.found()).containsExactly(new SharedStep("driver: both", 2, 2));
    }

    @Test
    void accessPastTheProcessor_countsOnceTheDeviceWasThere() {
        GuestCode hidden = Steps.of("driver", 0)
                .step("descriptor", (cpu, f) -> {
                    cpu.own().store16(RING, 1);
                    cpu.own().load8(RING + 1);
                    machine.memory().store32(RING + 12, 1); // in the same eight bytes as the device's other word
                    return TICK;
                })
                .build();
        run(hidden);
        assertThat(check.found()).isEmpty();
        kick();
        run(hidden);
        assertThat(check.found()).containsExactly(new SharedStep("driver: descriptor", 3, 1));
    }

    @Test
    void entriesThatTakeNoTime_areOneStep() {
        run(Steps.of("driver", 0)
                .step("index", (cpu, f) -> {
                    cpu.store16(RING, 1);
                    return StepResult.NEXT;
                })
                .step("nothing", (cpu, f) -> StepResult.NEXT)
                .step("flags", (cpu, f) -> {
                    cpu.load16(RING + 2);
                    return TICK;
                })
                .build());
        assertThat(check.found()).containsExactly(new SharedStep("driver: index, then driver: flags", 2, 1));
    }

    @Test
    void deviceInMemory_isOneAccess_andItsOwnAreNobodys() {
        machine.bus()
                .map(
                        "card",
                        0xfeb0_0000L,
                        16,
                        new io.torosim.core.memory.GuestAddressSpace.MmioDevice() {
                            @Override
                            public long read(long offset, int sizeBytes) {
                                return machine.memory().load64(RING)
                                        + machine.memory().load64(RING + 8);
                            }

                            @Override
                            public void write(long offset, int sizeBytes, long value) {}
                        },
                        io.torosim.core.bus.Bus.AccessKind.MMIO,
                        io.torosim.core.bus.Bus.AccessKind.MMIO);
        GuestCode read = Steps.of("driver", 0)
                .step("read", (cpu, f) -> cpu.load32(0xfeb0_0000L) & 0)
                .build();
        run(read);
        run(read);
        assertThat(check.found()).isEmpty();
        assertThat(check.steps()).isEqualTo(2);
    }

    @Test
    void withoutTheFlag_nobodyCounts_andWithIt_everyStepIsAnEvent() {
        assertThat(Machine.create(MachineSpec.builder().build()).stepCheck()).isNull();
        assertThat(machine.spec().exactStepping()).isTrue();
        assertThatThrownBy(() -> MachineSpec.builder()
                        .checkSteps(true)
                        .exactStepping(false)
                        .build())
                .hasMessage("steps are checked one by one: checkSteps needs exactStepping");
    }
}
