package io.torosim.fat.host;

import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * Reads a host directory and deals out clusters breadth first, as QEMU's block/vvfat.c does: the entries of the root in
 * their order, files and directories alike, then those of each sub-directory. Links are followed; what cannot be
 * examined is left out.
 */
final class HostTree {
    private static final long MAX_FILE_BYTES = 0x7fff_ffffL; // block/vvfat.c refuses more

    private final HostDirectoryOptions options;
    private final List<HostFile> inOrder = new ArrayList<>();

    private HostTree(HostDirectoryOptions options) {
        this.options = options;
    }

    /** Returns the root and everything below it that has clusters or is a directory, in the order of the clusters. */
    static List<HostFile> read(Path directory, HostDirectoryOptions options) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        var tree = new HostTree(options);
        tree.readAll(directory);
        return tree.inOrder;
    }

    private void readAll(Path top) throws IOException {
        var root = new HostFile(top, null, Files.readAttributes(top, BasicFileAttributes.class));
        var queue = new ArrayDeque<HostFile>();
        queue.add(root);
        int cluster = VvfatLayout.FIRST_CLUSTER;
        while (!queue.isEmpty()) {
            HostFile file = queue.poll();
            inOrder.add(file);
            if (file.directory) {
                checkLoop(file);
                readChildren(file);
                queue.addAll(file.children);
            }
            int clusters = clusters(file);
            if (file.parent != null && clusters > 0) {
                file.firstCluster = cluster;
                cluster += clusters;
            }
            if (cluster > VvfatLayout.FIRST_CLUSTER + VvfatLayout.MOST_CLUSTERS) {
                throw new FatException(
                        "fat:" + top,
                        file.path.toString(),
                        FatRule.VOLUME_FULL,
                        FatException.NO_CLUSTER,
                        "directory does not fit in FAT16 of 504 MiB");
            }
        }
    }

    private static void checkLoop(HostFile file) throws IOException {
        Path real = file.path.toRealPath();
        for (HostFile up = file.parent; up != null; up = up.parent) {
            if (up.path.toRealPath().equals(real)) {
                throw new FileSystemLoopException(file.path.toString());
            }
        }
    }

    private void readChildren(HostFile directory) throws IOException {
        var paths = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path)) {
            stream.forEach(paths::add);
        }
        if (options.order() == HostDirectoryOptions.Order.NAME) {
            paths.sort((a, b) ->
                    a.getFileName().toString().compareTo(b.getFileName().toString()));
        }
        var names = new HashMap<String, Path>();
        for (Path path : paths) {
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(path, BasicFileAttributes.class);
            } catch (IOException e) {
                continue; // a dangling link, as in QEMU
            }
            if (attributes.isRegularFile() && attributes.size() > MAX_FILE_BYTES) {
                throw new FatException(
                        "fat:" + directory.path,
                        path.toString(),
                        FatRule.FILE_SIZE,
                        FatException.NO_CLUSTER,
                        "a file of this disk has at most 2147483647 bytes, size=" + attributes.size());
            }
            checkName(path, names.put(NameFolding.fold(path.getFileName().toString()), path));
            directory.children.add(new HostFile(path, directory, attributes));
        }
    }

    /**
     * Refuses a name that would not come back from the disk: one that is another's but for case, where QEMU makes a volume
     * with one name twice; a control character or another one that no long name has, a dot or space at the end; bytes that the locale's character set does not have, which Java shows as
     * U+FFFD, so that two names become one.
     */
    private static void checkName(Path path, Path other) throws FatException {
        String name = path.getFileName().toString();
        if (other != null) {
            throw refused(path, "its name differs from " + other.getFileName() + " in case only");
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < 0x20) {
                throw refused(path, "its name has the control character " + (int) name.charAt(i) + " at " + i);
            }
        }
        String defect = LongName.defect(name);
        if (defect != null) {
            throw refused(path, "its " + defect);
        }
        if (name.indexOf('\ufffd') >= 0 && !isPlain(path, name)) {
            throw refused(
                    path,
                    "its name has bytes that are none in the locale's character set, "
                            + System.getProperty("sun.jnu.encoding") + "; set LC_ALL=C.UTF-8");
        }
    }

    private static boolean isPlain(Path path, String name) {
        try {
            return path.resolveSibling(name).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static FatException refused(Path path, String why) {
        String shown = path.toString().replaceAll("\\p{Cntrl}", "?");
        return new FatException("fat:" + path.getParent(), shown, FatRule.NEW_NAME, FatException.NO_CLUSTER, why);
    }

    private static int clusters(HostFile file) {
        long bytes = file.directory ? (long) DirectoryBytes.slotCount(file) * 32 : file.size;
        return (int) ((bytes + VvfatLayout.CLUSTER_BYTES - 1) / VvfatLayout.CLUSTER_BYTES);
    }
}
