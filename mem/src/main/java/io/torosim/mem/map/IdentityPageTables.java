package io.torosim.mem.map;

import io.torosim.core.memory.GuestMemory;

/**
 * Toro's final page tables, in guest memory: 512 GiB mapped to itself by pages of 2 MiB. One PML4 page, one PDPT page and
 * 512 page directories from 0x100000, 514 pages of 4 KiB in all (Toro, boot/x86_64.s). Entry formats: Intel SDM volume 3A,
 * section "4-Level Paging and 5-Level Paging".
 *
 * <p>Cacheability is a property of a 2 MiB page: bit PCD of its entry. {@link #uncache} and {@link #cache} are
 * Arch.pas:SysUnCacheRegion and SysCacheRegion; like them they flush no TLB. Confined to the simulation thread.
 */
public final class IdentityPageTables {
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
        return new IdentityPageTables(memory);
    }

    /**
     * Writes the tables as the boot loader does, all pages cacheable and writable: 262,657 entries.
     *
     * @param memory at least 0x302000 bytes
     */
    public static IdentityPageTables write(GuestMemory memory) {
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
