package io.torosim.fat.host;

import io.torosim.fat.layout.ShortName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Short names as QEMU makes them (block/vvfat.c, observed with QEMU 7.2.22): upper case; the base is what stands before
 * the first dot that follows a legal character, the extension what stands behind the last dot; illegal characters are
 * dropped. If anything was dropped a numeric tail overwrites the end. One object per directory.
 */
final class VvfatShortNames {
    private static final String MARKS = "$%'-_@~`!(){}^#&";

    private final Set<String> taken = new HashSet<>();

    byte[] next(String name) {
        byte[] result = new byte[ShortName.BYTES];
        Arrays.fill(result, (byte) ' ');
        boolean lossy = false;
        int baseLength = 0;
        int lastDot = -1;
        for (int at = 0; at < name.length(); at = name.offsetByCodePoints(at, 1)) {
            int c = name.codePointAt(at);
            if (c == '.' && baseLength == 0) {
                lossy = true;
            } else if (c == '.') {
                lossy |= lastDot >= 0;
                lastDot = at;
            } else if (lastDot < 0) {
                int legal = legal(c);
                if (legal != 0 && baseLength < 8) {
                    result[baseLength++] = (byte) legal;
                } else {
                    lossy = true;
                }
            }
        }
        int extensionLength = 0;
        for (int at = lastDot + 1; lastDot >= 0 && at < name.length(); at = name.offsetByCodePoints(at, 1)) {
            int legal = legal(name.codePointAt(at));
            if (legal != 0 && extensionLength < 3) {
                result[8 + extensionLength++] = (byte) legal;
            } else {
                lossy = true;
            }
        }
        return numbered(result, baseLength, lossy);
    }

    private byte[] numbered(byte[] name, int baseLength, boolean lossy) {
        for (int number = lossy ? 1 : 0; ; number++) {
            if (number > 0) {
                byte[] tail = ("~" + number).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(tail, 0, name, Math.min(baseLength, 8 - tail.length), tail.length);
            }
            if (taken.add(new String(name, StandardCharsets.ISO_8859_1))) {
                return name.clone();
            }
        }
    }

    /** Returns the byte of a character, 0 if it is dropped. QEMU looks for a mark by the low byte of the character. */
    private static int legal(int codePoint) {
        int c = Character.toUpperCase(codePoint);
        boolean plain = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z';
        return plain || MARKS.indexOf(c & 0xff) >= 0 ? c & 0xff : 0;
    }
}
