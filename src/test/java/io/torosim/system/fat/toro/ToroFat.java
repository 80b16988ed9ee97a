package io.torosim.system.fat.toro;

import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u8;

import io.torosim.core.block.BlockDevice;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.guest.fs.FatReader.ToroInode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The model that {@link FatReader} is held to: Toro's FAT16 driver of 2018 ({@code Fat.pas}, {@code Filesystem.pas}) in plain Java, at once and for
 * one thread. It shares with it the inode, the status and the switches, and counts what it does. The memory behind the table is zero.
 */
final class ToroFat {
    private static final int MAX_STEPS = 70_000; // longer than any chain

    private final Set<FatQuirk> quirks;
    private final BufferCache cache;
    private final Map<Integer, ToroInode> inodes = new LinkedHashMap<>();
    private final long rootStart;
    private final long dataStart;
    private final int blocksPerCluster;
    private final byte[] table;
    private long copies;

    /** Why a file, or a volume, is not read. */
    static final class Stop extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        final ReadStatus status;

        Stop(ReadStatus status) {
            super("toro: " + status.text());
            this.status = status;
        }
    }

    /** Mounts a volume, as {@code FatReadSuper} and {@code FatLoadTable} do. */
    ToroFat(BlockDevice volume, Set<FatQuirk> quirks) throws IOException {
        this.quirks = quirks;
        this.cache = new BufferCache(volume);
        BufferCache.Buffer superBlock = block(0, ReadStatus.NO_BUFFER);
        byte[] boot = superBlock.data;
        if (boot[0x36] != 'F' || boot[0x3a] != '6') {
            throw new Stop(ReadStatus.NOT_FAT16);
        }
        int sectorBytes = u16(boot, 0x0b);
        int sectorsPerCluster = u8(boot, 0x0d);
        if (sectorBytes == 0 || sectorsPerCluster == 0) {
            throw new Stop(ReadStatus.DIVISION_BY_ZERO);
        }
        int reserved = u16(boot, 0x0e);
        int tableSectors = u16(boot, 0x16);
        int rootBytes = u16(boot, 0x11) * 32;
        int blocks = has(FatQuirk.SECTOR_IS_BLOCK) ? 1 : Math.max(1, sectorBytes / BufferCache.BLOCK_BYTES);
        int rootSectors = rootBytes / sectorBytes;
        if (rootBytes % sectorBytes != 0 && !has(FatQuirk.ROOT_ROUNDED_DOWN)) {
            rootSectors++;
        }
        rootStart = (long) blocks * (reserved + tableSectors * (has(FatQuirk.TWO_TABLES) ? 2 : u8(boot, 0x10)));
        dataStart = rootStart + (long) blocks * rootSectors;
        blocksPerCluster = blocks * sectorsPerCluster;
        cache.put(superBlock);
        table = table((has(FatQuirk.ONE_RESERVED_SECTOR) ? 1 : reserved) * blocks, tableSectors * blocks);
    }

    private boolean has(FatQuirk quirk) {
        return quirks.contains(quirk);
    }

    /** The blocks stay in use for ever. */
    private byte[] table(int start, int blocks) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        for (int i = 0; i < blocks; i++) {
            copy.write(block(start + i, ReadStatus.TABLE_FILLS_CACHE).data);
            copies++;
        }
        return copy.toByteArray();
    }

    private BufferCache.Buffer block(long number, ReadStatus none) throws IOException {
        BufferCache.Buffer buffer = cache.get(number);
        if (buffer == null) {
            throw new Stop(none);
        }
        return buffer;
    }

    /** Buffers and what was read and looked at. */
    BufferCache cache() {
        return cache;
    }

    /** Blocks, or parts of one, that were copied. */
    long copies() {
        return copies;
    }

    /** {@code SysOpenFile}: the first character is skipped, the rest split at {@code /}. */
    ToroInode open(String path) throws IOException {
        ToroInode at = ToroInode.ROOT;
        for (String name : path.substring(1).split("/")) {
            ToroInode found = at.directory() ? lookUp(at, new ToroSearch(name, quirks)) : null;
            if (found == null) {
                throw new Stop(ReadStatus.NOT_FOUND);
            }
            inodes.putIfAbsent(found.number(), found); // keyed by the first cluster: all empty files are one
            at = inodes.get(found.number());
        }
        return at;
    }

    private @Nullable ToroInode lookUp(ToroInode directory, ToroSearch search) throws IOException {
        boolean root = directory.number() == ToroInode.ROOT.number();
        long rootEnd = has(FatQuirk.ROOT_BOUNDS) ? dataStart + 1 : dataStart;
        long sector = root ? rootStart : firstSector(directory.number());
        for (int i = 0; !search.isOver() && (root ? sector < rootEnd : sector != behindLast()); i++) {
            if (!root && i > MAX_STEPS) {
                throw new Stop(ReadStatus.ENDLESS);
            }
            BufferCache.Buffer buffer = block(sector, ReadStatus.NO_BUFFER);
            search.scan(buffer.data);
            cache.put(buffer);
            sector = root ? sector + 1 : sectorAfter(sector);
        }
        return search.found();
    }

    /** {@code SysReadFile}: as many bytes as the file has there, right or not. */
    byte[] read(ToroInode file, long position, int count) throws IOException {
        byte[] bytes = new byte[(int) Math.max(0, Math.min(count, file.size() - position))];
        if (bytes.length == 0) {
            return bytes;
        }
        long sector = firstSector(file.number());
        long before = position / BufferCache.BLOCK_BYTES;
        for (int i = 0; i < before && sector != behindLast(); i++) {
            sector = sectorAfter(has(FatQuirk.CLUSTERS_AS_SECTORS) ? file.number() + i : sector);
        }
        int inside = (int) (position % BufferCache.BLOCK_BYTES);
        for (int done = 0; done < bytes.length && sector != behindLast(); inside = 0) {
            BufferCache.Buffer buffer = block(sector, ReadStatus.NO_BUFFER);
            int part = Math.min(BufferCache.BLOCK_BYTES - inside, bytes.length - done);
            System.arraycopy(buffer.data, inside, bytes, done, part);
            cache.put(buffer);
            copies++;
            done += part;
            sector = done < bytes.length ? sectorAfter(sector) : sector;
        }
        return bytes;
    }

    private long behindLast() {
        return has(FatQuirk.END_IS_SECTOR) ? 0xffff : -1;
    }

    private long firstSector(int cluster) {
        return dataStart + (cluster - 2L) * blocksPerCluster;
    }

    /** {@code GetFatSector}. */
    private long sectorAfter(long sector) {
        int cluster = (int) Math.floorDiv(sector - dataStart, (long) blocksPerCluster) + 2;
        boolean clusterGoesOn = sector + 1 < firstSector(cluster + 1);
        if (clusterGoesOn && !has(FatQuirk.FIRST_SECTOR_OF_CLUSTER)) {
            return sector + 1;
        }
        int behind = has(FatQuirk.TABLE_POINTER) ? table.length : 0; // where the driver believes that the table begins
        int entry;
        boolean last;
        if (has(FatQuirk.TWELVE_BIT_ENTRIES)) {
            int pair = word(behind + cluster + cluster / 2);
            entry = (cluster & 1) == 0 ? pair & 0xfff : pair >>> 4;
            last = entry == 0xfff;
        } else {
            entry = word(behind + cluster * 2);
            last = entry >= 0xfff8;
        }
        return last ? behindLast() : firstSector(entry);
    }

    private int word(int offset) {
        if (offset < 0 || offset >= table.length) {
            return 0;
        }
        return offset + 1 < table.length ? u16(table, offset) : u8(table, offset);
    }
}
