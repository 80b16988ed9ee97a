package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What docs/EXTENDING.md says can be added from outside, added from outside. */
class ExtendingTest {
    private static final int PORT = 0xc080;
    private static final int LINE = 10;
    private static final int RINGS = 0x10_0000;
    private static final long BUFFER = 0x20_0000;
    private static final int SIZE = 256;
    private static final long AVAILABLE = RINGS + 16L * SIZE;
    private static final long USED = RINGS + 0x2000; // behind 16 * 256 + 6 + 2 * 256 bytes, at the next page

    /** A driver as guest code: a register, a ring word at a time. */
    private static GuestCode driver() {
        return Steps.of("read the thermometer", 1)
                .step("acknowledge, driver", (cpu, f) -> out(cpu, 18, 1, 3))
                .step("queue 0", (cpu, f) -> out(cpu, 14, 2, 0))
                .step("rings", (cpu, f) -> out(cpu, 8, 4, RINGS >>> 12))
                .step("driver is ready", (cpu, f) -> out(cpu, 18, 1, 7))
                .step("descriptor", (cpu, f) -> {
                    cpu.own().store64(RINGS, BUFFER);
                    cpu.own().store64(RINGS + 8, 2L << 32 | 8); // eight bytes to be written
                    return 1000;
                })
                .step("available index", (cpu, f) -> {
                    cpu.store16(AVAILABLE + 2, 1);
                    return 1000;
                })
                .step("notify", (cpu, f) -> out(cpu, 16, 2, 0))
                .step("used index", (cpu, f) -> {
                    f.w[0] = cpu.load16(USED + 2);
                    return 1000;
                })
                .step("switched off", (cpu, f) -> StepResult.OFF)
                .build();
    }

    private static long out(GuestCpu cpu, int register, int bytes, int value) {
        cpu.out(PORT + register, bytes, value);
        return 0;
    }

    @Test
    void aVirtioDeviceOfOnesOwn_onAMachine() {
        try (Machine machine = Machine.create(MachineSpec.builder().ramMib(16).build())) {
            ThermometerCard.plug(
                    machine, PORT, LINE, () -> 36_600 + machine.simulation().nowPs() / 1_000_000_000);
            int[] raised = new int[1];
            machine.bus().connect(LINE, level -> raised[0] += level);
            CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), driver());
            run.begin();
            machine.vcpu(0).start(run, vector -> vcpu -> Activity.DONE);
            var result = machine.runUntil(Duration.ofMillis(1));
            assertThat(machine.memory().load64(BUFFER)).isEqualTo(36_600);
            assertThat(machine.memory().load16(USED + 2)).isEqualTo(1);
            assertThat(raised[0]).isEqualTo(1);
            assertThat(result.usage().get(0).exitsByCause().get(ExitCause.NOTIFY))
                    .isEqualTo(1);
            assertThat(result.usage().get(0).exitsByCause().get(ExitCause.PIO)).isEqualTo(4);
        }
    }

    private static final int WORDS = 100_000;

    /** Sums up a buffer: one step, since nobody else is at it, into which interrupts may come. */
    private static GuestCode sum() {
        return Steps.of("sum", 1)
                .step("sum up the buffer", (cpu, f) -> {
                    for (int i = 0; i < WORDS; i++) {
                        f.w[0] += cpu.own().load64(BUFFER + 8L * i);
                    }
                    return cpu.work(WORDS * 250L); // a quarter of a nanosecond a word
                })
                .step("tell", (cpu, f) -> {
                    cpu.store64(RINGS, f.w[0]);
                    return 1000;
                })
                .step("switched off", (cpu, f) -> StepResult.OFF)
                .build();
    }

    @Test
    void anInterruptInTheMiddleOfWork() {
        try (Machine machine = Machine.create(MachineSpec.builder().ramMib(16).build())) {
            machine.memory().store64(BUFFER, 42);
            CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), sum());
            run.begin();
            long[] takenPs = new long[1];
            machine.vcpu(0).start(run, vector -> vcpu -> {
                takenPs[0] = vcpu.nowPs();
                return Activity.DONE;
            });
            machine.simulation()
                    .at(
                            10_000_000,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> machine.vcpu(0).raise(60),
                            0,
                            0);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(takenPs[0]).isEqualTo(10_000_000 + machine.costs().interruptEntryPs());
            assertThat(machine.memory().load64(RINGS)).isEqualTo(42);
        }
    }

    /** Every file that the page names is there. */
    @Test
    void page_namesFilesThatExist() throws IOException {
        Path root = Path.of("..", "..");
        String page = Files.readString(root.resolve("docs/EXTENDING.md"));
        var names = java.util.regex.Pattern.compile("`((?:[\\w.-]+/)+[\\w.-]+\\.(?:java|md|toml))`")
                .matcher(page);
        int count = 0;
        while (names.find()) {
            assertThat(root.resolve(names.group(1))).exists();
            count++;
        }
        assertThat(count).isGreaterThan(15);
    }
}
