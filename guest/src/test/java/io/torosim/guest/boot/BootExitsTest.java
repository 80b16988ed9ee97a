package io.torosim.guest.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BootPhase;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often each phase leaves guest mode, counted on the machine, against the counts in Toro's sources. */
final class BootExitsTest {
    private static final String TEXT = "Console text";
    private static final String SCROLLING = "Console scrolling";

    private static BootPhase phase(BootPath path, int cores, String name) {
        return phase(path, MachineSpec.builder().ramMib(1024).vcpus(cores).build(), name);
    }

    private static BootPhase phase(BootPath path, MachineSpec spec, String name) {
        return new BootRig(path, spec)
                .phases().stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void loader_accessesTwoPortsOfTheClock_andFiveForA20OnTheRawImage() {
        for (BootPath path : BootPath.values()) {
            assertThat(phase(path, 1, "CMOS shutdown byte").exits()).isEqualTo(Map.of(ExitCause.PIO, 2L));
        }
        assertThat(phase(BootPath.BIOS, 1, "Boot sector").portAccesses()).isEqualTo(5);
    }

    @Test
    void archInit_accessesThePicTwelveTimes_theClockFourteen_andThePitTwelve() {
        assertThat(phase(BootPath.QEMU_LITE, 1, "PIC, IDT, clock").exits())
                .isEqualTo(Map.of(ExitCause.PIC, 10L + 2L, ExitCause.PIO, 14L));
        BootPhase calibration = phase(BootPath.QEMU_LITE, 1, "CPU calibration");
        assertThat(calibration.exits()).isEqualTo(Map.of(ExitCause.PIC, 12L));
        assertThat(calibration.portAccesses()).isEqualTo(12);
    }

    @Test
    void delay_pollsTheTimerUntilItHasRunDown() {
        BootPhase enable = phase(BootPath.QEMU_LITE, 1, "LAPIC enable");
        long polls = (23_950_000 - 1_100 + 1_099) / 1_100
                + 1; // from the write of the count on every 1,100 ns; the last one reads 0
        assertThat(enable.exits())
                .isEqualTo(Map.of(ExitCause.APIC_ACCESS, 2 + 2 + polls, ExitCause.EOI, 1L)); // bit 8, divider, count
        assertThat(enable.exitCount()).isEqualTo(2 + 2 + polls + 1);
    }

    @Test
    void pciScan_accesses656PortsOnThePc() { // two registers of an absent slot, eight of a slot, eight of each function
        assertThat(phase(BootPath.BIOS, 1, "PCI scan").exits()).isEqualTo(Map.of(ExitCause.PIO, 656L));
        assertThat(phase(BootPath.MULTIBOOT, 1, "PCI scan").portAccesses()).isEqualTo(656);
        long reads = 2 * (128 - 2) + 8 * 2 + 8 * 2;
        assertThat(phase(BootPath.QEMU_LITE, 1, "PCI scan").portAccesses()).isEqualTo(2 * reads);
        CostModel full = CostModel.standard()
                .with("boot.pci_slots_pc", new BigDecimal(3))
                .with("boot.pci_functions_pc", new BigDecimal(10)); // eight of them in one slot
        MachineSpec spec = MachineSpec.builder().ramMib(1024).costs(full).build();
        assertThat(phase(BootPath.BIOS, spec, "PCI scan").portAccesses())
                .isEqualTo(2 * (2 * (128 - 3) + 8 * 3 + 8 * 10));
    }

    @Test
    void console_setsTheCursorByFourPortsForEachCharacter_whoseCellTheVgaDeviceTraps() {
        long lines = 9 + 2 * 2; // ToroHello on two cores
        assertThat(phase(BootPath.QEMU_LITE, 2, TEXT).exits()).isEqualTo(Map.of(ExitCause.PIO, 4 * 28 * lines));
        assertThat(phase(BootPath.BIOS, 2, TEXT).exits())
                .isEqualTo(Map.of(ExitCause.PIO, 4 * 28 * lines, ExitCause.MMIO, 28 * lines));
    }

    @Test
    void scroll_isTrappedAtEveryByte_andTheBlanksTwoByTwo_whereThereIsAVgaDevice() {
        assertThat(phase(BootPath.MULTIBOOT, 2, SCROLLING).exits())
                .isEqualTo(Map.of(ExitCause.MMIO, 13 * (3840L + 40)));
        assertThat(phase(BootPath.QEMU_LITE, 2, SCROLLING).exits()).isEmpty();
    }

    @Test
    void applicationProcessor_takesFourCommandsAndFiveDelays() {
        BootPhase one = phase(BootPath.QEMU_LITE, 2, "Application processors");
        assertThat(one.exits()).containsEntry(ExitCause.ICR_WRITE, 4L).containsEntry(ExitCause.EOI, 5L);
        BootPhase three = phase(BootPath.QEMU_LITE, 4, "Application processors");
        assertThat(three.exits()).containsEntry(ExitCause.ICR_WRITE, 12L).containsEntry(ExitCause.EOI, 15L);
        assertThat(phase(BootPath.QEMU_LITE, 1, "Application processors").exits())
                .isEmpty();
    }

    @Test
    void memoryWork_leavesGuestModeByFirstTouchesOnly_whichAreNotCounted() {
        for (String name : List.of("Page tables for 512 GB", "Allocator", "Network tables", "First thread")) {
            assertThat(phase(BootPath.QEMU_LITE, 1, name).exitCount()).as(name).isZero();
        }
    }
}
