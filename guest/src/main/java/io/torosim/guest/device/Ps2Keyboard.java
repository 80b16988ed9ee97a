package io.torosim.guest.device;

import java.util.ArrayDeque;

/** A PS/2 keyboard: scan code set 2 on its wire, a queue of 16 bytes for keys, answers to commands. */
final class Ps2Keyboard {
    private static final int QUEUE = 16;
    private static final int EXTENDED = 0xe000;
    private static final int RELEASED = 0x80;
    private static final int ACKNOWLEDGED = 0xfa;
    private static final int RESEND = 0xfe;
    /** Set 2 to set 1, as the controller translates. */
    private static final String TRANSLATION = "ff43413f3d3b3c58644442403e0f2959"
            + "65382a701d10025a66712c1f1e11035b"
            + "672e2d201205045c68392f211413065d"
            + "693130232215075e6a7232241608095f"
            + "6b332517180b0a606c34352627190c61"
            + "6d7328741a0d626e3a361c1b752b6376"
            + "55567778797a0e7b7c4f7d4b477e7f6f"
            + "5253504c4d480145574e514a37494654";

    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private boolean scanning = true;
    private int pending;

    static int translated(int set2) {
        if (set2 == 0x83) {
            return 0x41;
        }
        return set2 < 0x80 ? Integer.parseInt(TRANSLATION, 2 * set2, 2 * set2 + 2, 16) : set2;
    }

    /** Returns the code of set 2 that translates to one of set 1, or -1. */
    static int ofSet1(int set1) {
        if (set1 == 0x41) {
            return 0x83;
        }
        for (int i = 0; i < 0x80; i++) {
            if (translated(i) == set1) {
                return i;
            }
        }
        return -1;
    }

    boolean empty() {
        return queue.isEmpty();
    }

    int take() {
        return queue.poll();
    }

    /** A sequence that does not fit is lost whole. */
    private void keys(int... bytes) {
        if (queue.size() + bytes.length <= QUEUE) {
            for (int b : bytes) {
                queue.add(b);
            }
        }
    }

    private void answer(int... bytes) {
        for (int b : bytes) {
            queue.add(b);
        }
    }

    void key(int scanCode, boolean down, boolean translate) {
        int code = scanCode & 0x7f;
        int set2 = ofSet1(code);
        if (!scanning || set2 < 0) {
            return;
        }
        boolean prefix = (scanCode & EXTENDED) == EXTENDED;
        if (translate) {
            int made = down ? code : code | RELEASED;
            if (prefix) {
                keys(0xe0, made);
            } else {
                keys(made);
            }
        } else if (prefix) {
            keys(down ? new int[] {0xe0, set2} : new int[] {0xe0, 0xf0, set2});
        } else {
            keys(down ? new int[] {set2} : new int[] {0xf0, set2});
        }
    }

    void command(int value, boolean translate) {
        int first = pending;
        pending = 0;
        if (first == 0xf0) {
            answer(ACKNOWLEDGED);
            if (value == 0) {
                answer(translate ? 0x41 : 2);
            }
            return;
        }
        if (first == 0xed || first == 0xf3) {
            answer(ACKNOWLEDGED);
            return;
        }
        queue.clear();
        switch (value) {
            case 0xed, 0xf0, 0xf3 -> {
                pending = value;
                answer(ACKNOWLEDGED);
            }
            case 0xee -> answer(0xee);
            case 0xf2 -> answer(ACKNOWLEDGED, 0xab, translate ? 0x41 : 0x83);
            case 0xf4 -> {
                scanning = true;
                answer(ACKNOWLEDGED);
            }
            case 0xf5 -> {
                scanning = false;
                answer(ACKNOWLEDGED);
            }
            case 0xf6 -> {
                scanning = true;
                answer(ACKNOWLEDGED);
            }
            case 0xff -> {
                scanning = true;
                answer(ACKNOWLEDGED, 0xaa);
            }
            default -> answer(RESEND);
        }
    }
}
