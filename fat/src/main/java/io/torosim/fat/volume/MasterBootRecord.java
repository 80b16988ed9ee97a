package io.torosim.fat.volume;

import static io.torosim.fat.layout.LittleEndian.u32;
import static io.torosim.fat.layout.LittleEndian.u8;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.volume.Partitions.Partition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The master boot record of a disk: four entries of 16 bytes from 1BEh (status, CHS, type at 4, CHS, first sector at 8,
 * sector count at 12), and the chain of extended boot records for the logical partitions.
 *
 * <p>It counts in sectors of the disk, whose size an image does not tell: 512 bytes, or 4096 on a 4Kn disk. The size is
 * taken with which a FAT volume is found.
 */
final class MasterBootRecord {
    /** Logical partitions that are looked at. */
    static final int MAX_LOGICAL = 60;

    private static final int ENTRIES_OFFSET = 0x1be;
    private static final int ENTRY_BYTES = 16;
    private static final int PROTECTIVE = 0xee;
    private static final int[] SECTORS_PER_BLOCK = {1, 8, 4, 2}; // 512, 4096, 2048, 1024 bytes

    private final BlockDevice disk;
    private final int unit; // sectors of 512 bytes in a sector of the disk
    private final List<Partition> found = new ArrayList<>();

    private MasterBootRecord(BlockDevice disk, int unit) {
        this.disk = disk;
        this.unit = unit;
    }

    /** Returns the primary partitions, then the logical ones; those that begin outside the disk are left out. */
    static List<Partition> read(BlockDevice disk) throws IOException {
        byte[] sector = Partitions.sector(disk, 0);
        List<Partition> plain = List.of();
        if (!isPresent(sector)) {
            return plain;
        }
        for (int unit : SECTORS_PER_BLOCK) {
            var record = new MasterBootRecord(disk, unit);
            record.readPrimary(sector);
            if (record.found.stream().anyMatch(Partition::isFat)) {
                return record.found;
            }
            plain = unit == 1 ? record.found : plain;
        }
        return plain;
    }

    /** Returns whether a first sector is signed, has status bytes of 00h and 80h only, and an entry. */
    private static boolean isPresent(byte[] sector) {
        if (u8(sector, 510) != 0x55 || u8(sector, 511) != 0xaa) {
            return false;
        }
        boolean any = false;
        for (int i = 0; i < 4; i++) {
            int entry = ENTRIES_OFFSET + i * ENTRY_BYTES;
            if ((u8(sector, entry) & 0x7f) != 0) {
                return false;
            }
            any |= u8(sector, entry + 4) != 0 && u32(sector, entry + 8) != 0 && u32(sector, entry + 12) != 0;
        }
        return any;
    }

    private void readPrimary(byte[] sector) throws IOException {
        long extended = 0;
        for (int i = 0; i < 4; i++) {
            int entry = ENTRIES_OFFSET + i * ENTRY_BYTES;
            if (isExtended(u8(sector, entry + 4))) {
                extended = extended == 0 ? u32(sector, entry + 8) : extended;
            } else {
                add(sector, entry, i + 1, 0, "MBR");
            }
        }
        if (extended != 0) {
            readLogical(extended);
        }
    }

    private void add(byte[] sector, int entry, int number, long base, String table) throws IOException {
        int type = u8(sector, entry + 4);
        if (type == 0 || type == PROTECTIVE) {
            return;
        }
        long first = (base + u32(sector, entry + 8)) * unit;
        String kind = String.format(
                Locale.ROOT,
                "%s type %02Xh%s",
                table,
                type,
                unit == 1 ? "" : ", sectors of " + unit * BlockDevice.SECTOR_BYTES + " bytes");
        Partition partition = Partitions.at(disk, number, kind, first, u32(sector, entry + 12) * unit);
        if (partition != null) {
            found.add(partition);
        }
    }

    /** Follows the chain of extended boot records as far as it is whole and goes forward. */
    private void readLogical(long extendedStart) throws IOException {
        long record = extendedStart;
        for (int i = 0; i < MAX_LOGICAL && record * unit < disk.sectorCount(); i++) {
            byte[] bytes = Partitions.sector(disk, record * unit);
            if (u8(bytes, 510) != 0x55 || u8(bytes, 511) != 0xaa) {
                return;
            }
            add(bytes, ENTRIES_OFFSET, 5 + i, record, "logical");
            int link = ENTRIES_OFFSET + ENTRY_BYTES;
            long next = extendedStart + u32(bytes, link + 8);
            if (!isExtended(u8(bytes, link + 4)) || next <= record) {
                return;
            }
            record = next;
        }
    }

    private static boolean isExtended(int type) {
        return type == 0x05 || type == 0x0f || type == 0x15 || type == 0x1f || type == 0x85;
    }
}
