package io.torosim.fat.host;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.layout.LittleEndian;
import io.torosim.fat.rule.FatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the host as a FAT16 disk with one partition, byte for byte as QEMU's {@code fat:DIR} makes it, except
 * that years before 1980 are drawn to 1980 where QEMU wraps, and that creation and access times are the modification
 * time. Files are read when their sectors are asked for; in memory are the FAT, the directories and, in the writable
 * mode, the sectors written since the last write-back.
 *
 * <p>The host is a snapshot: if a file or directory whose sectors are read has changed since, the read fails with
 * {@link FatException} and rule HOST_CHANGED, where QEMU serves zeros or mixed content.
 *
 * <p>Writable: what the guest wrote goes back to the host at {@link #flush} and {@link #close}, when the volume on the
 * disk is whole (a check finds no damage); until then it stays in memory. A disk that is not whole at closing is an
 * error that names the first rule broken, and the host keeps its old state. Links and special files are refused in this
 * mode, as are names that differ only in case.
 *
 * <p>Safe for use by several threads: every access is atomic.
 */
public final class HostDirectoryDisk implements BlockDevice {
    private final Path directory;
    private final HostDirectoryOptions options;
    private final byte[] metadata; // sectors 0 to DATA_START
    private final HostFile[] owner = new HostFile[VvfatLayout.FIRST_CLUSTER + VvfatLayout.CLUSTERS];
    private final int[] indexInFile = new int[owner.length];
    private final TreeMap<Long, byte[]> written = new TreeMap<>();
    private final TreeMap<Integer, byte[]> directoryClusters = new TreeMap<>();
    private HostFile root;
    private boolean closed;

    private HostDirectoryDisk(Path directory, HostDirectoryOptions options) throws IOException {
        this.directory = directory;
        this.options = options;
        this.metadata = new byte[VvfatLayout.DATA_START * SECTOR_BYTES];
        build(HostTree.read(directory, options));
        if (options.writable()) {
            WriteBack.checkSuitable(root);
        }
    }

    /**
     * Opens a directory as a disk. Costs a walk over it; files are not read.
     *
     * @param directory a directory of the host
     * @param options how
     * @return the disk, 1,032,192 sectors
     * @throws FatException if the directory does not fit in 504 MiB or 512 root slots, or a file has 2 GiB or more
     * @throws IOException if the directory cannot be read, or is not suitable for writing
     */
    public static HostDirectoryDisk open(Path directory, HostDirectoryOptions options) throws IOException {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(options, "options");
        return new HostDirectoryDisk(directory, options);
    }

    private void build(List<HostFile> files) throws FatException {
        root = files.get(0);
        put(0, VvfatLayout.masterBootRecord());
        put(VvfatLayout.PARTITION_START, VvfatLayout.bootSector(options.label()));
        put(VvfatLayout.ROOT_START, DirectoryBytes.of(root, options));
        byte[] fat = new byte[VvfatLayout.FAT_SECTORS * SECTOR_BYTES];
        LittleEndian.put16(fat, 0, 0xfff8);
        LittleEndian.put16(fat, 2, 0xffff);
        for (HostFile file : files) {
            if (file.firstCluster != 0) {
                byte[] slots = file.directory ? DirectoryBytes.of(file, options) : new byte[0];
                long bytes = file.directory ? slots.length : file.size;
                int count = (int) ((bytes + VvfatLayout.CLUSTER_BYTES - 1) / VvfatLayout.CLUSTER_BYTES);
                for (int i = 0; i < count; i++) {
                    int cluster = file.firstCluster + i;
                    LittleEndian.put16(fat, cluster * 2, i == count - 1 ? 0xffff : cluster + 1);
                    own(cluster, file, i);
                    if (file.directory) {
                        byte[] part = new byte[VvfatLayout.CLUSTER_BYTES];
                        int from = i * VvfatLayout.CLUSTER_BYTES;
                        System.arraycopy(slots, from, part, 0, Math.min(part.length, slots.length - from));
                        directoryClusters.put(cluster, part);
                    }
                }
            }
        }
        put(VvfatLayout.FAT1_START, fat);
        put(VvfatLayout.FAT2_START, fat);
    }

    private void put(int sector, byte[] bytes) {
        System.arraycopy(bytes, 0, metadata, sector * SECTOR_BYTES, bytes.length);
    }

    private void own(int cluster, HostFile file, int index) {
        owner[cluster] = file;
        indexInFile[cluster] = index;
    }

    @Override
    public long sectorCount() {
        return VvfatLayout.DISK_SECTORS;
    }

    @Override
    public boolean readOnly() {
        return !options.writable();
    }

    @Override
    public synchronized void read(long sector, ByteBuffer target) throws IOException {
        int sectors = checkedSectors(sector, target);
        checkOpen();
        long end = sector + sectors;
        for (long at = sector; at < end; ) {
            byte[] own = written.get(at);
            if (own != null) {
                target.put(own);
                at++;
            } else {
                at += readOriginal(at, target, originalEnd(at, end));
            }
        }
    }

    /** Returns where the sectors end that can be read in one piece: before a written one, or where the owner changes. */
    private long originalEnd(long at, long end) {
        Long nextWritten = written.higherKey(at);
        long limit = nextWritten == null ? end : Math.min(end, nextWritten);
        if (at < VvfatLayout.DATA_START) {
            return Math.min(limit, VvfatLayout.DATA_START);
        }
        int cluster = VvfatLayout.clusterOf(at);
        HostFile file = ownerOf(cluster);
        int last = cluster;
        while (last + 1 < owner.length
                && sectorOf(last + 1) < limit
                && owner[last + 1] == file
                && (file == null || !file.directory && indexInFile[last + 1] == indexInFile[last] + 1)) {
            last++;
        }
        return last + 1 >= owner.length ? limit : Math.min(limit, sectorOf(last + 1));
    }

    /** Returns how many bytes of a cluster are content: all of a directory's and a free one's. */
    int contentBytes(int cluster) {
        HostFile file = ownerOf(cluster);
        return file == null || file.directory
                ? VvfatLayout.CLUSTER_BYTES
                : (int) Math.min(
                        VvfatLayout.CLUSTER_BYTES, file.size - (long) indexInFile[cluster] * VvfatLayout.CLUSTER_BYTES);
    }

    @Nullable
    HostFile ownerOf(int cluster) {
        return cluster < owner.length ? owner[cluster] : null;
    }

    private static long sectorOf(int cluster) {
        return VvfatLayout.DATA_START + (long) (cluster - VvfatLayout.FIRST_CLUSTER) * VvfatLayout.SECTORS_PER_CLUSTER;
    }

    private long readOriginal(long at, ByteBuffer target, long end) throws IOException {
        int bytes = (int) (end - at) * SECTOR_BYTES;
        if (at < VvfatLayout.DATA_START) {
            if (end > VvfatLayout.ROOT_START) {
                root.checkUnchanged();
            }
            target.put(metadata, (int) at * SECTOR_BYTES, bytes);
            return end - at;
        }
        int cluster = VvfatLayout.clusterOf(at);
        HostFile file = ownerOf(cluster);
        int inside = (int) (at - sectorOf(cluster)) * SECTOR_BYTES;
        if (file == null) {
            target.put(new byte[bytes]);
        } else if (file.directory) {
            file.checkUnchanged();
            target.put(directoryClusters.get(cluster), inside, bytes);
        } else {
            readFile(file, (long) indexInFile[cluster] * VvfatLayout.CLUSTER_BYTES + inside, target, bytes);
        }
        return end - at;
    }

    private static void readFile(HostFile file, long position, ByteBuffer target, int bytes) throws IOException {
        file.checkUnchanged();
        byte[] content = new byte[bytes];
        int wanted = (int) Math.max(0, Math.min(bytes, file.size - position));
        ByteBuffer buffer = ByteBuffer.wrap(content, 0, wanted);
        if (wanted > 0) {
            try (SeekableByteChannel channel = Files.newByteChannel(file.path)) {
                channel.position(position);
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer) < 0) {
                        throw file.changed("it ended at " + (position + buffer.position()) + " while being read");
                    }
                }
            }
            file.checkUnchanged();
        }
        target.put(content);
    }

    @Override
    public synchronized void write(long sector, ByteBuffer source) throws IOException {
        int sectors = checkedSectors(sector, source);
        checkOpen();
        if (!options.writable()) {
            throw new FileSystemException(directory.toString(), null, "host directory disk is read-only");
        }
        for (int i = 0; i < sectors; i++) {
            byte[] bytes = new byte[SECTOR_BYTES];
            source.get(bytes);
            written.put(sector + i, bytes);
        }
    }

    /** Writes back to the host if the volume on the disk is whole now. */
    @Override
    public synchronized void flush() throws IOException {
        checkOpen();
        if (!written.isEmpty()) {
            new WriteBack(this).run(false);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            if (!written.isEmpty()) {
                new WriteBack(this).run(true);
            }
        } finally {
            closed = true;
        }
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new java.nio.channels.ClosedChannelException();
        }
    }

    HostFile root() {
        return root;
    }

    Path directory() {
        return directory;
    }

    HostDirectoryOptions options() {
        return options;
    }

    /** Returns whether a sector of a cluster was written since the last write-back. */
    boolean isWritten(int cluster) {
        Long first = written.ceilingKey(sectorOf(cluster));
        return first != null && first < sectorOf(cluster + 1);
    }

    /** Copies a directory cluster as the guest sees it, without asking whether the host changed. */
    void copyCluster(int cluster, byte[] target, int offset) {
        byte[] original = directoryClusters.get(cluster);
        if (original != null) {
            System.arraycopy(original, 0, target, offset, original.length);
        }
        written.subMap(sectorOf(cluster), sectorOf(cluster + 1)).forEach((sector, bytes) -> {
            int at = offset + (int) (sector - sectorOf(cluster)) * SECTOR_BYTES;
            System.arraycopy(bytes, 0, target, at, SECTOR_BYTES);
        });
    }

    /** Returns whether a cluster still shows the part {@code index} of a host file. */
    boolean shows(int cluster, HostFile file, int index) {
        return ownerOf(cluster) == file && indexInFile[cluster] == index && !isWritten(cluster);
    }

    /** Takes over a layout that the guest made: the clusters of each file now lie in host files. */
    void adopt(HostFile newRoot, List<WriteBack.Placed> files) {
        root = newRoot;
        java.util.Arrays.fill(owner, null);
        directoryClusters.clear();
        for (WriteBack.Placed placed : files) {
            for (int i = 0; i < placed.clusters().length; i++) {
                int cluster = placed.clusters()[i];
                HostFile file = Objects.requireNonNull(placed.file());
                own(cluster, file, i);
                if (file.directory) {
                    int from = i * VvfatLayout.CLUSTER_BYTES;
                    byte[] part = java.util.Arrays.copyOfRange(
                            placed.directoryBytes(), from, from + VvfatLayout.CLUSTER_BYTES);
                    directoryClusters.put(cluster, part);
                }
                written.subMap(sectorOf(cluster), sectorOf(cluster + 1)).clear();
            }
        }
        var front = written.headMap((long) VvfatLayout.DATA_START);
        front.forEach(
                (sector, bytes) -> System.arraycopy(bytes, 0, metadata, (int) (sector * SECTOR_BYTES), SECTOR_BYTES));
        front.clear();
    }

    /**
     * How a host directory becomes a disk.
     *
     * @param label volume label, up to 11 characters of ASCII
     * @param order order of the entries
     * @param zone zone in which host times are written
     * @param writable whether writes are accepted and go back to the host
     */
    public record HostDirectoryOptions(String label, Order order, ZoneId zone, boolean writable) {
        /** The label of QEMU. */
        public static final String QEMU_LABEL = "QEMU VVFAT";

        /** Order of the entries of a directory. */
        public enum Order {
            /** By name, UTF-16 unit by unit: the same disk on every machine. */
            NAME,
            /** As the host lists them, which is what QEMU does. */
            HOST
        }

        /** Checks the values. */
        public HostDirectoryOptions {
            Objects.requireNonNull(order, "order");
            Objects.requireNonNull(zone, "zone");
            if (label.length() > 11 || !label.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
                throw new IllegalArgumentException("label must be up to 11 characters of ASCII, label=" + label);
            }
        }

        /**
         * Returns the usual options: QEMU's label, by name, UTC, read-only.
         *
         * @return the options
         */
        public static HostDirectoryOptions defaults() {
            return new HostDirectoryOptions(QEMU_LABEL, Order.NAME, ZoneOffset.UTC, false);
        }

        /**
         * Returns these options with an order.
         *
         * @param order order of the entries
         * @return a copy
         */
        public HostDirectoryOptions withOrder(Order order) {
            return new HostDirectoryOptions(label, order, zone, writable);
        }

        /**
         * Returns these options with writing allowed.
         *
         * @return a copy
         */
        public HostDirectoryOptions asWritable() {
            return new HostDirectoryOptions(label, order, zone, true);
        }

        /**
         * Returns these options with a label.
         *
         * @param label up to 11 characters of ASCII
         * @return a copy
         */
        public HostDirectoryOptions withLabel(String label) {
            return new HostDirectoryOptions(label, order, zone, writable);
        }
    }
}
