package io.torosim.fat.volume;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A mounted FAT12 or FAT16 volume. Readers run side by side, a writer alone. Every change reaches the device before the call
 * returns, except size and times of a file being written, which follow when it is released.
 *
 * <p>The order of the writes is such that after a power cut at any of them {@code fsck.fat} can repair the volume
 * without losing a file that was released before.
 *
 * <p>Safe for use by several threads. Memory: the FAT (at most 128 KiB) and the directories visited, of which at most
 * 262,144 entries are kept.
 *
 * <p>It holds the lock and leaves the work to its parts: {@link DirectoryWriter} and {@link DirectoryCache} (directories), {@link FileContent} (bytes),
 * {@link FatTable} (clusters), {@link VolumeDisk} and {@link WriteOrder} (what reaches the {@link BlockDevice}, and when). Who uses it holds
 * {@link FatNode}s; {@link io.torosim.fat.nio.FatFileSystemProvider FatFileSystemProvider} makes a file system of it.
 */
public final class FatVolume implements Closeable {
    private static final int SETTABLE =
            DirectorySlot.READ_ONLY | DirectorySlot.HIDDEN | DirectorySlot.SYSTEM | DirectorySlot.ARCHIVE;

    private final MountedParts parts;
    private final MountOptions options;
    private final VolumeDisk disk;
    private final BootSector boot;
    private final ClusterPlaces places;
    private final FatTable table;
    private final WriteOrder order;
    private final FileContent content;
    private final DirectoryWriter directoryWriter;
    private final DirectoryCache directories;
    private final boolean readOnly;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final boolean wasDirty;
    private boolean markedDirty;
    private volatile boolean closed;

    private FatVolume(BlockDevice device, MountOptions options, BootSector boot, VolumeDisk disk) throws IOException {
        this.options = options;
        this.boot = boot;
        this.disk = disk;
        this.parts = new MountedParts(options, boot, disk);
        this.table = parts.table;
        this.order = parts.order;
        this.places = parts.places;
        this.content = new FileContent(parts, this::updateEntry);
        this.directoryWriter = new DirectoryWriter(parts, content);
        this.directories = new DirectoryCache(parts, directoryWriter);
        this.readOnly = options.readOnly() || device.readOnly() || boot.volumeBytes() > disk.bytes();
        this.wasDirty = (boot.state() & 1) != 0 || !table.isMarkedClean();
    }

    /**
     * Mounts the FAT12 or FAT16 volume of a device: the device itself or what {@link Partitions} finds on it. A volume that is larger than
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
        BlockDevice window = Partitions.volumeOn(device, options);
        BootSector boot = BootSector.read(options.image(), window);
        var disk = new VolumeDisk(window, options.image());
        return new FatVolume(window, options, boot, disk);
    }

    /**
     * Returns the boot sector.
     *
     * @return as read when mounted
     */
    @SuppressWarnings("exports") // the layout is the library's own
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

    private void updateEntry(FatNode file) throws IOException {
        directoryWriter.update(file);
    }

    /**
     * Several calls that belong together.
     *
     * @param <T> what they give
     */
    @FunctionalInterface
    public interface Section<T> {
        /**
         * Carries out the calls.
         *
         * @return their result
         * @throws IOException if one of them fails
         */
        T run() throws IOException;
    }

    /**
     * Carries out several reading calls with no change of another thread between them, beside other readers.
     *
     * @param <T> what they give
     * @param section the calls, none of which may change the volume
     * @return their result
     * @throws IOException if one of them fails
     */
    public <T> T shared(Section<T> section) throws IOException {
        boolean began = beginShared();
        try {
            return section.run();
        } finally {
            endShared(began);
        }
    }

    /**
     * Carries out several calls with no call of another thread between them.
     *
     * @param <T> what they give
     * @param section the calls; it must not wait for another thread
     * @return their result
     * @throws IOException if one of them fails
     */
    public <T> T exclusive(Section<T> section) throws IOException {
        boolean began = beginExclusive();
        try {
            return section.run();
        } finally {
            endExclusive(began);
        }
    }

    /** Several calls that belong together and give nothing. */
    @FunctionalInterface
    public interface Change {
        /**
         * Carries out the calls.
         *
         * @throws IOException if one of them fails
         */
        void run() throws IOException;
    }

    /**
     * As {@link #exclusive}, of calls that give nothing.
     *
     * @param change the calls; it must not wait for another thread
     * @throws IOException if one of them fails
     */
    public void change(Change change) throws IOException {
        boolean began = beginExclusive();
        try {
            change.run();
        } finally {
            endExclusive(began);
        }
    }

    /** Lets readers in beside this one. Says whether this call is one of its own: inside a section it is not. */
    private boolean beginShared() {
        if (lock.isWriteLockedByCurrentThread()) {
            return false;
        }
        lock.readLock().lock();
        return true;
    }

    private boolean beginExclusive() {
        if (lock.isWriteLockedByCurrentThread()) {
            return false;
        }
        lock.writeLock().lock();
        return true;
    }

    /** Ends a reader's part. Directories are dropped only when nobody can be holding an entry of them inside a section. */
    private void endShared(boolean began) {
        if (!began) {
            return;
        }
        lock.readLock().unlock();
        if (directories.overfull() && lock.getReadHoldCount() == 0) {
            lock.writeLock().lock();
            endExclusive(true);
        }
    }

    private void endExclusive(boolean began) {
        if (!began) {
            return;
        }
        if (directories.overfull()) {
            directories.drop();
        }
        lock.writeLock().unlock();
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
        boolean began = beginShared();
        try {
            checkOpen();
            String label = directories.get(root()).label();
            return label != null ? label : boot.label().equals("NO NAME") ? "" : boot.label();
        } finally {
            endShared(began);
        }
    }

    /**
     * Returns the free space.
     *
     * @return free clusters
     */
    public int freeClusters() {
        boolean began = beginShared();
        try {
            return table.freeCount();
        } finally {
            endShared(began);
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
        boolean began = beginShared();
        try {
            checkNamed(directory);
            return directories.get(directory).listed();
        } finally {
            endShared(began);
        }
    }

    /**
     * Names what is in a directory and reached by no path: an entry whose name and short name earlier ones have, or that
     * shares its clusters with one, and a directory that another entry leads to.
     *
     * @param directory a directory
     * @return name and reason of each, in the order of the directory; none on a sound volume
     * @throws NotDirectoryException if it is a file
     * @throws FatException if its chain is broken before its end mark
     * @throws IOException if the device fails
     */
    public List<String> leftOut(FatNode directory) throws IOException {
        boolean began = beginShared();
        try {
            checkNamed(directory);
            return directories.get(directory).leftOut();
        } finally {
            endShared(began);
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
    public @Nullable FatNode lookup(FatNode directory, String name) throws IOException {
        boolean began = beginShared();
        try {
            checkNamed(directory);
            return directories.get(directory).find(name);
        } finally {
            endShared(began);
        }
    }

    /**
     * Walks down from the root.
     *
     * @param names names, whatever the case of their letters
     * @return the entry, or null if there is none; the root for no names
     * @throws FatException if a directory on the way is broken
     * @throws IOException if the device fails
     */
    public @Nullable FatNode resolve(String... names) throws IOException {
        return resolve(names.length, names);
    }

    /**
     * Walks down from the root by the first of some names.
     *
     * @param count how many of the names
     * @param names names, whatever the case of their letters
     * @return the entry, or null if there is none; the root for no names
     * @throws FatException if a directory on the way is broken
     * @throws IOException if the device fails
     */
    public @Nullable FatNode resolve(int count, String[] names) throws IOException {
        boolean began = beginShared();
        try {
            checkOpen();
            FatNode node = root();
            for (int i = 0; i < count && node != null; i++) {
                node = node.isDirectory() ? directories.get(node).find(names[i]) : null;
            }
            return node;
        } finally {
            endShared(began);
        }
    }

    /**
     * Returns what an entry says.
     *
     * @param node the entry
     * @return its attributes now
     * @throws NoSuchFileException if it was deleted and nobody has it open
     * @throws IOException if the volume is closed
     */
    public FatAttributes attributes(FatNode node) throws IOException {
        boolean began = beginShared();
        try {
            checkUsable(node);
            return new FatAttributes(
                    node.name,
                    node.shortNameShown(),
                    node.bits,
                    node.size,
                    node.firstCluster,
                    node.created,
                    node.accessed,
                    node.written,
                    node.takenName,
                    node.place());
        } finally {
            endShared(began);
        }
    }

    /**
     * Returns whether a file may not be written.
     *
     * @param node the entry
     * @return true if its read-only attribute is set
     * @throws NoSuchFileException if it was deleted and nobody has it open
     * @throws IOException if the volume is closed
     */
    public boolean isMarkedReadOnly(FatNode node) throws IOException {
        boolean began = beginShared();
        try {
            checkUsable(node);
            return (node.bits & DirectorySlot.READ_ONLY) != 0;
        } finally {
            endShared(began);
        }
    }

    /**
     * Returns the cluster chain of a file or directory; beyond the first cluster nobody but a tool needs it.
     *
     * @param node a file, or a directory other than the root
     * @return cluster numbers in order, as far as the chain goes
     * @throws NoSuchFileException if it was deleted and nobody has it open
     * @throws FatException if the chain is broken
     * @throws IOException if the volume is closed
     */
    public int[] clusters(FatNode node) throws IOException {
        boolean began = beginShared();
        try {
            checkUsable(node);
            int[] chain = new int[16];
            int count = 0;
            for (long place; (place = node.runs().locate(node, count, 1)) >= 0; count++) {
                chain = count == chain.length ? java.util.Arrays.copyOf(chain, count * 2) : chain;
                chain[count] = (int) (place >>> 32);
            }
            return java.util.Arrays.copyOf(chain, count);
        } finally {
            endShared(began);
        }
    }

    /**
     * Returns the size of a file.
     *
     * @param file the file
     * @return bytes
     * @throws NoSuchFileException if it was deleted and nobody has it open
     * @throws IOException if the volume is closed
     */
    public long size(FatNode file) throws IOException {
        boolean began = beginShared();
        try {
            checkUsable(file);
            return file.size;
        } finally {
            endShared(began);
        }
    }

    /**
     * Returns how often a file was written or cut: what tells two changes within the two seconds of a FAT time apart.
     *
     * @param file the file
     * @return a number that grows while the volume keeps the file's directory in memory
     * @throws NoSuchFileException if it was deleted and nobody has it open
     * @throws IOException if the volume is closed
     */
    public int writeCount(FatNode file) throws IOException {
        boolean began = beginShared();
        try {
            checkUsable(file);
            return file.writes;
        } finally {
            endShared(began);
        }
    }

    /**
     * Says that a file is in use: deleting it then keeps its bytes until {@link #release}. A size that no chain of this
     * volume can cover is refused here, before anybody makes room for it.
     *
     * @param file the file
     * @throws NoSuchFileException if it was deleted
     * @throws FatException if the size in the entry is larger than the volume
     * @throws IOException if the volume is closed
     */
    public void open(FatNode file) throws IOException {
        boolean began = beginShared();
        try {
            checkNamed(file);
            long capacity = places.capacity();
            if (file.size > capacity) {
                throw file.error(
                        FatRule.CHAIN_TOO_SHORT,
                        file.firstCluster,
                        "size=" + file.size + ", the whole volume has " + capacity + " bytes");
            }
            synchronized (file) {
                file.opens++;
            }
        } finally {
            endShared(began);
        }
    }

    /**
     * Says that a file is no longer in use, and writes its entry if it changed.
     *
     * @param file the file
     * @throws IOException if the device fails
     */
    public void release(FatNode file) throws IOException {
        if (!file.changed && !file.deleted && releasedBesideReaders(file)) {
            return;
        }
        boolean began = beginExclusive();
        try {
            assert file.opens > 0 : "released more often than opened: " + file;
            file.opens--;
            if (closed || disk.failed()) {
                return;
            }
            sync(file);
            if (file.deleted && file.opens == 0) {
                directoryWriter.free(file);
            }
        } finally {
            endExclusive(began);
        }
    }

    /** Releases a file unless something remains to be done; nobody deletes or writes it while that is decided. */
    private boolean releasedBesideReaders(FatNode file) {
        boolean began = beginShared();
        try {
            synchronized (file) {
                assert file.opens > 0 : "released more often than opened: " + file;
                boolean idle = !file.changed && !file.deleted;
                file.opens -= idle ? 1 : 0;
                return idle;
            }
        } finally {
            endShared(began);
        }
    }

    /**
     * Writes a file's entry if it changed, and makes everything written so far durable.
     *
     * @param file the file
     * @throws IOException if the device fails
     */
    public void force(FatNode file) throws IOException {
        boolean began = beginExclusive();
        try {
            checkUsable(file);
            sync(file);
            order.force();
        } finally {
            endExclusive(began);
        }
    }

    private void sync(FatNode file) throws IOException {
        if (file.changed) {
            directoryWriter.update(file);
        }
    }

    /**
     * Reads a file that is open or still in its directory. Costs one device access a run of neighbouring clusters, and no walk of the chain.
     *
     * @param file the file
     * @param position first byte, at least 0
     * @param target takes as many bytes as there are, up to its remaining
     * @return bytes read, or -1 at or behind the end
     * @throws FatException if the chain is broken in what was asked for
     * @throws IOException if the device fails
     */
    public int read(FatNode file, long position, ByteBuffer target) throws IOException {
        boolean began = beginShared();
        try {
            checkUsable(file);
            return content.read(file, position, target);
        } finally {
            endShared(began);
        }
    }

    /**
     * Writes into a file. Writing nothing changes nothing, its time neither. A gap that this leaves behind the old end is filled with zeros.
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
        boolean began = beginExclusive();
        try {
            beginChange();
            checkUsable(file);
            int written = content.write(file, position < 0 ? file.size : position, source);
            if (written > 0) {
                touch(file);
            }
            return written;
        } finally {
            endExclusive(began);
        }
    }

    private void touch(FatNode file) {
        file.written = FatTime.twoSeconds(parts.now());
        file.accessed = FatTime.day(file.written);
        file.bits |= DirectorySlot.ARCHIVE;
        file.changed = true;
        file.writes++;
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
        boolean began = beginExclusive();
        try {
            beginChange();
            checkUsable(file);
            if (size < file.size) {
                touch(file);
                content.truncate(file, size);
            }
        } finally {
            endExclusive(began);
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
        return create(directory, name, bits | DirectorySlot.ARCHIVE, false);
    }

    /**
     * Makes an empty file that has no name: a power cut, or its release, leaves nothing of it. It is in use from the
     * beginning, as after {@link #open}; whoever made it releases it.
     *
     * @param name the name that it is meant to get, for errors
     * @return the file
     * @throws IOException if the volume is closed
     * @throws ReadOnlyFileSystemException if the volume is read-only
     */
    public FatNode createUnnamed(String name) throws IOException {
        boolean began = beginExclusive();
        try {
            beginChange();
            return directoryWriter.unnamed(directories.get(root()), name);
        } finally {
            endExclusive(began);
        }
    }

    /**
     * Gives a file made by {@link #createUnnamed} its name, in one step: it is there whole or not at all, and so is what
     * it replaces.
     *
     * @param file the file
     * @param directory where
     * @param name 1 to 255 UTF-16 units, legal in FAT
     * @param replace whether a file, or an empty directory, of that name is replaced
     * @param like whose attribute bits and times the file gets, or null
     * @throws FileAlreadyExistsException if the name is taken and may not be replaced
     * @throws DirectoryNotEmptyException if a directory with entries would be replaced
     * @throws FatException if the name is illegal or there is no room
     * @throws IOException if the device fails
     */
    public void name(FatNode file, FatNode directory, String name, boolean replace, @Nullable FatAttributes like)
            throws IOException {
        boolean began = beginExclusive();
        try {
            checkUsable(file);
            if (!file.deleted || file.slot >= 0) {
                throw new IllegalArgumentException("the file has a name or had one: " + file.path());
            }
            checkNamed(directory);
            Directory parent = directories.get(directory);
            FatNode target = parent.find(name);
            checkReplaceable(target, replace);
            beginChange();
            if (like != null) {
                file.bits = like.bits() & SETTABLE;
                file.created = like.created();
                file.accessed = like.accessed();
                file.written = like.written();
            }
            if (target != null) {
                directories.disown(target);
            }
            directoryWriter.name(file, parent, name, target);
            directoryWriter.touch(parent);
        } finally {
            endExclusive(began);
        }
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
        return create(directory, name, DirectorySlot.DIRECTORY, false);
    }

    /**
     * Makes an empty directory in the place of a file or an empty directory.
     *
     * @param directory where
     * @param name 1 to 255 UTF-16 units, legal in FAT
     * @return the new directory
     * @throws DirectoryNotEmptyException if a directory with entries would be replaced
     * @throws FatException if the name is illegal or there is no room
     * @throws IOException if the device fails
     */
    public FatNode replaceByDirectory(FatNode directory, String name) throws IOException {
        return create(directory, name, DirectorySlot.DIRECTORY, true);
    }

    private FatNode create(FatNode directory, String name, int bits, boolean replace) throws IOException {
        boolean began = beginExclusive();
        try {
            checkNamed(directory);
            Directory parent = directories.get(directory);
            FatNode target = parent.find(name);
            checkReplaceable(target, replace);
            beginChange();
            if (target != null) {
                directories.disown(target);
            }
            FatNode node = directoryWriter.create(parent, name, bits, target);
            if (node.isDirectory()) {
                directories.own(node);
            }
            directoryWriter.touch(parent);
            return node;
        } finally {
            endExclusive(began);
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
        boolean began = beginExclusive();
        try {
            checkNamed(node);
            if (node.isRoot()) {
                throw new FileSystemException("/", null, "the root directory cannot be deleted");
            }
            if (node.isDirectory() && !directories.get(node).isEmpty()) {
                throw new DirectoryNotEmptyException(node.path());
            }
            beginChange();
            Directory parent = node.above();
            directories.disown(node);
            directoryWriter.delete(node);
            directoryWriter.touch(parent);
        } finally {
            endExclusive(began);
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
        boolean began = beginExclusive();
        try {
            checkNamed(node);
            checkNamed(to);
            if (node.isRoot()) {
                throw new FileSystemException("/", name, "the root directory cannot be moved");
            }
            for (FatNode up = to; ; up = up.above().self) {
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
            FatNode target = parent.find(name);
            if (target == node) {
                target = null;
            }
            checkReplaceable(target, replace);
            beginChange();
            Directory from = node.above();
            if (target != null) {
                directories.disown(target);
            }
            directoryWriter.move(node, parent, name, target);
            if (node.isDirectory()) {
                directories.own(node);
            }
            directoryWriter.touch(from);
            if (from != parent) {
                directoryWriter.touch(parent);
            }
        } finally {
            endExclusive(began);
        }
    }

    private void checkReplaceable(@Nullable FatNode target, boolean replace) throws IOException {
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
        boolean began = beginExclusive();
        try {
            beginChange();
            checkNamed(node);
            checkHasEntry(node);
            node.bits = on ? node.bits | mask & SETTABLE : node.bits & ~(mask & SETTABLE);
            directoryWriter.update(node);
        } finally {
            endExclusive(began);
        }
    }

    /**
     * Sets times. The root directory has no entry and so no times.
     *
     * @param node a file or directory
     * @param created packed {@link FatTime}, or negative to keep
     * @param accessed packed time of which the day is kept, or negative to keep
     * @param written packed time of which two seconds are kept, or negative to keep
     * @throws IOException if the device fails
     */
    public void setTimes(FatNode node, long created, long accessed, long written) throws IOException {
        boolean began = beginExclusive();
        try {
            beginChange();
            checkNamed(node);
            checkHasEntry(node);
            node.created = created < 0 ? node.created : created;
            node.accessed = accessed < 0 ? node.accessed : FatTime.day(accessed);
            node.written = written < 0 ? node.written : FatTime.twoSeconds(written);
            directoryWriter.update(node);
        } finally {
            endExclusive(began);
        }
    }

    private static void checkHasEntry(FatNode node) throws FileSystemException {
        if (node.isRoot()) {
            throw new FileSystemException("/", null, "the root directory of a FAT volume has no times and attributes");
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
            order.barrier();
        }
    }

    private void mark(boolean dirty) throws IOException {
        byte[] first = disk.sector(0);
        first[BootSector.STATE_OFFSET] = (byte) (dirty ? boot.state() | 1 : boot.state() & ~1);
        disk.writeSector(0, first);
        table.markClean(!dirty);
        table.flush(0, order);
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Checks that an entry is still in its directory. */
    private void checkNamed(FatNode node) throws IOException {
        checkOpen();
        if (node.volume != parts) {
            throw new IllegalArgumentException("the handle belongs to another volume: " + node.path());
        }
        if (node.deleted || !node.isRoot() && !node.above().attached) {
            throw new NoSuchFileException(node.path(), null, "the entry is gone since it was looked up");
        }
    }

    /** Checks that an entry is still in its directory, or a deleted file that is open. */
    private void checkUsable(FatNode node) throws IOException {
        if (node.opens > 0 && node.volume == parts) {
            checkOpen();
        } else {
            checkNamed(node);
        }
    }

    /**
     * Writes what open files changed, clears the mark of use if this mount set it, and closes the device.
     *
     * @throws IOException if the device fails
     */
    @Override
    public void close() throws IOException {
        boolean began = beginExclusive();
        try {
            if (closed) {
                return;
            }
            try {
                if (!disk.failed()) {
                    directories.syncAll();
                    order.force();
                    order.force(); // what the first one freed
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
            endExclusive(began);
        }
    }

    /**
     * What a directory entry says, at one moment.
     *
     * @param name the name shown: long name, or short name with its case flags
     * @param shortName the 8.3 name
     * @param bits attribute bits of {@link DirectorySlot}
     * @param size bytes, 0 for a directory
     * @param firstCluster first cluster, 0 for an empty file and the root
     * @param created packed {@link io.torosim.fat.layout.FatTime} of creation
     * @param accessed packed day of the last access
     * @param written packed time of the last write
     * @param takenName the long name of an entry that is shown by its short name, because an earlier entry has that name; else
     *     null
     * @param place a number that no other entry of the volume has: where its slot is; it changes when the entry is moved
     */
    public record FatAttributes(
            String name,
            String shortName,
            int bits,
            long size,
            int firstCluster,
            long created,
            long accessed,
            long written,
            @Nullable String takenName,
            long place) {

        /**
         * Returns whether the entry is a directory.
         *
         * @return true for a directory
         */
        public boolean isDirectory() {
            return (bits & DirectorySlot.DIRECTORY) != 0;
        }

        /**
         * Returns whether any of some attribute bits is set.
         *
         * @param mask bits of {@link DirectorySlot}
         * @return true if one is set
         */
        public boolean has(int mask) {
            return (bits & mask) != 0;
        }
    }
}
