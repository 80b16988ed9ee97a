package io.torosim.fat.volume;

import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directories in memory. Each is owned by the one entry that was met first: a second entry for the same clusters, as a
 * power cut in a move or a cross link leaves it, is not listed, and one that leads back to a directory above is refused
 * when it is entered, so that no walk over a damaged volume is longer than the volume.
 *
 * <p>When too many entries are held, all directories are dropped that are not the one read last, not on the way to it and
 * hold no open file; not before the call, or the section of calls, that read the last one has ended.
 */
final class DirectoryCache {
    /** Entries that are kept. */
    static final int MAX_ENTRIES = 1 << 18;

    private final MountedParts volume;
    private final DirectoryWriter writer;
    private final FatNode root;
    private final HashMap<Integer, Long> owners = new HashMap<>();
    private List<Directory> loaded = new ArrayList<>();
    private int entries;
    private @Nullable FatNode newest;
    private volatile boolean overfull;

    DirectoryCache(MountedParts volume, DirectoryWriter writer) {
        this.volume = volume;
        this.writer = writer;
        this.root = new FatNode(volume);
    }

    FatNode root() {
        return root;
    }

    /** Returns a directory's content, reading it at the first need. The caller holds a lock of the volume. */
    Directory get(FatNode node) throws IOException {
        Directory directory = node.content;
        return directory != null ? directory : load(node);
    }

    private synchronized Directory load(FatNode node) throws IOException {
        if (node.content != null) {
            return node.content;
        }
        if (!node.isDirectory()) {
            throw new NotDirectoryException(node.path());
        }
        if (!node.isRoot()) {
            checkOwner(node);
        }
        Directory directory = DirectoryLoader.load(node);
        directory.hideUnless(this::isOwner);
        entries += directory.size();
        overfull = entries > MAX_ENTRIES;
        loaded.add(directory);
        node.content = directory;
        newest = node;
        return directory;
    }

    /** Returns whether a directory's clusters belong to this entry, or to a directory above, which entering it will tell. */
    private boolean isOwner(FatNode node) {
        if (!volume.table.isLink(node.firstCluster) || ancestor(node) != null) {
            return true;
        }
        Long owner = owners.putIfAbsent(node.firstCluster, node.place());
        return owner == null || owner == node.place();
    }

    private static @Nullable FatNode ancestor(FatNode node) {
        for (FatNode up = node.above().self; !up.isRoot(); up = up.above().self) {
            if (up.firstCluster == node.firstCluster) {
                return up;
            }
        }
        return null;
    }

    private void checkOwner(FatNode node) throws FatException {
        FatNode up = ancestor(node);
        if (up != null) {
            throw node.error(FatRule.DIRECTORY_LOOP, node.firstCluster, "directory is its own ancestor " + up.path());
        }
        Long owner = owners.putIfAbsent(node.firstCluster, node.place());
        if (owner != null && owner != node.place()) {
            throw node.error(
                    FatRule.DIRECTORY_LOOP,
                    node.firstCluster,
                    "cluster " + node.firstCluster + " is another directory's beginning");
        }
    }

    boolean overfull() {
        return overfull;
    }

    /** Drops what is not needed. The caller holds the volume's write lock, and nobody an entry from inside a section. */
    synchronized void drop() {
        overfull = false;
        FatNode reading = newest;
        var kept = new ArrayList<Directory>();
        entries = 0;
        for (Directory directory : loaded) {
            if (directory.self == reading || isNeeded(directory, reading)) {
                kept.add(directory);
                entries += directory.size();
            } else {
                directory.attached = false;
                directory.self.content = null;
            }
        }
        loaded = kept;
    }

    private static boolean isNeeded(Directory directory, @Nullable FatNode reading) {
        for (FatNode up = reading; up != null && !up.isRoot(); up = up.above().self) {
            if (up.parent == directory) {
                return true;
            }
        }
        return hasOpen(directory);
    }

    /** Returns whether an entry of a directory, or of a loaded one below it, is open. */
    private static boolean hasOpen(Directory directory) {
        for (FatNode node : directory.entries()) {
            if (node.opens > 0 || node.changed || node.content != null && hasOpen(node.content)) {
                return true;
            }
        }
        return false;
    }

    /** Notes the place of a directory that was made or moved. */
    synchronized void own(FatNode node) {
        owners.put(node.firstCluster, node.place());
    }

    synchronized void disown(FatNode node) {
        if (node.isDirectory()) {
            owners.remove(node.firstCluster, node.place());
            loaded.remove(node.content);
        }
    }

    /** Writes the entries of all files that changed. */
    synchronized void syncAll() throws IOException {
        volume.order.barrier(); // one for all that grew
        for (Directory directory : loaded) {
            directory.entries().forEach(node -> node.grown = false);
        }
        for (Directory directory : loaded) {
            for (FatNode node : directory.entries()) {
                if (node.changed && !node.deleted) {
                    writer.update(node);
                }
            }
        }
    }
}
