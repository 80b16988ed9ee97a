package io.torosim.mem.map;

import io.torosim.core.memory.GuestMemory;
import io.torosim.mem.map.PhysicalMap.E820Map.E820Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What lies where in guest-physical memory once Toro has booted by BIOS, and which part of RAM each core's allocator
 * gets. A value. Facts: Toro of 2018-08-25 (commit 72b7e90), Arch.pas, boot/x86_64.s, buildimg.pas and
 * Memory.pas:DistributeMemoryRegions.
 *
 * <p>Only the first usable E820 range that begins at 64 KiB or above is shared out; RAM behind the PCI hole stays unused.
 * The division is by whole bytes: with a core count that does not divide it, areas begin and end at odd addresses, which
 * the allocator of 2018 does not survive ({@code MemQuirk.SPLIT_UNDERFLOW}).
 *
 * <p>It is made from an {@link E820Map}, the firmware's; {@link IdentityPageTables} writes the page tables that Toro builds.
 * {@link io.torosim.mem.alloc.GuestAllocator.MemoryAreas MemoryAreas} takes the cores' areas from it.
 */
public final class PhysicalMap {
    /** Size of a page of the identity map: 2 MiB. */
    public static final long PAGE_BYTES = 2L << 20;
    /** Where the kernel image lies (image base 4194304, buildimg.pas). */
    public static final long KERNEL_IMAGE_START = 0x400000;
    /** Where the image may hold debug lines (file offset 0x300000, buildimg.pas). */
    public static final long DEBUG_LINE_START = 0x700000;
    /** The first byte that goes to the allocator (Arch.pas: ALLOC_MEMORY_START). */
    public static final long ALLOC_MEMORY_START = 0x800000;
    /** The local APIC of every core (Arch.pas: Apic_Base). */
    public static final long APIC_BASE = 0xFEE00000L;
    /** Most cores Toro knows (Arch.pas: MAX_CPU). */
    public static final int MAX_CPU = 8;

    private static final long LOWEST_REGION = 0x10000;

    private final E820Map e820;
    private final int cpuCount;
    private final E820Entry assigned;
    private final long memoryPerCpu;

    /**
     * A named range.
     *
     * @param name what lies there
     * @param from first byte
     * @param end first byte behind it
     * @param source where the fact is to be found in Toro
     */
    public record Region(String name, long from, long end, String source) {}

    /**
     * Divides RAM.
     *
     * @param e820 the firmware's map
     * @param cpuCount in {@code [1, 8]}
     * @throws IllegalArgumentException if no usable range reaches beyond 8 MiB
     */
    public PhysicalMap(E820Map e820, int cpuCount) {
        if (cpuCount < 1 || cpuCount > MAX_CPU) {
            throw new IllegalArgumentException("cpuCount must be in [1, " + MAX_CPU + "], cpuCount=" + cpuCount);
        }
        this.e820 = e820;
        this.cpuCount = cpuCount;
        this.assigned = e820.entries().stream()
                .filter(e -> e.type() == E820Entry.USABLE && e.base() >= LOWEST_REGION)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "E820 map must have a usable range at or above 0x10000, entries=" + e820.entries()));
        long assignable = assigned.end() - ALLOC_MEMORY_START;
        if (assigned.base() > ALLOC_MEMORY_START || assignable <= 0) {
            throw new IllegalArgumentException(
                    "the first usable E820 range must reach over 0x800000, range=" + assigned);
        }
        this.memoryPerCpu = assignable / cpuCount;
    }

    /** Returns the map of QEMU's {@code pc} machine; see {@link E820Map#qemuPc}. */
    public static PhysicalMap qemuPc(long ramBytes, int cpuCount) {
        return new PhysicalMap(E820Map.qemuPc(ramBytes), cpuCount);
    }

    /** Returns the firmware's map. */
    public E820Map e820() {
        return e820;
    }

    /** Returns the number of cores. */
    public int cpuCount() {
        return cpuCount;
    }

    /** Returns the bytes that are shared out among the cores. */
    public long assignableBytes() {
        return assigned.end() - ALLOC_MEMORY_START;
    }

    /** Returns the bytes of each core's area: {@code assignableBytes / cpuCount}, rounded down. */
    public long memoryPerCpu() {
        return memoryPerCpu;
    }

    /** Returns the first byte of a core's area. */
    public long areaStart(int cpuId) {
        if (cpuId < 0 || cpuId >= cpuCount) {
            throw new IllegalArgumentException("cpuId must be in [0, " + cpuCount + "), cpuId=" + cpuId);
        }
        return ALLOC_MEMORY_START + cpuId * memoryPerCpu;
    }

    /** Returns usable bytes that no allocator ever gets: those of all usable ranges beside the assigned one. */
    public long ignoredBytes() {
        return e820.entries().stream()
                .filter(e -> e.type() == E820Entry.USABLE && e != assigned)
                .mapToLong(E820Entry::lengthBytes)
                .sum();
    }

    /** Returns everything of interest, in order of address; a few fixed structures overlap, as they do in Toro. */
    public List<Region> regions() {
        List<Region> regions = new ArrayList<>();
        regions.add(new Region("start-up jump of the other cores", 0x2000, 0x2005, "boot/x86_64.s"));
        regions.add(new Region("GDT", 0x3000, 0x3028, "boot/x86_64.s"));
        regions.add(new Region("IDT", 0x3020, 0x4020, "boot/x86_64.s, Arch.pas:ArchInit")); // overlaps the GDT
        regions.add(new Region("boot sectors", 0x7C00, 0x8000, "boot/x86_64.s"));
        regions.add(new Region("sector bounce buffer", 0x8000, 0x8200, "boot/x86_64.s"));
        regions.add(new Region(
                "E820 table",
                E820Map.TABLE,
                E820Map.TABLE + e820.entries().size() * (long) E820Map.ENTRY_BYTES + 4,
                "boot/x86_64.s"));
        regions.add(new Region("temporary page tables", 0x90000, 0x94000, "boot/x86_64.s"));
        regions.add(new Region("VGA text", 0xB8000, 0xB8000 + 80 * 25 * 2, "Console.pas"));
        regions.add(new Region("ACPI and MP tables", 0xE0000, 0x100000, "Arch.pas"));
        regions.add(new Region(
                "page tables",
                IdentityPageTables.BASE,
                IdentityPageTables.BASE + IdentityPageTables.TABLE_BYTES,
                "boot/x86_64.s"));
        regions.add(new Region("kernel image", KERNEL_IMAGE_START, ALLOC_MEMORY_START, "buildimg.pas"));
        for (int cpu = 0; cpu < cpuCount; cpu++) {
            regions.add(new Region(
                    "allocator of core " + cpu,
                    areaStart(cpu),
                    areaStart(cpu) + memoryPerCpu,
                    "Memory.pas:DistributeMemoryRegions"));
        }
        regions.add(new Region("local APIC", APIC_BASE, APIC_BASE + 0x1000, "Arch.pas"));
        return regions;
    }

    /**
     * The firmware's memory map as Toro's boot loader leaves it in memory: 24-byte entries (base 8, length 8, type 4,
     * attributes 4) from 0x30000, ended by a double word 0x1234 (Toro, boot/x86_64.s).
     *
     * @param entries in table order, at most {@link #MAX_ENTRIES}
     */
    public record E820Map(List<E820Entry> entries) {
        /** Where the boot loader puts the table. */
        public static final long TABLE = 0x30000;
        /** Bytes of an entry. */
        public static final int ENTRY_BYTES = 24;
        /** Marks the end of the table. */
        public static final int TERMINATOR = 0x1234;
        /** A longer table is refused: a bound for reading what may have no end mark. */
        public static final int MAX_ENTRIES = 128;

        private static final long MIB = 1L << 20;
        private static final long FOUR_GIB = 1L << 32;
        private static final long LOW_LIMIT = 0xE0000000L; // more RAM than this is split at 3 GiB
        private static final long SPLIT = 0xC0000000L;

        /** Copies the list and checks its length. */
        public E820Map {
            entries = List.copyOf(entries);
            if (entries.size() > MAX_ENTRIES) {
                throw new IllegalArgumentException(
                        "entries must be at most " + MAX_ENTRIES + ", entries=" + entries.size());
            }
        }

        /**
         * Returns the map that SeaBIOS gives on QEMU's {@code pc} machine (i440FX): 639 KiB of base memory, RAM from 1 MiB to
         * 128 KiB below its end (ACPI tables lie there), RAM beyond 3.5 GiB split around the PCI hole.
         *
         * @param ramBytes a multiple of 1 MiB in {@code [4 MiB, 1 TiB]}
         */
        public static E820Map qemuPc(long ramBytes) {
            if (ramBytes < 4 * MIB || ramBytes > 1L << 40 || ramBytes % MIB != 0) {
                throw new IllegalArgumentException(
                        "ramBytes must be a multiple of 1 MiB in [4 MiB, 1 TiB], ramBytes=" + ramBytes);
            }
            long low = ramBytes > LOW_LIMIT ? SPLIT : ramBytes;
            List<E820Entry> entries = new ArrayList<>();
            entries.add(new E820Entry(0, 0x9FC00, E820Entry.USABLE));
            entries.add(new E820Entry(0x9FC00, 0x400, E820Entry.RESERVED));
            entries.add(new E820Entry(0xF0000, 0x10000, E820Entry.RESERVED));
            entries.add(new E820Entry(MIB, low - 0x20000 - MIB, E820Entry.USABLE));
            entries.add(new E820Entry(low - 0x20000, 0x20000, E820Entry.RESERVED));
            entries.add(new E820Entry(0xFFFC0000L, 0x40000, E820Entry.RESERVED));
            if (ramBytes > low) {
                entries.add(new E820Entry(FOUR_GIB, ramBytes - low, E820Entry.USABLE));
            }
            return new E820Map(entries);
        }

        /** Writes the table and its end mark at {@link #TABLE}. */
        public void writeTo(GuestMemory memory) {
            long at = TABLE;
            for (E820Entry entry : entries) {
                memory.store64(at, entry.base());
                memory.store64(at + 8, entry.lengthBytes());
                memory.store32(at + 16, entry.type());
                memory.store32(at + 20, 0);
                at += ENTRY_BYTES;
            }
            memory.store32(at, TERMINATOR);
        }

        /**
         * Reads the table at {@link #TABLE}. A base whose low half is 0x1234 ends the table too, as in Toro.
         *
         * @throws IllegalArgumentException if there is no end mark or a range is impossible
         */
        public static E820Map readFrom(GuestMemory memory) {
            List<E820Entry> entries = new ArrayList<>();
            for (long at = TABLE; memory.load32(at) != TERMINATOR; at += ENTRY_BYTES) {
                if (entries.size() == MAX_ENTRIES) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "E820 table at 0x%x must end with 0x%x within %d entries",
                            TABLE,
                            TERMINATOR,
                            MAX_ENTRIES));
                }
                entries.add(new E820Entry(memory.load64(at), memory.load64(at + 8), memory.load32(at + 16)));
            }
            return new E820Map(entries);
        }

        /**
         * One range of the firmware's memory map (ACPI specification, "INT 15H, E820H - Query System Address Map").
         *
         * @param base guest-physical address of the first byte, at least 0
         * @param lengthBytes at least 1
         * @param type 1 = RAM the kernel may use, 2 = reserved, 3 = ACPI tables, 4 = ACPI NVS; others as found
         */
        public record E820Entry(long base, long lengthBytes, int type) {
            /** RAM that the kernel may use. */
            public static final int USABLE = 1;
            /** Not to be used. */
            public static final int RESERVED = 2;

            /** Checks the range. */
            public E820Entry {
                if (base < 0 || lengthBytes < 1 || base + lengthBytes < 0) {
                    throw new IllegalArgumentException("E820 range must lie in [0, 2^63) and not be empty, base=0x"
                            + Long.toHexString(base) + ", lengthBytes=" + lengthBytes);
                }
            }

            /** Returns the address of the first byte behind the range. */
            public long end() {
                return base + lengthBytes;
            }
        }
    }

    /**
     * Toro's final page tables, in guest memory: 512 GiB mapped to itself by pages of 2 MiB. One PML4 page, one PDPT page and
     * 512 page directories from 0x100000, 514 pages of 4 KiB in all (Toro, boot/x86_64.s). Entry formats: Intel SDM volume 3A,
     * section "4-Level Paging and 5-Level Paging".
     *
     * <p>Cacheability is a property of a 2 MiB page: bit PCD of its entry. {@link #uncache} and {@link #cache} are
     * Arch.pas:SysUnCacheRegion and SysCacheRegion; like them they flush no TLB. Confined to the simulation thread.
     */
    public static final class IdentityPageTables {
        /** Where the tables lie (Arch.pas: PDADD). */
        public static final long BASE = 0x100000;
        /** Bytes they take. */
        public static final long TABLE_BYTES = 514 * 4096L;
        /** Bytes they map. */
        public static final long MAPPED_BYTES = 512L << 30;

        private static final long PML4 = BASE;
        private static final long PDPT = BASE + 4096;
        private static final long DIRECTORIES = BASE + 8192;
        private static final int PRESENT_WRITABLE_USER = 0x07;
        private static final int PAGE_FLAGS = 0x87; // present, writable, user, page size
        private static final int WRITABLE = 1 << 1;
        private static final int PCD = 1 << 4;

        private final GuestMemory memory;

        private IdentityPageTables(GuestMemory memory) {
            this.memory = memory;
        }

        /** Returns the tables that lie in {@code memory} already. */
        public static IdentityPageTables in(GuestMemory memory) {
            Objects.requireNonNull(memory, "memory");
            return new IdentityPageTables(memory);
        }

        /**
         * Writes the tables as the boot loader does, all pages cacheable and writable: 262,657 entries.
         *
         * @param memory at least 0x302000 bytes
         */
        public static IdentityPageTables write(GuestMemory memory) {
            Objects.requireNonNull(memory, "memory");
            memory.fill(BASE, TABLE_BYTES, 0);
            memory.store64(PML4, PDPT | PRESENT_WRITABLE_USER);
            for (int i = 0; i < 512; i++) {
                memory.store64(PDPT + 8L * i, DIRECTORIES + 4096L * i | PRESENT_WRITABLE_USER);
            }
            for (long page = 0; page < MAPPED_BYTES / PhysicalMap.PAGE_BYTES; page++) {
                memory.store64(DIRECTORIES + 8 * page, page * PhysicalMap.PAGE_BYTES | PAGE_FLAGS);
            }
            return new IdentityPageTables(memory);
        }

        /**
         * Returns how many 4 KiB tables an identity map of {@code mappedBytes} by 2 MiB pages takes: the size model behind the
         * boot cost of mapping 512 GiB.
         *
         * @param mappedBytes in {@code [1, 2^48]}
         */
        public static long tablePages(long mappedBytes) {
            if (mappedBytes < 1 || mappedBytes > 1L << 48) {
                throw new IllegalArgumentException("mappedBytes must be in [1, 2^48], mappedBytes=" + mappedBytes);
            }
            long directories = ceilDiv(mappedBytes, 1L << 30);
            return 1 + ceilDiv(directories, 512) + directories;
        }

        private static long ceilDiv(long a, long b) {
            return (a + b - 1) / b;
        }

        /** Does Arch.pas:CacheManagerInit: page 0 read-only and uncacheable, page 1 uncacheable. */
        public void cacheManagerInit() {
            long first = memory.load64(entry(0));
            memory.store64(entry(0), first & ~(long) WRITABLE | PCD);
            memory.store64(entry(PhysicalMap.PAGE_BYTES), memory.load64(entry(PhysicalMap.PAGE_BYTES)) | PCD);
        }

        /** Makes every 2 MiB page that {@code [address, address + lengthBytes)} touches uncacheable. */
        public void uncache(long address, long lengthBytes) {
            change(address, lengthBytes, PCD, PCD);
        }

        /** Makes every 2 MiB page that {@code [address, address + lengthBytes)} touches cacheable. */
        public void cache(long address, long lengthBytes) {
            change(address, lengthBytes, PCD, 0);
        }

        private void change(long address, long lengthBytes, long mask, long bits) {
            if (lengthBytes < 1 || address < 0 || address > MAPPED_BYTES - lengthBytes) {
                throw new IllegalArgumentException("region must lie in the mapped 512 GiB and not be empty, address=0x"
                        + Long.toHexString(address) + ", lengthBytes=" + lengthBytes);
            }
            long last = (address + lengthBytes - 1) / PhysicalMap.PAGE_BYTES;
            for (long page = address / PhysicalMap.PAGE_BYTES; page <= last; page++) {
                long at = DIRECTORIES + 8 * page;
                memory.store64(at, memory.load64(at) & ~mask | bits);
            }
        }

        /** Returns whether the page of {@code address} may be cached. */
        public boolean isCacheable(long address) {
            return (memory.load64(entry(address)) & PCD) == 0;
        }

        /**
         * Returns whether the page of {@code address} is marked writable. Toro never sets CR0.WP, so the kernel writes to a
         * read-only page without a fault: stores through a nil pointer succeed.
         */
        public boolean isWritable(long address) {
            return (memory.load64(entry(address)) & WRITABLE) != 0;
        }

        /** Returns the address that a linear address is mapped to: itself, as long as nobody has damaged the tables. */
        public long translate(long address) {
            return memory.load64(entry(address)) & 0x000F_FFFF_FFE0_0000L | address & PhysicalMap.PAGE_BYTES - 1;
        }

        private static long entry(long address) {
            if (address < 0 || address >= MAPPED_BYTES) {
                throw new IllegalArgumentException(
                        "address must be in [0, 512 GiB), address=0x" + Long.toHexString(address));
            }
            return DIRECTORIES + 8 * (address / PhysicalMap.PAGE_BYTES);
        }
    }
}
