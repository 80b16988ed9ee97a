package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.micros;
import static io.torosim.guest.boot.PhaseText.millis;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootUnit.Driver;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel does from KernelStart to its first thread, in the order of Kernel.pas:KernelStart, and the initialisation of
 * the PCI unit in that thread. Each line of text is printed where Toro prints it, and counted to one of two phases, the
 * characters and the scrolls.
 *
 * <p>{@link BootSequence} begins it. Work and its price are {@link UnitCode}, text goes to {@link BootConsole}, the other cores are {@link BringUp}'s,
 * {@link Calibration} finds the clock and {@link PciScan} the devices.
 */
final class KernelUnits {
    private static final int IDT_BYTES = 4096;
    private static final int VECTORS = 49;
    private static final int STORES_PER_GATE = 2; // of 8 bytes
    private static final int PIC_MASTER = 0x20;
    private static final int PIC_SLAVE = 0xa0;
    private static final int CASCADE = 2;
    private static final int CLOCK_INDEX = 0x70;
    private static final int CLOCK_DATA = 0x71;
    /** Seconds, minutes, hours, day, month, year, and the seconds once more. */
    private static final int[] CLOCK = {0, 2, 4, 7, 8, 9, 0};

    private static final int ROM_PROBES = 8192;
    private static final int PROBES_AT_ONCE = 256;
    private static final int LINES_FIXED = 9; // 1 + 1 + 2 + 1 + 1 + 1 and the program's 2
    private static final int LINES_PER_CORE = 2; // of Process.pas and Memory.pas
    private static final long ALLOCATOR_BYTES_PER_CORE = 246_000;
    private static final int NETWORK_CPUS = 8;
    private static final long NETWORK_RECORD_BYTES = 20_064;
    private static final long PORT_TABLE_BYTES = 160_000;
    private static final long PORT_BITMAP_BYTES = 10_001;
    private static final long FIRST_THREAD_BYTES = 32 * 1024 + 128 * 1024 + 256;

    private static final int MASK = 0;
    private static final int REGISTER = 1;
    private static final int REGISTERS = 2;
    private static final int SECONDS = 3;
    private static final int CLOCK_WORDS = 4;

    private final BootKernel kernel;
    private final MachineSpec spec;
    private final CostModel costs;
    private final BootUnit text;
    private final BootUnit scrolling;
    private final String pio;
    private final String pci;
    private final List<BootUnit> units = new ArrayList<>();

    KernelUnits(BootKernel kernel, BootPath path) {
        this.kernel = kernel;
        this.spec = kernel.spec();
        this.costs = kernel.costs();
        this.pio = " PIO x " + micros(costs.ps("kvm.exit_pio_user"));
        this.pci = path.pciSlots(costs) + " slots, " + path.pciFunctions(costs)
                + " functions, every slot of 4 buses asked";
        long lines = LINES_FIXED + (long) LINES_PER_CORE * spec.vcpus();
        long chars = costs.count("boot.console_chars_per_line");
        BootConsole console = new BootConsole(kernel, path.isPc());
        String each = path.isPc() ? ", each trapped by the VGA device" : ", no VGA device";
        this.text = console.text(chars).unit(false, text(lines * chars + " characters x 4 cursor" + pio));
        this.scrolling =
                console.flushUp().unit(false, text(lines + " lines x " + BootConsole.MOVED + " byte copies" + each));
    }

    List<BootUnit> of(BringUp bringUp) {
        print(1);
        addArchInit();
        units.add(bringUp.unit());
        int others = units.size();
        print(1 + spec.vcpus());
        addMemoryInit();
        print(2 + spec.vcpus());
        print(1); // FileSystemInit clears a few tables and says so
        addNetworkInit();
        print(1);
        add(
                text("record, 32 KiB stack, 128 KiB private heap touched first"),
                code("First thread", "Kernel.pas:CreateInitThread").touches("pages", pages(FIRST_THREAD_BYTES)));
        print(1);
        units.add(new BootUnit("PCI scan", false, "Pci.pas:PciDetect", text(pci), PciScan.ROUTINE));
        print(2);
        bringUp.spreadOver(units, others);
        return units;
    }

    private void addArchInit() {
        addPicAndClock(relocateIrqs(picAndClock().stores("clear the IDT", IDT_BYTES / 4)));
        add(
                (kernelThen, ps) -> Calibration.CYCLES + " TSC cycles at " + spec.tscHz() / 1_000_000
                        + " MHz, the PIT's ports; " + kernelThen.pitTicks.get()
                        + " PIT ticks: the kernel believes in " + kernelThen.localCpuSpeed.get() + " MHz",
                Calibration.code(kernel));
        addPicAndClock(now(picAndClock()
                .in("IrqOn: read the mask", PIC_MASTER + 1, MASK)
                .out("IrqOn: the cascade", PIC_MASTER + 1, MASK, 1 << CASCADE, 0)
                .stores("gates", STORES_PER_GATE * VECTORS)
                .sti()));
        add(
                (kernelThen, ps) ->
                        "Delay(10), really " + millis(kernelThen.delayPs(costs.ps("toro.ipi_delay"))) + ", polled",
                code("LAPIC enable", "Arch.pas:enable_local_apic").enableLocalApic(0));
        add(
                text(ROM_PROBES + " probes of ACPI and MP tables"),
                code("Search for processors", "Arch.pas:SMPInitialization")
                        .pieces("probes", ROM_PROBES, PROBES_AT_ONCE, costs.ps("boot.rom_scan_read")));
    }

    private UnitCode picAndClock() {
        return new UnitCode(kernel, "PIC, IDT, clock", "Arch.pas: RelocateIrqs, Now", CLOCK_WORDS);
    }

    private void addPicAndClock(UnitCode code) {
        add(text("PICs by the host kernel, clock" + pio), code);
    }

    /** Arch.pas:RelocateIrqs: vectors 32 to 47, all inputs masked. */
    private static UnitCode relocateIrqs(UnitCode code) {
        int[] master = {0x20, 1 << CASCADE, 1, 0xff};
        int[] slave = {0x28, CASCADE, 1, 0xff};
        code.out("ICW1 of the master", PIC_MASTER, 0x11).out("ICW1 of the slave", PIC_SLAVE, 0x11);
        for (int i = 0; i < master.length; i++) {
            String what = i < 3 ? "ICW" + (i + 2) : "mask";
            code.out(what + " of the master", PIC_MASTER + 1, master[i])
                    .out(what + " of the slave", PIC_SLAVE + 1, slave[i]);
        }
        return code;
    }

    /** Arch.pas:Now: all of it again if the seconds have changed meanwhile. */
    private static UnitCode now(UnitCode code) {
        code.steps()
                .step("Now", (cpu, f) -> {
                    f.w[REGISTERS] = CLOCK.length;
                    return StepResult.NEXT;
                })
                .whileLess("registers left", REGISTER, REGISTERS, body -> body.step(
                                "select a register of the clock", (cpu, f) -> {
                                    cpu.out(CLOCK_INDEX, 1, CLOCK[(int) f.w[REGISTER]]);
                                    return 0;
                                })
                        .step("read it", (cpu, f) -> {
                            int value = cpu.in(CLOCK_DATA, 1);
                            if (f.w[REGISTER]++ == 0) {
                                f.w[SECONDS] = value;
                            } else if (f.w[REGISTER] == CLOCK.length && value != f.w[SECONDS]) {
                                f.w[REGISTER] = 0;
                            }
                            return 0;
                        }));
        return code;
    }

    private void addMemoryInit() {
        long bytesPerCore = ((long) spec.ramMib() << 20) / spec.vcpus();
        int headers = 64 - Long.numberOfLeadingZeros(bytesPerCore) - 12; // one chunk split down to 4 KiB
        UnitCode code = code("Allocator", "Memory.pas: DistributeMemoryRegions; log2 of RAM");
        for (int core = 0; core < spec.vcpus(); core++) {
            code.fill("lists", ALLOCATOR_BYTES_PER_CORE, pages(ALLOCATOR_BYTES_PER_CORE))
                    .touches("headers", headers);
        }
        add(
                text(spec.vcpus() + " core(s) x (" + ALLOCATOR_BYTES_PER_CORE + " bytes of lists, " + headers
                        + " headers)"),
                code);
    }

    /**
     * For each of 8 CPUs two port tables and a bitmap are cleared, although a record of the array holds none of them whole: each
     * CPU's tables overlap those of the next, and only the array and one table behind it are touched.
     */
    private void addNetworkInit() {
        long bytesPerCpu = PORT_BITMAP_BYTES + 2 * PORT_TABLE_BYTES;
        UnitCode code = code("Network tables", "Network.pas:NetworkInit");
        long touched = 0;
        for (int cpu = 1; cpu <= NETWORK_CPUS; cpu++) {
            long reached = pages(cpu * NETWORK_RECORD_BYTES + PORT_TABLE_BYTES);
            code.touches("new pages", reached - touched).stores("clear", (bytesPerCpu + 3) / 4);
            touched = reached;
        }
        add(text(NETWORK_CPUS * bytesPerCpu + " bytes cleared, 4 at a time"), code);
    }

    /** Lines of text: the characters, then everything moves up by a row. */
    private void print(int lines) {
        for (int i = 0; i < lines; i++) {
            units.add(text);
            units.add(scrolling);
        }
    }

    private static long pages(long bytes) {
        return (bytes + BootKernel.PAGE - 1) / BootKernel.PAGE;
    }

    private static Driver text(String driver) {
        return (kernelThen, ps) -> driver;
    }

    private UnitCode code(String name, String source) {
        return new UnitCode(kernel, name, source, 1);
    }

    private void add(Driver driver, UnitCode code) {
        units.add(code.unit(false, driver));
    }
}
