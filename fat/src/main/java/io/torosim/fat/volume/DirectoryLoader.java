package io.torosim.fat.volume;

import io.torosim.fat.layout.CodePage;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;

/**
 * Reads the slots of a directory up to its end mark, chunk by chunk, and makes its entries. Broken long names fall back
 * to the short name, labels and dot entries are left out; one bad slot never ends the listing.
 *
 * <p>Cost: one device read a run of clusters (at most 64 KiB each), at most 65,536 slots.
 */
final class DirectoryLoader {
    private final Directory directory;
    private final CodePage codePage;
    private final LongName longName = new LongName();
    private int runStart;

    private DirectoryLoader(Directory directory) {
        this.directory = directory;
        this.codePage = directory.self.volume.options.codePage();
    }

    static Directory load(FatNode self) throws IOException {
        var directory = new Directory(self);
        if (!self.isRoot() && self.firstCluster == 0) {
            throw self.error(FatRule.DIRECTORY_START, FatException.NO_CLUSTER, "first cluster is 0");
        }
        new DirectoryLoader(directory).read();
        return directory;
    }

    private void read() throws IOException {
        DirectorySlots slots = directory.slots;
        int slot = 0;
        while (slot >= 0 && slot < DirectorySlots.MAX_SLOTS) {
            byte[] chunk = slots.chunk(slot);
            if (chunk == null) {
                slots.endAt(slot);
                return;
            }
            slot = take(chunk, slot);
        }
        if (slot >= 0 && slots.chunk(slot) != null) {
            throw directory.self.error(
                    FatRule.DIRECTORY_SIZE,
                    directory.self.firstCluster,
                    "directory has more than " + DirectorySlots.MAX_SLOTS + " slots");
        }
        if (slot >= 0) {
            slots.endAt(slot);
        }
    }

    /** Takes the slots of a chunk and returns the number of the slot behind it, or -1 after the end mark. */
    private int take(byte[] chunk, int firstSlot) {
        int count = chunk.length / DirectorySlot.BYTES;
        for (int i = 0; i < count; i++) {
            int offset = i * DirectorySlot.BYTES;
            int first = chunk[offset] & 0xff;
            if (first == DirectorySlot.END_MARK) {
                directory.slots.endAt(firstSlot + i);
                return -1;
            }
            if (first == DirectorySlot.DELETED) {
                longName.reset();
            } else {
                directory.slots.use(firstSlot + i);
                takeUsed(chunk, offset, firstSlot + i);
            }
        }
        return firstSlot + count;
    }

    private void takeUsed(byte[] chunk, int offset, int slot) {
        if (DirectorySlot.isLongName(chunk, offset)) {
            if ((chunk[offset] & 0x40) != 0) {
                runStart = slot;
            }
            longName.accept(chunk, offset);
            return;
        }
        String name = longName.finish(chunk, offset);
        if ((DirectorySlot.attributes(chunk, offset) & DirectorySlot.VOLUME_ID) != 0) {
            if (directory.self.isRoot()) {
                directory.label(label(chunk, offset));
            }
        } else if (!isDot(chunk, offset)) {
            String shown = name != null ? name : ShortName.decode(chunk, offset, codePage, true);
            if (!shown.isEmpty()) {
                directory.take(new FatNode(directory, shown, chunk, offset, name != null ? runStart : slot, slot));
            }
        }
    }

    private String label(byte[] chunk, int offset) {
        var text = new StringBuilder(ShortName.BYTES);
        for (int i = 0; i < ShortName.BYTES; i++) {
            int b = chunk[offset + i] & 0xff;
            text.append(codePage.toChar(i == 0 && b == DirectorySlot.KANJI_E5 ? DirectorySlot.DELETED : b));
        }
        return text.toString().stripTrailing();
    }

    /** Returns whether a slot holds {@code .} or {@code ..}, which are never shown. */
    static boolean isDot(byte[] bytes, int offset) {
        if (bytes[offset] != '.') {
            return false;
        }
        for (int i = bytes[offset + 1] == '.' ? 2 : 1; i < ShortName.BYTES; i++) {
            if (bytes[offset + i] != ' ') {
                return false;
            }
        }
        return true;
    }
}
