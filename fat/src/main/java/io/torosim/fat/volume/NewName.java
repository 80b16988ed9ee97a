package io.torosim.fat.volume;

import io.torosim.fat.layout.AliasBasis;
import io.torosim.fat.layout.CodePage;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.layout.ShortName;
import org.jspecify.annotations.Nullable;

/**
 * A name about to be given to an entry: its short form, the case flags that show it, and whether it needs a long name
 * ("Name Limits and Character Sets").
 *
 * <p>A plain 8.3 name takes one slot. So does one whose base and extension are each all upper or all lower case: the case
 * flags of Windows NT show it. Everything else gets a long name and an alias, with a numeric tail if the name is no 8.3
 * name; so does every name with a character beyond ASCII, because the byte of a short name is another character for
 * whoever mounts the volume with another code page, and the case flags another case.
 *
 * @param name the name
 * @param shortName 11 bytes
 * @param shortShown the same as a reader shows it
 * @param caseFlags byte 0ch of the entry
 * @param needsLongName whether long-name slots go before the entry
 */
record NewName(String name, byte[] shortName, String shortShown, int caseFlags, boolean needsLongName) {
    private static final int MAX_TAIL = 999_999;

    /** Chooses the short form of a legal name in a directory. Null if all aliases are taken. */
    static @Nullable NewName choose(String name, Directory directory, CodePage page) {
        String upper = name.length() <= ShortName.MAX_SHOWN ? NameFolding.fold(name) : name;
        byte[] plain = ShortName.encode(upper, page);
        if (plain != null && !directory.isTaken(upper)) {
            int flags = caseFlags(name);
            return flags >= 0
                    ? new NewName(name, plain, upper, flags, false)
                    : new NewName(name, plain, upper, 0, true);
        }
        AliasBasis basis = AliasBasis.of(name, page);
        for (int number = directory.nextTail(basis); number <= MAX_TAIL; number++) {
            byte[] alias = basis.numbered(number);
            String shown = ShortName.decode(alias, 0, page, false);
            if (!directory.isTaken(shown)) {
                directory.tailTaken(basis, number);
                return new NewName(name, alias, shown, 0, true);
            }
        }
        return null;
    }

    /** Returns the case flags under which an 8.3 name is shown as it is, or -1 if there are none. */
    private static int caseFlags(String name) {
        int dot = name.lastIndexOf('.');
        int base = caseOf(dot < 0 ? name : name.substring(0, dot));
        int extension = caseOf(dot < 0 ? "" : name.substring(dot + 1));
        if (base < 0 || extension < 0) {
            return -1;
        }
        return (base == 1 ? DirectorySlot.LOWER_BASE : 0) | (extension == 1 ? DirectorySlot.LOWER_EXTENSION : 0);
    }

    /** Returns 1 for lower case, 0 for upper or none, -1 for a mixture or characters beyond ASCII. */
    private static int caseOf(String part) {
        boolean lower = false;
        boolean upper = false;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c >= 0x80) {
                return -1;
            }
            lower |= c >= 'a' && c <= 'z';
            upper |= c >= 'A' && c <= 'Z';
        }
        return lower && upper ? -1 : lower ? 1 : 0;
    }

    int slotCount() {
        return needsLongName ? LongName.slotCount(name) + 1 : 1;
    }
}
