package io.torosim.fat.nio;

import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.volume.FatNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/** Copies and moves between FAT file systems, the same or two. */
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
        FatFileSystem from = source.getFileSystem();
        FatFileSystem to = target.getFileSystem();
        FatNode node = from.node(source);
        to.checkWritable();
        FatNode old = to.find(target);
        if (old == node) {
            return;
        }
        makeWay(to, target, old);
        if (node.isDirectory()) {
            to.volume().createDirectory(to.parentOf(target), FatFileSystem.lastName(target));
        } else {
            copyBytes(source, target);
        }
        if (attributes) {
            copyAttributes(source, target);
        }
    }

    private void makeWay(FatFileSystem to, FatPath target, FatNode old) throws IOException {
        if (old == null) {
            return;
        }
        if (!replace) {
            throw new FileAlreadyExistsException(target.toString());
        }
        to.volume().delete(old);
    }

    private static void copyBytes(FatPath source, FatPath target) throws IOException {
        try (FileChannel in = source.getFileSystem().open(source, OpenMode.READING);
                FileChannel out = target.getFileSystem()
                        .open(
                                target,
                                OpenMode.of(EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)))) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (in.read(buffer.clear()) >= 0) {
                out.write(buffer.flip());
            }
        }
    }

    private static void copyAttributes(FatPath source, FatPath target) throws IOException {
        FatFileAttributes read = source.getFileSystem().attributes(source);
        var view = new FatFileAttributeView(target, "fat");
        view.setTimes(read.lastModifiedTime(), read.lastAccessTime(), read.creationTime());
        view.setHidden(read.isHidden());
        view.setSystem(read.isSystem());
        view.setArchive(read.isArchive());
        view.setReadOnly(read.isReadOnly());
    }

    void move(FatPath source, FatPath target) throws IOException {
        FatFileSystem from = source.getFileSystem();
        FatFileSystem to = target.getFileSystem();
        FatNode node = from.writableNode(source);
        to.checkWritable();
        if (from == to) {
            if (from.find(target) == node && FatFileSystem.lastName(target).equals(node.name())) {
                return;
            }
            to.volume().move(node, to.parentOf(target), FatFileSystem.lastName(target), replace || atomic);
            return;
        }
        if (atomic) {
            throw new AtomicMoveNotSupportedException(source.toString(), target.toString(), "two volumes");
        }
        if (node.isDirectory() && !from.volume().list(node).isEmpty()) {
            throw new DirectoryNotEmptyException(source.toString());
        }
        makeWay(to, target, to.find(target));
        new CopyMove(StandardCopyOption.COPY_ATTRIBUTES).copy(source, target);
        from.volume().delete(node);
    }

    /** Refuses to delete what is marked read-only. */
    static void checkDeletable(FatFileSystem fileSystem, FatPath path, FatNode node) throws IOException {
        if (fileSystem.volume().attributes(node).has(DirectorySlot.READ_ONLY) && !node.isDirectory()) {
            throw new java.nio.file.AccessDeniedException(path.toString(), null, "read-only attribute is set");
        }
    }
}
