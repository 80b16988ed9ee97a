package io.torosim.fat.volume;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatException;
import io.torosim.fat.layout.FatRule;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.layout.FatType;
import io.torosim.fat.layout.ForeignVolume;
import io.torosim.fat.layout.NameFolding;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A mounted FAT16 volume. Readers run side by side, a writer alone. Every change reaches the device before the call
 * returns, except size and times of a file being written, which follow when it is released.
 *
 * <p>The order of the writes is such that after a power cut at any of them {@code fsck.fat} can repair the volume
 * without losing a file that was released before.
 *
 * <p>Safe for use by several threads. Memory: the FAT (at most 128 KiB) and the directories visited, of which at most
 * {@value #MAX_CACHED_ENTRIES} entries are kept.
 */
public final class FatVolume implements Closeable {
    /** Directory entries kept in memory before directories are dropped. */
    static final int MAX_CACHED_ENTRIES = 1 << 18;

    private final MountOptions options;
    private final VolumeDisk disk;
    private final BootSector boot;
    private final FatTable table;
    private final FileContent content;
    private final DirectoryWriter directoryWriter;
    private final DirectoryCache directories;
    private final boolean readOnly;
    private final Lock readLock;
    private final Lock writeLock;
    private final boolean wasDirty;
    private boolean markedDirty;
    private volatile boolean closed;

    private FatVolume(BlockDevice device, MountOptions options, BootSector boot, VolumeDisk disk) throws IOException {
        this.options = options;
        this.boot = boot;
        this.disk = disk;
        this.table = FatTable.load(disk, boot);
        this.content = new FileContent(this, disk, boot, table);
        this.directoryWriter = new DirectoryWriter(this);
        this.directories = new DirectoryCache(this);
        this.readOnly = options.readOnly()
                || device.readOnly()
                || boot.type() == FatType.FAT12
                || boot.volumeBytes() > disk.bytes();
        this.wasDirty = (boot.state() & 1) != 0 || (table.get(1) & FatTable.CLEAN_BIT) == 0;
        ReadWriteLock lock = new ReentrantReadWriteLock();
        this.readLock = lock.readLock();
        this.writeLock = lock.writeLock();
    }

    /**
     * Mounts the FAT16 volume of a device: the device itself or one of its MBR partitions. A volume that is larger than
     * its device, but whose FATs and root lie inside, is mounted read-only. Costs one read of the boot sector and one of
     * the FAT.
     *
     * @param device the device; closing the volume closes it, a failed mount does not
     * @param options how to mount
     * @return the volume
     * @throws FatException if a rule of weight {@link FatRule.Weight#REFUSE} is broken, naming it
     * @throws IOException if the device fails
     */
    public static FatVolume mount(BlockDevice device, MountOptions options) throws IOException {
        if (device.sectorCount() == 0) {
            throw new FatException(
                    options.image(), null, FatRule.OTHER_FILE_SYSTEM, FatException.NO_CLUSTER, "the device is empty");
        }
        BlockDevice window = PartitionTable.volumeOn(device, options);
        byte[] first = new byte[BootSector.BYTES];
        window.read(0, ByteBuffer.wrap(first));
        String other = ForeignVolume.name(first);
        if (other != null) {
            throw new FatException(
                    options.image(),
                    null,
                    FatRule.OTHER_FILE_SYSTEM,
                    FatException.NO_CLUSTER,
                    "the volume is " + other + ", not FAT16");
        }
        var disk = new VolumeDisk(window, options.image());
        BootSector boot = BootSector.parse(options.image(), first, disk.bytes());
        if (boot.type() == FatType.FAT12 && !options.fat12()) {
            throw new FatException(
                    options.image(),
                    null,
                    FatRule.CLUSTER_COUNT,
                    FatException.NO_CLUSTER,
                    "clusterCount=" + boot.clusterCount() + ": FAT12, not FAT16");
        }
        return new FatVolume(window, options, boot, disk);
    }

    /**
     * Returns the boot sector.
     *
     * @return as read when mounted
     */
    public BootSector bootSector() {
        return boot;
    }

    /**
     * Returns how the volume was mounted.
     *
     * @return the options
     */
    public MountOptions options() {
        return options;
    }

    /**
     * Returns whether every change is refused.
     *
     * @return true if so
     */
    public boolean readOnly() {
        return readOnly;
    }

    /**
     * Returns whether the volume is open.
     *
     * @return false once closed
     */
    public boolean isOpen() {
        return !closed;
    }

    /**
     * Returns whether the volume was found marked as in use, that is, not unmounted after the last write.
     *
     * @return true if dirty when mounted
     */
    public boolean wasDirty() {
        return wasDirty;
    }

    VolumeDisk disk() {
        return disk;
    }

    FatTable table() {
        return table;
    }

    FileContent content() {
        return content;
    }

    DirectoryWriter directoryWriter() {
        return directoryWriter;
    }

    long now() {
        return FatTime.of(options.clock().instant(), options.zone());
    }

    /**
     * Returns the root directory.
     *
     * @return its handle
     */
    public FatNode root() {
        return directories.root();
    }

    /**
     * Returns the volume label.
     *
     * @return the root directory's label entry, else the boot sector's, else empty
     * @throws IOException if the root directory cannot be read
     */
    public String label() throws IOException {
        readLock.lock();
        try {
            checkOpen();
            String label = directories.get(root()).label();
            return label != null ? label : boot.label().equals("NO NAME") ? "" : boot.label();
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Returns the free space.
     *
     * @return free clusters
     */
    public int freeClusters() {
        readLock.lock();
        try {
            return table.freeCount();
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Lists a directory in the order of its slots, without {@code .}, {@code ..} and the label.
     *
     * @param directory a directory
     * @return its entries, a copy
     * @throws NotDirectoryException if it is a file
     * @throws FatException if its chain is broken before its end mark
     * @throws IOException if the device fails
     */
    public List<FatNode> list(FatNode directory) throws IOException {
        readLock.lock();
        try {
            checkOpen();
            return List.copyOf(directories.get(directory).entries());
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Finds an entry by long or short name, whatever the case of its letters.
     *
     * @param directory a directory
     * @param name a name
     * @return the entry, or null if there is none
     * @throws NotDirectoryException if {@code directory} is a file
     * @throws FatException if its chain is broken before its end mark
     * @throws IOException if the device fails
     */
    public FatNode lookup(FatNode directory, String name) throws IOException {
        readLock.lock();
        try {
            checkOpen();
            return directories.get(directory).find(NameFolding.fold(name));
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Walks down from the root.
     *
     * @param folded folded names, see {@link NameFolding}
     * @return the entry, or null if there is none; the root for no names
     * @throws FatException if a directory on the way is broken
     * @throws IOException if the device fails
     */
    public FatNode resolve(String... folded) throws IOException {
        readLock.lock();
        try {
            checkOpen();
            FatNode node = root();
            for (int i = 0; i < folded.length && node != null; i++) {
                node = node.isDirectory() ? directories.get(node).find(folded[i]) : null;
            }
            return node;
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Returns what an entry says.
     *
     * @param node the entry
     * @return its attributes now
     */
    public FatAttributes attributes(FatNode node) {
        readLock.lock();
        try {
            return new FatAttributes(
                    node.name,
                    node.shortNameShown(),
                    node.bits,
                    node.size,
                    node.firstCluster,
                    node.created,
                    node.accessed,
                    node.written,
                    node.place());
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Returns the cluster chain of a file or directory; beyond the first cluster nobody but a tool needs it.
     *
     * @param node a file, or a directory other than the root
     * @return cluster numbers in order, as far as the chain goes
     * @throws FatException if the chain is broken
     */
    public int[] clusters(FatNode node) throws FatException {
        readLock.lock();
        try {
            int[] chain = new int[16];
            int count = 0;
            for (long place; (place = node.runs().locate(node, count, 1)) >= 0; count++) {
                chain = count == chain.length ? java.util.Arrays.copyOf(chain, count * 2) : chain;
                chain[count] = (int) (place >>> 32);
            }
            return java.util.Arrays.copyOf(chain, count);
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Returns the size of a file.
     *
     * @param file the file
     * @return bytes
     */
    public long size(FatNode file) {
        readLock.lock();
        try {
            return file.size;
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Says that a file is in use: deleting it then keeps its bytes until {@link #release}. A size that no chain of this
     * volume can cover is refused here, before anybody makes room for it.
     *
     * @param file the file
     * @throws FatException if the size in the entry is larger than the volume
     * @throws IOException if the volume is closed
     */
    public void open(FatNode file) throws IOException {
        long capacity = (long) boot.clusterCount() * boot.clusterBytes();
        if (file.size > capacity) {
            throw file.error(
                    FatRule.CHAIN_TOO_SHORT,
                    file.firstCluster,
                    "size=" + file.size + ", the whole volume has " + capacity + " bytes");
        }
        synchronized (file) {
            checkOpen();
            file.opens++;
        }
    }

    /**
     * Says that a file is no longer in use, and writes its entry if it changed.
     *
     * @param file the file
     * @throws IOException if the device fails
     */
    public void release(FatNode file) throws IOException {
        synchronized (file) {
            file.opens--;
            if (!file.changed && !file.deleted) {
                return;
            }
        }
        writeLock.lock();
        try {
            if (closed || disk.failed()) {
                return;
            }
            sync(file);
            if (file.deleted && file.opens == 0) {
                directoryWriter.free(file);
            }
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Writes a file's entry if it changed, and makes everything written so far durable.
     *
     * @param file the file
     * @throws IOException if the device fails
     */
    public void force(FatNode file) throws IOException {
        writeLock.lock();
        try {
            checkOpen();
            sync(file);
            disk.flush();
        } finally {
            writeLock.unlock();
        }
    }

    private void sync(FatNode file) throws IOException {
        if (file.changed) {
            directoryWriter.update(file);
        }
    }

    /**
     * Reads a file. Costs one device access a run of neighbouring clusters, and no walk of the chain.
     *
     * @param file the file
     * @param position first byte, at least 0
     * @param target takes as many bytes as there are, up to its remaining
     * @return bytes read, or -1 at or behind the end
     * @throws FatException if the chain is broken in what was asked for
     * @throws IOException if the device fails
     */
    public int read(FatNode file, long position, ByteBuffer target) throws IOException {
        readLock.lock();
        try {
            checkOpen();
            return content.read(file, position, target);
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Writes into a file. A gap that this leaves behind the old end is filled with zeros.
     *
     * @param file the file
     * @param position first byte, at least 0, or -1 for the end of the file
     * @param source all its remaining bytes are written
     * @return bytes written
     * @throws FatException if the volume is full or the file would pass 4 GiB - 1
     * @throws IOException if the device fails
     * @throws ReadOnlyFileSystemException if the volume is read-only
     */
    public int write(FatNode file, long position, ByteBuffer source) throws IOException {
        writeLock.lock();
        try {
            beginChange();
            int written = content.write(file, position < 0 ? file.size : position, source);
            touch(file);
            return written;
        } finally {
            writeLock.unlock();
        }
    }

    private void touch(FatNode file) {
        file.written = FatTime.twoSeconds(now());
        file.accessed = FatTime.day(file.written);
        file.bits |= DirectorySlot.ARCHIVE;
        file.changed = true;
    }

    /**
     * Cuts a file, or does nothing if it is not longer.
     *
     * @param file the file
     * @param size new size in bytes
     * @throws IOException if the device fails
     * @throws ReadOnlyFileSystemException if the volume is read-only
     */
    public void truncate(FatNode file, long size) throws IOException {
        writeLock.lock();
        try {
            beginChange();
            if (size < file.size) {
                touch(file);
                content.truncate(file, size);
            }
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Makes an empty file.
     *
     * @param directory where
     * @param name 1 to 255 UTF-16 units, legal in FAT
     * @param bits attribute bits beside {@link DirectorySlot#ARCHIVE}
     * @return the file
     * @throws FileAlreadyExistsException if the name is taken
     * @throws FatException if the name is illegal or there is no room
     * @throws IOException if the device fails
     */
    public FatNode createFile(FatNode directory, String name, int bits) throws IOException {
        return create(directory, name, bits | DirectorySlot.ARCHIVE);
    }

    /**
     * Makes an empty directory.
     *
     * @param directory where
     * @param name 1 to 255 UTF-16 units, legal in FAT
     * @return the new directory
     * @throws FileAlreadyExistsException if the name is taken
     * @throws FatException if the name is illegal or there is no room
     * @throws IOException if the device fails
     */
    public FatNode createDirectory(FatNode directory, String name) throws IOException {
        return create(directory, name, DirectorySlot.DIRECTORY);
    }

    private FatNode create(FatNode directory, String name, int bits) throws IOException {
        writeLock.lock();
        try {
            checkAttached(directory);
            Directory parent = directories.get(directory);
            if (parent.find(NameFolding.fold(name)) != null) {
                throw new FileAlreadyExistsException(parent.self.path(), name, "the name is taken");
            }
            beginChange();
            FatNode node = directoryWriter.create(parent, name, bits);
            if (node.isDirectory()) {
                directories.own(node);
            }
            return node;
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Removes a file or an empty directory.
     *
     * @param node what to remove
     * @throws DirectoryNotEmptyException if a directory has entries
     * @throws IOException if the device fails
     */
    public void delete(FatNode node) throws IOException {
        writeLock.lock();
        try {
            checkAttached(node);
            if (node.isRoot()) {
                throw new FileSystemException("/", null, "the root directory cannot be deleted");
            }
            if (node.isDirectory() && !directories.get(node).isEmpty()) {
                throw new DirectoryNotEmptyException(node.path());
            }
            beginChange();
            directoryWriter.delete(node);
            directories.disown(node);
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Moves or renames an entry. The handle stays good.
     *
     * @param node what to move
     * @param to the directory it goes to
     * @param name its new name
     * @param replace whether a file, or an empty directory, of that name is replaced
     * @throws FileAlreadyExistsException if the name is taken and may not be replaced
     * @throws DirectoryNotEmptyException if a directory with entries would be replaced
     * @throws FatException if the name is illegal, there is no room, or a directory would go below itself
     * @throws IOException if the device fails
     */
    public void move(FatNode node, FatNode to, String name, boolean replace) throws IOException {
        writeLock.lock();
        try {
            checkAttached(node);
            checkAttached(to);
            if (node.isRoot()) {
                throw new FileSystemException("/", name, "the root directory cannot be moved");
            }
            for (FatNode up = to; ; up = up.parent.self) {
                if (up == node) {
                    throw node.error(FatRule.DIRECTORY_LOOP, node.firstCluster, "a directory cannot move below itself");
                }
                if (up.isRoot()) {
                    break;
                }
            }
            if (node.isDirectory()) {
                directories.get(node); // a broken directory is not moved: its .. could not be mended
            }
            Directory parent = directories.get(to);
            FatNode target = parent.find(NameFolding.fold(name));
            if (target == node) {
                target = null;
            }
            checkReplaceable(target, replace);
            beginChange();
            directoryWriter.move(node, parent, name, target);
            if (target != null) {
                directories.disown(target);
            }
            if (node.isDirectory()) {
                directories.own(node);
            }
        } finally {
            writeLock.unlock();
        }
    }

    private void checkReplaceable(FatNode target, boolean replace) throws IOException {
        if (target == null) {
            return;
        }
        if (!replace) {
            throw new FileAlreadyExistsException(target.path());
        }
        if (target.isDirectory() && !directories.get(target).isEmpty()) {
            throw new DirectoryNotEmptyException(target.path());
        }
    }

    /**
     * Sets attribute bits.
     *
     * @param node a file or directory
     * @param mask which of read-only, hidden, system and archive to set
     * @param on whether to set or to clear them
     * @throws IOException if the device fails
     */
    public void setAttributes(FatNode node, int mask, boolean on) throws IOException {
        writeLock.lock();
        try {
            beginChange();
            checkAttached(node);
            int allowed = DirectorySlot.READ_ONLY | DirectorySlot.HIDDEN | DirectorySlot.SYSTEM | DirectorySlot.ARCHIVE;
            node.bits = on ? node.bits | mask & allowed : node.bits & ~(mask & allowed);
            directoryWriter.update(node);
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Sets times. The root directory has none and is left alone.
     *
     * @param node a file or directory
     * @param created packed {@link FatTime}, or negative to keep
     * @param accessed packed time of which the day is kept, or negative to keep
     * @param written packed time of which two seconds are kept, or negative to keep
     * @throws IOException if the device fails
     */
    public void setTimes(FatNode node, long created, long accessed, long written) throws IOException {
        writeLock.lock();
        try {
            beginChange();
            checkAttached(node);
            if (node.isRoot()) {
                return;
            }
            node.created = created < 0 ? node.created : created;
            node.accessed = accessed < 0 ? node.accessed : FatTime.day(accessed);
            node.written = written < 0 ? node.written : FatTime.twoSeconds(written);
            directoryWriter.update(node);
        } finally {
            writeLock.unlock();
        }
    }

    /** Checks that a change is possible, and marks the volume as in use before its first. */
    private void beginChange() throws IOException {
        checkOpen();
        if (readOnly) {
            throw new ReadOnlyFileSystemException();
        }
        if (!markedDirty) {
            markedDirty = true;
            mark(true);
        }
    }

    private void mark(boolean dirty) throws IOException {
        byte[] first = disk.sector(0);
        first[BootSector.STATE_OFFSET] = (byte) (dirty ? boot.state() | 1 : boot.state() & ~1);
        disk.writeSector(0, first);
        int entry = table.get(1);
        table.set(1, dirty ? entry & ~FatTable.CLEAN_BIT : entry | FatTable.CLEAN_BIT);
        table.flush(0);
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void checkAttached(FatNode node) {
        if (node.volume != this || node.deleted || !node.isRoot() && !node.parent.attached) {
            throw new IllegalStateException("stale handle, look it up again: " + node.path());
        }
    }

    /**
     * Writes what open files changed, clears the mark of use if this mount set it, and closes the device.
     *
     * @throws IOException if the device fails
     */
    @Override
    public void close() throws IOException {
        writeLock.lock();
        try {
            if (closed) {
                return;
            }
            try {
                if (!disk.failed()) {
                    directories.syncAll();
                    if (markedDirty && !wasDirty) {
                        mark(false);
                    }
                    disk.flush();
                }
            } finally {
                closed = true;
                disk.close();
            }
        } finally {
            writeLock.unlock();
        }
    }
}
