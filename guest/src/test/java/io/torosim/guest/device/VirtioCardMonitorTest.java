package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.PcDevices.VirtioCard;
import io.torosim.virtio.device.DeviceModel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A driver that monitors the used ring of a card and waits with mwait is woken when the device returns its buffer, without an interrupt. */
final class VirtioCardMonitorTest {
    private static final int PORT = 0xc080;
    private static final long RINGS = 0x10_0000;
    private static final long AVAILABLE = RINGS + 16L * 256;
    private static final long USED = RINGS + 0x2000;
    private static final long ANSWER_PS = 200 * Picos.PER_MICRO;

    private static long out(GuestCpu cpu, int register, int bytes, int value) {
        cpu.out(PORT + register, bytes, value);
        return 0;
    }

    /** Answers each buffer a while after the notification. */
    private static final class Late implements DeviceModel {
        private final Machine machine;
        private DeviceContext context;

        Late(Machine machine) {
            this.machine = machine;
        }

        @Override
        public int deviceId() {
            return 63;
        }

        @Override
        public long features() {
            return 0;
        }

        @Override
        public int queueCount() {
            return 1;
        }

        @Override
        public int configByte(int offset) {
            return 0;
        }

        @Override
        public void start(DeviceContext started) {
            context = started;
        }

        @Override
        public void reset() {}

        @Override
        public void notified(int queue) {
            machine.simulation()
                    .after(
                            ANSWER_PS,
                            (op, arg) -> context.serveAll(queue, chain -> {
                                chain.write(context.memory(), 0, new byte[8], 0, 8);
                                return 8;
                            }),
                            0,
                            0);
        }
    }

    @Test
    void mwaitOnTheUsedRing_endsWithTheAnswer() {
        Machine machine = Machine.create(
                MachineSpec.builder().ramMib(16).mwait(MwaitMode.HONOURED).build());
        VirtioCard.plug(machine, "late", PORT, 10, new Late(machine));
        long[] wokePs = {-1};
        CodeRun driver = new CodeRun(
                new GuestCpu(machine.vcpu(0)),
                Steps.of("driver", 0)
                        .step("acknowledge", (cpu, f) -> out(cpu, 18, 1, 3))
                        .step("queue", (cpu, f) -> out(cpu, 14, 2, 0))
                        .step("rings", (cpu, f) -> out(cpu, 8, 4, (int) (RINGS >>> 12)))
                        .step("ready", (cpu, f) -> out(cpu, 18, 1, 7))
                        .step("descriptor", (cpu, f) -> {
                            cpu.own().store64(RINGS, 0x20_0000);
                            cpu.own().store64(RINGS + 8, 2L << 32 | 8);
                            return 1_000;
                        })
                        .step("no interrupt", (cpu, f) -> {
                            cpu.store16(AVAILABLE, 1);
                            return 1_000;
                        })
                        .step("available", (cpu, f) -> {
                            cpu.store16(AVAILABLE + 2, 1);
                            return 1_000;
                        })
                        .step("monitor", (cpu, f) -> {
                            cpu.monitor(USED);
                            return 1_000;
                        })
                        .step("notify", (cpu, f) -> out(cpu, 16, 2, 0))
                        .step("mwait", (cpu, f) -> StepResult.MWAIT)
                        .step("woke", (cpu, f) -> {
                            wokePs[0] = cpu.nowPs();
                            return StepResult.OFF;
                        })
                        .build());
        driver.begin();
        machine.vcpu(0).start(driver, vector -> v -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(5));
        assertThat(machine.memory().load16(USED + 2)).isEqualTo(1);
        assertThat(wokePs[0]).isBetween(ANSWER_PS, ANSWER_PS + 50 * Picos.PER_MICRO);
    }
}
