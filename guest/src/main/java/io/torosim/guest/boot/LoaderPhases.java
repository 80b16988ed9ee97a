package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.micros;

import io.torosim.core.time.Picos;
import java.util.List;

/** What happens before the kernel proper: QEMU, firmware, loading, page tables (boot/x86_64.s, boot/multiboot.s). */
final class LoaderPhases {
    private static final int BANNER_CHARS = 17;
    private static final int BIOS_DISK_CALLS = 2; // check for extensions, read the second boot sector
    private static final int REAL_MODE_STORES = 2562;
    private static final int A20_PIO = 5;
    private static final int E820_CALLS = 8;
    private static final int DWORDS_PER_SECTOR = 128;
    private static final long PAGE_TABLE_PAGES = 514;
    private static final long PAGE_TABLE_BYTES_CLEARED = 262_145L * 8;
    private static final long PAGE_TABLE_BYTES_WRITTEN = (1L + 512 + 262_144) * 8;

    private final BootCosts costs;
    private final List<BootPhase> phases;

    LoaderPhases(BootCosts costs, List<BootPhase> phases) {
        this.costs = costs;
        this.phases = phases;
    }

    void addFor(BootPath path) {
        String start = path.startParameter();
        add(path == BootPath.FIRECRACKER ? "Monitor start" : "QEMU start", costs.ps(start), "constant", start);
        if (path.isPc()) {
            add("SeaBIOS", costs.ps("boot.seabios"), "constant", "boot.seabios");
        }
        if (path == BootPath.BIOS) {
            addBootSector();
        } else {
            long bytes = costs.count("boot.kernel_bytes");
            add(
                    "Kernel load",
                    costs.ps("boot.kernel_load_setup") + costs.loadPs(bytes),
                    bytes + " bytes by QEMU",
                    "boot.kernel_bytes, boot.kernel_load_*");
        }
        if (path.isPc()) {
            add(
                    "Temporary page tables",
                    costs.storesPs(REAL_MODE_STORES),
                    REAL_MODE_STORES + " stores",
                    "boot/x86_64.s:init_paging2M");
        }
        add(
                "Page tables for 512 GB",
                costs.fillPs(PAGE_TABLE_BYTES_CLEARED + PAGE_TABLE_BYTES_WRITTEN)
                        + PAGE_TABLE_PAGES * costs.firstTouchPs,
                PAGE_TABLE_PAGES + " pages cleared, filled and touched first",
                "boot/x86_64.s:paging");
        add("CMOS shutdown byte", 2 * costs.pioUserPs, "2 PIO x " + micros(costs.pioUserPs), "boot/x86_64.s");
    }

    private void addBootSector() {
        long sectorPs = costs.ps("boot.int13_sector");
        long sectors = costs.count("boot.legacy_image_sectors");
        add(
                "Boot sector",
                BANNER_CHARS * costs.ps("boot.video_call")
                        + BIOS_DISK_CALLS * costs.ps("boot.disk_call")
                        + A20_PIO * costs.pioUserPs,
                BANNER_CHARS + " video calls, " + BIOS_DISK_CALLS + " disk calls, " + A20_PIO + " PIO for A20",
                "boot/x86_64.s, B1-B4");
        add(
                "Kernel load",
                sectors * (sectorPs + costs.storesPs(2 * DWORDS_PER_SECTOR)),
                sectors + " sectors x one INT 13h of " + micros(sectorPs),
                "boot/x86_64.s:load_kernel, boot.int13_sector");
        add(
                "Memory map",
                E820_CALLS * costs.ps("boot.e820_call"),
                E820_CALLS + " E820 calls",
                "boot/x86_64.s:memory_size");
    }

    private void add(String name, long ps, String driver, String source) {
        if (ps < 0 || ps > Picos.PER_SECOND * 1000) {
            throw new IllegalArgumentException("phase " + name + " would take " + ps + " ps");
        }
        phases.add(new BootPhase(name, ps, true, driver, source));
    }
}
