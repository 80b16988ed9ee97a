package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.PcDevices.KeyboardController;
import io.torosim.guest.device.PcDevices.VgaText;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keyboard controller, serial port, VGA text and clock: what their pages of QEMU's table say, as far as qtest cannot show it. */
final class SmallDevicesTest {
    private final Machine machine =
            Machine.create(MachineSpec.builder().ramMib(4).build());
    private final Bus bus = machine.bus();

    private int in(int port) {
        return bus.in(port, 1);
    }

    private void out(int port, int value) {
        bus.out(port, 1, value);
    }

    private List<Integer> levels(int line) {
        List<Integer> levels = new ArrayList<>();
        bus.connect(line, levels::add);
        return levels;
    }

    private List<Integer> codes() {
        List<Integer> codes = new ArrayList<>();
        while ((in(0x64) & 1) != 0) {
            codes.add(in(0x60));
        }
        return codes;
    }

    @Test
    void keyboard_translation_isOffAfterPowerOn() {
        KeyboardController keyboard = new KeyboardController().plug(machine);
        assertThat(in(0x64)).isEqualTo(0x18);
        keyboard.key(0x1e, true);
        keyboard.key(0x1e, false);
        assertThat(codes()).containsExactly(0x1c, 0xf0, 0x1c);
        assertThat(in(0x60)).as("empty: the last byte again").isEqualTo(0x1c);
        keyboard.initialisedByFirmware();
        keyboard.key(0x1e, true);
        keyboard.key(0x1e, false);
        keyboard.key(0xe048, true);
        assertThat(codes()).containsExactly(0x1e, 0x9e, 0xe0, 0x48);
    }

    @Test
    void keyboard_queueOf16_losesWhatDoesNotFit_theNextKeyIsClean() {
        KeyboardController keyboard = new KeyboardController().plug(machine).initialisedByFirmware();
        for (int i = 0; i < 20; i++) {
            keyboard.key(0x1e, true);
            keyboard.key(0x1e, false);
        }
        assertThat(codes()).hasSize(16);
        keyboard.key(0x30, true);
        assertThat(codes()).containsExactly(0x30);
    }

    @Test
    void keyboard_lineFallsAtTheRead_andRisesIfAnotherByteWaits() {
        List<Integer> levels = levels(1);
        KeyboardController keyboard = new KeyboardController().plug(machine).initialisedByFirmware();
        keyboard.key(0x1e, true);
        keyboard.key(0x1e, false);
        levels.clear();
        in(0x60);
        assertThat(levels).containsExactly(0, 1);
        levels.clear();
        in(0x60);
        assertThat(levels).containsOnly(0);
    }

    @Test
    void keyboard_disabled_keepsKeys() {
        KeyboardController keyboard = new KeyboardController().plug(machine).initialisedByFirmware();
        out(0x64, 0xad);
        keyboard.key(0x1e, true);
        assertThat(in(0x64) & 1).isZero();
        out(0x64, 0xae);
        assertThat(codes()).containsExactly(0x1e);
    }

    @Test
    void keyboard_everyKeyOfSet1_hasACodeOfSet2() {
        for (int code = 1; code < 0x54; code++) {
            int set2 = Ps2Keyboard.ofSet1(code);
            assertThat(set2).as("code " + code).isPositive();
            assertThat(Ps2Keyboard.translated(set2)).isEqualTo(code);
        }
    }

    @Test
    void serial_writesLeaveAtOnce_receivedBytesInterrupt() {
        List<Integer> levels = levels(4);
        StringBuilder sent = new StringBuilder();
        Uart16550 serial = new Uart16550(0x3f8, 4, value -> sent.append((char) value)).plug(machine);
        for (char c : "toro".toCharArray()) {
            out(0x3f8, c);
            assertThat(in(0x3fd)).isEqualTo(0x60);
        }
        assertThat(sent).hasToString("toro");
        levels.clear();
        out(0x3f9, 1);
        serial.receive('x');
        assertThat(levels).contains(1);
        assertThat(in(0x3fa)).isEqualTo(4);
        assertThat(in(0x3f8)).isEqualTo('x');
        assertThat(in(0x3fa)).isEqualTo(1);
        out(0x3fa, 7);
        for (int i = 0; i < 20; i++) {
            serial.receive(i);
        }
        assertThat(in(0x3fd)).as("data and overrun").isEqualTo(0x63);
        for (int i = 0; i < 16; i++) {
            assertThat(in(0x3f8)).isEqualTo(i);
        }
        assertThat(in(0x3fd)).isEqualTo(0x60);
    }

    @Test
    void vga_everyStoreLeavesTheGuest() {
        VgaText vga = new VgaText().plug(machine);
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        cpu.store16(VgaText.BASE, 0x0754);
        cpu.store8(VgaText.BASE + 2, 'o');
        assertThat(cpu.load16(VgaText.BASE + 2)).isEqualTo(0x076f);
        assertThat(machine.vcpu(0).exits(ExitCause.MMIO))
                .isEqualTo(2); // its price is of a byte moved: the load is in it
        assertThat(vga.row(0)).isEqualTo("To");
        out(0x3d4, 0x0f);
        assertThat(in(0x3d4)).isEqualTo(0x0f);
        assertThat(in(0x3d5)).isEqualTo(0xa0);
        bus.out(0x3d4, 2, 0x050e);
        assertThat(vga.cursor()).isEqualTo(0x5a0);
    }

    @Test
    void rtc_showsTheTime_inBcdOrBinary() {
        new Rtc(LocalDateTime.of(2026, 11, 28, 23, 59, 58)).plug(machine);
        machine.simulation().runUntil(3 * Picos.PER_SECOND);
        int[] registers = {0, 2, 4, 6, 7, 8, 9, 0x32};
        int[] bcd = {0x01, 0x00, 0x00, 0x01, 0x29, 0x11, 0x26, 0x20}; // a Sunday
        for (int i = 0; i < registers.length; i++) {
            out(0x70, registers[i]);
            assertThat(in(0x71)).isEqualTo(bcd[i]);
        }
        out(0x70, 0x0b);
        out(0x71, 6);
        out(0x70, 7);
        assertThat(in(0x71)).isEqualTo(29);
        assertThat(in(0x70)).isEqualTo(0xff);
    }

    @Test
    void rtc_periodicInterrupt_is1024Hz_readingCAcknowledges_updateIsInProgressForAMoment() {
        List<Integer> levels = levels(8);
        new Rtc(LocalDateTime.of(2018, 3, 1, 0, 0)).plug(machine);
        out(0x70, 0x0b);
        out(0x71, 0x42);
        int ticks = 0;
        int updating = 0;
        out(0x70, 0x0c);
        for (int i = 1; i <= 5000; i++) {
            machine.simulation().runUntil(i * 100 * Picos.PER_MICRO);
            ticks += (in(0x71) & 0xc0) == 0xc0 ? 1 : 0;
        }
        assertThat(ticks).isEqualTo(512);
        assertThat(levels.stream().filter(l -> l == 1).count()).isEqualTo(512);
        out(0x70, 0x0a);
        for (int i = 1; i <= 10_000; i++) {
            machine.simulation().runUntil(machine.simulation().nowPs() + 100 * Picos.PER_MICRO);
            updating += in(0x71) >>> 7;
        }
        assertThat(updating).isBetween(2, 3);
    }
}
