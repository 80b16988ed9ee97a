package io.torosim.fat.nio;

import io.torosim.fat.layout.NameFolding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path on a FAT volume: names separated by {@code /}, compared without regard to case, shown as they were given. The
 * empty path has one empty name; relative paths are resolved against the root. Immutable.
 *
 * <p>Made by {@link FatFileSystem}, whose volume it is on; {@link FatUri} writes it as a URI, {@link NameFolding} compares its names,
 * {@link FatWatchService} watches the directory that it names.
 */
final class FatPath implements Path {
    private static final boolean[] ILLEGAL = new boolean[128];

    static {
        Arrays.fill(ILLEGAL, 0, 0x20, true);
        for (char c : "\"*:<>?\\|\u007f".toCharArray()) {
            ILLEGAL[c] = true;
        }
    }

    private final FatFileSystem fileSystem;
    private final boolean absolute;
    private final String[] names;
    private String @Nullable [] folded;

    private FatPath(FatFileSystem fileSystem, boolean absolute, String[] names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = names;
    }

    static FatPath parse(FatFileSystem fileSystem, String text) {
        checkCharacters(text);
        if (text.isEmpty()) {
            return new FatPath(fileSystem, false, new String[] {""});
        }
        if (text.indexOf('/') < 0) {
            return new FatPath(fileSystem, false, new String[] {text});
        }
        var names = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '/') {
                if (i > start) {
                    names.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return new FatPath(fileSystem, text.charAt(0) == '/', names.toArray(String[]::new));
    }

    private static void checkCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80 && ILLEGAL[c]) {
                throw new InvalidPathException(text, "character not allowed on FAT", i);
            }
        }
    }

    static FatPath root(FatFileSystem fileSystem) {
        return new FatPath(fileSystem, true, new String[0]);
    }

    /** Returns an absolute path of names as they stand on a volume, legal or not. */
    static FatPath ofNames(FatFileSystem fileSystem, List<String> names) {
        return new FatPath(fileSystem, true, names.toArray(String[]::new));
    }

    /** Returns the path of an entry of this directory, whose name may be one that {@link #parse} refuses. */
    FatPath child(String name) {
        return isEmpty() ? relative(name) : new FatPath(fileSystem, absolute, with(names, name));
    }

    private FatPath relative(String... relativeNames) {
        return new FatPath(fileSystem, false, relativeNames);
    }

    private static String[] with(String[] names, String name) {
        String[] longer = Arrays.copyOf(names, names.length + 1);
        longer[names.length] = name;
        return longer;
    }

    /** Returns the names in the form in which they are compared. */
    String[] folded() {
        String[] known = folded;
        if (known == null) {
            known = new String[names.length];
            for (int i = 0; i < names.length; i++) {
                known[i] = NameFolding.fold(names[i]);
            }
            folded = known;
        }
        return known;
    }

    /** Returns the names from the root down, without {@code .} and {@code ..}. */
    String[] lookupNames() {
        return toAbsolutePath().normalize().names;
    }

    boolean isEmpty() {
        return !absolute && names.length == 1 && names[0].isEmpty();
    }

    @Override
    public FatFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable FatPath getRoot() {
        return absolute ? root(fileSystem) : null;
    }

    @Override
    public @Nullable FatPath getFileName() {
        return names.length == 0 ? null : relative(names[names.length - 1]);
    }

    @Override
    public @Nullable FatPath getParent() {
        if (names.length == 0 || names.length == 1 && !absolute) {
            return null;
        }
        return new FatPath(fileSystem, absolute, Arrays.copyOf(names, names.length - 1));
    }

    @Override
    public int getNameCount() {
        return names.length;
    }

    @Override
    public FatPath getName(int index) {
        if (index < 0 || index >= names.length) {
            throw new IllegalArgumentException("index must be in [0, " + names.length + "), index=" + index);
        }
        return relative(names[index]);
    }

    @Override
    public FatPath subpath(int beginIndex, int endIndex) {
        if (beginIndex < 0 || endIndex > names.length || beginIndex >= endIndex) {
            throw new IllegalArgumentException(
                    "range must lie in [0, " + names.length + "), beginIndex=" + beginIndex + ", endIndex=" + endIndex);
        }
        return relative(Arrays.copyOfRange(names, beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        if (!(other instanceof FatPath that) || that.fileSystem != fileSystem || that.absolute != absolute) {
            return false;
        }
        if (that.isEmpty() || isEmpty()) {
            return that.isEmpty() && isEmpty();
        }
        int count = that.names.length;
        return count <= names.length && Arrays.equals(folded(), 0, count, that.folded(), 0, count);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof FatPath that) || that.fileSystem != fileSystem) {
            return false;
        }
        if (that.absolute) {
            return equals(that);
        }
        if (that.isEmpty() || isEmpty()) {
            return that.isEmpty() && isEmpty();
        }
        int from = names.length - that.names.length;
        return from >= 0 && Arrays.equals(folded(), from, names.length, that.folded(), 0, that.names.length);
    }

    @Override
    public FatPath normalize() {
        boolean plain = true;
        for (String name : names) {
            plain &= !name.equals(".") && !name.equals("..");
        }
        if (plain) {
            return this;
        }
        var kept = new ArrayList<String>();
        for (String name : names) {
            boolean up = name.equals("..");
            if (up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
                kept.remove(kept.size() - 1);
            } else if (!name.equals(".") && !(up && absolute)) {
                kept.add(name);
            }
        }
        return kept.isEmpty() && !absolute
                ? relative("")
                : new FatPath(fileSystem, absolute, kept.toArray(String[]::new));
    }

    @Override
    public FatPath resolve(Path other) {
        FatPath that = checked(other);
        if (that.absolute || isEmpty()) {
            return that;
        }
        if (that.isEmpty()) {
            return this;
        }
        String[] all = Arrays.copyOf(names, names.length + that.names.length);
        System.arraycopy(that.names, 0, all, names.length, that.names.length);
        return new FatPath(fileSystem, absolute, all);
    }

    @Override
    public FatPath resolve(String other) {
        if (other.isEmpty() || other.indexOf('/') >= 0 || isEmpty()) {
            return resolve(parse(fileSystem, other));
        }
        checkCharacters(other);
        return new FatPath(fileSystem, absolute, with(names, other));
    }

    private FatPath checked(Path other) {
        Objects.requireNonNull(other, "path");
        if (!(other instanceof FatPath that)) {
            throw new ProviderMismatchException("path of another provider: " + other);
        }
        return that;
    }

    @Override
    public FatPath relativize(Path other) {
        FatPath that = checked(other);
        if (that.fileSystem != fileSystem) {
            throw new ProviderMismatchException("path of another volume: " + other);
        }
        if (that.absolute != absolute) {
            throw new IllegalArgumentException("cannot relativize " + other + " against " + this);
        }
        if (isEmpty()) {
            return that;
        }
        if (equals(that)) {
            return relative("");
        }
        String[] target = that.isEmpty() ? new String[0] : that.names;
        int common = 0;
        while (common < names.length && common < target.length && folded()[common].equals(that.folded()[common])) {
            common++;
        }
        var result = new ArrayList<String>();
        for (int i = common; i < names.length; i++) {
            if (names[i].equals("..")) {
                throw new IllegalArgumentException("cannot relativize " + other + " against " + this);
            }
            if (!names[i].equals(".")) {
                result.add("..");
            }
        }
        result.addAll(Arrays.asList(target).subList(common, target.length));
        return result.isEmpty() ? relative("") : relative(result.toArray(String[]::new));
    }

    /** What attributes and watches need of it. */
    FatEntry entry() {
        return new FatEntry(fileSystem.files(), lookupNames(), this);
    }

    @Override
    public URI toUri() {
        return FatUri.of(fileSystem.imageUri(), toAbsolutePath().toString());
    }

    @Override
    public FatPath toAbsolutePath() {
        if (absolute) {
            return this;
        }
        return new FatPath(fileSystem, true, isEmpty() ? new String[0] : names);
    }

    @Override
    public FatPath toRealPath(LinkOption... options) throws IOException {
        return fileSystem.realPath(this);
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        Objects.requireNonNull(watcher, "watcher");
        if (!(watcher instanceof FatWatchService service) || !service.isOf(fileSystem.files())) {
            throw new ProviderMismatchException("watch service of another volume or provider: " + watcher);
        }
        return service.register(
                entry(),
                name -> new FatPath(fileSystem, false, new String[] {name}),
                FatWatchService.kinds(events, modifiers));
    }

    @Override
    public int compareTo(Path other) {
        FatPath that = (FatPath) other;
        if (that.fileSystem != fileSystem) {
            return fileSystem.compareTo(that.fileSystem);
        }
        if (absolute != that.absolute) {
            return absolute ? -1 : 1;
        }
        return Arrays.compare(folded(), that.folded());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FatPath that
                && that.fileSystem == fileSystem
                && that.absolute == absolute
                && Arrays.equals(folded(), that.folded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(folded()) * 31 + (absolute ? 1 : 0);
    }

    @Override
    public String toString() {
        return absolute ? "/" + String.join("/", names) : String.join("/", names);
    }
}
