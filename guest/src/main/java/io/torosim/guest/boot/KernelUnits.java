package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.micros;
import static io.torosim.guest.boot.PhaseText.millis;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.guest.boot.BootStep.Accesses;
import io.torosim.guest.boot.BootStep.Fill;
import io.torosim.guest.boot.BootStep.FirstTouches;
import io.torosim.guest.boot.BootStep.RomProbes;
import io.torosim.guest.boot.BootStep.Scroll;
import io.torosim.guest.boot.BootStep.Stores;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel does from KernelStart to its first thread, in the order of Kernel.pas:KernelStart, and the initialisation of
 * the PCI unit in that thread. Each line of text is printed where Toro prints it, and counted to one of two phases, the
 * characters and the scrolls.
 */
final class KernelUnits {
    private static final int IDT_BYTES = 4096;
    private static final int VECTORS = 49;
    private static final int STORES_PER_GATE = 2; // of 8 bytes
    private static final int RELOCATE_PIO = 10;
    private static final int IRQ2_PIO = 2;
    private static final int RTC_PIO = 14;
    private static final int ROM_PROBES = 8192;
    private static final int LINES_FIXED = 9; // 1 + 1 + 2 + 1 + 1 + 1 and the program's 2
    private static final int LINES_PER_CORE = 2; // of Process.pas and Memory.pas
    private static final int PIO_PER_CHAR = 4;
    private static final int SCROLL_FILL_STORES = 40;
    private static final long ALLOCATOR_BYTES_PER_CORE = 246_000;
    private static final int NETWORK_CPUS = 8;
    private static final long NETWORK_RECORD_BYTES = 20_064;
    private static final long PORT_TABLE_BYTES = 160_000;
    private static final long PORT_BITMAP_BYTES = 10_001;
    private static final long FIRST_THREAD_BYTES = 32 * 1024 + 128 * 1024 + 256;
    private static final int PCI_SLOTS = 4 * 32;
    private static final int PIO_PER_CONFIG_READ = 2; // outsd to 0xCF8, insd from 0xCFC

    private final MachineSpec spec;
    private final CostModel costs;
    private final String pio;
    private final List<BootUnit> units = new ArrayList<>();
    private boolean vga;

    KernelUnits(MachineSpec spec) {
        this.spec = spec;
        this.costs = spec.costs();
        this.pio = " PIO x " + micros(costs.ps("kvm.exit_pio_user"));
    }

    List<BootUnit> of(BootPath path, BringUpOrder order) {
        vga = path.isPc();
        print(1);
        addArchInit();
        BringUp bringUp = new BringUp(order, spec);
        units.add(bringUp.unit());
        int others = units.size();
        print(1 + spec.vcpus());
        addMemoryInit();
        print(2 + spec.vcpus());
        print(1); // FileSystemInit clears a few tables and says so
        addNetworkInit();
        print(1);
        add(
                "First thread",
                "Kernel.pas:CreateInitThread",
                "record, 32 KiB stack, 128 KiB private heap touched first",
                List.of(new FirstTouches(pages(FIRST_THREAD_BYTES))));
        print(1);
        addPci();
        print(2);
        bringUp.spreadOver(units, others);
        return units;
    }

    private void addArchInit() {
        addPicAndClock(List.of(new Stores(IDT_BYTES / 4), new Accesses(ExitCause.PIC, RELOCATE_PIO)));
        units.add(new BootUnit(
                "CPU calibration",
                false,
                "Arch.pas:CalculateCpuSpeed",
                (kernel, ps) -> Calibration.CYCLES + " TSC cycles at " + spec.tscHz() / 1_000_000 + " MHz, "
                        + Calibration.PORT_ACCESSES + " PIO; " + kernel.pitTicks()
                        + " PIT ticks: the kernel believes in "
                        + kernel.localCpuSpeed() + " MHz",
                List.of(new Calibration())));
        addPicAndClock(List.of(
                new Accesses(ExitCause.PIC, IRQ2_PIO),
                new Stores(STORES_PER_GATE * VECTORS),
                new Accesses(ExitCause.PIO, RTC_PIO)));
        units.add(new BootUnit(
                "LAPIC enable",
                false,
                "Arch.pas:enable_local_apic",
                (kernel, ps) -> "Delay(10), really " + millis(kernel.delayPs(costs.ps("toro.ipi_delay"))) + ", polled",
                BringUp.enableLocalApic(costs)));
        add(
                "Search for processors",
                "Arch.pas:SMPInitialization",
                ROM_PROBES + " probes of ACPI and MP tables",
                List.of(new RomProbes(ROM_PROBES, costs.ps("boot.rom_scan_read"))));
    }

    private void addPicAndClock(List<BootStep> steps) {
        add(
                "PIC, IDT, clock",
                "Arch.pas: RelocateIrqs, Now",
                RELOCATE_PIO + IRQ2_PIO + " PIO in the host kernel, " + RTC_PIO + pio,
                steps);
    }

    private void addMemoryInit() {
        long bytesPerCore = ((long) spec.ramMib() << 20) / spec.vcpus();
        int headers = 64 - Long.numberOfLeadingZeros(bytesPerCore) - 12; // one chunk split down to 4 KiB
        List<BootStep> steps = new ArrayList<>();
        for (int core = 0; core < spec.vcpus(); core++) {
            steps.add(new Fill(ALLOCATOR_BYTES_PER_CORE, pages(ALLOCATOR_BYTES_PER_CORE)));
            steps.add(new FirstTouches(headers));
        }
        add(
                "Allocator",
                "Memory.pas: DistributeMemoryRegions; log2 of RAM",
                spec.vcpus() + " core(s) x (" + ALLOCATOR_BYTES_PER_CORE + " bytes of lists, " + headers + " headers)",
                steps);
    }

    /**
     * For each of 8 CPUs two port tables and a bitmap are cleared, although a record of the array holds none of them whole: each
     * CPU's tables overlap those of the next, and only the array and one table behind it are touched.
     */
    private void addNetworkInit() {
        long bytesPerCpu = PORT_BITMAP_BYTES + 2 * PORT_TABLE_BYTES;
        List<BootStep> steps = new ArrayList<>();
        long touched = 0;
        for (int cpu = 1; cpu <= NETWORK_CPUS; cpu++) {
            long reached = pages(cpu * NETWORK_RECORD_BYTES + PORT_TABLE_BYTES);
            steps.add(new FirstTouches(reached - touched));
            steps.add(new Stores((bytesPerCpu + 3) / 4));
            touched = reached;
        }
        add(
                "Network tables",
                "Network.pas:NetworkInit",
                NETWORK_CPUS * bytesPerCpu + " bytes cleared, 4 at a time",
                steps);
    }

    /** Lines of text: four accesses to a character for the cursor, then everything moves up by a row. */
    private void print(int lines) {
        long all = LINES_FIXED + (long) LINES_PER_CORE * spec.vcpus();
        long chars = costs.count("boot.console_chars_per_line");
        for (int i = 0; i < lines; i++) {
            add(
                    "Console text",
                    "Console.pas:PutC",
                    all * chars + " characters x 4 cursor" + pio,
                    List.of(new Accesses(ExitCause.PIO, chars * PIO_PER_CHAR)));
            add(
                    "Console scrolling",
                    "Console.pas:FlushUp",
                    all + " lines x 3840 byte copies" + (vga ? ", each trapped by the VGA device" : ", no VGA device"),
                    List.of(new Scroll(vga), new Stores(SCROLL_FILL_STORES)));
        }
    }

    /** All slots of four buses, by brute force: two reads for an empty slot, eight for a slot and eight for each function. */
    private void addPci() {
        long slots = costs.count(vga ? "boot.pci_slots_pc" : "boot.pci_slots_lite");
        long functions = vga ? costs.count("boot.pci_functions_pc") : slots;
        long accesses = PIO_PER_CONFIG_READ * (2 * (PCI_SLOTS - slots) + 8 * slots + 8 * functions);
        add(
                "PCI scan",
                "Pci.pas:PciDetect",
                accesses + pio + " (" + slots + " slots, " + functions + " functions)",
                List.of(new Accesses(ExitCause.PIO, accesses)));
    }

    private static long pages(long bytes) {
        return (bytes + BootKernel.PAGE - 1) / BootKernel.PAGE;
    }

    private void add(String name, String source, String driver, List<BootStep> steps) {
        units.add(BootUnit.of(name, false, source, driver, steps));
    }
}
