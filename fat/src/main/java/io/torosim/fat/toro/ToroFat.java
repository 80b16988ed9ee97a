package io.torosim.fat.toro;

import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u8;

import io.torosim.fat.toro.DirectorySearch.ToroInode;
import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Toro's FAT16 driver under its virtual file system ({@code Fat.pas} and {@code Filesystem.pas} of 2018): mounting reads
 * the whole table through the buffer cache and keeps its blocks in use; names are looked up sector by sector; files are
 * read 512 bytes at a time. With all quirks on, only the first 512 bytes of a file are right; with none, everything is.
 *
 * <p>Confined to the simulation thread.
 */
public final class ToroFat {
    private static final int SECTOR = 512;
    private static final int LAST = -1; // no cluster follows
    private static final int MAX_STEPS = 70_000; // longer than any chain: the real driver would not come back

    private final Set<FatQuirk> quirks;
    private final BufferCache cache;
    private final DiskWork work;
    private final DiskCosts costs;
    private final Map<Integer, ToroInode> inodes = new LinkedHashMap<>();
    private final ToroLayout layout;
    private final int behindLast; // what nextSector returns behind the last sector
    private byte[] table; // the copy, and the zero rest of its power of two
    private int tableBase; // where the driver believes that it begins

    /**
     * Mounts a volume, as {@code FatReadSuper} does: accepted if the type string has F first and 6 fifth.
     *
     * @param driver the disk, or partition
     * @param costs what the steps cost
     * @param quirks the defects that are on
     * @param work counts what is done, from now on
     * @throws FileSystemException if the type string is another or the table does not fit the cache
     * @throws IOException if the medium fails
     */
    public ToroFat(DiskDriver driver, DiskCosts costs, Set<FatQuirk> quirks, DiskWork work) throws IOException {
        this(driver, new AccountingRunner(costs), costs, quirks, work);
    }

    /**
     * As the other constructor, with requests executed by {@code runner}.
     *
     * @throws FileSystemException if the type string is another or the table does not fit the cache
     * @throws IOException if the medium fails
     */
    public ToroFat(DiskDriver driver, DiskRunner runner, DiskCosts costs, Set<FatQuirk> quirks, DiskWork work)
            throws IOException {
        this.quirks = quirks.isEmpty() ? EnumSet.noneOf(FatQuirk.class) : EnumSet.copyOf(quirks);
        this.work = work;
        this.costs = costs;
        this.cache = new BufferCache(driver, runner, costs, work);
        BufferCache.Buffer superBlock = cache.get(0);
        if (superBlock == null) {
            throw new FileSystemException("toro", null, "there is no buffer for the boot sector");
        }
        byte[] boot = superBlock.data;
        if (boot[0x36] != 'F' || boot[0x3a] != '6') {
            throw new FileSystemException("toro", null, "type string is not FAT16");
        }
        int sectorsPerCluster = u8(boot, 0x0d);
        if (sectorsPerCluster == 0 || u16(boot, 0x0b) == 0) {
            throw new FileSystemException(
                    "toro",
                    null,
                    "division by zero: bytesPerSector=" + u16(boot, 0x0b) + ", sectorsPerCluster=" + sectorsPerCluster);
        }
        layout = ToroLayout.of(
                u16(boot, 0x0b),
                sectorsPerCluster,
                u16(boot, 0x0e),
                u8(boot, 0x10),
                u16(boot, 0x11),
                u16(boot, 0x16),
                quirks);
        behindLast = quirks.contains(FatQuirk.END_IS_SECTOR) ? 0xffff : -1;
        cache.put(superBlock);
        loadTable(layout.tableBlocks());
    }

    /** Reads the blocks of the table; they are never given back. */
    private void loadTable(int blocks) throws IOException {
        int bytes = blocks * SECTOR;
        table = new byte[Integer.highestOneBit(Math.max(bytes - 1, 1)) * 2 + bytes + SECTOR];
        for (int i = 0; i < blocks; i++) {
            BufferCache.Buffer buffer = cache.get((long) layout.tableStart() + i);
            if (buffer == null) {
                throw new FileSystemException("toro", null, "buffer cache is full of the table, fatSectors=" + blocks);
            }
            System.arraycopy(buffer.data, 0, table, i * SECTOR, SECTOR);
            work.copySector(costs);
        }
        tableBase = quirks.contains(FatQuirk.TABLE_POINTER) ? bytes : 0;
    }

    /**
     * Returns the blocks that the cache holds in use.
     *
     * @return a count
     */
    public int blocksInUse() {
        return cache.inUseCount();
    }

    /**
     * Opens a file, as {@code SysOpenFile} does with {@code NameI}: the first character is skipped, the rest split at
     * {@code /}.
     *
     * @param path for example {@code /index.html}
     * @return the inode
     * @throws NoSuchFileException if a name is not found
     * @throws FileSystemException if the driver would search for ever
     * @throws IOException if the medium fails
     */
    public ToroInode open(String path) throws IOException {
        ToroInode at = ToroInode.ROOT;
        for (String name : path.substring(1).split("/")) {
            at = at.directory() ? lookUp(at, name) : null;
            if (at == null) {
                throw new NoSuchFileException(path);
            }
        }
        return at;
    }

    private @Nullable ToroInode lookUp(ToroInode directory, String name) throws IOException {
        var search = new DirectorySearch(name, quirks);
        if (directory.number() == ToroInode.ROOT.number()) {
            int last = quirks.contains(FatQuirk.ROOT_BOUNDS) ? layout.rootEnd() : layout.rootEnd() - 1;
            for (int sector = layout.rootStart(); sector <= last && !search.isOver(); sector++) {
                scan(search, sector);
            }
        } else {
            long sector = firstSector(directory.number());
            for (int i = 0; sector != behindLast && !search.isOver(); i++) {
                if (i > MAX_STEPS) {
                    throw new FileSystemException(name, null, "the driver searches for ever at sector " + sector);
                }
                scan(search, sector);
                sector = nextSector(sector);
            }
        }
        ToroInode found = search.found();
        if (found == null) {
            return null;
        }
        ToroInode cached = inodes.putIfAbsent(found.number(), found);
        return cached != null ? cached : found; // keyed by the first cluster: all empty files are one
    }

    private void scan(DirectorySearch search, long sector) throws IOException {
        BufferCache.Buffer buffer = block(sector);
        search.scan(buffer.data);
        cache.put(buffer);
    }

    private BufferCache.Buffer block(long sector) throws IOException {
        BufferCache.Buffer buffer = cache.get(sector);
        if (buffer == null) {
            throw new FileSystemException("toro", null, "no buffer is free");
        }
        return buffer;
    }

    /**
     * Reads from a file, as {@code FatReadFile} does.
     *
     * @param file an inode
     * @param position first byte, at least 0
     * @param count bytes wanted
     * @return what the driver delivers: as many bytes as the file has there, right or not
     * @throws IOException if the medium fails
     */
    public byte[] read(ToroInode file, long position, int count) throws IOException {
        int length = (int) Math.max(0, Math.min(count, file.size() - position));
        byte[] result = new byte[length];
        long sector = length == 0 ? behindLast : start(file, position);
        int inside = (int) (position % SECTOR);
        for (int done = 0; done < length && sector != behindLast; ) {
            BufferCache.Buffer buffer = block(sector);
            int part = Math.min(SECTOR - inside, length - done);
            System.arraycopy(buffer.data, inside, result, done, part);
            work.copySector(costs);
            cache.put(buffer);
            done += part;
            inside = 0;
            if (done < length) {
                sector = nextSector(sector);
            }
        }
        return result;
    }

    private long start(ToroInode file, long position) {
        long sector = firstSector(file.number());
        int blocks = (int) (position / SECTOR);
        for (int i = 0; i < blocks && sector != behindLast; i++) {
            sector = nextSector(quirks.contains(FatQuirk.CLUSTERS_AS_SECTORS) ? file.number() + i : sector);
        }
        return sector;
    }

    private long firstSector(int cluster) {
        return (long) (cluster - 2) * layout.blocksPerCluster() + layout.rootEnd();
    }

    /** {@code GetFatSector}: the sector that follows one. */
    private long nextSector(long sector) {
        int cluster = (int) Math.floorDiv(sector - layout.rootEnd(), (long) layout.blocksPerCluster()) + 2;
        boolean lastOfCluster =
                Math.floorMod(sector - layout.rootEnd(), layout.blocksPerCluster()) == layout.blocksPerCluster() - 1;
        if (!quirks.contains(FatQuirk.FIRST_SECTOR_OF_CLUSTER) && !lastOfCluster) {
            return sector + 1;
        }
        int next = entry(cluster);
        return next == LAST ? behindLast : firstSector(next);
    }

    private int entry(int cluster) {
        if (quirks.contains(FatQuirk.TWELVE_BIT_ENTRIES)) {
            int pair = tableWord(tableBase + cluster + cluster / 2);
            int value = (cluster & 1) == 0 ? pair & 0xfff : pair >>> 4;
            return value == 0xfff ? LAST : value;
        }
        int value = tableWord(tableBase + cluster * 2);
        return value >= 0xfff8 ? LAST : value;
    }

    /** Reads 16 bits of the copy; behind its power of two another block of memory begins, taken to be zero. */
    private int tableWord(int offset) {
        return offset < 0 || offset + 2 > table.length ? 0 : u16(table, offset);
    }
}
