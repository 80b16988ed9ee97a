package io.torosim.fat.volume;

import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u32;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.volume.Partitions.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The GUID partition table (UEFI 2.10, section 5.3): a header "EFI PART" in sector 1 of the disk, of 512 or 4096 bytes, a
 * copy in its last one, and an array of entries (type GUID, unique GUID, first and last sector at 32 and 40, name at 56).
 * A header or array whose checksum is wrong is passed over for the copy.
 */
final class GuidPartitions {
    private static final byte[] SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
    private static final int[] SECTORS_PER_BLOCK = {1, 8, 4, 2};
    private static final int MAX_ENTRIES = 500; // below the numbers of a hybrid MBR
    private static final int NAME_OFFSET = 56;
    private static final int NAME_UNITS = 36;

    private GuidPartitions() {}

    static List<Partition> read(BlockDevice disk) throws IOException {
        for (int unit : SECTORS_PER_BLOCK) {
            long blocks = disk.sectorCount() / unit;
            for (long block : new long[] {1, blocks - 1}) {
                List<Partition> found = block < 1 || block >= blocks ? null : read(disk, unit, block);
                if (found != null) {
                    return found;
                }
            }
        }
        return List.of();
    }

    /** Returns the partitions of a header, null if it is none or damaged. */
    private static @Nullable List<Partition> read(BlockDevice disk, int unit, long block) throws IOException {
        byte[] header = Partitions.sector(disk, block * unit);
        long headerBytes = u32(header, 12);
        if (!Arrays.equals(SIGNATURE, Arrays.copyOf(header, 8)) || headerBytes < 92 || headerBytes > header.length) {
            return null;
        }
        byte[] summed = Arrays.copyOf(header, (int) headerBytes);
        Arrays.fill(summed, 16, 20, (byte) 0);
        long count = u32(header, 80);
        long entryBytes = u32(header, 84);
        long start = u64(header, 72) * unit;
        if (crc(summed) != u32(header, 16)
                || count > MAX_ENTRIES
                || entryBytes < 128
                || entryBytes > 4096
                || start < 1
                || start >= disk.sectorCount()) {
            return null;
        }
        int bytes = (int) (count * entryBytes);
        int sectors = (bytes + BlockDevice.SECTOR_BYTES - 1) / BlockDevice.SECTOR_BYTES;
        if (start + sectors > disk.sectorCount()) {
            return null;
        }
        byte[] entries = new byte[sectors * BlockDevice.SECTOR_BYTES];
        disk.read(start, ByteBuffer.wrap(entries));
        if (crc(Arrays.copyOf(entries, bytes)) != u32(header, 88)) {
            return null;
        }
        var found = new ArrayList<Partition>();
        for (int i = 0; i < count; i++) {
            int at = (int) (i * entryBytes);
            boolean used = u64(entries, at) != 0 || u64(entries, at + 8) != 0;
            long first = u64(entries, at + 32);
            long last = u64(entries, at + 40);
            if (used && first > 0 && last >= first && last < disk.sectorCount()) {
                Partition partition =
                        Partitions.at(disk, i + 1, "GPT" + name(entries, at), first * unit, (last - first + 1) * unit);
                if (partition != null) {
                    found.add(partition);
                }
            }
        }
        return found;
    }

    private static String name(byte[] entries, int at) {
        var name = new StringBuilder();
        for (int i = 0; i < NAME_UNITS; i++) {
            char c = (char) u16(entries, at + NAME_OFFSET + i * 2);
            if (c == 0) {
                break;
            }
            name.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '_' : c);
        }
        return name.length() == 0 ? "" : " \"" + name + "\"";
    }

    private static long crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static long u64(byte[] bytes, int offset) {
        return u32(bytes, offset) | u32(bytes, offset + 4) << 32;
    }
}
