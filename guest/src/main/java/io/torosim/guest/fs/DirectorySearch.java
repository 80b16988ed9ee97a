package io.torosim.guest.fs;

import io.torosim.fat.layout.CodePage;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.LittleEndian;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.layout.ShortName;
import io.torosim.guest.fs.FatReader.ToroInode;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Toro's search for a name in the slots of a directory ({@code FindDir} of {@code Fat.pas}), one sector at a time. */
final class DirectorySearch {
    private static final int UNITS = 13;
    private static final int[] UNIT_OFFSETS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

    private final String wanted;
    private final Set<FatQuirk> quirks;
    private char @Nullable [] longName;
    private boolean over;
    private @Nullable ToroInode found;

    /** Begins a search for a name as it was asked for. */
    DirectorySearch(String wanted, Set<FatQuirk> quirks) {
        this.wanted = wanted;
        this.quirks = quirks;
    }

    /** Returns whether the name was found or the directory has ended. */
    boolean isOver() {
        return over;
    }

    /** Returns what was found, or null. */
    @Nullable
    ToroInode found() {
        return found;
    }

    /** Looks at the next sector of the directory, 512 bytes; no effect once the search is over. */
    void scan(byte[] sector) {
        for (int at = 0; at < sector.length && !over; at += DirectorySlot.BYTES) {
            int first = LittleEndian.u8(sector, at);
            if (first == DirectorySlot.END_MARK) {
                over = true;
            } else if (first == DirectorySlot.DELETED) {
                longName = null;
            } else if (DirectorySlot.attributes(sector, at) == DirectorySlot.LONG_NAME) {
                take(sector, at);
            } else if (matches(sector, at)) {
                boolean directory = (DirectorySlot.attributes(sector, at) & DirectorySlot.DIRECTORY) != 0;
                int cluster = DirectorySlot.firstCluster(sector, at);
                found = new ToroInode(cluster, DirectorySlot.size(sector, at), directory);
                over = true;
            } else {
                longName = null;
            }
        }
    }

    private void take(byte[] sector, int at) {
        boolean overwrite = quirks.contains(FatQuirk.LONG_NAME_OVERWRITTEN);
        int number = overwrite ? 1 : LittleEndian.u8(sector, at) & 0x3f;
        if (number == 0) {
            longName = null; // no slot has this number
            return;
        }
        if (longName == null || longName.length < number * UNITS) {
            longName = new char[number * UNITS];
        }
        for (int i = 0; i < UNITS; i++) {
            longName[(number - 1) * UNITS + i] = (char) LittleEndian.u16(sector, at + UNIT_OFFSETS[i]);
        }
    }

    private boolean matches(byte[] sector, int at) {
        boolean isLong = longName != null;
        String name = longName != null ? terminated(longName) : ShortName.decode(sector, at, CodePage.CP437, false);
        if (!quirks.contains(FatQuirk.PREFIX_MATCH) && name.length() != wanted.length()
                || name.length() < wanted.length()) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (!same(wanted.charAt(i), name.charAt(i), isLong)) {
                return false;
            }
        }
        return true;
    }

    private static String terminated(char[] units) {
        int length = 0;
        while (length < units.length && units[length] != 0) {
            length++;
        }
        return new String(Arrays.copyOf(units, length));
    }

    /** Folding by exclusive-or on both sides compares long names exactly; short names are folded on one side only. */
    private boolean same(char wantedChar, char c, boolean isLong) {
        if (!quirks.contains(FatQuirk.XOR_FOLDING)) {
            return NameFolding.fold(wantedChar) == NameFolding.fold(c);
        }
        return isLong ? wantedChar == c : (wantedChar ^ 0x20) == c;
    }
}
