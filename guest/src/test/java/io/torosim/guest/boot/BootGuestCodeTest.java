package io.torosim.guest.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.guest.device.PcDevices.VgaText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The boot is guest code: its accesses reach the devices that are there, one a step, and its state can be saved in the middle. */
final class BootGuestCodeTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);

    private static MachineSpec.Builder machine(int cores) {
        return MachineSpec.builder().vcpus(cores).ramMib(1024);
    }

    private static BootSequence start(Machine machine, BootPath path, BringUpOrder order) {
        return BootSequence.start(machine, path, order, true);
    }

    /** How long one core took before, when its exits were counted by hand, and what the devices have added to that since. */
    @ParameterizedTest
    @CsvSource({
        "BIOS, 1658990690509, true",
        "MULTIBOOT, 347451178125, true",
        "QEMU_LITE, 113492989771, false",
        "MICROVM, 75492989771, false",
        "FIRECRACKER, 47492989771, false"
    })
    void boot_takesWhatItTookByHand_andWhatDevicesSeeThatWasForgotten(BootPath path, long byHandPs, boolean vga) {
        long lines = 11;
        long storePs = 417;
        long cellPs = (vga ? 5_000 : 12) * Picos.PER_NANO;
        long addedPs = 1_100 * Picos.PER_NANO // the poll of Delay(10) that reads 0
                + lines * 28 * cellPs // the cell of a character
                + lines * 40 * (cellPs - storePs); // two blanks, which were a plain store
        assertThat(new BootRig(path, machine(1).build()).toFirstThreadPs()).isEqualTo(byHandPs + addedPs);
    }

    /** The same of three cores on QEMU-Lite, whose own Delay(10) has its last poll too: what waits for them looks once more, a microsecond later. */
    @ParameterizedTest
    @CsvSource({"TORO, 260973676491, 11, 0", "MANUAL, 183193782351, 1, 2", "BROADCAST, 149251529421, 1, 1"})
    void bringUp_takesWhatItTookByHand_andTheLastPollOfEveryDelay(
            BringUpOrder order, long byHandPs, int delays, int looks) {
        long addedPs = delays * 1_100 * Picos.PER_NANO
                + 15 * (28 * 12 * Picos.PER_NANO + 40 * (12 * Picos.PER_NANO - 417))
                + looks * Picos.PER_MICRO;
        assertThat(new BootRig(BootPath.QEMU_LITE, machine(3).build(), order)
                        .run()
                        .bootPs())
                .isEqualTo(byHandPs + addedPs);
    }

    @ParameterizedTest
    @EnumSource
    void everyAccess_isAStepOfItsOwn_andNoCoreTakesAnothersMemoryForItsOwn(BringUpOrder order) {
        for (BootPath path : new BootPath[] {BootPath.BIOS, BootPath.QEMU_LITE}) {
            try (Machine machine = Machine.create(machine(3).checkSteps(true).build())) {
                BootSequence boot = start(machine, path, order);
                assertThat(machine.runUntil(LONG_ENOUGH).warnings()).isEmpty();
                assertThat(machine.stepCheck().found()).isEmpty();
                assertThat(machine.stepCheck().steps()).isGreaterThan(60_000);
                assertThat(boot.outcome())
                        .contains(new BootRig(path, machine(3).build(), order)
                                .run()
                                .boot());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyLoopThatIsPassedOver_repeats(BringUpOrder order) {
        try (Machine machine = Machine.create(machine(3).checkPolling(true).build())) {
            start(machine, BootPath.QEMU_LITE, order);
            assertThat(machine.runUntil(LONG_ENOUGH).warnings()).isEmpty();
        }
    }

    /** In the page tables, in a scroll, in a delay of the boot processor, while all cores wait, at the end. */
    @ParameterizedTest
    @CsvSource({"79_300_000", "80_470_000", "100_000_000", "130_123_456", "151_000_000"})
    void boot_goesOnFromAStateThatWasSavedInTheMiddle(String nanos) {
        Duration when = Duration.ofNanos(Long.parseLong(nanos.replace("_", "")));
        for (BringUpOrder order : BringUpOrder.values()) {
            BootRig.Outcome expected =
                    new BootRig(BootPath.QEMU_LITE, machine(3).build(), order).run();
            try (Machine machine = Machine.create(machine(3).build())) {
                BootSequence boot = start(machine, BootPath.QEMU_LITE, order);
                machine.runUntil(when);
                SavedState saved = machine.save();
                for (int i = 0; i < 2; i++) {
                    assertThat(boot.isOver()).isEqualTo(when.toNanos() > expected.bootPs() / Picos.PER_NANO);
                    machine.runUntil(LONG_ENOUGH);
                    assertThat(boot.outcome()).contains(expected.boot());
                    assertThat(machine.trace().digest().value()).isEqualTo(expected.digest());
                    machine.restore(saved);
                }
            }
        }
    }

    @Test
    void lines_standOnTheScreen_theLastRowBlank() {
        for (BootPath path : new BootPath[] {BootPath.MULTIBOOT, BootPath.QEMU_LITE}) {
            try (Machine machine = Machine.create(machine(1).build())) {
                start(machine, path, BringUpOrder.TORO);
                machine.runUntil(LONG_ENOUGH);
                for (int row = 0; row < VgaText.ROWS; row++) {
                    boolean printed = row >= VgaText.ROWS - 1 - 11 && row < VgaText.ROWS - 1;
                    long first = VgaText.BASE + 2L * VgaText.COLUMNS * row;
                    int blank = path == BootPath.MULTIBOOT || row == VgaText.ROWS - 1
                            ? 0x0720
                            : 0; // RAM of a new machine is 0
                    assertThat(machine.memory().load16(first) == blank).isEqualTo(!printed);
                    assertThat(machine.memory().load16(first + 2 * 28)).isIn(blank, 0x0720);
                }
            }
        }
    }
}
