package io.torosim.fat.volume;

import static io.torosim.fat.layout.LittleEndian.u16;

import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory of a mounted volume: a handle that {@link FatVolume} gives out and takes. Two handles of one entry
 * are the same object while the volume keeps its directory in memory. The handle of an entry that was deleted, or whose
 * directory was dropped from memory since, is refused with {@link java.nio.file.NoSuchFileException}, never taken for
 * another entry; look it up again. A file that is open stays usable.
 */
public final class FatNode implements ChainOwner {
    final MountedParts volume;

    @Nullable
    Directory parent; // null for the root

    String name;

    @Nullable
    String takenName; // the long name, if an earlier entry has it and this one is shown by its short name; else null

    byte @Nullable [] shortName; // 11 bytes as on disk; null for the root
    int firstSlot; // of the long name, or of the entry itself
    int slot; // of the short entry
    int bits;
    int firstCluster;
    long size;
    long created;
    long accessed;
    long written;

    @Nullable
    Directory content; // loaded directory, else null

    volatile @Nullable ClusterRuns runs; // found chain, else null
    int opens;
    int writes; // and cuts
    boolean changed; // size, cluster or times are newer than the entry on disk
    boolean grown; // clusters or bytes were added that the entry on disk does not count
    boolean deleted;

    /** Makes the root directory. */
    FatNode(MountedParts volume) {
        this.volume = volume;
        this.name = "";
        this.bits = DirectorySlot.DIRECTORY;
        this.created = FatTime.MIN;
        this.accessed = FatTime.MIN;
        this.written = FatTime.MIN;
    }

    /** Makes a node from a short entry. */
    FatNode(Directory parent, String name, byte[] bytes, int offset, int firstSlot, int slot) {
        this.volume = parent.self.volume;
        this.parent = parent;
        this.name = name;
        this.shortName = Arrays.copyOfRange(bytes, offset, offset + ShortName.BYTES);
        this.firstSlot = firstSlot;
        this.slot = slot;
        this.bits = DirectorySlot.attributes(bytes, offset);
        this.firstCluster = DirectorySlot.firstCluster(bytes, offset);
        this.size = isDirectory() ? 0 : DirectorySlot.size(bytes, offset);
        this.created = FatTime.pack(
                u16(bytes, offset + DirectorySlot.CREATE_DATE_OFFSET),
                u16(bytes, offset + DirectorySlot.CREATE_TIME_OFFSET),
                bytes[offset + DirectorySlot.CREATE_TENTHS_OFFSET] & 0xff);
        this.accessed = FatTime.pack(u16(bytes, offset + DirectorySlot.ACCESS_DATE_OFFSET), 0, 0);
        this.written = FatTime.pack(
                u16(bytes, offset + DirectorySlot.WRITE_DATE_OFFSET),
                u16(bytes, offset + DirectorySlot.WRITE_TIME_OFFSET),
                0);
    }

    /**
     * Returns whether this is a directory.
     *
     * @return true for a directory
     */
    public boolean isDirectory() {
        return (bits & DirectorySlot.DIRECTORY) != 0;
    }

    boolean isRoot() {
        return parent == null;
    }

    /**
     * Returns the name shown.
     *
     * @return the long name, or the short name with its case flags; empty for the root
     */
    public String name() {
        return name;
    }

    /**
     * Returns the path on the volume.
     *
     * @return for example {@code /DIR/A.TXT}
     */
    public String path() {
        if (isRoot()) {
            return "/";
        }
        var path = new StringBuilder();
        for (FatNode node = this; !node.isRoot(); node = node.above().self) {
            path.insert(0, "/" + node.name);
        }
        return path.toString();
    }

    /** Returns the chain, checking where it starts. */
    ClusterRuns runs() throws FatException {
        ClusterRuns found = runs;
        return found != null ? found : findRuns();
    }

    private synchronized ClusterRuns findRuns() throws FatException {
        if (runs == null) {
            if (firstCluster != 0 && !volume.table.isLink(firstCluster)) {
                throw error(
                        isDirectory() ? FatRule.DIRECTORY_START : FatRule.START_CLUSTER,
                        firstCluster,
                        "first cluster is " + firstCluster + ", size=" + size);
            }
            runs = new ClusterRuns(volume.table, firstCluster);
        }
        return runs;
    }

    String shortNameShown() {
        byte[] bytes = shortName;
        if (bytes == null) {
            return "";
        }
        return ShortName.decode(bytes, 0, volume.options.codePage(), false);
    }

    /** Returns the directory that it is in; not for the root. */
    Directory above() {
        return Objects.requireNonNull(parent, "the root is in no directory");
    }

    /** Returns a number no other entry has: parent's first cluster and slot. */
    long place() {
        return isRoot() ? -1 : (long) above().self.firstCluster << 32 | slot;
    }

    @Override
    public FatException error(FatRule rule, int cluster, String detail) {
        return new FatException(volume.options.image(), path(), rule, cluster, detail);
    }

    @Override
    public String toString() {
        return path();
    }
}
