package io.torosim.guest.boot;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.PciScan.Configuration;
import io.torosim.guest.device.LocalApics;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PcDevices.KeyboardController;
import io.torosim.guest.device.PcDevices.VgaText;
import io.torosim.guest.device.PicPair;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A boot, executed on the machine as guest code: vCPU 0 goes through the routines of one unit after the other, in which every access to a port or to a register of
 * the local APIC is a step that the device behind it answers and the bus counts and prices, and so is every call of the BIOS and every page touched for the first
 * time. It starts the other cores by messages of its local APIC, each of which runs its own start-up on its own vCPU. The phases are what a run has measured.
 *
 * <p>Loops over memory that no device sees go a page at a time. Units are written with {@link UnitCode}: {@link LoaderUnits} up to the kernel, {@link KernelUnits} from
 * there on, {@link BringUp} for the other cores; {@link BootKernel} has what they share, {@link BootPhases} measures.
 *
 * <p>The clock is calibrated as Toro does it, by the machine's PIT; what comes out is the rate by which its delays go from then on. "Support multiprocessing" was
 * future work when Toro ran on QEMU-Lite: the published kernel has one flag for all cores to confirm with; the orders of bring-up that start
 * them all at once take a count of them.
 */
public final class BootSequence {
    /** What the clock of the machine shows at power-on. */
    private static final LocalDateTime POWER_ON = LocalDateTime.of(2018, 8, 25, 12, 0, 0);

    private final BootPath path;
    private final BootKernel kernel;
    private final BootPhases phases;

    private BootSequence(BootPath path, BootKernel kernel, BootPhases phases) {
        this.path = path;
        this.kernel = kernel;
        this.phases = phases;
    }

    /**
     * Begins the boot of a program such as ToroHello: vCPU 0 goes through the phases and then switches itself off, the others halt.
     *
     * @param machine its vCPUs are off, its time is 0: the start of QEMU; nothing of a PC is plugged in, which is done here
     * @param order how the other cores are brought up
     * @param pit whether there is a PIT, by which the kernel calibrates its clock; without one: {@code -machine pit=off}
     */
    public static BootSequence start(Machine machine, BootPath path, BringUpOrder order, boolean pit) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(order, "order");
        BootKernel kernel = new BootKernel(machine);
        BringUp bringUp = new BringUp(kernel, order);
        plug(machine, path, pit, bringUp);
        List<BootUnit> units = new ArrayList<>(new LoaderUnits(kernel).of(path));
        units.addAll(new KernelUnits(kernel, path).of(bringUp));
        BootPhases phases = new BootPhases();
        Steps steps = Steps.of("boot", 1).instants(BringUp.SIPI_DUE_PS);
        for (BootUnit unit : units) {
            steps.step(unit.name() + " begins", (cpu, f) -> phases.begins(cpu.vcpu(), unit))
                    .call(unit.name(), unit.code(), null)
                    .step(unit.name() + " is over", (cpu, f) -> phases.ends(cpu.vcpu(), unit));
        }
        steps.step("the first thread begins", (cpu, f) -> {
            phases.over(cpu.vcpu().nowPs());
            return StepResult.OFF;
        });
        Vcpu first = machine.vcpu(0);
        CodeRun run = new CodeRun(new GuestCpu(first), steps.build());
        run.begin();
        first.interruptsEnabled(false);
        first.start(run, vector -> vcpu -> Activity.DONE);
        return new BootSequence(path, kernel, phases);
    }

    /** The devices of the path; as far as a firmware would have initialised them, where there is one. */
    private static void plug(Machine machine, BootPath path, boolean pit, BringUp bringUp) {
        CostModel costs = machine.costs().model();
        LocalApics apics = new LocalApics().plug(machine, new PicPair());
        apics.onStart((vcpuId, vector) -> {
            if (vector >= 0) {
                bringUp.starts(machine, vcpuId);
            }
        });
        PcDevices.rtc(machine, POWER_ON);
        if (path.isPc()) {
            apics.initialisedByFirmware();
            new KeyboardController().plug(machine).initialisedByFirmware();
            new VgaText().plug(machine);
        }
        if (pit) {
            PcDevices.pit(machine);
        }
        new Configuration(path.pciSlots(costs), path.pciFunctions(costs)).plug(machine.bus());
    }

    /** Returns whether the first thread has begun. */
    public boolean isOver() {
        return phases.isOver();
    }

    /** Returns what the boot came to; empty while it goes on. */
    public Optional<Outcome> outcome() {
        return isOver()
                ? Optional.of(new Outcome(
                        path,
                        phases.tallies().stream().map(this::phase).toList(),
                        phases.endedPs(),
                        (int) kernel.coresUp.get(),
                        (int) kernel.localCpuSpeed.get()))
                : Optional.empty();
    }

    private BootPhase phase(BootPhases.Tally tally) {
        BootUnit unit = tally.unit();
        return new BootPhase(
                unit.name(),
                tally.ps(),
                unit.beforeKernel(),
                unit.driver().text(kernel, tally.ps()),
                unit.source(),
                tally.exits());
    }

    /**
     * What a boot came to.
     *
     * @param path the way of booting
     * @param phases its phases in the order in which they began; together they take {@code bootPs}
     * @param bootPs from the start of QEMU to the first thread of the program, in picoseconds
     * @param cores how many cores are up
     * @param believedMhz what the kernel takes the rate of the time-stamp counter for
     */
    public record Outcome(BootPath path, List<BootPhase> phases, long bootPs, int cores, int believedMhz) {
        /** Copies the phases. */
        public Outcome {
            phases = List.copyOf(phases);
        }

        /** Returns the time from the start of QEMU to the first instruction of the kernel proper, in picoseconds. */
        public long toKernelPs() {
            return phases.stream()
                    .filter(BootPhase::beforeKernel)
                    .mapToLong(BootPhase::durationPs)
                    .sum();
        }

        /** Returns the time from the start of QEMU to the first instruction of the kernel proper. */
        public double toKernelMillis() {
            return toKernelPs() / (double) Picos.PER_MILLI;
        }

        /** Returns the time from the start of QEMU to the first thread of the program. */
        public double millis() {
            return bootPs / (double) Picos.PER_MILLI;
        }
    }

    /**
     * One phase of a boot, as a run has measured it.
     *
     * @param name what is done
     * @param durationPs how long it took
     * @param beforeKernel whether it lies before the first instruction of the kernel proper (KernelStart)
     * @param driver what the duration comes from
     * @param source where that is written
     * @param exits how often the boot processor left guest mode, by cause, where it did; those of the firmware are not known
     */
    public record BootPhase(
            String name,
            long durationPs,
            boolean beforeKernel,
            String driver,
            String source,
            Map<ExitCause, Long> exits) {
        /** Returns how often the boot processor left guest mode. */
        public long exitCount() {
            return exits.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Returns the number of port accesses, whoever answers them. */
        public long portAccesses() {
            return exits.getOrDefault(ExitCause.PIO, 0L) + exits.getOrDefault(ExitCause.PIC, 0L);
        }
    }

    /** A way of getting a Toro kernel to run. */
    public enum BootPath {
        /** A raw disk image: SeaBIOS, then Toro's own loader, one sector for each BIOS call. */
        BIOS("Raw image (BIOS and bootloader)"),
        /** A Multiboot kernel that QEMU loads; the firmware still runs. */
        MULTIBOOT("Multiboot on QEMU"),
        /** QEMU-Lite: no firmware, no loader, entry in 64-bit mode. */
        QEMU_LITE("QEMU-Lite"),
        /** QEMU's microvm machine with a PVH entry, for comparison: later than the published kernel, which never ran on it. */
        MICROVM("microvm (PVH)"),
        /** Firecracker, for comparison: the same. */
        FIRECRACKER("Firecracker");

        private final String label;

        BootPath(String label) {
            this.label = label;
        }

        /** Returns whether a firmware and a VGA device are there. */
        boolean isPc() {
            return this == BIOS || this == MULTIBOOT;
        }

        /** Returns the parameter of the cost model for the time until the monitor enters the guest. */
        String startParameter() {
            return switch (this) {
                case BIOS, MULTIBOOT -> "boot.qemu_start_default";
                case QEMU_LITE -> "boot.qemu_start_lite";
                case MICROVM -> "boot.qemu_start_microvm";
                case FIRECRACKER -> "boot.firecracker_start";
            };
        }

        int pciSlots(CostModel costs) {
            return (int) costs.count(isPc() ? "boot.pci_slots_pc" : "boot.pci_slots_lite");
        }

        int pciFunctions(CostModel costs) {
            return isPc() ? (int) costs.count("boot.pci_functions_pc") : pciSlots(costs);
        }

        /** Returns the name for people. */
        public String label() {
            return label;
        }
    }

    /** In what order a kernel brings its application processors up. */
    public enum BringUpOrder {
        /** One after the other with the waits of Toro 2018 (Arch.pas:InitCore), which end whether the core is there or not. */
        TORO("Toro 2018: one after the other, three Delay(10) each"),
        /**
         * One after the other with the waits that the processor's manual asks for (Intel SDM, volume 3, 8.4.4.1: INIT, 10 ms,
         * SIPI, 200 us, SIPI, 200 us), then until the core says that it is there.
         */
        MANUAL("one after the other, the manual's waits"),
        /** The same once for all cores: INIT and SIPI to all but oneself. */
        BROADCAST("all at once"),
        /** All at once, and the boot processor initializes memory, network, console and PCI instead of waiting. */
        OVERLAPPED("all at once, the other initialization meanwhile");

        private final String label;

        BringUpOrder(String label) {
            this.label = label;
        }

        /** Returns the name for people. */
        public String label() {
            return label;
        }
    }
}
