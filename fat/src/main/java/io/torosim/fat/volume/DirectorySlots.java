package io.torosim.fat.volume;

import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one directory as places on the disk: which are in use, where each lies, and how runs of slots are
 * written. The end of the used part is the end mark (or the end of the chain).
 *
 * <p>A run of slots that lies in several sectors appears and goes at once for whoever looks at the disk after a power cut:
 * what may be left over are slots of a long name without a short entry.
 *
 * <p>{@link Directory} and {@link DirectoryLoader} use it; bytes go to the disk by {@link VolumeDisk}, in an order that {@link WriteOrder} keeps, and a
 * directory that grows gets clusters from {@link FileContent}.
 */
final class DirectorySlots {
    /** A directory has at most 2 MiB of slots ("FAT Directory Structure"). */
    static final int MAX_SLOTS = 65536;

    private static final int SECTOR = 512;
    private static final int PER_SECTOR = SECTOR / DirectorySlot.BYTES;
    private static final int CHUNK_BYTES = 65536;

    private final FatNode self;
    private final BitSet used = new BitSet();
    private int end;
    private int searchFrom;
    private int placedSector = -1; // the sector whose place on the disk was asked for last
    private long placedAt;
    private int dropFirst = -1; // slots that the next write may drop
    private int dropLast;
    private boolean dropNow;
    private boolean dropped;

    DirectorySlots(FatNode self) {
        this.self = self;
    }

    void use(int slot) {
        used.set(slot);
    }

    void endAt(int slot) {
        end = slot;
    }

    /** Reads slots from one on: up to 64 KiB that lie together on the disk. Null behind the last slot. */
    byte @Nullable [] chunk(int slot) throws IOException {
        BootSector boot = self.volume.boot;
        VolumeDisk disk = self.volume.disk;
        int offset = slot * DirectorySlot.BYTES;
        long at;
        int bytes;
        if (self.isRoot()) {
            at = boot.rootStartSector() * boot.bytesPerSector() + offset;
            bytes = Math.min(CHUNK_BYTES, boot.rootEntries() * DirectorySlot.BYTES - offset);
        } else {
            int clusterBytes = boot.clusterBytes();
            int inside = offset % clusterBytes;
            int wanted = Math.max(1, CHUNK_BYTES / clusterBytes);
            long place = self.runs().locate(self, offset / clusterBytes, wanted);
            if (place < 0) {
                return null;
            }
            at = boot.clusterOffset((int) (place >>> 32)) + inside;
            bytes = (int) Math.min((long) (int) place * clusterBytes - inside, CHUNK_BYTES);
            if (at + bytes > disk.bytes()) {
                throw self.error(
                        FatRule.DATA_OUTSIDE_DEVICE,
                        (int) (place >>> 32),
                        "directory cluster ends at byte " + (at + bytes) + ", device bytes=" + disk.bytes());
            }
        }
        if (bytes <= 0) {
            return null;
        }
        byte[] chunk = new byte[bytes];
        disk.read(at, ByteBuffer.wrap(chunk));
        return chunk;
    }

    /**
     * Finds {@code count} free slots in a row, growing the directory if it must.
     *
     * @param content grows it
     * @return the first slot
     * @throws FatException if the root, the volume or the 65,536 slots are full
     */
    int room(int count, FileContent content) throws IOException {
        int from = used.nextClearBit(searchFrom);
        searchFrom = from;
        while (from < end) {
            int next = used.nextSetBit(from);
            if (next < 0 || next - from >= count) {
                break;
            }
            from = used.nextClearBit(next);
        }
        from = Math.min(from, end);
        if (from + count > MAX_SLOTS) {
            throw self.error(FatRule.DIRECTORY_FULL, self.firstCluster, MAX_SLOTS + " slots are in use");
        }
        if (from + count > end) {
            reserve(from + count, content);
        }
        return from;
    }

    private void reserve(int slotCount, FileContent content) throws IOException {
        if ((slotCount - 1) / PER_SECTOR == (end - 1) / PER_SECTOR && !self.isRoot()) {
            return; // in the sector of the last slot used
        }
        BootSector boot = self.volume.boot;
        if (self.isRoot()) {
            if (slotCount > boot.rootEntries()) {
                throw self.error(
                        FatRule.DIRECTORY_FULL,
                        FatException.NO_CLUSTER,
                        "root directory has " + boot.rootEntries() + " slots, " + slotCount + " needed");
            }
            return;
        }
        int clusters = (slotCount * DirectorySlot.BYTES + boot.clusterBytes() - 1) / boot.clusterBytes();
        int have = clusters;
        while (have > 0 && self.runs().locate(self, have - 1, 1) < 0) {
            have--;
        }
        if (have < clusters) {
            content.extend(self, have, clusters - have, true);
        }
    }

    /** Asks the next write to mark other slots deleted in the same sector, if all lie in one; -1 for none. */
    void dropWithNextWrite(int firstSlot, int lastSlot) {
        dropFirst = firstSlot;
        dropLast = lastSlot;
        dropped = false;
    }

    /** Returns whether the last write dropped what it was asked to. */
    boolean dropped() {
        return dropped;
    }

    /**
     * Writes slots in place, and an end mark behind them if they move the end. The sector of the short entry, last of the
     * slots, is written last; before it the disk has slots of a long name without an entry, then an end mark.
     *
     * @param slots their bytes, and zeros behind them or nothing
     */
    void write(int firstSlot, byte[] slots, int count, WriteOrder order) throws IOException {
        int newEnd = firstSlot + count;
        byte[] bytes = slots;
        int last = newEnd - 1;
        if (newEnd > end && hasSlot(newEnd)) {
            last = newEnd;
            if (slots.length == count * DirectorySlot.BYTES) {
                bytes = Arrays.copyOf(slots, slots.length + DirectorySlot.BYTES);
            }
        }
        int commit = (newEnd - 1) / PER_SECTOR;
        if (newEnd > end) {
            if (end % PER_SECTOR == 0 && firstSlot == end) {
                order.barrier(); // the old end mark was in the sector before, which may not be on the medium yet
            }
            endBehind(firstSlot, last, order);
        }
        for (int sector = firstSlot / PER_SECTOR; sector <= last / PER_SECTOR; sector++) {
            if (sector != commit && writeSector(sector, firstSlot, last, bytes)) {
                order.barrier();
            }
        }
        dropped = false;
        boolean together = dropFirst >= 0 && dropFirst / PER_SECTOR == commit && dropLast / PER_SECTOR == commit;
        dropNow = together && firstSlot / PER_SECTOR == commit;
        writeSector(commit, firstSlot, last, bytes);
        for (int i = 0; i < count; i++) {
            used.set(firstSlot + i, (slots[i * DirectorySlot.BYTES] & 0xff) != DirectorySlot.DELETED);
        }
        if (dropNow) {
            used.clear(dropFirst, dropLast + 1);
            searchFrom = Math.min(searchFrom, dropFirst);
            dropped = true;
        }
        dropNow = false;
        dropFirst = -1;
        end = Math.max(end, newEnd);
        searchFrom = Math.min(searchFrom, firstSlot);
    }

    /** Sees to it that sectors behind that of the end mark begin with an end mark before that one goes. */
    private void endBehind(int firstSlot, int last, WriteOrder order) throws IOException {
        for (int sector = Math.max(firstSlot, end) / PER_SECTOR + 1; sector <= last / PER_SECTOR; sector++) {
            long at = offsetOf(sector * PER_SECTOR);
            byte[] bytes = self.volume.disk.directorySector(at);
            if (bytes[0] != DirectorySlot.END_MARK) {
                bytes[0] = DirectorySlot.END_MARK;
                self.volume.disk.writeSector(at, bytes);
                order.barrier();
            }
        }
    }

    /** Writes the part of some slots that lies in one sector, unless it is there already. Says whether it wrote. */
    private boolean writeSector(int sector, int firstSlot, int last, byte[] bytes) throws IOException {
        int from = Math.max(firstSlot, sector * PER_SECTOR);
        int to = Math.min(last + 1, (sector + 1) * PER_SECTOR);
        long at = offsetOf(sector * PER_SECTOR);
        byte[] old = self.volume.disk.directorySector(at);
        int source = (from - firstSlot) * DirectorySlot.BYTES;
        int target = (from - sector * PER_SECTOR) * DirectorySlot.BYTES;
        int length = (to - from) * DirectorySlot.BYTES;
        if (!dropNow && Arrays.equals(bytes, source, source + length, old, target, target + length)) {
            return false;
        }
        System.arraycopy(bytes, source, old, target, length);
        for (int slot = dropFirst; dropNow && slot <= dropLast; slot++) {
            old[(slot - sector * PER_SECTOR) * DirectorySlot.BYTES] = (byte) DirectorySlot.DELETED;
        }
        self.volume.disk.writeSector(at, old);
        return true;
    }

    /** Marks slots deleted: the short entry with the first sector that is written, behind a barrier its long name. */
    void delete(int firstSlot, int lastSlot, WriteOrder order) throws IOException {
        for (int sector = lastSlot / PER_SECTOR; sector >= firstSlot / PER_SECTOR; sector--) {
            long at = offsetOf(sector * PER_SECTOR);
            byte[] patched = self.volume.disk.directorySector(at);
            for (int slot = Math.max(firstSlot, sector * PER_SECTOR);
                    slot <= Math.min(lastSlot, sector * PER_SECTOR + PER_SECTOR - 1);
                    slot++) {
                patched[(slot - sector * PER_SECTOR) * DirectorySlot.BYTES] = (byte) DirectorySlot.DELETED;
            }
            self.volume.disk.writeSector(at, patched);
            if (sector == lastSlot / PER_SECTOR && sector > firstSlot / PER_SECTOR) {
                order.barrier();
            }
        }
        used.clear(firstSlot, lastSlot + 1);
        searchFrom = Math.min(searchFrom, firstSlot);
    }

    /** A change of one slot's bytes. */
    @FunctionalInterface
    interface SlotChange {
        /** Changes the slot at an offset of its sector. */
        void apply(byte[] sector, int offset);
    }

    /** Changes one slot in place: one read, and one write if it is another then. */
    void change(int slot, SlotChange change) throws IOException {
        VolumeDisk disk = self.volume.disk;
        int inside = slot % PER_SECTOR * DirectorySlot.BYTES;
        long at = offsetOf(slot) - inside;
        byte[] sector = disk.directorySector(at);
        byte[] old = Arrays.copyOfRange(sector, inside, inside + DirectorySlot.BYTES);
        change.apply(sector, inside);
        if (!Arrays.equals(old, 0, old.length, sector, inside, inside + old.length)) {
            disk.writeSector(at, sector);
        }
    }

    /** Reads one slot. */
    byte[] read(int slot) throws IOException {
        byte[] sector = self.volume.disk.directorySector(offsetOf(slot) & -SECTOR);
        int inside = slot * DirectorySlot.BYTES % SECTOR;
        return Arrays.copyOfRange(sector, inside, inside + DirectorySlot.BYTES);
    }

    private boolean hasSlot(int slot) throws FatException {
        BootSector boot = self.volume.boot;
        if (self.isRoot()) {
            return slot < boot.rootEntries();
        }
        if (slot % PER_SECTOR != 0) {
            return true; // clusters are whole sectors, and the slot before is there
        }
        return slot < MAX_SLOTS && self.runs().locate(self, slot * DirectorySlot.BYTES / boot.clusterBytes(), 1) >= 0;
    }

    private long offsetOf(int slot) throws FatException {
        int sector = slot / PER_SECTOR;
        if (sector != placedSector) { // a directory's chain only grows
            placedAt = sectorOffset(sector);
            placedSector = sector;
        }
        return placedAt + slot % PER_SECTOR * DirectorySlot.BYTES;
    }

    private long sectorOffset(int sector) throws FatException {
        BootSector boot = self.volume.boot;
        int offset = sector * SECTOR;
        if (self.isRoot()) {
            return boot.rootStartSector() * boot.bytesPerSector() + offset;
        }
        ClusterPlaces places = self.volume.places;
        long place = self.runs().locate(self, places.indexOf(offset), 1);
        return places.offset((int) (place >>> 32)) + places.inside(offset);
    }
}
