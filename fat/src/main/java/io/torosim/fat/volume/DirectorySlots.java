package io.torosim.fat.volume;

import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatException;
import io.torosim.fat.layout.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The slots of one directory as places on the disk: which are in use, where each lies, and how runs of slots are
 * written. The end of the used part is the end mark (or the end of the chain).
 *
 * <p>A run is written from its last sector to its first: a run that grows the directory then appears at once, with the
 * write of the sector that holds the old end mark.
 */
final class DirectorySlots {
    /** A directory has at most 2 MiB of slots ("FAT Directory Structure"). */
    static final int MAX_SLOTS = 65536;

    private static final int SECTOR = 512;
    private static final int CHUNK_BYTES = 65536;

    private final FatNode self;
    private final BitSet used = new BitSet();
    private int end;
    private int searchFrom;

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
    byte[] chunk(int slot) throws IOException {
        BootSector boot = self.volume.bootSector();
        VolumeDisk disk = self.volume.disk();
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
     * @return the first slot
     * @throws FatException if the root, the volume or the 65,536 slots are full
     */
    int room(int count) throws IOException {
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
            reserve(from + count);
        }
        return from;
    }

    private void reserve(int slotCount) throws IOException {
        BootSector boot = self.volume.bootSector();
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
            self.volume.content().extend(self, have, clusters - have, true);
        }
    }

    /** Writes slots in place, from the last sector to the first, and an end mark behind them if they move the end. */
    void write(int firstSlot, byte[] slots) throws IOException {
        int count = slots.length / DirectorySlot.BYTES;
        int newEnd = firstSlot + count;
        byte[] bytes = slots;
        if (newEnd > end && hasSlot(newEnd)) {
            bytes = java.util.Arrays.copyOf(slots, slots.length + DirectorySlot.BYTES);
        }
        int perSector = SECTOR / DirectorySlot.BYTES;
        int last = firstSlot + bytes.length / DirectorySlot.BYTES - 1;
        for (int sector = last / perSector; sector >= firstSlot / perSector; sector--) {
            int from = Math.max(firstSlot, sector * perSector);
            int to = Math.min(last + 1, (sector + 1) * perSector);
            long at = offsetOf(sector * perSector);
            byte[] patched = self.volume.disk().sector(at);
            System.arraycopy(
                    bytes,
                    (from - firstSlot) * DirectorySlot.BYTES,
                    patched,
                    (from - sector * perSector) * DirectorySlot.BYTES,
                    (to - from) * DirectorySlot.BYTES);
            self.volume.disk().writeSector(at, patched);
        }
        for (int i = 0; i < count; i++) {
            used.set(firstSlot + i, (slots[i * DirectorySlot.BYTES] & 0xff) != DirectorySlot.DELETED);
        }
        end = Math.max(end, newEnd);
        searchFrom = Math.min(searchFrom, firstSlot);
    }

    /** Marks slots deleted, from the last sector to the first: the short entry goes before its long name. */
    void delete(int firstSlot, int lastSlot) throws IOException {
        int perSector = SECTOR / DirectorySlot.BYTES;
        for (int sector = lastSlot / perSector; sector >= firstSlot / perSector; sector--) {
            long at = offsetOf(sector * perSector);
            byte[] patched = self.volume.disk().sector(at);
            for (int slot = Math.max(firstSlot, sector * perSector);
                    slot <= Math.min(lastSlot, sector * perSector + perSector - 1);
                    slot++) {
                patched[(slot - sector * perSector) * DirectorySlot.BYTES] = (byte) DirectorySlot.DELETED;
            }
            self.volume.disk().writeSector(at, patched);
        }
        used.clear(firstSlot, lastSlot + 1);
        searchFrom = Math.min(searchFrom, firstSlot);
    }

    /** Reads one slot. */
    byte[] read(int slot) throws IOException {
        byte[] sector = self.volume.disk().sector(offsetOf(slot) & -SECTOR);
        int inside = slot * DirectorySlot.BYTES % SECTOR;
        return java.util.Arrays.copyOfRange(sector, inside, inside + DirectorySlot.BYTES);
    }

    private boolean hasSlot(int slot) throws FatException {
        BootSector boot = self.volume.bootSector();
        if (self.isRoot()) {
            return slot < boot.rootEntries();
        }
        return slot < MAX_SLOTS && self.runs().locate(self, slot * DirectorySlot.BYTES / boot.clusterBytes(), 1) >= 0;
    }

    private long offsetOf(int slot) throws FatException {
        BootSector boot = self.volume.bootSector();
        int offset = slot * DirectorySlot.BYTES;
        if (self.isRoot()) {
            return boot.rootStartSector() * boot.bytesPerSector() + offset;
        }
        long place = self.runs().locate(self, offset / boot.clusterBytes(), 1);
        return boot.clusterOffset((int) (place >>> 32)) + offset % boot.clusterBytes();
    }
}
