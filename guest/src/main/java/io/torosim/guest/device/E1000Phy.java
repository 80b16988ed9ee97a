package io.torosim.guest.device;

/** The management registers of the physical layer behind MDIC (IEEE 802.3 clause 22), as QEMU presets them. */
final class E1000Phy {
    static final int INTERRUPT = 0x2000_0000;
    private static final int READY = 0x1000_0000;
    private static final int FAULT = 0x4000_0000;
    private static final int READ = 0x0800_0000;
    private static final int WRITE = 0x0400_0000;
    private static final int ADDRESS = 1;
    private static final int CONTROL = 0;
    private static final int STATUS = 1;
    private static final int PARTNER = 5;
    private static final int LINK = 4;
    private static final int NEGOTIATED = 0x20;
    private static final int RESTART = 0x200;
    private static final int NEGOTIATES = 0x1000;

    private final int[] registers = new int[32];
    private boolean restart;

    E1000Phy() {
        registers[CONTROL] = 0x1140;
        registers[STATUS] = 0x794d;
        registers[2] = 0x0141;
        registers[3] = 0x0c20;
        registers[4] = 0x0de1;
        registers[PARTNER] = 0x01e0;
        registers[9] = 0x0e00;
        registers[10] = 0x3c00;
        registers[16] = 0x0360;
        registers[17] = 0xac00;
        registers[20] = 0x0d60;
    }

    private static boolean exists(int register) {
        return switch (register) {
            case 0, 1, 2, 3, 4, 5, 6, 9, 10, 16, 17, 20, 21 -> true;
            default -> false;
        };
    }

    /** Carries out what was written to MDIC, which read as {@code before}; returns what it then reads as. */
    int access(int bits, int before) {
        int register = bits >>> 16 & 31;
        if ((bits >>> 21 & 31) != ADDRESS) {
            return before | FAULT | READY;
        }
        int value = bits;
        if ((bits & READ) != 0) {
            value = exists(register) ? bits & ~0xffff | registers[register] : bits | FAULT;
        } else if ((bits & WRITE) != 0) {
            if (!exists(register)) {
                value = bits | FAULT;
            } else {
                write(register, bits & 0xffff);
            }
        }
        return value | READY;
    }

    private void write(int register, int value) {
        switch (register) {
            case CONTROL -> {
                registers[CONTROL] = value & ~(0x3f | 0x8000 | RESTART);
                if ((value & (NEGOTIATES | RESTART)) == (NEGOTIATES | RESTART)) {
                    restart = true;
                    registers[STATUS] &= ~(LINK | NEGOTIATED);
                    registers[PARTNER] &= ~0x4000;
                }
            }
            case STATUS, 2, 3, PARTNER, 10, 17 -> {} // read only
            default -> registers[register] = value;
        }
    }

    /** Returns whether negotiation has just been started again. */
    boolean takeRestart() {
        boolean was = restart;
        restart = false;
        return was;
    }

    void negotiated() {
        registers[STATUS] |= LINK | NEGOTIATED;
        registers[PARTNER] |= 0x4000;
    }
}
