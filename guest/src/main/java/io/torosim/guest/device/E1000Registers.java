package io.torosim.guest.device;

/** Registers of an 82540EM and their bits (Intel 8254x Software Developer's Manual, chapter 13). */
final class E1000Registers {
    static final int SPACE_BYTES = 0x20000;
    static final int CTRL = 0x0000;
    static final int STATUS = 0x0008;
    static final int EECD = 0x0010;
    static final int EERD = 0x0014;
    static final int MDIC = 0x0020;
    static final int VET = 0x0038;
    static final int ICR = 0x00c0;
    static final int ITR = 0x00c4;
    static final int ICS = 0x00c8;
    static final int IMS = 0x00d0;
    static final int IMC = 0x00d8;
    static final int RCTL = 0x0100;
    static final int TCTL = 0x0400;
    static final int LEDCTL = 0x0e00;
    static final int PBA = 0x1000;
    static final int RDBAL = 0x2800;
    static final int RDBAH = 0x2804;
    static final int RDLEN = 0x2808;
    static final int RDH = 0x2810;
    static final int RDT = 0x2818;
    static final int RDTR = 0x2820;
    static final int RADV = 0x282c;
    static final int TDBAL = 0x3800;
    static final int TDBAH = 0x3804;
    static final int TDLEN = 0x3808;
    static final int TDH = 0x3810;
    static final int TDT = 0x3818;
    static final int TADV = 0x382c;
    static final int MPC = 0x4010;
    static final int GPRC = 0x4074;
    static final int GPTC = 0x4080;
    static final int RNBC = 0x40a0;
    static final int ROC = 0x40ac;
    static final int TPR = 0x40d0;
    static final int TPT = 0x40d4;
    static final int MTA = 0x5200;
    static final int RAL = 0x5400;
    static final int RAH = 0x5404;
    static final int VFTA = 0x5600;
    static final int WUC = 0x5800;
    static final int WUFC = 0x5808;
    static final int MANC = 0x5820;

    static final int CTRL_RST = 1 << 26;
    static final int STATUS_LU = 2;
    static final int CAUSE_TXDW = 1;
    static final int CAUSE_TXQE = 2;
    static final int CAUSE_LSC = 4;
    static final int CAUSE_RXDMT0 = 0x10;
    static final int CAUSE_RXO = 0x40;
    static final int CAUSE_RXT0 = 0x80;
    static final int CAUSE_MDAC = 0x200;
    static final int RCTL_EN = 1 << 1;
    static final int RCTL_SBP = 1 << 2;
    static final int RCTL_UPE = 1 << 3;
    static final int RCTL_MPE = 1 << 4;
    static final int RCTL_LPE = 1 << 5;
    static final int RCTL_BAM = 1 << 15;
    static final int RCTL_BSEX = 1 << 25;
    static final int RCTL_SECRC = 1 << 26;
    static final int TCTL_EN = 1 << 1;

    private E1000Registers() {}

    /** Returns what a register keeps of a written value. */
    static int kept(int offset, int value) {
        return switch (offset) {
            case RDLEN, TDLEN -> value & 0xfff80;
            case RDH, RDT, TDH, TDT, RDTR, RADV, TADV, ITR -> value & 0xffff;
            default -> value;
        };
    }

    /** Returns whether a register keeps what is written and has no other effect. */
    static boolean isStorage(int offset) {
        return switch (offset) {
            case VET,
                    ITR,
                    LEDCTL,
                    PBA,
                    RDBAL,
                    RDBAH,
                    RDLEN,
                    RDH,
                    RDTR,
                    RADV,
                    TDBAL,
                    TDBAH,
                    TDLEN,
                    TDH,
                    TADV,
                    WUC,
                    WUFC -> true;
            default -> offset >= MTA && offset < MTA + 4 * 128
                    || offset >= RAL && offset < RAL + 8 * 16
                    || offset >= VFTA && offset < VFTA + 4 * 128;
        };
    }

    /** Returns whether a register is a counter that reading sets to 0. */
    static boolean isCounter(int offset) {
        return switch (offset) {
            case MPC, GPRC, GPTC, RNBC, ROC, TPR, TPT -> true;
            default -> false;
        };
    }

    /** Returns the bytes of a receive buffer. */
    static int bufferBytes(int rctl) {
        int size = rctl >>> 16 & 3;
        if ((rctl & RCTL_BSEX) != 0) {
            return size == 0 ? 2048 : 32_768 >>> size;
        }
        return 2048 >>> size;
    }
}
