package io.torosim.guest.device;

import io.torosim.core.block.BlockDevice;

/** The 256 words with which a disk of QEMU 7.2 answers IDENTIFY DEVICE (ATA-6, section 8.15). */
record IdeIdentity(IdeGeometry geometry, long lba28Sectors, long sectors, int multiple, String serial) {
    byte[] bytes() {
        byte[] bytes = new byte[BlockDevice.SECTOR_BYTES];
        int chs = geometry.cylinders() * geometry.heads() * geometry.sectors();
        word(bytes, 0, 0x40);
        word(bytes, 1, geometry.cylinders());
        word(bytes, 3, geometry.heads());
        word(bytes, 4, 512 * geometry.sectors());
        word(bytes, 5, 512);
        word(bytes, 6, geometry.sectors());
        text(bytes, 10, 10, serial);
        word(bytes, 20, 3);
        word(bytes, 21, 512); // cache size in sectors
        word(bytes, 22, 4);
        text(bytes, 23, 4, "2.5+");
        text(bytes, 27, 20, "QEMU HARDDISK");
        word(bytes, 47, 0x8000 | IdeDrive.MOST_SECTORS_A_BLOCK);
        word(bytes, 48, 1);
        word(bytes, 49, 0xb00);
        word(bytes, 51, 0x200);
        word(bytes, 52, 0x200);
        word(bytes, 53, 7);
        word(bytes, 54, geometry.cylinders());
        word(bytes, 55, geometry.heads());
        word(bytes, 56, geometry.sectors());
        doubleWord(bytes, 57, chs);
        word(bytes, 59, multiple == 0 ? 0 : 0x100 | multiple);
        doubleWord(bytes, 60, (int) lba28Sectors);
        word(bytes, 62, 7);
        word(bytes, 63, 7);
        word(bytes, 64, 3);
        for (int i = 65; i <= 68; i++) {
            word(bytes, i, 120);
        }
        word(bytes, 69, 0x4000); // trim gives zeros
        word(bytes, 80, 0xf0);
        word(bytes, 81, 0x16);
        word(bytes, 82, 0x4021);
        word(bytes, 83, 0x7400);
        word(bytes, 84, 0x4000);
        word(bytes, 85, 0x4021);
        word(bytes, 86, 0x3400);
        word(bytes, 87, 0x4000);
        word(bytes, 88, 0x203f);
        word(bytes, 93, 0x6001);
        doubleWord(bytes, 100, (int) sectors);
        doubleWord(bytes, 102, (int) (sectors >>> 32));
        word(bytes, 106, 0x6000);
        word(bytes, 169, 1); // trim
        return bytes;
    }

    private static void word(byte[] bytes, int index, int value) {
        bytes[2 * index] = (byte) value;
        bytes[2 * index + 1] = (byte) (value >>> 8);
    }

    private static void doubleWord(byte[] bytes, int index, int value) {
        word(bytes, index, value);
        word(bytes, index + 1, value >>> 16);
    }

    /** Characters lie with the first of each pair in the high byte, padded with blanks. */
    private static void text(byte[] bytes, int index, int words, String text) {
        for (int i = 0; i < 2 * words; i++) {
            bytes[2 * index + (i ^ 1)] = (byte) (i < text.length() ? text.charAt(i) : ' ');
        }
    }
}
