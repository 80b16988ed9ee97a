package io.torosim.fat.layout;

import java.util.Arrays;

/**
 * The basis of an alias, before its number is added: upper case, illegal characters have become {@code _}, spaces and
 * leading dots are gone ("The Basis-Name Generation Algorithm"). Immutable.
 */
public final class AliasBasis {
    private final byte[] bytes; // as a short name, blank behind base and extension
    private final int baseLength; // 1 to 8

    private AliasBasis(byte[] bytes, int baseLength) {
        this.bytes = bytes;
        this.baseLength = baseLength;
    }

    /**
     * Makes the basis of a name.
     *
     * @param name a long name
     * @param page the code page
     * @return at most 8 and 3 characters of it
     */
    public static AliasBasis of(String name, CodePage page) {
        int start = 0;
        while (start < name.length() && (name.charAt(start) == '.' || name.charAt(start) == ' ')) {
            start++;
        }
        int dot = name.lastIndexOf('.');
        byte[] bytes = new byte[ShortName.BYTES];
        Arrays.fill(bytes, (byte) ' ');
        int baseLength = put(bytes, 0, ShortName.BASE_BYTES, name, start, dot > start ? dot : name.length(), page);
        if (baseLength == 0) {
            bytes[baseLength++] = '_';
        }
        if (dot > start) {
            put(bytes, ShortName.BASE_BYTES, ShortName.BYTES, name, dot + 1, name.length(), page);
        }
        return new AliasBasis(bytes, baseLength);
    }

    private static int put(byte[] bytes, int from, int limit, String name, int start, int end, CodePage page) {
        int at = from;
        for (int i = start; i < end && at < limit; i++) {
            char c = name.charAt(i);
            int b = c < 0x80 ? page.aliasByte(c) : beyondAscii(c, page);
            if (b != 0) {
                bytes[at] = (byte) (at == 0 && (b & 0xff) == DirectorySlot.DELETED ? DirectorySlot.KANJI_E5 : b);
                at++;
            }
        }
        return at - from;
    }

    private static int beyondAscii(char c, CodePage page) {
        if (Character.isLowSurrogate(c)) {
            return 0;
        }
        int b = ShortName.legalByte(NameFolding.fold(c), page);
        return b == 0 ? '_' : b;
    }

    /**
     * Adds a numeric tail.
     *
     * @param number 1 to 999999
     * @return 11 bytes, for example of {@code LONGNA~1.TXT}
     */
    public byte[] numbered(int number) {
        byte[] alias = bytes.clone();
        int digits = 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        int at = Math.min(baseLength, ShortName.BASE_BYTES - 1 - digits);
        alias[at] = '~';
        at += digits;
        for (int i = 0, rest = number; i < digits; i++, rest /= 10) {
            alias[at - i] = (byte) ('0' + rest % 10);
        }
        return alias;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AliasBasis that && baseLength == that.baseLength && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
