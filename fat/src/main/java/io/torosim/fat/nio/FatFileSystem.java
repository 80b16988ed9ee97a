package io.torosim.fat.nio;

import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mounted volume as a file system. Closing it closes what is open on it, then the volume.
 *
 * <p><b>Who works with it.</b> {@link FatFileSystemProvider} makes it and is what programs call ({@code Files.copy} and the rest); {@link OpenVolumes} finds the open ones by the URIs of their
 * paths ({@link FatUri}). A {@link FatPath} is a name without an entry; the provider resolves it, and hands the entry to {@link FatVolume}, which alone knows clusters and directories. {@link OpenFiles} is the list of
 * what is open, each {@link FatFileChannel}, stream, watch and lock ({@link FileLocks}), and closes it all at the end: they know the list and no file system, so that there is no circle. {@link Glob} reads the patterns, {@link FatFileStore} tells
 * sizes, {@link FatWatchService} looks at directories from a thread of its own, {@link CopyMove} copies within and between file systems. The bytes come from a {@code BlockDevice}: an {@link ImageDevice} with its lock
 * ({@link HeldImages}), a {@link MemoryImage}, or the user's.
 *
 * <p><b>Threads.</b> Several may call at once: the volume says who waits for whom. <b>Errors.</b> A closed file system throws {@code ClosedFileSystemException}; damage that is met is a {@code FatException} that
 * names the rule.
 */
final class FatFileSystem extends FileSystem {
    private static final Set<String> VIEWS =
            Collections.unmodifiableSet(new LinkedHashSet<>(List.of("basic", "dos", "fat")));

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final FileSystemProvider provider;
    private final Consumer<FatFileSystem> onClose;
    private final OpenFiles files;
    private final FatVolume volume;
    private final URI imageUri;
    private final long number = NUMBERS.getAndIncrement();

    /** {@code onClose} hears when it is closed, before the volume is. */
    FatFileSystem(FileSystemProvider provider, FatVolume volume, URI imageUri, Consumer<FatFileSystem> onClose) {
        this.provider = provider;
        this.onClose = onClose;
        this.files = new OpenFiles(volume);
        this.volume = volume;
        this.imageUri = imageUri;
    }

    FatVolume volume() {
        return volume;
    }

    URI imageUri() {
        return imageUri;
    }

    OpenFiles files() {
        return files;
    }

    /** Orders file systems: by image, then in the order in which they were opened. */
    int compareTo(FatFileSystem other) {
        int byImage = imageUri.compareTo(other.imageUri);
        return byImage != 0 ? byImage : Long.compare(number, other.number);
    }

    void checkOpen() {
        files.checkOpen();
    }

    /** Finds an entry; null if there is none. */
    @Nullable
    FatNode find(FatPath path) throws IOException {
        return files.find(path.lookupNames());
    }

    FatNode node(FatPath path) throws IOException {
        FatNode node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    void checkWritable() {
        files.checkWritable();
    }

    /** Finds the directory in which a path's last name lies. */
    FatNode parentOf(FatPath path) throws IOException {
        FatPath parent = path.toAbsolutePath().normalize().getParent();
        FatNode node = parent == null ? null : find(parent);
        if (parent == null || node == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (!node.isDirectory()) {
            throw new NotDirectoryException(parent.toString());
        }
        return node;
    }

    static String lastName(FatPath path) throws FileSystemException {
        FatPath last = path.toAbsolutePath().normalize().getFileName();
        if (last == null) {
            throw new FileSystemException(path.toString(), null, "is the root directory");
        }
        return last.toString();
    }

    FatFileAttributes attributes(FatPath path) throws IOException {
        return path.entry().attributes();
    }

    FatPath realPath(FatPath path) throws IOException {
        return volume.shared(() -> {
            var names = new ArrayList<String>();
            FatNode at = volume.root();
            checkOpen();
            for (String name : path.lookupNames()) {
                at = at.isDirectory() ? volume.lookup(at, name) : null;
                if (at == null) {
                    throw new NoSuchFileException(path.toString());
                }
                names.add(at.name());
            }
            return FatPath.ofNames(this, names);
        });
    }

    DirectoryStream<Path> list(FatPath directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
        return volume.shared(() -> {
            FatNode node = node(directory);
            if (!node.isDirectory()) {
                throw new NotDirectoryException(directory.toString());
            }
            return new FatDirectoryStream(files, directory::child, volume.list(node), filter);
        });
    }

    List<String> leftOut(FatPath directory) throws IOException {
        return volume.shared(() -> volume.leftOut(node(directory)));
    }

    /**
     * Opens a file, makes and empties it where that is asked for: one step for all other threads.
     *
     * @param whenNew attributes that a file made here gets
     */
    FatFileChannel open(FatPath path, OpenMode mode, FileAttribute<?>... whenNew) throws IOException {
        if (!mode.write() && !mode.deleteOnClose()) {
            return volume.shared(() -> channel(openNow(path, mode), mode));
        }
        checkWritable();
        return volume.exclusive(() -> channel(openNow(path, mode, whenNew), mode));
    }

    /** Opens a file for writing as {@link #open} does. */
    FatOutputStream openStream(FatPath path, OpenMode mode) throws IOException {
        checkWritable();
        return volume.exclusive(() -> {
            var stream = new FatOutputStream(files, openNow(path, mode), mode);
            files.list(stream.link());
            return stream;
        });
    }

    private FatFileChannel channel(FatNode file, OpenMode mode) {
        var channel = new FatFileChannel(files, file, mode);
        files.list(channel.link());
        return channel;
    }

    /** Returns the file, said to be in use. */
    private FatNode openNow(FatPath path, OpenMode mode, FileAttribute<?>... whenNew) throws IOException {
        checkOpen();
        String[] names = path.lookupNames();
        FatNode directory = volume.resolve(Math.max(0, names.length - 1), names);
        FatNode file = names.length == 0
                ? directory
                : directory != null && directory.isDirectory()
                        ? volume.lookup(directory, names[names.length - 1])
                        : null;
        boolean fresh = file == null;
        if (file == null) {
            if (directory == null || !mode.create() && !mode.createNew()) {
                throw new NoSuchFileException(path.toString());
            }
            if (!directory.isDirectory()) {
                throw new NotDirectoryException(directory.path());
            }
            file = volume.createFile(directory, names[names.length - 1], 0);
        } else if (mode.createNew()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (file.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
        if (!fresh && (mode.write() || mode.deleteOnClose()) && volume.isMarkedReadOnly(file)) {
            throw new AccessDeniedException(path.toString(), null, "read-only attribute is set");
        }
        if (mode.truncate()) {
            volume.truncate(file, 0);
        }
        volume.open(file);
        if (fresh && whenNew.length > 0) {
            NamedAttributes.setAll(path.entry(), whenNew);
        }
        return file;
    }

    /** Makes a directory, and sets its attributes: one step for all other threads. */
    void createDirectory(FatPath directory, FileAttribute<?>... attributes) throws IOException {
        checkWritable();
        volume.change(() -> {
            if (find(directory) != null) {
                throw new FileAlreadyExistsException(directory.toString());
            }
            volume.createDirectory(parentOf(directory), lastName(directory));
            NamedAttributes.setAll(directory.entry(), attributes);
        });
    }

    /** Deletes a file that is not marked read-only, or an empty directory. */
    void delete(FatPath path) throws IOException {
        checkWritable();
        volume.change(() -> {
            FatNode node = node(path);
            checkReplaceable(path, node);
            volume.delete(node);
        });
    }

    /** Refuses to delete or to replace a file that is marked read-only. */
    void checkReplaceable(FatPath path, FatNode node) throws IOException {
        if (!node.isDirectory() && volume.isMarkedReadOnly(node)) {
            throw new AccessDeniedException(path.toString(), null, "read-only attribute is set");
        }
    }

    @Override
    public void close() throws IOException {
        files.close(() -> onClose.accept(this));
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public boolean isOpen() {
        return files.isOpen();
    }

    @Override
    public boolean isReadOnly() {
        return volume.readOnly();
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        checkOpen();
        return List.of(FatPath.root(this));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        checkOpen();
        return List.of(new FatFileStore(this, files));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return VIEWS;
    }

    @Override
    public FatPath getPath(String first, String... more) {
        if (more.length == 0) {
            return FatPath.parse(this, first);
        }
        var text = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                text.append(text.length() > 0 ? "/" : "").append(part);
            }
        }
        return FatPath.parse(this, text.toString());
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        if (colon <= 0 || colon == syntaxAndPattern.length() - 1) {
            throw new IllegalArgumentException("matcher must be syntax:pattern, matcher=" + syntaxAndPattern);
        }
        String syntax = NameFolding.fold(syntaxAndPattern.substring(0, colon));
        String text = syntaxAndPattern.substring(colon + 1);
        Pattern pattern =
                switch (syntax) {
                    case "GLOB" -> Glob.compile(text);
                    case "REGEX" -> Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
                    default -> throw new UnsupportedOperationException(
                            "matcher syntax must be glob or regex, matcher=" + syntaxAndPattern);
                };
        return path -> pattern.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("FAT has no users");
    }

    @Override
    public WatchService newWatchService() {
        var watch = new FatWatchService(files);
        files.watched(watch);
        return watch;
    }

    @Override
    public String toString() {
        return volume.options().image();
    }
}
