package io.torosim.guest.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BootPhase;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each phase follows from the machine; where the machine changes, so does the phase, and only that one. */
final class BootSequenceTest {
    private static MachineSpec.Builder machine() {
        return MachineSpec.builder().ramMib(1024);
    }

    private static BootPhase phase(BootPath path, MachineSpec spec, String name) {
        return new BootRig(path, spec)
                .phases().stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void everyPath_takesWhatThePhasesInClosedFormTook() {
        assertThat(millis(BootPath.BIOS, true)).isBetween(1414.9, 1415.0);
        assertThat(millis(BootPath.MULTIBOOT, true)).isBetween(103.4, 103.5);
        assertThat(millis(BootPath.MULTIBOOT, false)).isBetween(351.1, 351.2);
        assertThat(millis(BootPath.QEMU_LITE, false)).isBetween(113.45, 113.55);
        assertThat(millis(BootPath.MICROVM, true)).isBetween(42.4, 42.5);
        assertThat(millis(BootPath.FIRECRACKER, true)).isBetween(14.4, 14.5);
    }

    private static double millis(BootPath path, boolean toKernel) {
        BootRig boot = new BootRig(path, machine().build());
        return (toKernel ? boot.toKernelPs() : boot.toFirstThreadPs()) / (double) Picos.PER_MILLI;
    }

    @Test
    void runsAreEqual_andFastForwardChangesNothing() {
        for (BootPath path : BootPath.values()) {
            for (int cores : new int[] {1, 3}) {
                MachineSpec spec = machine().vcpus(cores).build();
                BootRig boot = new BootRig(path, spec);
                BootRig stepped = new BootRig(
                        path, machine().vcpus(cores).fastForward(false).build());
                assertThat(boot.run()).isEqualTo(new BootRig(path, spec).run());
                assertThat(stepped.run()).isEqualTo(boot.run());
                assertThat(stepped.phases()).isEqualTo(boot.phases());
            }
        }
    }

    @Test
    void everyModeOfVcpus_boots() {
        for (VcpuMode mode : VcpuMode.values()) {
            BootRig.Outcome outcome = new BootRig(
                            BootPath.QEMU_LITE,
                            machine().vcpus(3).vcpuMode(mode).build())
                    .run();
            assertThat(outcome.cores()).as(mode.label()).isEqualTo(3);
            assertThat(outcome.believedMhz()).as(mode.label()).isBetween(2_300, 2_400);
        }
    }

    @Test
    void run_takesTheSumOfItsPhases() {
        for (BootPath path : BootPath.values()) {
            BootSequence.Outcome boot =
                    new BootRig(path, machine().build()).run().boot();
            assertThat(boot.phases().stream().mapToLong(BootPhase::durationPs).sum())
                    .isEqualTo(boot.bootPs());
        }
    }

    @Test
    void lapicEnable_isTenMillisTimesBelievedGigahertz() {
        for (long mhz : new long[] {2_000, 2_400, 3_600}) {
            MachineSpec spec = machine().tscHz(mhz * 1_000_000).build();
            long believed = new BootRig(BootPath.QEMU_LITE, spec).run().believedMhz();
            long delayPs = 10 * believed * Picos.PER_MICRO;
            assertThat(phase(BootPath.QEMU_LITE, spec, "LAPIC enable").durationPs())
                    .isBetween(
                            delayPs,
                            delayPs + 7 * Picos.PER_MICRO); // five accesses more, and the last poll with what it
            // came late
        }
    }

    @Test
    void applicationProcessors_costThirtyNominalMillisEach() {
        long one = phase(BootPath.MULTIBOOT, machine().vcpus(2).build(), "Application processors")
                .durationPs();
        long three = phase(BootPath.MULTIBOOT, machine().vcpus(4).build(), "Application processors")
                .durationPs();
        assertThat(one).isBetween(72_808 * Picos.PER_MICRO, 72_850 * Picos.PER_MICRO);
        assertThat(three).isEqualTo(3 * one);
        assertThat(phase(BootPath.MULTIBOOT, machine().build(), "Application processors")
                        .durationPs())
                .isZero();
    }

    @Test
    void rawImage_paysForEverySector() {
        CostModel fewer = CostModel.standard().with("boot.legacy_image_sectors", new BigDecimal(6145));
        long all = phase(BootPath.BIOS, machine().build(), "Kernel load").durationPs();
        long some = phase(BootPath.BIOS, machine().costs(fewer).build(), "Kernel load")
                .durationPs();
        assertThat((double) some / all).isBetween(0.7501, 0.7502); // 6145 / 8192
    }

    @Test
    void pageTables_areClearedAndFilled_andTouchedOnce() {
        MachineSpec spec = machine().build();
        long bytes = 262_145L * 8 + (1 + 512 + 262_144) * 8L;
        long touch = spec.costs().ps("cpu.page_first_touch");
        assertThat(phase(BootPath.MULTIBOOT, spec, "Page tables for 512 GB").durationPs())
                .isEqualTo(bytes * Picos.PER_NANO / 8 + 514 * touch); // 8 GB/s
    }

    @Test
    void networkTables_areClearedForEightCpus_butTouchTheRecordsAndOneTableOnly() {
        MachineSpec spec = machine().build();
        long stores = 8 * ((10_001 + 2 * 160_000 + 3) / 4);
        long pages = (8 * 20_064 + 160_000 + 4095) / 4096;
        long touch = spec.costs().ps("cpu.page_first_touch");
        long store = spec.costs().cyclesPs("cpu.store", spec.tscHz());
        assertThat(phase(BootPath.QEMU_LITE, spec, "Network tables").durationPs())
                .isEqualTo(stores * store + pages * touch);
        assertThat(pages).isEqualTo(79);
    }

    @Test
    void firstThread_touchesItsRecordStackAndHeap() {
        MachineSpec spec = machine().build();
        assertThat(phase(BootPath.QEMU_LITE, spec, "First thread").durationPs())
                .isEqualTo(41 * spec.costs().ps("cpu.page_first_touch"));
    }

    @Test
    void phasesBegin_inTheOrderOfKernelStart() {
        List<String> names = new BootRig(BootPath.QEMU_LITE, machine().build())
                .phases().stream()
                        .filter(p -> !p.beforeKernel())
                        .map(BootPhase::name)
                        .toList();
        assertThat(names)
                .containsExactly(
                        "Console text",
                        "Console scrolling",
                        "PIC, IDT, clock",
                        "CPU calibration",
                        "LAPIC enable",
                        "Search for processors",
                        "Application processors",
                        "Allocator",
                        "Network tables",
                        "First thread",
                        "PCI scan");
    }

    @Test
    void ram_changesTheAllocatorByItsLogarithmOnly() {
        BootRig small = new BootRig(BootPath.QEMU_LITE, machine().ramMib(256).build());
        BootRig large = new BootRig(BootPath.QEMU_LITE, machine().ramMib(4096).build());
        long touch = CostModel.standard().ps("cpu.page_first_touch");
        assertThat(large.toFirstThreadPs() - small.toFirstThreadPs()).isEqualTo(4 * touch);
    }

    @Test
    void order_isRawImageThenMultibootThenQemuLite() {
        long raw = new BootRig(BootPath.BIOS, machine().build()).toKernelPs();
        long multiboot = new BootRig(BootPath.MULTIBOOT, machine().build()).toKernelPs();
        long lite = new BootRig(BootPath.QEMU_LITE, machine().build()).toKernelPs();
        assertThat(raw).isGreaterThan(multiboot);
        assertThat(multiboot).isGreaterThan(lite);
    }
}
