package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A boot, executed on the machine: vCPU 0 goes through the steps of one unit after the other - every port access, every access
 * to the local APIC, every call of the BIOS, Toro's delays with their polls, every page touched for the first time - and starts
 * the other cores, each of which runs its own start-up on its own vCPU. The phases are what a run has measured.
 *
 * <p>The clock is calibrated as Toro does it; what comes out is the rate by which its delays go from then on. "Support multiprocessing" was
 * future work when Toro ran on QEMU-Lite: the published kernel has one flag for all cores to confirm with; the orders of bring-up that start
 * them all at once take one for each.
 */
public final class BootSequence {
    private final BootPath path;
    private final BootKernel kernel;
    private final BootProcessor processor;

    private BootSequence(BootPath path, BootKernel kernel, BootProcessor processor) {
        this.path = path;
        this.kernel = kernel;
        this.processor = processor;
    }

    /**
     * Begins the boot of a program such as ToroHello: vCPU 0 goes through the phases and then switches itself off, the others halt.
     *
     * @param machine its vCPUs are off, its time is 0: the start of QEMU
     * @param order how the other cores are brought up
     * @param pit whether there is a PIT, by which the kernel calibrates its clock; without one: {@code -machine pit=off}
     */
    public static BootSequence start(Machine machine, BootPath path, BringUpOrder order, boolean pit) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(order, "order");
        MachineSpec spec = machine.spec();
        BootKernel kernel =
                new BootKernel(machine, BringUp.ownStart(spec, machine.costs().ipiPs()), pit);
        List<BootUnit> units = new ArrayList<>(new LoaderUnits(spec.costs()).of(path));
        units.addAll(new KernelUnits(spec).of(path, order));
        BootProcessor processor = new BootProcessor(kernel, units, Activity.OFF);
        machine.vcpu(0).start(processor, vector -> vcpu -> Activity.DONE);
        return new BootSequence(path, kernel, processor);
    }

    /** Returns whether the first thread has begun. */
    public boolean isOver() {
        return processor.isDone();
    }

    /** Returns what the boot came to; empty while it goes on. */
    public Optional<Outcome> outcome() {
        return isOver()
                ? Optional.of(new Outcome(
                        path,
                        processor.phases().stream().map(this::phase).toList(),
                        processor.endedPs(),
                        kernel.coresUp(),
                        kernel.localCpuSpeed()))
                : Optional.empty();
    }

    private BootPhase phase(BootProcessor.Tally tally) {
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
