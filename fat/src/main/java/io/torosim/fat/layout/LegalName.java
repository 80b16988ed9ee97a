package io.torosim.fat.layout;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which names a FAT volume can hold ("Name Limits and Character Sets"). */
public final class LegalName {
    private static final boolean[] ILLEGAL = new boolean[0x80];

    static {
        Arrays.fill(ILLEGAL, 0, 0x20, true);
        for (char c : "\"*/:<>?\\|\u007f".toCharArray()) {
            ILLEGAL[c] = true;
        }
    }

    private LegalName() {}

    /**
     * Finds what is wrong with a long name.
     *
     * @param name a name
     * @return a description, or null
     */
    public static @Nullable String defect(String name) {
        if (name.isEmpty() || name.length() > LongName.MAX_UNITS) {
            return "name has " + name.length() + " UTF-16 units";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x80 && ILLEGAL[c]) {
                return "name has character U+" + String.format(Locale.ROOT, "%04X", (int) c) + " at " + i;
            }
        }
        char last = name.charAt(name.length() - 1);
        return last == '.' || last == ' ' ? "name ends in " + (last == '.' ? "a dot" : "a space") : null;
    }
}
