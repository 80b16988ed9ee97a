package io.torosim.fat.layout;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;

/**
 * A one-byte code page of short names, as two tables. Bytes that mean nothing, and bytes that no name may hold (control
 * characters and {@code /}), become U+F000 + byte of the private use area, so that every name on a disk can be shown,
 * told from others and looked up again.
 */
public final class CodePage {
    /** Code page 437, the original PC's and Linux's default. */
    public static final CodePage CP437 = new CodePage("IBM437");

    private static final int PRIVATE_USE = 0xf000;

    private final String name;
    private final char[] chars = new char[256];
    private final byte[] bytes = new byte[65536];
    private final byte[] aliasBytes = new byte[0x80];
    private final boolean asciiInPlace;

    private CodePage(String charsetName) {
        Charset charset = Charset.forName(charsetName);
        name = charset.name();
        Arrays.fill(bytes, (byte) 0);
        for (int b = 0; b < 256; b++) {
            char c = b < 0x20 || b == '/' || b == 0x7f ? (char) (PRIVATE_USE + b) : decode(charset, (byte) b);
            chars[b] = c;
            if (bytes[c] == 0) {
                bytes[c] = (byte) b;
            }
        }
        boolean inPlace = true;
        for (int b = 0x20; b < 0x7f; b++) {
            inPlace &= chars[b] == b || b == '/';
        }
        asciiInPlace = inPlace;
        for (char c = 0; c < aliasBytes.length; c++) {
            int b = ShortName.legalByte(NameFolding.fold(c), this);
            aliasBytes[c] = c == ' ' || c == '.' ? 0 : b == 0 ? (byte) '_' : (byte) b;
        }
    }

    /**
     * Finds a code page.
     *
     * @param name a charset name, such as {@code cp437}, {@code IBM850} or {@code ISO-8859-1}
     * @return the code page
     * @throws IllegalArgumentException if Java does not have it, it is not one byte a character, or its letters and
     *     digits are not those of ASCII
     */
    public static CodePage of(String name) {
        try {
            Charset charset = Charset.forName(name);
            if (!charset.canEncode() || charset.newEncoder().maxBytesPerChar() != 1.0f) {
                throw new IllegalArgumentException("codepage must have one byte a character, codepage=" + name);
            }
            var page = charset.name().equals("IBM437") ? CP437 : new CodePage(charset.name());
            for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .~_".toCharArray()) {
                if (page.chars[c] != c) {
                    throw new IllegalArgumentException(
                            "codepage must have ASCII's letters and digits in their places, codepage=" + name);
                }
            }
            return page;
        } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
            throw new IllegalArgumentException("codepage must be known to Java, codepage=" + name, e);
        }
    }

    private static char decode(Charset charset, byte b) {
        try {
            CharBuffer decoded = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(new byte[] {b}));
            return decoded.length() == 1 ? decoded.get(0) : (char) (PRIVATE_USE + (b & 0xff));
        } catch (CharacterCodingException e) {
            return (char) (PRIVATE_USE + (b & 0xff));
        }
    }

    /**
     * Returns the character of a byte.
     *
     * @param b 0 to 255
     * @return its character
     */
    public char toChar(int b) {
        return chars[b];
    }

    /**
     * Returns the byte of a character.
     *
     * @param c a character
     * @return 1 to 255, or 0 if the code page lacks it
     */
    public int toByte(char c) {
        return bytes[c] & 0xff;
    }

    /** Returns whether bytes 20h to 7Eh but the slash are ASCII's characters. */
    boolean asciiInPlace() {
        return asciiInPlace;
    }

    /** Returns the byte of an ASCII character in the basis of an alias, 0 if it is left out. */
    byte aliasByte(char c) {
        return aliasBytes[c];
    }

    @Override
    public String toString() {
        return name;
    }
}
