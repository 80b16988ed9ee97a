package io.torosim.fat.host;

import static io.torosim.fat.layout.LittleEndian.put16;
import static io.torosim.fat.layout.LittleEndian.put32;

import java.nio.charset.StandardCharsets;

/**
 * The disk that QEMU makes of {@code fat:DIR} (block/vvfat.c, observed with QEMU 7.2.22): 504 MiB, one active partition
 * of type 06h at sector 63, clusters of 8 KiB, two FATs of 252 sectors, 512 root entries.
 *
 * <pre>
 * 0 MBR | 1..62 zero | 63 boot sector | 64 FAT 1 | 316 FAT 2 | 568 root | 600 data ... 1032191
 * </pre>
 */
final class VvfatLayout {
    static final int DISK_SECTORS = 1_032_192;
    static final int PARTITION_START = 63;
    static final int FAT_SECTORS = 252;
    static final int FAT1_START = 64;
    static final int FAT2_START = FAT1_START + FAT_SECTORS;
    static final int ROOT_START = FAT2_START + FAT_SECTORS;
    static final int ROOT_ENTRIES = 512;
    static final int DATA_START = ROOT_START + 32;
    static final int SECTORS_PER_CLUSTER = 16;
    static final int CLUSTER_BYTES = 8192;
    static final int FIRST_CLUSTER = 2;
    static final int CLUSTERS = 64_474;
    /** Clusters that QEMU fills, four fewer than the volume has; run with QEMU 7.2: one more and it refuses. */
    static final int MOST_CLUSTERS = 64_470;

    private static final int PARTITION_SECTORS = DISK_SECTORS - PARTITION_START;

    private VvfatLayout() {}

    static byte[] masterBootRecord() {
        byte[] sector = new byte[512];
        put32(sector, 0x1b8, 0xbe1afdfaL); // disk signature
        int entry = 0x1be;
        sector[entry] = (byte) 0x80; // active
        sector[entry + 1] = 1; // first CHS: head 1, sector 1, cylinder 0
        sector[entry + 2] = 1;
        sector[entry + 4] = 6; // FAT16
        sector[entry + 5] = 15; // last CHS: cylinder 1023, head 15, sector 63
        sector[entry + 6] = (byte) 0xff;
        sector[entry + 7] = (byte) 0xff;
        put32(sector, entry + 8, PARTITION_START);
        put32(sector, entry + 12, PARTITION_SECTORS);
        put16(sector, 510, 0xaa55);
        return sector;
    }

    static byte[] bootSector(String label) {
        byte[] sector = new byte[512];
        sector[0] = (byte) 0xeb; // jump
        sector[1] = 0x3e;
        sector[2] = (byte) 0x90;
        ascii(sector, 3, "MSWIN4.1");
        put16(sector, 0x0b, 512);
        sector[0x0d] = SECTORS_PER_CLUSTER;
        put16(sector, 0x0e, 1); // reserved
        sector[0x10] = 2; // FATs
        put16(sector, 0x11, ROOT_ENTRIES);
        sector[0x15] = (byte) 0xf8; // hard disk
        put16(sector, 0x16, FAT_SECTORS);
        put16(sector, 0x18, 63); // sectors per track
        put16(sector, 0x1a, 16); // heads
        put32(sector, 0x1c, PARTITION_START);
        put32(sector, 0x20, PARTITION_SECTORS);
        sector[0x24] = (byte) 0x80; // drive
        sector[0x26] = 0x29;
        put32(sector, 0x27, 0xfabe1afdL); // volume FABE-1AFD
        ascii(sector, 0x2b, (label + "           ").substring(0, 11));
        ascii(sector, 0x36, "FAT16   ");
        put16(sector, 510, 0xaa55);
        return sector;
    }

    private static void ascii(byte[] sector, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, sector, offset, bytes.length);
    }

    /** Returns the cluster of a disk sector of the data area. */
    static int clusterOf(long sector) {
        return (int) ((sector - DATA_START) / SECTORS_PER_CLUSTER) + FIRST_CLUSTER;
    }
}
