package io.torosim.guest.console;

import java.util.Arrays;

/** Scan codes of the first set (IBM PC/XT), keys without Shift, and what Toro shows for each (Console.pas). */
final class ScanCodes {
    static final int BACKSPACE = 14;
    static final int ENTER = 28;
    static final int CONTROL = 29;
    static final int LEFT_SHIFT = 42;
    static final int CAPS_LOCK = 58;
    static final int RELEASED = 0x80;

    /** The last code in Toro's table. */
    private static final int LAST = 57;

    private static final String US = "\0\0331234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";

    private static final char[] TORO = toro();

    private ScanCodes() {}

    /** Toro's table: the American keyboard but for these. */
    private static char[] toro() {
        char[] table = Arrays.copyOf(US.toCharArray(), LAST + 1);
        String keys = "\033-\t;'`\\/\0";
        String shown = "0? \u00a4{}0-0";
        for (int code = 1; code <= LAST; code++) {
            int differs = keys.indexOf(table[code]);
            if (differs >= 0) {
                table[code] = shown.charAt(differs);
            }
        }
        return table;
    }

    /** Returns the code of the key with that character on an American keyboard, or -1. */
    static int ofKey(char key) {
        return key == 0 ? -1 : US.indexOf(key);
    }

    /** Returns what Toro shows for a code, or 0 if it takes no notice of the key. */
    static char shown(int code) {
        return code < 1 || code > LAST ? 0 : TORO[code];
    }
}
