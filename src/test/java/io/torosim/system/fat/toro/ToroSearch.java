package io.torosim.system.fat.toro;

import io.torosim.fat.layout.CodePage;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.LittleEndian;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.layout.ShortName;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader.ToroInode;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The model of {@code FindDir}: the slots of a directory in order, until the name or the end. */
final class ToroSearch {
    private static final int UNITS = 13;

    private final String wanted;
    private final Set<FatQuirk> quirks;
    /** The pieces of the long name so far, by number; as many as the largest number says, and those not seen are zeros. */
    private final TreeMap<Integer, String> pieces = new TreeMap<>();

    private boolean over;
    private @Nullable ToroInode found;

    ToroSearch(String wanted, Set<FatQuirk> quirks) {
        this.wanted = wanted;
        this.quirks = quirks;
    }

    boolean isOver() {
        return over;
    }

    /** Null if the directory has ended, or not yet. */
    @Nullable
    ToroInode found() {
        return found;
    }

    void scan(byte[] sector) {
        for (int at = 0; at < sector.length && !over; at += DirectorySlot.BYTES) {
            look(sector, at);
        }
    }

    private void look(byte[] sector, int at) {
        int first = LittleEndian.u8(sector, at);
        int attributes = DirectorySlot.attributes(sector, at);
        if (first == 0) {
            over = true;
        } else if (first != DirectorySlot.DELETED && attributes == DirectorySlot.LONG_NAME) {
            piece(sector, at, quirks.contains(FatQuirk.LONG_NAME_OVERWRITTEN) ? 1 : first & 0x3f);
        } else {
            if (first != DirectorySlot.DELETED && isWanted(sector, at)) {
                boolean directory = (attributes & DirectorySlot.DIRECTORY) != 0;
                found = new ToroInode(
                        DirectorySlot.firstCluster(sector, at), DirectorySlot.size(sector, at), directory);
                over = true;
            }
            pieces.clear();
        }
    }

    private void piece(byte[] sector, int at, int number) {
        if (number == 0 || !pieces.isEmpty() && number > pieces.lastKey()) {
            pieces.clear(); // no slot has the number 0; a larger one begins another name
        }
        if (number == 0) {
            return;
        }
        StringBuilder piece = new StringBuilder();
        for (int unit = 0; unit < UNITS; unit++) { // three runs: 5, 6 and 2 units
            piece.append((char) LittleEndian.u16(sector, at + 2 * unit + (unit < 5 ? 1 : unit < 11 ? 4 : 6)));
        }
        pieces.put(number, piece.toString());
    }

    private boolean isWanted(byte[] sector, int at) {
        boolean isLong = !pieces.isEmpty();
        String name = isLong ? longName() : ShortName.decode(sector, at, CodePage.CP437, false);
        if (quirks.contains(FatQuirk.PREFIX_MATCH)) {
            name = name.substring(0, Math.min(name.length(), wanted.length()));
        }
        if (!quirks.contains(FatQuirk.XOR_FOLDING)) {
            return NameFolding.fold(name).equals(NameFolding.fold(wanted));
        }
        return name.equals(isLong ? wanted : flipped(wanted)); // a long name is flipped on both sides
    }

    private String longName() {
        StringBuilder name = new StringBuilder();
        for (int number = 1; number <= pieces.lastKey(); number++) {
            name.append(pieces.getOrDefault(number, "\0"));
        }
        name.append('\0');
        return name.substring(0, name.indexOf("\0"));
    }

    private static String flipped(String text) {
        StringBuilder flipped = new StringBuilder();
        text.chars().forEach(c -> flipped.append((char) (c ^ 0x20)));
        return flipped.toString();
    }
}
