package io.torosim.guest.device;

/**
 * One 8259A interrupt controller (Intel data sheet 231468). Inputs have numbers from 0 to 7; the lower the more urgent, until priorities are
 * rotated.
 *
 * <p>As in QEMU 7.2 and in KVM: a request stays remembered when its line drops before it is acknowledged, so that no spurious interrupt
 * arises from that; ICW1 opens all inputs.
 */
final class Pic {
    static final int NONE = -1;
    private static final int ICW1 = 0x10;
    private static final int OCW3 = 0x08;
    private static final int CASCADE = 2;

    private final boolean master;
    /** Which inputs may be made level-triggered. */
    private final int levelMask;

    private int irr;
    private int imr;
    private int isr;
    /** The levels of the lines. */
    private int levels;

    private int elcr;
    /** The most urgent input. */
    private int first;

    private int vectorBase;
    /** Which initialisation command word comes next, 0 for none. */
    private int expectedIcw;

    private boolean icw4;
    private boolean single;
    private boolean levelTriggered;
    private boolean autoEoi;
    private boolean rotateOnAutoEoi;
    private boolean fullyNested;
    private boolean specialMask;
    private boolean readIsr;
    private boolean poll;

    Pic(boolean master, int levelMask) {
        this.master = master;
        this.levelMask = levelMask;
    }

    void line(int input, boolean high) {
        int bit = 1 << input;
        boolean level = levelTriggered || (elcr & bit) != 0;
        if (high && (level || (levels & bit) == 0)) {
            irr |= bit;
        } else if (!high && level) {
            irr &= ~bit;
        }
        levels = high ? levels | bit : levels & ~bit;
    }

    /** Returns the most urgent of some inputs as a distance from the first, 8 for none. */
    private int rank(int inputs) {
        int rotated = (inputs >>> first | inputs << 8 - first) & 0xff;
        return rotated == 0 ? 8 : Integer.numberOfTrailingZeros(rotated);
    }

    /** Returns the input that wants to interrupt, or {@link #NONE}. */
    int pending() {
        int requests = irr & ~imr;
        if (requests == 0) {
            return NONE;
        }
        int wanted = rank(requests);
        int inService = isr;
        if (specialMask) {
            inService &= ~imr;
        }
        if (fullyNested && master) {
            inService &= ~(1 << CASCADE);
        }
        return wanted < rank(inService) ? wanted + first & 7 : NONE;
    }

    /** The processor takes the interrupt of an input. */
    void acknowledge(int input) {
        int bit = 1 << input;
        if (!autoEoi) {
            isr |= bit;
        } else if (rotateOnAutoEoi) {
            first = input + 1 & 7;
        }
        if (!levelTriggered && (elcr & bit) == 0) {
            irr &= ~bit;
        }
    }

    int vector(int input) {
        return vectorBase + input;
    }

    int readElcr() {
        return elcr;
    }

    void writeElcr(int value) {
        elcr = value & levelMask;
    }

    int read(int register) {
        if (poll) {
            poll = false;
            int input = pending();
            if (input == NONE) {
                return 0;
            }
            acknowledge(input);
            return 0x80 | input;
        }
        return register == 1 ? imr : readIsr ? isr : irr;
    }

    void write(int register, int value) {
        if (register == 1) {
            writeData(value);
        } else if ((value & ICW1) != 0) {
            initialise(value);
        } else if ((value & OCW3) != 0) {
            poll |= (value & 4) != 0;
            readIsr = (value & 2) != 0 ? (value & 1) != 0 : readIsr;
            specialMask = (value & 0x40) != 0 ? (value & 0x20) != 0 : specialMask;
        } else {
            operation(value >>> 5 & 7, value & 7);
        }
    }

    private void initialise(int value) {
        levels = 0; // the memory of edges
        irr &= elcr;
        imr = 0;
        isr = 0;
        first = 0;
        vectorBase = 0;
        readIsr = false;
        poll = false;
        specialMask = false;
        autoEoi = false;
        rotateOnAutoEoi = false;
        fullyNested = false;
        expectedIcw = 2;
        icw4 = (value & 1) != 0;
        single = (value & 2) != 0;
        levelTriggered = (value & 8) != 0;
    }

    private void writeData(int value) {
        switch (expectedIcw) {
            case 2 -> {
                vectorBase = value & 0xf8;
                expectedIcw = !single ? 3 : icw4 ? 4 : 0;
            }
            case 3 -> expectedIcw = icw4 ? 4 : 0;
            case 4 -> {
                fullyNested = (value & 0x10) != 0;
                autoEoi = (value & 2) != 0;
                expectedIcw = 0;
            }
            default -> imr = value;
        }
    }

    /** OCW2: rotations and ends of interrupt. */
    private void operation(int command, int input) {
        switch (command) {
            case 0, 4 -> rotateOnAutoEoi = command == 4;
            case 1, 5 -> {
                int rank = rank(isr);
                if (rank < 8) {
                    int ended = rank + first & 7;
                    isr &= ~(1 << ended);
                    first = command == 5 ? ended + 1 & 7 : first;
                }
            }
            case 3 -> isr &= ~(1 << input);
            case 6 -> first = input + 1 & 7;
            case 7 -> {
                isr &= ~(1 << input);
                first = input + 1 & 7;
            }
            default -> {} // 2: no operation
        }
    }
}
