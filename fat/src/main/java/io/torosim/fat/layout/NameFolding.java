package io.torosim.fat.layout;

/**
 * How names are compared: upper case, one UTF-16 unit at a time, the same in every locale. Characters that would become
 * ASCII (dotless i, long s) stay as they are, as in Windows' table.
 */
public final class NameFolding {
    private NameFolding() {}

    /**
     * Folds a character.
     *
     * @param c a UTF-16 unit
     * @return its upper case
     */
    public static char fold(char c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
        }
        char upper = Character.toUpperCase(c);
        return upper < 0x80 ? c : upper;
    }

    /**
     * Folds a name.
     *
     * @param name a name
     * @return the form in which names are compared; the same object if nothing changes
     */
    public static String fold(String name) {
        int length = name.length();
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (fold(c) != c) {
                char[] folded = name.toCharArray();
                for (int k = i; k < length; k++) {
                    folded[k] = fold(folded[k]);
                }
                return new String(folded);
            }
        }
        return name;
    }
}
