package io.torosim.fat.nio;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector.ForeignVolume;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import io.torosim.fat.volume.Partitions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * FAT12 and FAT16 volumes for {@code java.nio.file}, scheme {@code fat}.
 *
 * <p>Opened by {@code FileSystems.newFileSystem(Path, Map)}, by {@code FileSystems.newFileSystem(URI, Map)} with
 * {@code fat:file:///x/disk.img!/DIR/A.TXT}, or over any device by {@link #open(BlockDevice, MountOptions)}. Keys of the
 * map, all optional:
 *
 * <ul>
 *   <li>{@code accessMode}: {@code readOnly} or {@code readWrite}; default: writable if the image is
 *   <li>{@code partition}: a number as {@link io.torosim.fat.volume.Partitions.Partition} counts; default: the whole image if it is a
 *       volume, else its only FAT12 or FAT16 partition
 *   <li>{@code codepage}: of short names, default {@code cp437}
 *   <li>{@code zone}: of the volume's local times, default UTC, so that results do not depend on the machine
 *   <li>{@code barriers}: {@code true} keeps writes that rely on each other apart by forcing the image; default
 *       {@code false}: the order holds when the program ends, not when the machine does ({@link MountOptions})
 *   <li>{@code clock}: an {@link InstantSource} for the times of what is written; default: the system's clock
 * </ul>
 *
 * <p>By path, what is not FAT12 or FAT16 is refused with {@link UnsupportedOperationException}, so that other providers get their
 * turn; a damaged volume, and any other file named {@code .img}, {@code .fat} or {@code .vfd}, with
 * {@link FatException}. By URI the error is always {@link FatException}.
 *
 * <p>An image is locked while it is open for writing: opening it for writing once more, by whatever way or program, is
 * refused, reading beside it is not. {@code Path.of(path.toUri())} finds the path of an open volume, however it was opened.
 *
 * <p>Safe for use by several threads. A thread that is interrupted in a call on a channel closes that channel, as Java's
 * channels do, and nothing else.
 */
public final class FatFileSystemProvider extends FileSystemProvider {
    private final OpenVolumes volumes = new OpenVolumes();

    /** Makes the provider; the service loader does it. */
    public FatFileSystemProvider() {}

    /**
     * Opens the FAT12 or FAT16 volume of a device, or of a partition on it, as a file system.
     *
     * @param device the device; closing the file system closes it
     * @param options how to mount
     * @return the file system
     * @throws FatException if the device holds no FAT12 or FAT16 volume that can be mounted, naming the rule broken
     * @throws IOException if the device fails
     */
    public static FileSystem open(BlockDevice device, MountOptions options) throws IOException {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(options, "options");
        FatFileSystemProvider provider = installed();
        FatVolume volume = FatVolume.mount(device, options);
        synchronized (provider.volumes) {
            var opened = new FatFileSystem(
                    provider, volume, provider.volumes.nameDevice(options.image()), provider.volumes::forget);
            provider.volumes.addDevice(opened);
            return opened;
        }
    }

    /**
     * Returns the volume on a disk that options choose: the disk itself, or a window on its partition. This is what a guest whose driver mounts the
     * first sector of its disk is given; of a {@link io.torosim.fat.host.HostDirectoryDisk} it is the one partition there is.
     *
     * @param disk a whole disk; closing the window closes it
     * @throws FatException if there is no such partition, or none or several that hold a FAT12 or FAT16 volume and none was asked for, naming what is there
     * @throws IOException if the disk fails
     */
    public static BlockDevice volumeOn(BlockDevice disk, MountOptions options) throws IOException {
        Objects.requireNonNull(disk, "disk");
        return Partitions.volumeOn(disk, Objects.requireNonNull(options, "options"));
    }

    /**
     * Makes an empty volume in memory: FAT12 below 4 MiB, FAT16 from there, with clusters as small as its size allows, so
     * that small files take little. Memory is taken as it is written. Its clock stands at 1980-01-01, so that equal runs
     * give equal bytes.
     *
     * @param size bytes, with {@code K}, {@code M} or {@code G} for powers of 1024, from 16K to 2G
     * @return the file system; closing it ends it
     * @throws IllegalArgumentException if the size is none or no volume of that size can be made
     */
    public static FileSystem inMemory(String size) {
        Objects.requireNonNull(size, "size");
        return FatVolumes.inMemory(size, MountOptions.of("memory"));
    }

    /**
     * Makes an empty volume in memory, mounted with options.
     *
     * @param size bytes, with {@code K}, {@code M} or {@code G} for powers of 1024, from 16K to 2G
     * @param options how to mount it
     * @return the file system; closing it ends it
     * @throws IllegalArgumentException if the size is none or no volume of that size can be made
     */
    public static FileSystem inMemory(String size, MountOptions options) {
        Objects.requireNonNull(size, "size");
        Objects.requireNonNull(options, "options");
        return FatVolumes.inMemory(size, options);
    }

    /**
     * Opens an image as a device for reading and writing, locked against others as a file system's image is.
     *
     * @param image the image
     * @return the device; closing it unlocks the image
     * @throws io.torosim.fat.rule.FatException if it is open for writing already
     * @throws IOException if it cannot be opened
     */
    public static BlockDevice lockedImage(Path image) throws IOException {
        Objects.requireNonNull(image, "image");
        return ImageDevice.open(image, false);
    }

    /**
     * Names what is in a directory of a damaged volume and reached by no path, so that whoever copies a tree can say what
     * is missing: entries whose name and short name earlier ones have, and directories that another entry leads to.
     *
     * @param directory a directory of a FAT file system
     * @return name and reason of each, in the order of the directory; none on a sound volume
     * @throws IOException if it is no directory or cannot be read
     */
    public static List<String> leftOut(Path directory) throws IOException {
        return FatVolumes.leftOut(directory);
    }

    private static FatFileSystemProvider installed() {
        for (FileSystemProvider provider : FileSystemProvider.installedProviders()) {
            if (provider instanceof FatFileSystemProvider fat) {
                return fat;
            }
        }
        return new FatFileSystemProvider();
    }

    @Override
    public String getScheme() {
        return FatUri.SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
        Path image = FatUri.image(uri);
        return volumes.openByUri(image, () -> openImage(image, env));
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException if the file is not a FAT12 or FAT16 volume
     * @throws FatException if it is a damaged one
     */
    @Override
    public FileSystem newFileSystem(Path path, Map<String, ?> env) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new UnsupportedOperationException("not a file: " + path);
        }
        try {
            return volumes.openByPath(path, () -> openImage(path, env));
        } catch (FatException e) {
            if (isSomethingElse(path, e)) {
                throw new UnsupportedOperationException(e.getMessage(), e);
            }
            throw e;
        }
    }

    private static boolean isSomethingElse(Path path, FatException error) throws IOException {
        String name = NameFolding.fold(path.toString());
        boolean named = name.endsWith(".IMG") || name.endsWith(".FAT") || name.endsWith(".VFD");
        if (named || error.rule().weight() != FatRule.Weight.REFUSE || error.rule() == FatRule.PARTITION) {
            return false;
        }
        if (error.rule() == FatRule.OTHER_FILE_SYSTEM) {
            return true;
        }
        byte[] first = new byte[BlockDevice.SECTOR_BYTES];
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            ByteBuffer buffer = ByteBuffer.wrap(first);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                continue;
            }
        }
        return !ForeignVolume.claimsFat(first);
    }

    private FatFileSystem openImage(Path image, Map<String, ?> env) throws IOException {
        InstantSource systemClock = Clock.systemUTC();
        var environment = Environment.of(image.toString(), env, systemClock);
        boolean readOnly = environment.options().readOnly()
                || !Environment.READ_WRITE.equals(environment.access()) && !Files.isWritable(image);
        BlockDevice device = ImageDevice.open(image, readOnly);
        boolean mounted = false;
        try {
            var opened = new FatFileSystem(
                    this, FatVolume.mount(device, environment.options()), image.toUri(), volumes::forget);
            mounted = true;
            return opened;
        } finally {
            if (!mounted) {
                device.close();
            }
        }
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return volumes.find(uri);
    }

    @Override
    public Path getPath(URI uri) {
        return volumes.find(uri).getPath(FatUri.path(uri));
    }

    private static FatPath fat(Path path) {
        Objects.requireNonNull(path, "path");
        if (path instanceof FatPath fat) {
            return fat;
        }
        throw new ProviderMismatchException("path of another provider: " + path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        FatPath fat = fat(path);
        OpenMode mode = OpenMode.of(options);
        NamedAttributes.checkInitial(attributes);
        return fat.getFileSystem().open(fat, mode, attributes);
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
        FatPath fat = fat(path);
        return fat.getFileSystem().openStream(fat, OpenMode.ofOutput(options));
    }

    @Override
    public AsynchronousFileChannel newAsynchronousFileChannel(
            Path path, Set<? extends OpenOption> options, ExecutorService executor, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.APPEND)) {
            throw new UnsupportedOperationException("an asynchronous channel does not append");
        }
        return new FatAsynchronousFileChannel(newFileChannel(path, options, attributes), executor);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        FatPath fat = fat(directory);
        return fat.getFileSystem().list(fat, Objects.requireNonNull(filter, "filter"));
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        FatPath fat = fat(directory);
        NamedAttributes.checkInitial(attributes);
        fat.getFileSystem().createDirectory(fat, attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        FatPath fat = fat(path);
        fat.getFileSystem().delete(fat);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        new CopyMove(options).copy(fat(source), fat(target));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        new CopyMove(options).move(fat(source), fat(target));
    }

    @Override
    public void createLink(Path link, Path existing) {
        fat(link).getFileSystem().checkOpen();
        throw new UnsupportedOperationException("FAT has no links");
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) {
        createLink(link, target);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        if (path.equals(other)) {
            return true;
        }
        if (!(path instanceof FatPath fat)
                || !(other instanceof FatPath that)
                || that.getFileSystem() != fat.getFileSystem()) {
            return false;
        }
        FatFileSystem fileSystem = fat.getFileSystem();
        return fileSystem.volume().shared(() -> {
            FatNode node = fileSystem.find(fat);
            return node != null && node == fileSystem.find(that);
        });
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        FatPath fat = fat(path);
        return fat.getFileSystem().attributes(fat).isHidden();
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        FatPath fat = fat(path);
        fat.getFileSystem().node(fat);
        return new FatFileStore(fat.getFileSystem(), fat.getFileSystem().files());
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        FatPath fat = fat(path);
        FatFileAttributes attributes = fat.getFileSystem().attributes(fat);
        for (AccessMode mode : modes) {
            if (mode == AccessMode.WRITE) {
                if (fat.getFileSystem().isReadOnly()) {
                    throw new AccessDeniedException(path.toString(), null, "the volume is read-only");
                }
                if (attributes.isReadOnly()) {
                    throw new AccessDeniedException(path.toString(), null, "read-only attribute is set");
                }
            }
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        FatPath fat = fat(path);
        fat.getFileSystem().checkOpen();
        String name = type == BasicFileAttributeView.class
                ? "basic"
                : type == DosFileAttributeView.class ? "dos" : type == FatFileAttributeView.class ? "fat" : null;
        return name == null ? null : type.cast(new FatFileAttributeView(fat.entry(), name));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        FatPath fat = fat(path);
        if (type != BasicFileAttributes.class && type != DosFileAttributes.class && type != FatFileAttributes.class) {
            throw new UnsupportedOperationException("attributes must be basic, dos or fat, type=" + type.getName());
        }
        return type.cast(fat.getFileSystem().attributes(fat));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return NamedAttributes.read(fat(path).entry(), attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        FatPath fat = fat(path);
        fat.getFileSystem().checkWritable();
        NamedAttributes.set(fat.entry(), attribute, value);
    }
}
