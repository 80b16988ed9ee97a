package io.torosim.fat.host;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import io.torosim.fat.volume.FatVolume.FatAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the host directory to the state of the guest's volume. All changed files are first copied to a staging
 * directory, because the clusters of one may still lie in the host file of another; then entries that the guest removed
 * go, and the staged files move in.
 *
 * <p>{@link HostDirectoryDisk} begins it. It mounts the guest's volume ({@link FatVolume}) after a {@link VolumeCheck}, and knows from
 * {@link VvfatLayout} which clusters are those of which {@link HostFile}.
 */
final class WriteBack {
    private static final int COPY_BYTES = 65536;

    /**
     * A file or directory of the host and the clusters the guest gave it.
     *
     * @param file the host's
     * @param clusters its chain
     * @param directoryBytes the slots of a directory, else null
     */
    record Placed(@Nullable HostFile file, int[] clusters, byte @Nullable [] directoryBytes) {}

    /** A guest's entry with what becomes of it on the host; {@code staged} is null if the bytes are there already. */
    private record Wanted(String path, FatNode node, FatAttributes attributes, int[] clusters, @Nullable Path staged) {}

    private final HostDirectoryDisk disk;
    private final MountOptions mount;
    private final TreeMap<String, HostFile> host = new TreeMap<>();
    private final List<Wanted> wanted = new ArrayList<>();

    WriteBack(HostDirectoryDisk disk) {
        this.disk = disk;
        this.mount = MountOptions.of("fat:" + disk.directory())
                .withZone(disk.options().zone())
                .asReadOnly();
    }

    /** Refuses trees that could not be told apart from what the guest makes of them. */
    static void checkSuitable(HostFile directory) throws IOException {
        Set<String> names = new HashSet<>();
        for (HostFile child : directory.children) {
            String problem = child.special
                    ? "is neither file nor directory"
                    : Files.isSymbolicLink(child.path)
                            ? "is a link"
                            : child.name.chars().anyMatch(c -> c < 0x20)
                                    ? "has a control character"
                                    : !names.add(NameFolding.fold(child.name)) ? "differs only in case" : null;
            if (problem != null) {
                throw new FileSystemException(
                        child.path.toString(), null, "not suitable for a writable disk: name " + problem);
            }
            checkSuitable(child);
        }
    }

    void run(boolean mustBeWhole) throws IOException {
        CheckReport report = VolumeCheck.check(disk, mount);
        for (Finding finding : report.findings()) {
            if (finding.isDamage()) {
                if (mustBeWhole) {
                    throw new FatException(
                            mount.image(), finding.path(), finding.rule(), finding.cluster(), finding.detail());
                }
                return; // the guest is in the middle of something
            }
        }
        index(disk.root(), "");
        Path staging = Files.createTempDirectory("torosim-writeback");
        try (FatVolume volume = FatVolume.mount(new View(disk), mount)) {
            collect(volume, volume.root(), "", staging);
            apply();
            disk.adopt(remade(), placed(volume));
        } finally {
            deleteTree(staging);
        }
    }

    private void index(HostFile file, String path) {
        host.put(path, file);
        for (HostFile child : file.children) {
            index(child, path + "/" + child.name);
        }
    }

    private void collect(FatVolume volume, FatNode directory, String path, Path staging) throws IOException {
        for (FatNode node : volume.list(directory)) {
            String childPath = path + "/" + node.name();
            FatAttributes attributes = volume.attributes(node);
            int[] clusters = volume.clusters(node);
            Path staged = null;
            if (!node.isDirectory() && !isOnHost(childPath, attributes, clusters)) {
                staged = staging.resolve(Integer.toString(wanted.size()));
                copy(volume, node, staged);
            }
            wanted.add(new Wanted(childPath, node, attributes, clusters, staged));
            if (node.isDirectory()) {
                collect(volume, node, childPath, staging);
            }
        }
    }

    private boolean isOnHost(String path, FatAttributes attributes, int[] clusters) {
        HostFile file = host.get(path);
        if (file == null || file.directory || file.size != attributes.size()) {
            return false;
        }
        for (int i = 0; i < clusters.length; i++) {
            if (!disk.shows(clusters[i], file, i)) {
                return false;
            }
        }
        return true;
    }

    private static void copy(FatVolume volume, FatNode node, Path target) throws IOException {
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            long position = 0;
            for (int read; (read = volume.read(node, position, buffer.clear())) > 0; position += read) {
                out.write(buffer.flip());
            }
        }
    }

    private void apply() throws IOException {
        Set<String> kept = new HashSet<>();
        kept.add("");
        for (Wanted entry : wanted) {
            HostFile file = host.get(entry.path());
            if (file != null && file.directory == entry.node().isDirectory()) {
                kept.add(entry.path());
            }
            if (file != null && entry.staged() != null) {
                file.checkUnchanged();
            }
        }
        for (String path : new ArrayList<>(host.descendingKeySet())) { // below before above
            if (!kept.contains(path)) {
                HostFile gone = Objects.requireNonNull(host.get(path));
                if (!gone.directory) {
                    gone.checkUnchanged();
                }
                Files.delete(gone.path);
            }
        }
        for (Wanted entry : wanted) {
            Path path = onHost(entry.path());
            if (entry.node().isDirectory()) {
                if (!kept.contains(entry.path())) {
                    Files.createDirectory(path);
                }
            } else {
                if (entry.staged() != null) {
                    Files.move(entry.staged(), path, StandardCopyOption.REPLACE_EXISTING);
                }
                setTime(entry, path);
            }
        }
    }

    private void setTime(Wanted entry, Path path) throws IOException {
        var zone = disk.options().zone();
        long now = FatTime.twoSeconds(FatTime.of(Files.getLastModifiedTime(path).toInstant(), zone));
        if (now != entry.attributes().written()) {
            Files.setLastModifiedTime(
                    path, FileTime.from(FatTime.toInstant(entry.attributes().written(), zone)));
        }
    }

    private Path onHost(String path) throws IOException {
        Path target = disk.directory();
        for (String name : path.substring(1).split("/")) {
            Path next = target.resolve(name);
            if (!target.equals(next.getParent())) {
                throw new FileSystemException(next.toString(), null, "name leaves its directory: " + name);
            }
            target = next;
        }
        return target;
    }

    /** Makes the snapshot of the host as it is now, in the guest's layout. */
    private HostFile remade() throws IOException {
        host.clear();
        host.put("", new HostFile(disk.directory(), null, attributes(disk.directory())));
        for (Wanted entry : wanted) {
            Path path = onHost(entry.path());
            HostFile parent = Objects.requireNonNull(
                    host.get(entry.path().substring(0, entry.path().lastIndexOf('/'))));
            var file = new HostFile(path, parent, attributes(path));
            file.firstCluster = entry.attributes().firstCluster();
            parent.children.add(file);
            host.put(entry.path(), file);
        }
        return Objects.requireNonNull(host.get(""));
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class);
    }

    /** Reads the directories' slots and pairs every entry with its clusters. */
    private List<Placed> placed(FatVolume volume) throws IOException {
        var result = new ArrayList<Placed>();
        for (Wanted entry : wanted) {
            byte[] slots = null;
            if (entry.node().isDirectory()) {
                slots = new byte[entry.clusters().length * VvfatLayout.CLUSTER_BYTES];
                for (int i = 0; i < entry.clusters().length; i++) {
                    disk.copyCluster(entry.clusters()[i], slots, i * VvfatLayout.CLUSTER_BYTES);
                }
            }
            result.add(new Placed(host.get(entry.path()), entry.clusters(), slots));
        }
        assert volume.isOpen();
        return result;
    }

    private static void deleteTree(Path top) throws IOException {
        try (var walk = Files.walk(top)) {
            var paths = new ArrayList<>(walk.toList());
            Collections.reverse(paths);
            for (Path path : paths) {
                Files.delete(path);
            }
        }
    }

    /** The disk, read-only, and left open when the volume is closed. */
    private record View(HostDirectoryDisk disk) implements BlockDevice {
        @Override
        public long sectorCount() {
            return disk.sectorCount();
        }

        @Override
        public boolean readOnly() {
            return true;
        }

        @Override
        public void read(long sector, ByteBuffer target) throws IOException {
            disk.read(sector, target);
        }

        @Override
        public void write(long sector, ByteBuffer source) throws IOException {
            throw new FileSystemException(disk.directory().toString(), null, "view is read-only");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
