package io.torosim.fat.nio;

import io.torosim.fat.layout.FatTime;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import io.torosim.fat.volume.FatVolume.FatAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Copies and moves between FAT file systems, the same or two. A copy is written beside, without a name, and takes the
 * place of its target in one step when it is whole: whatever fails, the target is as it was and nothing partial stays.
 */
final class CopyMove {
    private static final int BUFFER_BYTES = 65536;

    private final boolean replace;
    private final boolean attributes;
    private final boolean atomic;

    CopyMove(CopyOption... options) {
        boolean replaceAsked = false;
        boolean attributesAsked = false;
        boolean atomicAsked = false;
        for (CopyOption option : options) {
            if (option == null) {
                throw new NullPointerException("copy option");
            }
            if (!(option instanceof StandardCopyOption) && !(option instanceof LinkOption)) {
                throw new UnsupportedOperationException("unknown copy option, option=" + option);
            }
            replaceAsked |= option == StandardCopyOption.REPLACE_EXISTING;
            attributesAsked |= option == StandardCopyOption.COPY_ATTRIBUTES;
            atomicAsked |= option == StandardCopyOption.ATOMIC_MOVE;
        }
        replace = replaceAsked;
        attributes = attributesAsked;
        atomic = atomicAsked;
    }

    void copy(FatPath source, FatPath target) throws IOException {
        if (atomic) {
            throw new UnsupportedOperationException("ATOMIC_MOVE is no way to copy");
        }
        copy(source, target, attributes);
    }

    private void copy(FatPath source, FatPath target, boolean withAttributes) throws IOException {
        FatFileSystem from = source.getFileSystem();
        FatFileSystem to = target.getFileSystem();
        FatNode node = from.node(source);
        to.checkWritable();
        if (from == to && to.find(target) == node) {
            return;
        }
        FatAttributes like = withAttributes ? inZone(from.volume().attributes(node), from, to) : null;
        if (node.isDirectory()) {
            to.volume().exclusive(() -> copyDirectory(to, target, like));
        } else {
            copyFile(source, target, like);
        }
    }

    /** Turns the local times of one volume into those of another. */
    private static FatAttributes inZone(FatAttributes read, FatFileSystem from, FatFileSystem to) {
        ZoneId zone = from.volume().options().zone();
        ZoneId other = to.volume().options().zone();
        if (zone.equals(other)) {
            return read;
        }
        return new FatAttributes(
                read.name(),
                read.shortName(),
                read.bits(),
                read.size(),
                read.firstCluster(),
                FatTime.date(read.created()) == 0 ? 0 : FatTime.of(FatTime.toInstant(read.created(), zone), other),
                read.accessed(), // a day, which no zone belongs to
                FatTime.of(FatTime.toInstant(read.written(), zone), other),
                read.takenName(),
                read.place());
    }

    private Void copyDirectory(FatFileSystem to, FatPath target, @Nullable FatAttributes like) throws IOException {
        checkTarget(to, target);
        FatVolume volume = to.volume();
        FatNode parent = to.parentOf(target);
        String name = FatFileSystem.lastName(target);
        FatNode made = replace ? volume.replaceByDirectory(parent, name) : volume.createDirectory(parent, name);
        if (like != null) {
            volume.setAttributes(made, like.bits(), true);
            volume.setTimes(made, like.created(), like.accessed(), like.written());
        }
        return null;
    }

    private void copyFile(FatPath source, FatPath target, @Nullable FatAttributes like) throws IOException {
        FatFileSystem to = target.getFileSystem();
        FatVolume volume = to.volume();
        try (FileChannel in = source.getFileSystem().open(source, OpenMode.READING)) {
            volume.shared(() -> {
                checkTarget(to, target);
                return to.parentOf(target);
            });
            FatNode copy = volume.createUnnamed(FatFileSystem.lastName(target));
            try {
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
                long at = 0;
                while (in.read(buffer.clear()) >= 0) {
                    at += volume.write(copy, at, buffer.flip());
                }
                volume.change(() -> {
                    checkTarget(to, target);
                    volume.name(copy, to.parentOf(target), FatFileSystem.lastName(target), replace, like);
                });
            } finally {
                volume.release(copy);
            }
        }
    }

    /** Refuses a target that may not be replaced. */
    private void checkTarget(FatFileSystem to, FatPath target) throws IOException {
        FatNode old = to.find(target);
        if (old == null) {
            return;
        }
        if (!replace) {
            throw new FileAlreadyExistsException(target.toString());
        }
        to.checkReplaceable(target, old);
        if (old.isDirectory() && !to.volume().list(old).isEmpty()) {
            throw new DirectoryNotEmptyException(target.toString());
        }
    }

    void move(FatPath source, FatPath target) throws IOException {
        FatFileSystem from = source.getFileSystem();
        FatFileSystem to = target.getFileSystem();
        from.checkWritable();
        to.checkWritable();
        if (from == to) {
            from.volume().exclusive(() -> moveInside(from, source, target));
            return;
        }
        FatNode node = from.node(source);
        if (atomic) {
            throw new AtomicMoveNotSupportedException(source.toString(), target.toString(), "two volumes");
        }
        if (node.isDirectory() && !from.volume().list(node).isEmpty()) {
            throw new DirectoryNotEmptyException(source.toString());
        }
        copy(source, target, true);
        from.volume().delete(node);
    }

    private Void moveInside(FatFileSystem fileSystem, FatPath source, FatPath target) throws IOException {
        FatNode node = fileSystem.node(source);
        FatNode old = fileSystem.find(target);
        String name = FatFileSystem.lastName(target);
        if (old == node && name.equals(node.name())) {
            return null;
        }
        if (old != null && old != node && (replace || atomic)) {
            fileSystem.checkReplaceable(target, old);
        }
        fileSystem.volume().move(node, fileSystem.parentOf(target), name, replace || atomic);
        return null;
    }
}
