package io.torosim.fat.volume;

import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of files: reading along the runs of a chain, writing, growing and cutting. The caller holds the volume's
 * lock.
 *
 * <p>Order of writes, chosen for power cuts: data and table before the directory entry that makes them count, with a
 * barrier between; when cutting, the directory entry before the table, which waits for a barrier.
 *
 * <p>{@link FatVolume} calls it with a {@link FatNode}; clusters come from the {@link FatTable} in {@link ClusterRuns}, {@link ClusterPlaces} says where
 * they lie, and {@link VolumeDisk} reads and writes them.
 */
final class FileContent {
    static final long MAX_SIZE = 0xffff_ffffL;

    private static final int ZERO_BYTES = 65536;

    private final MountedParts volume;
    private final Entries entries;
    private final VolumeDisk disk;
    private final ClusterPlaces places;
    private final FatTable table;

    /** Who writes directory entries. */
    interface Entries {
        /** Writes what the entry of a file says of its content. */
        void update(FatNode file) throws IOException;
    }

    FileContent(MountedParts volume, Entries entries) {
        this.volume = volume;
        this.entries = entries;
        this.disk = volume.disk;
        this.places = volume.places;
        this.table = volume.table;
    }

    /** Reads up to the remaining bytes; -1 at or behind the end of the file. */
    int read(FatNode file, long position, ByteBuffer target) throws IOException {
        if (position >= file.size) {
            return target.hasRemaining() ? -1 : 0;
        }
        int total = (int) Math.min(target.remaining(), file.size - position);
        int limit = target.limit();
        try {
            int left = total;
            long at = position;
            while (left > 0) {
                long place = place(file, at, left);
                int bytes = (int) Math.min(left, runBytes(place, at));
                target.limit(target.position() + bytes);
                disk.read(offset(place, at), target);
                at += bytes;
                left -= bytes;
            }
        } finally {
            target.limit(limit);
        }
        return total;
    }

    /** Finds the run that holds a byte, {@code cluster << 32 | length}. */
    private long place(FatNode file, long at, int bytes) throws FatException {
        int index = places.indexOf(at);
        int wanted = places.holding((long) places.inside(at) + bytes);
        if (file.firstCluster == 0) {
            throw file.error(FatRule.START_CLUSTER, FatException.NO_CLUSTER, "first cluster is 0, size=" + file.size);
        }
        long place = index == 0 && wanted == 1 && table.isWhole(file.firstCluster)
                ? (long) file.firstCluster << 32 | 1
                : file.runs().locate(file, index, wanted);
        if (place < 0) {
            throw file.error(
                    FatRule.CHAIN_TOO_SHORT,
                    file.firstCluster,
                    "chain from cluster " + file.firstCluster + " ends before byte " + at + ", size=" + file.size);
        }
        long end = offset(place, at) + Math.min(bytes, runBytes(place, at));
        if (end > disk.bytes()) {
            throw file.error(
                    FatRule.DATA_OUTSIDE_DEVICE,
                    (int) (place >>> 32),
                    "data ends at byte " + end + ", device bytes=" + disk.bytes());
        }
        return place;
    }

    private long offset(long place, long at) {
        return places.offset((int) (place >>> 32)) + places.inside(at);
    }

    private long runBytes(long place, long at) {
        return places.bytes((int) place) - places.inside(at);
    }

    /** Writes all remaining bytes, growing the file if they end behind it. */
    int write(FatNode file, long position, ByteBuffer source) throws IOException {
        int total = source.remaining();
        long end = position + total;
        if (total == 0) {
            return 0;
        }
        if (end > MAX_SIZE) {
            throw file.error(FatRule.FILE_SIZE, FatException.NO_CLUSTER, "write would end at byte " + end);
        }
        ensureClusters(file, end);
        if (position > file.size) {
            zero(file, position);
        }
        put(file, position, source, file.size);
        file.grown |= end > file.size;
        file.size = Math.max(file.size, end);
        return total;
    }

    private void ensureClusters(FatNode file, long size) throws IOException {
        if (file.size > 0) {
            place(file, file.size - 1, 1); // a chain that does not cover its file is not made longer
        }
        int needed = places.holding(size);
        int have = needed;
        if (file.firstCluster == 0) {
            have = 0;
        } else if (file.runs().locate(file, needed - 1, 1) < 0) {
            have = places.holding(file.size);
            while (file.runs().locate(file, have, 1) >= 0) {
                have++; // a chain longer than the size is used before new clusters are taken
            }
        }
        if (have < needed) {
            extend(file, have, needed - have, false);
        }
    }

    /** Adds clusters behind the {@code have} clusters of a chain; zeroes them before they are linked, if asked. */
    void extend(FatNode node, int have, int count, boolean zeroed) throws IOException {
        int tail = have == 0 ? 0 : (int) (node.runs().locate(node, have - 1, 1) >>> 32);
        int[] taken = table.allocate(count, tail, node.isDirectory(), volume.order);
        if (taken == null) {
            throw node.error(
                    FatRule.VOLUME_FULL,
                    FatException.NO_CLUSTER,
                    count + " clusters of " + places.clusterBytes() + " bytes needed, free=" + table.freeCount());
        }
        if (zeroed) {
            for (int cluster : taken) {
                zeroCluster(cluster);
            }
            volume.order.barrier(); // before it, the link could show a directory what files left in its new cluster
        }
        ClusterRuns runs = null; // one cluster is where the file begins, and has none
        if (tail != 0 || node.runs != null) {
            runs = node.runs();
        } else if (count > 1) {
            runs = new ClusterRuns(table, 0);
        }
        if (tail == 0) {
            node.firstCluster = taken[0];
            node.changed = true;
        } else {
            table.set(tail, taken[0]);
        }
        node.grown = true;
        table.flush(tail, volume.order);
        if (runs != null) {
            runs.append(taken);
            node.runs = runs;
        }
    }

    void zeroCluster(int cluster) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(Math.min(ZERO_BYTES, places.clusterBytes()));
        for (int done = 0; done < places.clusterBytes(); done += zeros.capacity()) {
            disk.write(places.offset(cluster) + done, zeros.clear(), Long.MAX_VALUE);
        }
    }

    /** Fills a gap that a write behind the end leaves, so that old bytes of other files do not show. */
    private void zero(FatNode file, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(ZERO_BYTES);
        while (file.size < to) {
            int bytes = (int) Math.min(ZERO_BYTES, to - file.size);
            put(file, file.size, zeros.clear().limit(bytes), file.size);
            file.size += bytes;
            file.grown = true;
        }
    }

    private void put(FatNode file, long position, ByteBuffer source, long oldSize) throws IOException {
        int limit = source.limit();
        long at = position;
        try {
            while (source.position() < limit) {
                int left = limit - source.position();
                long place = place(file, at, left);
                int bytes = (int) Math.min(left, runBytes(place, at));
                long offset = offset(place, at);
                source.limit(source.position() + bytes);
                disk.write(offset, source, oldSize < at ? offset : offset + (oldSize - at));
                at += bytes;
            }
        } finally {
            source.limit(limit);
        }
    }

    /** Cuts a file. The entry goes first; after the next barrier the chain is cut, then the clusters are freed. */
    void truncate(FatNode file, long size) throws IOException {
        int keep = places.holding(size);
        int first = file.firstCluster;
        int freeFrom = first;
        if (keep > 0) {
            long place = file.runs().locate(file, keep - 1, 1);
            if (place < 0) {
                throw file.error(FatRule.CHAIN_TOO_SHORT, first, "chain ends before byte " + size);
            }
            int tail = (int) (place >>> 32);
            freeFrom = table.get(tail);
            file.size = size;
            entries.update(file);
            if (table.isLink(freeFrom)) {
                table.cut(tail);
            }
        } else {
            file.size = 0;
            file.firstCluster = 0;
            entries.update(file);
        }
        if (file.runs != null) {
            file.runs.truncate(keep);
        }
        if (keep == 0) {
            file.runs = null;
        }
        table.free(freeFrom);
        volume.order.settleUnlessBarriers();
    }
}
