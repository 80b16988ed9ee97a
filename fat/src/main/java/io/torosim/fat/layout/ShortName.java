package io.torosim.fat.layout;

import static io.torosim.fat.layout.LittleEndian.u8;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The 11 bytes of a short name, 8 for the base and 3 for the extension ("FAT Directory Structure", "DIR_Name"). */
public final class ShortName {
    /** Bytes of a short name. */
    public static final int BYTES = 11;

    /** Characters of a short name as it is shown: the bytes and a dot. */
    public static final int MAX_SHOWN = 12;

    static final int BASE_BYTES = 8;
    /** Legal beside letters and digits ("Name Limits and Character Sets"). */
    private static final String LEGAL_MARKS = "$%'-_@~`!(){}^#&";

    private static final boolean[] ILLEGAL = new boolean[256];
    private static final boolean[] LEGAL_ASCII = new boolean[0x80];

    static {
        for (char c : ("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + LEGAL_MARKS).toCharArray()) {
            LEGAL_ASCII[c] = true;
        }
        for (int b = 0; b < 0x20; b++) {
            ILLEGAL[b] = true;
        }
        for (char c : "\"*+,./:;<=>?[\\]|\u007f".toCharArray()) {
            ILLEGAL[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            ILLEGAL[c] = true;
        }
    }

    private ShortName() {}

    /**
     * Returns a short name as it is shown.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @param page the code page of its bytes
     * @param withCase whether the lower-case flags of byte 0ch count
     * @return the base, and a dot and the extension if there is one
     */
    public static String decode(byte[] bytes, int slot, CodePage page, boolean withCase) {
        int flags = withCase ? bytes[slot + DirectorySlot.CASE_OFFSET] & DirectorySlot.LOWER_BASE_AND_EXTENSION : 0;
        int base = trimmed(bytes, slot, BASE_BYTES);
        int extension = trimmed(bytes, slot + BASE_BYTES, 3);
        if (flags == 0
                && page.asciiInPlace()
                && isPlain(bytes, slot, base)
                && isPlain(bytes, slot + BASE_BYTES, extension)) {
            return plain(bytes, slot, base, extension);
        }
        char[] name = new char[MAX_SHOWN];
        int length = 0;
        for (int i = 0; i < base; i++) {
            int b = u8(bytes, slot + i);
            char c = page.toChar(i == 0 && b == DirectorySlot.KANJI_E5 ? DirectorySlot.DELETED : b);
            name[length++] = (flags & DirectorySlot.LOWER_BASE) != 0 ? Character.toLowerCase(c) : c;
        }
        if (extension > 0) {
            name[length++] = '.';
            for (int i = 0; i < extension; i++) {
                char c = page.toChar(u8(bytes, slot + BASE_BYTES + i));
                name[length++] = (flags & DirectorySlot.LOWER_EXTENSION) != 0 ? Character.toLowerCase(c) : c;
            }
        }
        return new String(name, 0, length);
    }

    private static boolean isPlain(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] < 0x20 || bytes[i] == '/' || bytes[i] == 0x7f) { // beyond ASCII is negative
                return false;
            }
        }
        return true;
    }

    private static String plain(byte[] bytes, int slot, int base, int extension) {
        byte[] text = new byte[base + (extension > 0 ? extension + 1 : 0)];
        System.arraycopy(bytes, slot, text, 0, base);
        if (extension > 0) {
            text[base] = '.';
            System.arraycopy(bytes, slot + BASE_BYTES, text, base + 1, extension);
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns the bytes of a label as they stand.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return 11 characters of ISO 8859-1 without trailing spaces
     */
    public static String bytes(byte[] bytes, int slot) {
        return new String(bytes, slot, BYTES, StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private static int trimmed(byte[] bytes, int from, int length) {
        int end = length;
        while (end > 0 && bytes[from + end - 1] == ' ') {
            end--;
        }
        return end;
    }

    /**
     * Returns the checksum that long-name slots carry ("FAT Long Directory Entries", "ChkSum").
     *
     * @param bytes a directory
     * @param slot offset of the slot of the short entry
     * @return 0 to 255
     */
    public static int checksum(byte[] bytes, int slot) {
        int sum = 0;
        for (int i = 0; i < BYTES; i++) {
            sum = ((sum & 1) << 7 | sum >>> 1) + bytes[slot + i] & 0xff;
        }
        return sum;
    }

    /**
     * Finds what is wrong with the bytes of a short name.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return a description, or null if the name is legal
     */
    public static @Nullable String defect(byte[] bytes, int slot) {
        if (bytes[slot] == ' ') {
            return "begins with a space";
        }
        for (int i = 0; i < BYTES; i++) {
            int b = u8(bytes, slot + i);
            if (ILLEGAL[b] && !(i == 0 && b == DirectorySlot.KANJI_E5)) {
                return "has byte " + Integer.toHexString(b) + "h at " + i;
            }
        }
        return null;
    }

    /**
     * Encodes a name that is a legal short name as it stands, upper case.
     *
     * @param name a name
     * @param page the code page
     * @return 11 bytes, or null if the name does not fit
     */
    public static byte @Nullable [] encode(String name, CodePage page) {
        if (name.length() > MAX_SHOWN) {
            return null;
        }
        int dot = name.lastIndexOf('.');
        String base = dot < 0 ? name : name.substring(0, dot);
        String extension = dot < 0 ? "" : name.substring(dot + 1);
        if (base.isEmpty() || base.length() > BASE_BYTES || extension.length() > 3 || dot == name.length() - 1) {
            return null;
        }
        byte[] bytes = new byte[BYTES];
        return put(bytes, 0, BASE_BYTES, base, page) && put(bytes, BASE_BYTES, 3, extension, page) ? bytes : null;
    }

    private static boolean put(byte[] bytes, int from, int length, String part, CodePage page) {
        for (int i = 0; i < length; i++) {
            int b = i < part.length() ? legalByte(part.charAt(i), page) : ' ';
            if (b == 0) {
                return false;
            }
            bytes[from + i] = (byte) (from + i == 0 && b == DirectorySlot.DELETED ? DirectorySlot.KANJI_E5 : b);
        }
        return true;
    }

    /** Returns the byte of an upper-case character that a short name may hold, else 0. */
    static int legalByte(char c, CodePage page) {
        boolean legal = c < 0x80 ? LEGAL_ASCII[c] : c < 0xd800 && NameFolding.fold(c) == c;
        int b = legal ? page.toByte(c) : 0;
        return ILLEGAL[b] ? 0 : b; // some code pages have another character where ASCII has one that no name may hold
    }
}
