package io.torosim.fat.layout;

import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u8;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads runs of long-name slots, one slot after another, and writes them ("FAT Long Directory Entries"). A run begins
 * with the slot numbered n and marked 40h, goes down to 1 and is followed by the short entry whose checksum it carries;
 * anything else is dropped and the short name stands.
 *
 * <pre>
 * 00 Ord (1: n, 40h on the first slot met)   0b Attr (1: 0fh)   0d Chksum (1)        1a FstClusLO (2: 0)
 * 01 Name1 (5 UTF-16 units)                  0c Type (1: 0)     0e Name2 (6 units)   1c Name3 (2 units)
 * </pre>
 *
 * <p>A slot is a {@link DirectorySlot}, the name behind a run a {@link ShortName}.
 */
public final class LongName {
    /** UTF-16 units in one slot. */
    public static final int UNITS_PER_SLOT = 13;
    /** UTF-16 units in a name. */
    public static final int MAX_UNITS = 255;
    /** Slots of the longest name. */
    public static final int MAX_SLOTS = 20;

    private static final int FIRST_MET = 0x40;
    private static final int CHECKSUM_OFFSET = 13;
    private static final int[] UNIT_OFFSETS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

    /** Characters that no name has ("Name Limits and Character Sets"). */
    private static final boolean[] ILLEGAL = new boolean[0x80];

    static {
        Arrays.fill(ILLEGAL, 0, 0x20, true);
        for (char c : "\"*/:<>?\\|\u007f".toCharArray()) {
            ILLEGAL[c] = true;
        }
    }

    private final char[] units = new char[MAX_SLOTS * UNITS_PER_SLOT];
    private int length;
    private int expected; // number of the next slot; 0 when the run is complete, -1 when there is none
    private int checksum;

    /** Makes a reader that has met no slot. */
    public LongName() {
        reset();
    }

    /** Forgets the run. */
    public void reset() {
        expected = -1;
    }

    /**
     * Returns whether slots were met that no short entry has used yet.
     *
     * @return true inside or behind a run
     */
    public boolean pending() {
        return expected >= 0;
    }

    /**
     * Takes a long-name slot.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return false if the slot does not continue the run; a broken run is forgotten
     */
    public boolean accept(byte[] bytes, int slot) {
        int order = u8(bytes, slot);
        int number = order & ~FIRST_MET;
        if ((order & FIRST_MET) != 0) {
            boolean clean = expected < 0;
            if (number < 1 || number > MAX_SLOTS) {
                reset();
                return false;
            }
            expected = number;
            checksum = u8(bytes, slot + CHECKSUM_OFFSET);
            length = number * UNITS_PER_SLOT;
            take(bytes, slot, number, true);
            return clean;
        }
        if (number != expected || number == 0 || u8(bytes, slot + CHECKSUM_OFFSET) != checksum) {
            reset();
            return false;
        }
        take(bytes, slot, number, false);
        return true;
    }

    /**
     * Finds what is wrong with a slot beside its place in a run: every reader takes the name all the same.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return a description, or null
     */
    public static @Nullable String defect(byte[] bytes, int slot) {
        if (u8(bytes, slot + DirectorySlot.CASE_OFFSET) != 0) {
            return "has type " + u8(bytes, slot + DirectorySlot.CASE_OFFSET) + ", should be 0";
        }
        int cluster = u16(bytes, slot + DirectorySlot.CLUSTER_OFFSET);
        return cluster == 0 ? null : "has start cluster " + cluster + ", should be 0";
    }

    private void take(byte[] bytes, int slot, int number, boolean last) {
        int from = (number - 1) * UNITS_PER_SLOT;
        for (int i = 0; i < UNITS_PER_SLOT; i++) {
            char c = (char) u16(bytes, slot + UNIT_OFFSETS[i]);
            if (last && c == 0) {
                length = from + i;
                break;
            }
            units[from + i] = c;
        }
        expected = number - 1;
    }

    /**
     * Ends the run with its short entry.
     *
     * @param bytes a directory
     * @param slot offset of the short entry in it
     * @return the long name, or null if the run is incomplete, has another checksum or is not a legal name
     */
    public @Nullable String finish(byte[] bytes, int slot) {
        boolean complete = expected == 0 && ShortName.checksum(bytes, slot) == checksum;
        reset();
        if (!complete || length == 0 || length > MAX_UNITS) {
            return null;
        }
        for (int i = 0; i < length; i++) {
            char c = units[i];
            if (c < 0x20 || c == '/') {
                return null;
            }
        }
        String name = new String(units, 0, length);
        return name.equals(".") || name.equals("..") ? null : name;
    }

    /**
     * Writes the slots of a long name.
     *
     * @param name 1 to 255 UTF-16 units
     * @param checksum checksum of the short name
     * @param behind slots of zeros to add, for the short entry that follows
     * @return a whole number of slots
     */
    public static byte[] slots(String name, int checksum, int behind) {
        int count = slotCount(name);
        byte[] bytes = new byte[(count + behind) * DirectorySlot.BYTES];
        for (int i = 0; i < count; i++) {
            int number = count - i;
            int slot = i * DirectorySlot.BYTES;
            bytes[slot] = (byte) (i == 0 ? number | FIRST_MET : number);
            bytes[slot + DirectorySlot.ATTRIBUTES_OFFSET] = DirectorySlot.LONG_NAME;
            bytes[slot + CHECKSUM_OFFSET] = (byte) checksum;
            int from = (number - 1) * UNITS_PER_SLOT;
            int units = Math.min(UNITS_PER_SLOT, name.length() - from);
            for (int unit = 0; unit < units; unit++) {
                LittleEndian.put16(bytes, slot + UNIT_OFFSETS[unit], name.charAt(from + unit));
            }
            for (int unit = units + 1; unit < UNITS_PER_SLOT; unit++) { // behind the 0000h that ends the name
                LittleEndian.put16(bytes, slot + UNIT_OFFSETS[unit], 0xffff);
            }
        }
        return bytes;
    }

    /**
     * Returns how many slots a long name takes.
     *
     * @param name 1 to 255 UTF-16 units
     * @return 1 to 20
     */
    public static int slotCount(String name) {
        return (name.length() + UNITS_PER_SLOT - 1) / UNITS_PER_SLOT;
    }

    @Override
    public String toString() {
        return "LongName[" + new String(Arrays.copyOf(units, Math.max(0, length))) + ", expected=" + expected + "]";
    }

    /**
     * Finds what is wrong with a long name: which ones a FAT volume can hold.
     *
     * @param name a name
     * @return a description, or null
     */
    public static @Nullable String defect(String name) {
        if (name.isEmpty() || name.length() > MAX_UNITS) {
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
