package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.micros;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootStep.Accesses;
import io.torosim.guest.boot.BootStep.BiosCalls;
import io.torosim.guest.boot.BootStep.Elapse;
import io.torosim.guest.boot.BootStep.Fill;
import io.torosim.guest.boot.BootStep.Stores;
import java.util.ArrayList;
import java.util.List;

/** What happens before the kernel proper: QEMU, firmware, loading, page tables (boot/x86_64.s, boot/multiboot.s). */
final class LoaderUnits {
    private static final int BANNER_CHARS = 17;
    private static final int BIOS_DISK_CALLS = 2; // check for extensions, read the second boot sector
    private static final int REAL_MODE_STORES = 2562;
    private static final int A20_PIO = 5;
    private static final int E820_CALLS = 8;
    private static final int DWORDS_PER_SECTOR = 128;
    private static final int PAGE_TABLE_PAGES = 514; // one of the first level, one of the second, 512 of the third
    private static final long PAGE_TABLE_BYTES_CLEARED = 262_145L * 8; // 512 pages and one entry

    private final CostModel costs;
    private final List<BootUnit> units = new ArrayList<>();

    LoaderUnits(CostModel costs) {
        this.costs = costs;
    }

    List<BootUnit> of(BootPath path) {
        String start = path.startParameter();
        add(
                path == BootPath.FIRECRACKER ? "Monitor start" : "QEMU start",
                start,
                "constant",
                List.of(new Elapse(costs.ps(start))));
        if (path.isPc()) {
            add("SeaBIOS", "boot.seabios", "constant", List.of(new Elapse(costs.ps("boot.seabios"))));
        }
        if (path == BootPath.BIOS) {
            addBootSector();
        } else {
            long bytes = costs.count("boot.kernel_bytes");
            long loadPs = bytes * 1_000_000 / costs.permille("boot.kernel_load_gb_per_s");
            add(
                    "Kernel load",
                    "boot.kernel_bytes, boot.kernel_load_*",
                    bytes + " bytes by the monitor",
                    List.of(new Elapse(costs.ps("boot.kernel_load_setup")), new Elapse(loadPs)));
        }
        if (path.isPc()) {
            add(
                    "Temporary page tables",
                    "boot/x86_64.s:init_paging2M",
                    REAL_MODE_STORES + " stores",
                    List.of(new Stores(REAL_MODE_STORES)));
        }
        addPageTables();
        long pioPs = costs.ps("kvm.exit_pio_user");
        add("CMOS shutdown byte", "boot/x86_64.s", "2 PIO x " + micros(pioPs), List.of(new Accesses(ExitCause.PIO, 2)));
        return units;
    }

    private void addBootSector() {
        add(
                "Boot sector",
                "boot/x86_64.s, B1-B4",
                BANNER_CHARS + " video calls, " + BIOS_DISK_CALLS + " disk calls, " + A20_PIO + " PIO for A20",
                List.of(
                        new BiosCalls(BANNER_CHARS, costs.ps("boot.video_call")),
                        new BiosCalls(BIOS_DISK_CALLS, costs.ps("boot.disk_call")),
                        new Accesses(ExitCause.PIO, A20_PIO)));
        long sectors = costs.count("boot.legacy_image_sectors");
        long sectorPs = costs.ps("boot.int13_sector");
        BootStep read = new BiosCalls(1, sectorPs);
        BootStep move = new Stores(2L * DWORDS_PER_SECTOR); // each dword is loaded and stored
        List<BootStep> steps = new ArrayList<>();
        steps.add(new BiosCalls(1, costs.ps("boot.disk_call"))); // INT 13h, AH = 0: reset
        for (long i = 0; i < sectors; i++) {
            steps.add(read);
            steps.add(move);
        }
        add(
                "Kernel load",
                "boot/x86_64.s:load_kernel, boot.int13_sector",
                "reset, " + sectors + " sectors x one INT 13h of " + micros(sectorPs),
                steps);
        add(
                "Memory map",
                "boot/x86_64.s:memory_size",
                E820_CALLS + " E820 calls",
                List.of(new BiosCalls(E820_CALLS, costs.ps("boot.e820_call"))));
    }

    /** Clearing stops short of the last page; the loader relies on the memory of a new machine. */
    private void addPageTables() {
        long fullPages = PAGE_TABLE_BYTES_CLEARED / BootKernel.PAGE;
        add(
                "Page tables for 512 GB",
                "boot/x86_64.s:paging",
                PAGE_TABLE_PAGES + " pages cleared, filled and touched first",
                List.of(
                        new Fill(PAGE_TABLE_BYTES_CLEARED, fullPages + 1),
                        new Fill(8, 0),
                        new Fill((PAGE_TABLE_PAGES - 2) * BootKernel.PAGE, 0), // second level, third but its last page
                        new Fill(BootKernel.PAGE, 1)));
    }

    private void add(String name, String source, String driver, List<BootStep> steps) {
        units.add(BootUnit.of(name, true, source, driver, steps));
    }
}
