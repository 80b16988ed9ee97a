package io.torosim.fat.volume;

import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.LittleEndian;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes, moves and removes directory entries. The caller holds the volume's write lock.
 *
 * <p>Order of writes, chosen for power cuts: an entry is written after what it points to and removed before that is
 * freed; a moved entry exists twice for a moment, never not at all, and its {@code ..} fits one of the two.
 *
 * <p>{@link FatVolume} calls it. It finds entries in a {@link Directory}, names in {@link NewName}, writes {@link DirectorySlot}s, and lets
 * {@link FileContent} take and free clusters of the {@link FatTable}.
 */
final class DirectoryWriter {
    private final MountedParts volume;
    private final FileContent content;

    DirectoryWriter(MountedParts volume, FileContent content) {
        this.volume = volume;
        this.content = content;
    }

    /**
     * Makes an entry, in the place of {@code target} if there is one. A directory gets its first cluster with {@code .}
     * and {@code ..} before.
     */
    FatNode create(Directory parent, String name, int bits, @Nullable FatNode target) throws IOException {
        byte[] entry = newEntry(bits);
        if (target == null) {
            NewName chosen = choose(parent, name);
            int first = parent.slots.room(chosen.slotCount(), content);
            withCluster(parent, bits, entry);
            return place(parent, chosen, first, entry);
        }
        withCluster(parent, bits, entry);
        FatNode node = onto(target, entry);
        remove(target);
        return node;
    }

    /** Gives a directory its first cluster. */
    private void withCluster(Directory parent, int bits, byte[] entry) throws IOException {
        if ((bits & DirectorySlot.DIRECTORY) != 0) {
            DirectorySlot.putExtent(entry, 0, newDirectoryCluster(parent.self, entry), 0);
        }
    }

    private byte[] newEntry(int bits) {
        long now = volume.now();
        byte[] entry = new byte[DirectorySlot.BYTES];
        entry[DirectorySlot.ATTRIBUTES_OFFSET] = (byte) bits;
        DirectorySlot.putTimes(entry, 0, now, now, now);
        return entry;
    }

    /** Makes a file without an entry: like one that was deleted while it is open. */
    FatNode unnamed(Directory root, String name) {
        var node = new FatNode(root, name, newEntry(DirectorySlot.ARCHIVE), 0, -1, -1);
        node.deleted = true;
        node.opens = 1;
        return node;
    }

    /** Gives a file without an entry its entry, which may be that of a target. */
    void name(FatNode node, Directory to, String name, @Nullable FatNode target) throws IOException {
        settleGrowth(node);
        byte[] entry = new byte[DirectorySlot.BYTES];
        fill(entry, 0, node);
        FatNode named = target != null ? onto(target, entry) : place(to, entry, name);
        node.deleted = false;
        node.changed = false;
        adopt(node, named, to);
        if (target != null) {
            remove(target);
        }
    }

    /** Frees what an entry pointed at that is no longer on the disk; an open file keeps it until it is closed. */
    private void remove(FatNode node) throws IOException {
        node.deleted = true;
        if (node.opens == 0) {
            free(node);
        }
    }

    private NewName choose(Directory parent, String name) throws FatException {
        String defect = LongName.defect(name);
        if (defect != null) {
            throw parent.self.error(FatRule.NEW_NAME, FatException.NO_CLUSTER, "\"" + name + "\": " + defect);
        }
        NewName chosen = NewName.choose(name, parent, volume.options.codePage());
        if (chosen == null) {
            throw parent.self.error(FatRule.NEW_NAME, FatException.NO_CLUSTER, "\"" + name + "\": no alias is free");
        }
        return chosen;
    }

    private FatNode place(Directory parent, NewName chosen, int first, byte[] entry) throws IOException {
        System.arraycopy(chosen.shortName(), 0, entry, 0, ShortName.BYTES);
        entry[DirectorySlot.CASE_OFFSET] = (byte) chosen.caseFlags();
        byte[] slots = entry;
        if (chosen.needsLongName()) {
            slots = LongName.slots(chosen.name(), ShortName.checksum(entry, 0), 2); // the entry, maybe an end mark
            System.arraycopy(entry, 0, slots, slots.length - 2 * DirectorySlot.BYTES, DirectorySlot.BYTES);
        }
        parent.slots.write(first, slots, chosen.slotCount(), volume.order);
        var node = new FatNode(parent, chosen.name(), entry, 0, first, first + chosen.slotCount() - 1);
        parent.add(node, chosen.shortShown());
        return node;
    }

    private int newDirectoryCluster(FatNode parent, byte[] entry) throws IOException {
        FatTable table = volume.table;
        int[] taken = table.allocate(1, 0, true, volume.order);
        if (taken == null) {
            throw parent.error(FatRule.VOLUME_FULL, FatException.NO_CLUSTER, "no cluster is free");
        }
        int cluster = taken[0];
        content.zeroCluster(cluster);
        byte[] sector = new byte[512];
        dot(sector, 0, ".", entry, cluster);
        dot(sector, DirectorySlot.BYTES, "..", entry, parent.firstCluster);
        volume.disk.writeSector(volume.boot.clusterOffset(cluster), sector);
        table.flush(0, volume.order);
        volume.order.barrier();
        return cluster;
    }

    private static void dot(byte[] sector, int slot, String name, byte[] entry, int cluster) {
        System.arraycopy(entry, 0, sector, slot, DirectorySlot.BYTES);
        for (int i = 0; i < ShortName.BYTES; i++) {
            sector[slot + i] = (byte) (i < name.length() ? '.' : ' ');
        }
        sector[slot + DirectorySlot.ATTRIBUTES_OFFSET] = DirectorySlot.DIRECTORY;
        DirectorySlot.putExtent(sector, slot, cluster, 0);
    }

    /** Writes attributes, times, first cluster and size of an entry: one sector. */
    void update(FatNode node) throws IOException {
        node.changed = false;
        if (node.isRoot() || node.deleted) {
            return;
        }
        settleGrowth(node);
        node.above().slots.change(node.slot, (sector, at) -> fill(sector, at, node));
    }

    /** Puts a barrier between what a file grew by and the entry that counts it. */
    private void settleGrowth(FatNode node) throws IOException {
        if (node.grown) {
            volume.order.barrier();
            node.grown = false;
        }
    }

    private static void fill(byte[] bytes, int slot, FatNode node) {
        bytes[slot + DirectorySlot.ATTRIBUTES_OFFSET] = (byte) node.bits;
        DirectorySlot.putTimes(bytes, slot, node.created, node.accessed, node.written);
        DirectorySlot.putExtent(bytes, slot, node.firstCluster, node.isDirectory() ? 0 : node.size);
    }

    /** Notes that the entries of a directory changed. The root has no times. */
    void touch(Directory directory) throws IOException {
        FatNode self = directory.self;
        if (!self.isRoot()) {
            long now = io.torosim.fat.layout.FatTime.twoSeconds(volume.now());
            if (now != self.written || self.changed || self.grown) {
                self.written = now;
                update(self);
            }
        }
    }

    /** Removes an entry, then frees its clusters; those of an open file stay until it is closed. */
    void delete(FatNode node) throws IOException {
        node.above().slots.delete(node.firstSlot, node.slot, volume.order);
        node.above().remove(node);
        remove(node);
    }

    /** Frees the clusters of a deleted file, once however often it is asked for. */
    void free(FatNode node) throws IOException {
        int first = node.firstCluster;
        node.firstCluster = 0;
        node.size = 0;
        node.runs = null;
        volume.table.free(first);
        volume.order.settleUnlessBarriers();
    }

    /**
     * Moves an entry. If {@code target} exists its entry is pointed at the moved clusters in one write; else a new entry
     * is made. If both entries lie in one sector the old one goes with the same write; else, behind a barrier each, the
     * {@code ..} of a directory is changed and the old entry goes. Last the clusters of the target are freed.
     */
    void move(FatNode node, Directory to, String name, @Nullable FatNode target) throws IOException {
        settleGrowth(node);
        byte[] entry = node.above().slots.read(node.slot);
        fill(entry, 0, node);
        Directory from = node.above();
        int oldFirst = node.firstSlot;
        int oldLast = node.slot;
        boolean sameName = target == null && from == to && from.find(name) == node;
        if (sameName && renameInPlace(node, name, entry)) {
            return;
        }
        from.remove(node);
        FatNode moved = null;
        boolean needsDotDot = node.isDirectory() && from != to;
        if (from == to) {
            to.slots.dropWithNextWrite(oldFirst, oldLast);
        }
        try {
            moved = target != null ? onto(target, entry) : place(to, entry, name);
        } finally {
            if (moved == null) {
                to.slots.dropWithNextWrite(-1, -1);
                from.add(node);
            }
        }
        if (!to.slots.dropped()) {
            volume.order.barrier();
            if (needsDotDot) {
                setParent(node, to.self.firstCluster);
                volume.order.barrier();
            }
            from.slots.delete(oldFirst, oldLast, volume.order);
        }
        adopt(node, moved, to);
        if (target != null) {
            remove(target);
        }
        assert sameName || to.find(name) == node;
    }

    /** Writes a name that differs in case only over the old one, if it takes as many slots and the same short name. */
    private boolean renameInPlace(FatNode node, String name, byte[] entry) throws IOException {
        Directory directory = node.above();
        directory.remove(node);
        FatNode renamed = null;
        try {
            NewName chosen = choose(directory, name);
            if (chosen.slotCount() == node.slot - node.firstSlot + 1
                    && java.util.Arrays.equals(chosen.shortName(), node.shortName)) {
                renamed = place(directory, chosen, node.firstSlot, entry);
            }
        } finally {
            if (renamed == null) {
                directory.add(node);
            }
        }
        if (renamed != null) {
            adopt(node, renamed, directory);
        }
        return renamed != null;
    }

    private FatNode place(Directory to, byte[] entry, String name) throws IOException {
        NewName chosen = choose(to, name);
        return place(to, chosen, to.slots.room(chosen.slotCount(), content), entry);
    }

    private FatNode onto(FatNode target, byte[] entry) throws IOException {
        byte[] slot = target.above().slots.read(target.slot);
        System.arraycopy(slot, 0, entry, 0, ShortName.BYTES);
        entry[DirectorySlot.CASE_OFFSET] = slot[DirectorySlot.CASE_OFFSET];
        target.above().slots.write(target.slot, entry, 1, volume.order);
        target.above().remove(target);
        var moved = new FatNode(target.above(), target.name, entry, 0, target.firstSlot, target.slot);
        target.above().add(moved);
        return moved;
    }

    /** Gives the old handle the place of the new one, so that open files follow the move. */
    private static void adopt(FatNode node, FatNode moved, Directory to) {
        to.remove(moved);
        node.parent = to;
        node.name = moved.name;
        node.shortName = moved.shortName;
        node.firstSlot = moved.firstSlot;
        node.slot = moved.slot;
        to.add(node);
    }

    /** Points {@code ..} of a directory at its new parent, if it has a {@code ..}. */
    private void setParent(FatNode directory, int cluster) throws IOException {
        long offset = volume.boot.clusterOffset(directory.firstCluster);
        byte[] sector = volume.disk.sector(offset);
        int slot = DirectorySlot.BYTES;
        if (sector[slot] == '.' && sector[slot + 1] == '.' && DirectoryLoader.isDot(sector, slot)) {
            LittleEndian.put16(sector, slot + DirectorySlot.CLUSTER_OFFSET, cluster);
            volume.disk.writeSector(offset, sector);
        }
    }
}
