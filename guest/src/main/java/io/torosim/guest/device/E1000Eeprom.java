package io.torosim.guest.device;

/** The 64 words of the EEPROM of QEMU's 82540EM: the address, the vendor and device ids, a sum of BABAh. */
final class E1000Eeprom {
    private static final int WORDS = 64;
    private static final int SUM = 0xbaba;
    private static final int START = 1;
    private static final int DONE = 0x10;
    private static final int[] TEMPLATE = {
        0x0000, 0x0000, 0x0000, 0x0000, 0xffff, 0x0000, 0x0000, 0x0000,
        0x3000, 0x1000, 0x6403, 0x100e, 0x8086, 0x100e, 0x8086, 0x3040,
        0x0008, 0x2000, 0x7e14, 0x0048, 0x1000, 0x00d8, 0x0000, 0x2700,
        0x6cc9, 0x3150, 0x0722, 0x040b, 0x0984, 0x0000, 0xc000, 0x0706,
        0x1008, 0x0000, 0x0f04, 0x7fff, 0x4d01, 0xffff, 0xffff, 0xffff,
        0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff,
        0x0100, 0x4000, 0x121c, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff,
        0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0x0000,
    };

    private final int[] words = TEMPLATE.clone();

    E1000Eeprom(byte[] mac) {
        int sum = 0;
        for (int i = 0; i < 3; i++) {
            words[i] = mac[2 * i] & 0xff | (mac[2 * i + 1] & 0xff) << 8;
        }
        for (int i = 0; i < WORDS - 1; i++) {
            sum += words[i];
        }
        words[WORDS - 1] = SUM - sum & 0xffff;
    }

    /** What EERD reads as after {@code value} was written to it: done in the same access. */
    int read(int value) {
        if ((value & START) == 0) {
            return value;
        }
        int rest = value & ~START;
        int word = rest >>> 8;
        return word >= WORDS ? rest | DONE : words[word] << 16 | rest | DONE;
    }
}
