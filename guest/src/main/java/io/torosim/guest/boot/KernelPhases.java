package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.micros;
import static io.torosim.guest.boot.PhaseText.millis;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.util.List;

/** What the kernel does from KernelStart to its first thread (Kernel.pas:KernelStart and the units' initialisation). */
final class KernelPhases {
    private static final int IDT_BYTES = 4096;
    private static final int PIC_PIO = 10 + 2; // RelocateIrqs; IRQ2 on
    private static final int CALIBRATION_PIO = 12;
    private static final long CALIBRATION_CYCLES = 6_000_000;
    private static final int RTC_PIO = 14;
    private static final int ROM_PROBES = 8192;
    private static final int LINES_FIXED = 9;
    private static final int LINES_PER_CORE = 2;
    private static final int PIO_PER_CHAR = 4;
    private static final int SCROLL_BYTES = 3840;
    private static final int SCROLL_FILL_STORES = 40;
    private static final long ALLOCATOR_BYTES_PER_CORE = 246_000;
    private static final long NETWORK_BYTES = 8L * (10_001 + 2 * 160_000);
    private static final long NETWORK_BYTES_TOUCHED = 160_512 + 160_000;
    private static final long FIRST_THREAD_BYTES = 32 * 1024 + 128 * 1024 + 256;
    private static final int PCI_SLOTS = 4 * 32;

    private final MachineSpec spec;
    private final BootCosts costs;
    private final List<BootPhase> phases;

    KernelPhases(MachineSpec spec, BootCosts costs, List<BootPhase> phases) {
        this.spec = spec;
        this.costs = costs;
        this.phases = phases;
    }

    void addFor(BootPath path) {
        boolean vga = path.isPc();
        addArchInit();
        addProcessors();
        addMemoryInit();
        add(
                "Network tables",
                costs.storesPs(NETWORK_BYTES / 4) + costs.touchesPs(NETWORK_BYTES_TOUCHED),
                NETWORK_BYTES + " bytes cleared, 4 at a time",
                "Network.pas:NetworkInit");
        addConsole(vga);
        add(
                "First thread",
                costs.touchesPs(FIRST_THREAD_BYTES),
                "record, 32 KiB stack, 128 KiB private heap touched first",
                "Kernel.pas:CreateInitThread");
        addPci(path);
    }

    private void addArchInit() {
        add(
                "PIC, IDT, clock",
                costs.storesPs(IDT_BYTES / 4) + PIC_PIO * costs.pioKernelPs + RTC_PIO * costs.pioUserPs,
                PIC_PIO + " PIO in the host kernel, " + RTC_PIO + " PIO x " + micros(costs.pioUserPs),
                "Arch.pas: RelocateIrqs, Now");
        add(
                "CPU calibration",
                costs.cyclesPs(CALIBRATION_CYCLES) + CALIBRATION_PIO * costs.pioKernelPs,
                CALIBRATION_CYCLES + " TSC cycles at " + spec.tscHz() / 1_000_000 + " MHz, " + CALIBRATION_PIO + " PIO",
                "Arch.pas:CalculateCpuSpeed");
        long delayPs = costs.delayPs(costs.ps("toro.ipi_delay"));
        add("LAPIC enable", delayPs, "Delay(10), really " + millis(delayPs), "Arch.pas:enable_local_apic");
        add(
                "Search for processors",
                ROM_PROBES * costs.ps("boot.rom_scan_read"),
                ROM_PROBES + " probes of ACPI and MP tables",
                "Arch.pas:SMPInitialization");
    }

    private void addProcessors() {
        int processors = spec.vcpus() - 1;
        long tenPs = costs.delayPs(costs.ps("toro.ipi_delay"));
        long twoHundredMicrosPs = costs.delayPs(200 * Picos.PER_MICRO);
        long eachPs = 2 * twoHundredMicrosPs + 3 * tenPs + 5 * costs.pioKernelPs;
        add(
                "Application processors",
                processors * eachPs,
                processors + " x (2 DelayMicro(200) + 3 Delay(10) = " + millis(eachPs) + "), one after the other",
                "Arch.pas:InitCore");
    }

    private void addMemoryInit() {
        long bytesPerCore = ((long) spec.ramMib() << 20) / spec.vcpus();
        int headers = 64 - Long.numberOfLeadingZeros(bytesPerCore) - 12; // one chunk split down to 4 KiB
        add(
                "Allocator",
                spec.vcpus()
                        * (costs.fillPs(ALLOCATOR_BYTES_PER_CORE)
                                + costs.touchesPs(ALLOCATOR_BYTES_PER_CORE)
                                + headers * costs.firstTouchPs),
                spec.vcpus() + " core(s) x (" + ALLOCATOR_BYTES_PER_CORE + " bytes of lists, " + headers + " headers)",
                "Memory.pas: DistributeMemoryRegions; log2 of RAM");
    }

    private void addConsole(boolean vga) {
        long lines = LINES_FIXED + (long) LINES_PER_CORE * spec.vcpus();
        long chars = lines * costs.count("boot.console_chars_per_line");
        long cellPs = costs.ps(vga ? "vga.cell_access_trapped" : "vga.cell_access");
        add(
                "Console text",
                chars * PIO_PER_CHAR * costs.pioUserPs,
                chars + " characters x 4 cursor PIO x " + micros(costs.pioUserPs),
                "Console.pas:PutC");
        add(
                "Console scrolling",
                lines * (SCROLL_BYTES * cellPs + costs.storesPs(SCROLL_FILL_STORES)),
                lines + " lines x 3840 byte copies" + (vga ? ", each trapped by the VGA device" : ", no VGA device"),
                "Console.pas:FlushUp");
    }

    private void addPci(BootPath path) {
        boolean lite = !path.isPc();
        long slots = costs.count(lite ? "boot.pci_slots_lite" : "boot.pci_slots_pc");
        long functions = lite ? slots : costs.count("boot.pci_functions_pc");
        long reads = 2 * (PCI_SLOTS - slots) + 8 * slots + 8 * functions;
        add(
                "PCI scan",
                2 * reads * costs.pioUserPs,
                2 * reads + " PIO x " + micros(costs.pioUserPs) + " (" + slots + " slots, " + functions + " functions)",
                "Pci.pas:PciDetect");
    }

    private void add(String name, long ps, String driver, String source) {
        phases.add(new BootPhase(name, ps, false, driver, source));
    }
}
