package io.torosim.fat.volume;

import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u32;
import static io.torosim.fat.layout.LittleEndian.u8;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.volume.Partitions.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The boot catalog of an ISO 9660 image ("El Torito" Bootable CD-ROM Format Specification, version 1.0): a boot record in
 * sector 17 of 2048 bytes points at entries of 32 bytes, a validation entry, the default entry, and sections of more.
 *
 * <p>An entry counts the sectors that the BIOS loads, which for an image of its own file system says little; the image
 * goes to the end of the CD and its boot sector says how long it is. An image that is a hard disk has its own MBR.
 */
final class BootCatalog {
    private static final int CD_SECTOR = 2048;
    private static final int PER_CD_SECTOR = CD_SECTOR / BlockDevice.SECTOR_BYTES;
    private static final int BOOT_RECORD = 17;
    private static final int ENTRY_BYTES = 32;
    private static final int MAX_IMAGES = 64;
    private static final int HARD_DISK = 4;

    private final BlockDevice disk;
    private final List<Partition> found = new ArrayList<>();

    private BootCatalog(BlockDevice disk) {
        this.disk = disk;
    }

    static List<Partition> read(BlockDevice disk) throws IOException {
        byte[] record = cdSector(disk, BOOT_RECORD);
        if (record == null || !startsWith(record, "\0CD001\1EL TORITO SPECIFICATION")) {
            return List.of();
        }
        var catalog = new BootCatalog(disk);
        byte[] entries = cdSector(disk, u32(record, 0x47));
        if (entries != null && u8(entries, 0) == 1 && u8(entries, 30) == 0x55 && u8(entries, 31) == 0xaa) {
            catalog.readEntries(entries);
        }
        return catalog.found;
    }

    private void readEntries(byte[] entries) throws IOException {
        add(entries, ENTRY_BYTES);
        for (int at = 2 * ENTRY_BYTES; at + ENTRY_BYTES <= entries.length; ) {
            int header = u8(entries, at);
            if (header != 0x90 && header != 0x91) {
                return;
            }
            int count = u16(entries, at + 2);
            at += ENTRY_BYTES;
            for (int i = 0; i < count && at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
                if (u8(entries, at) != 0x44) { // not an extension of the entry before
                    add(entries, at);
                    i++;
                }
            }
        }
    }

    private void add(byte[] entries, int at) throws IOException {
        long first = u32(entries, at + 8) * PER_CD_SECTOR;
        if (first == 0 || first >= disk.sectorCount() || found.size() >= MAX_IMAGES) {
            return;
        }
        int media = u8(entries, at + 1) & 0xf;
        if (media == HARD_DISK) {
            addDisk(first);
            return;
        }
        Partition image = Partitions.at(disk, number(), "El Torito boot image", first, disk.sectorCount() - first);
        if (image != null) {
            found.add(image);
        }
    }

    private int number() {
        return Partition.FIRST_BOOT_IMAGE + found.size();
    }

    private void addDisk(long first) throws IOException {
        var image = disk.window(first, disk.sectorCount() - first);
        for (Partition inside : MasterBootRecord.read(image)) {
            Partition placed = Partitions.at(
                    disk,
                    number(),
                    "El Torito hard disk, " + inside.kind(),
                    first + inside.firstSector(),
                    inside.sectorCount());
            if (placed != null) {
                found.add(placed);
            }
        }
    }

    private static boolean startsWith(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.equals(wanted, Arrays.copyOf(bytes, wanted.length));
    }

    /** Returns a sector of the CD, null if it lies behind the end. */
    private static byte @Nullable [] cdSector(BlockDevice disk, long sector) throws IOException {
        if ((sector + 1) * PER_CD_SECTOR > disk.sectorCount()) {
            return null;
        }
        byte[] bytes = new byte[CD_SECTOR];
        disk.read(sector * PER_CD_SECTOR, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
