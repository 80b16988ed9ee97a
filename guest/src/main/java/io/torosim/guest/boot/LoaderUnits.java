package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.micros;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.cost.CostModel;
import io.torosim.guest.boot.BootSequence.BootPath;
import java.util.ArrayList;
import java.util.List;

/** What happens before the kernel proper: QEMU, firmware, loading, page tables (boot/x86_64.s, boot/multiboot.s). */
final class LoaderUnits {
    private static final int BANNER_CHARS = 17;
    private static final int BIOS_DISK_CALLS = 2; // check for extensions, read the second boot sector
    private static final int REAL_MODE_STORES = 2562;
    private static final int KEYBOARD_DATA = 0x60;
    private static final int KEYBOARD_COMMAND = 0x64;
    private static final int INPUT_FULL = 2;
    private static final int WRITE_OUTPUT_PORT = 0xd1;
    private static final int A20_ON = 0xdf;
    private static final int CMOS_INDEX = 0x70;
    private static final int CMOS_DATA = 0x71;
    private static final int SHUTDOWN_STATUS = 0x0f;
    private static final int JUMP_BY_40_67 = 0x0a;
    private static final int E820_CALLS = 8;
    private static final int DWORDS_PER_SECTOR = 128;
    private static final int PAGE_TABLE_PAGES = 514; // one of the first level, one of the second, 512 of the third
    private static final long PAGE_TABLE_BYTES_CLEARED = 262_145L * 8; // 512 pages and one entry

    private static final int STATUS = 0;
    private static final int SECTORS_LEFT = 0;

    private final BootKernel kernel;
    private final CostModel costs;
    private final List<BootUnit> units = new ArrayList<>();

    LoaderUnits(BootKernel kernel) {
        this.kernel = kernel;
        this.costs = kernel.costs();
    }

    List<BootUnit> of(BootPath path) {
        String start = path.startParameter();
        String monitor = path == BootPath.FIRECRACKER ? "Monitor start" : "QEMU start";
        add("constant", code(monitor, start).takes("start", 1, costs.ps(start)));
        if (path.isPc()) {
            add("constant", code("SeaBIOS", "boot.seabios").takes("firmware", 1, costs.ps("boot.seabios")));
        }
        if (path == BootPath.BIOS) {
            addBootSector();
        } else {
            long bytes = costs.count("boot.kernel_bytes");
            long loadPs = bytes * 1_000_000 / costs.permille("boot.kernel_load_gb_per_s");
            add(
                    bytes + " bytes by the monitor",
                    code("Kernel load", "boot.kernel_bytes, boot.kernel_load_*")
                            .takes("begin", 1, costs.ps("boot.kernel_load_setup"))
                            .takes("copy", 1, loadPs));
        }
        if (path.isPc()) {
            add(
                    REAL_MODE_STORES + " stores",
                    code("Temporary page tables", "boot/x86_64.s:init_paging2M").stores("entries", REAL_MODE_STORES));
        }
        addPageTables();
        add(
                "2 PIO x " + micros(costs.ps("kvm.exit_pio_user")),
                code("CMOS shutdown byte", "boot/x86_64.s")
                        .out("select it", CMOS_INDEX, SHUTDOWN_STATUS)
                        .out("write it", CMOS_DATA, JUMP_BY_40_67));
        return units;
    }

    private void addBootSector() {
        UnitCode sector = code("Boot sector", "boot/x86_64.s, B1-B4")
                .takes("banner", BANNER_CHARS, costs.ps("boot.video_call"))
                .takes("disk calls", BIOS_DISK_CALLS, costs.ps("boot.disk_call"));
        awaitKeyboard(sector).out("A20: write the output port", KEYBOARD_COMMAND, WRITE_OUTPUT_PORT);
        awaitKeyboard(sector).out("A20 on", KEYBOARD_DATA, A20_ON);
        add(
                BANNER_CHARS + " video calls, " + BIOS_DISK_CALLS
                        + " disk calls, the keyboard controller's ports for A20",
                awaitKeyboard(sector));
        long sectors = costs.count("boot.legacy_image_sectors");
        long sectorPs = costs.ps("boot.int13_sector");
        UnitCode load = code("Kernel load", "boot/x86_64.s:load_kernel, boot.int13_sector")
                .takes("reset", 1, costs.ps("boot.disk_call")); // INT 13h, AH = 0
        load.step("begin", (cpu, f) -> {
            f.w[SECTORS_LEFT] = sectors;
            return StepResult.NEXT;
        });
        load.steps().whilePositive("sectors left", SECTORS_LEFT, body -> load.step("the next one", (cpu, f) -> {
                    f.w[SECTORS_LEFT]--;
                    return StepResult.NEXT;
                })
                .takes("INT 13h", 1, sectorPs)
                .stores("move it", 2L * DWORDS_PER_SECTOR)); // each dword is loaded and stored
        add("reset, " + sectors + " sectors x one INT 13h of " + micros(sectorPs), load);
        add(
                E820_CALLS + " E820 calls",
                code("Memory map", "boot/x86_64.s:memory_size").takes("E820", E820_CALLS, costs.ps("boot.e820_call")));
    }

    /** Until the keyboard controller has taken what was written last. */
    private static UnitCode awaitKeyboard(UnitCode code) {
        code.steps()
                .step("look at the keyboard controller", (cpu, f) -> {
                    f.w[STATUS] = 1;
                    return StepResult.NEXT;
                })
                .whilePositive(
                        "input full",
                        STATUS,
                        body -> body.step("read its status", (cpu, f) -> {
                            f.w[STATUS] = cpu.in(KEYBOARD_COMMAND, 1) & INPUT_FULL;
                            return 0;
                        }));
        return code;
    }

    /** Clearing stops short of the last page; the loader relies on the memory of a new machine. */
    private void addPageTables() {
        long fullPages = PAGE_TABLE_BYTES_CLEARED / BootKernel.PAGE;
        add(
                PAGE_TABLE_PAGES + " pages cleared, filled and touched first",
                code("Page tables for 512 GB", "boot/x86_64.s:paging")
                        .fill("clear", PAGE_TABLE_BYTES_CLEARED, fullPages + 1)
                        .fill("first level", 8, 0)
                        .fill("second and third", (PAGE_TABLE_PAGES - 2) * BootKernel.PAGE, 0)
                        .fill("last page", BootKernel.PAGE, 1));
    }

    private UnitCode code(String name, String source) {
        return new UnitCode(kernel, name, source, 1);
    }

    private void add(String driver, UnitCode code) {
        units.add(code.unit(true, (kernelThen, ps) -> driver));
    }
}
