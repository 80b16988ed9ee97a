package io.torosim.fat.nio;

import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** The volume as a file store: its label, and its space counted in the FAT. */
final class FatFileStore extends FileStore {
    private final FileSystem fileSystem;
    private final OpenFiles files;

    FatFileStore(FileSystem fileSystem, OpenFiles files) {
        this.fileSystem = fileSystem;
        this.files = files;
    }

    private FatVolume volume() {
        files.checkOpen();
        return files.volume();
    }

    /** Returns the volume label, empty if there is none or the root cannot be read. */
    @Override
    public String name() {
        try {
            return volume().label();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public String type() {
        return files.volume().bootSector().type().name();
    }

    @Override
    public boolean isReadOnly() {
        return fileSystem.isReadOnly();
    }

    @Override
    public long getTotalSpace() {
        return (long) volume().bootSector().clusterCount() * getBlockSize();
    }

    @Override
    public long getUsableSpace() {
        return getUnallocatedSpace();
    }

    @Override
    public long getUnallocatedSpace() {
        return (long) volume().freeClusters() * getBlockSize();
    }

    /** Returns the bytes of a cluster. */
    @Override
    public long getBlockSize() {
        return files.volume().bootSector().clusterBytes();
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return type == BasicFileAttributeView.class
                || type == DosFileAttributeView.class
                || type == FatFileAttributeView.class;
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return fileSystem.supportedFileAttributeViews().contains(name);
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        java.util.Objects.requireNonNull(type, "type");
        return null;
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return switch (attribute) {
            case "totalSpace" -> getTotalSpace();
            case "usableSpace" -> getUsableSpace();
            case "unallocatedSpace" -> getUnallocatedSpace();
            case "blockSize" -> getBlockSize();
            case "name" -> name();
            case "type", "fat:type" -> type();
            case "fat:clusterCount" -> volume().bootSector().clusterCount();
            case "fat:freeClusters" -> volume().freeClusters();
            case "fat:label" -> volume().label();
            case "fat:serial" -> volume().bootSector().serial();
            case "fat:dirty" -> volume().wasDirty();
            default -> throw new UnsupportedOperationException("unknown attribute, name=" + attribute);
        };
    }

    @Override
    public String toString() {
        return fileSystem + " (" + type() + ")";
    }
}
