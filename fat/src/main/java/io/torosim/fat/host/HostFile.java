package io.torosim.fat.host;

import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file or directory of the host as it was when the disk was made, and its place on the disk. */
final class HostFile {
    final Path path;
    final @Nullable HostFile parent;
    final String name;
    final boolean directory;
    final boolean special; // neither file nor directory: an empty file on the disk
    long size;
    private FileTime modified;
    private @Nullable Object key;
    int firstCluster; // 0 for the root and empty files
    final List<HostFile> children = new ArrayList<>();

    HostFile(Path path, @Nullable HostFile parent, BasicFileAttributes attributes) {
        this.path = path;
        this.parent = parent;
        this.name = path.getFileName() == null ? "" : path.getFileName().toString();
        this.directory = attributes.isDirectory();
        this.special = !directory && !attributes.isRegularFile();
        remember(attributes);
    }

    FileTime modified() {
        return modified;
    }

    void remember(BasicFileAttributes attributes) {
        this.size = attributes.isRegularFile() ? attributes.size() : 0;
        this.modified = attributes.lastModifiedTime();
        this.key = attributes.fileKey();
    }

    /** Fails if the host's file is no longer the one that was seen. A change within the clock's tick is not noticed. */
    void checkUnchanged() throws IOException {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            throw changed("it cannot be read any more: " + e);
        }
        if (!Objects.equals(key, now.fileKey())) {
            throw changed("it is another file now");
        }
        if (!directory && !special && now.size() != size) {
            throw changed("size was " + size + ", is " + now.size());
        }
        if (!now.lastModifiedTime().equals(modified)) {
            throw changed("time was " + modified + ", is " + now.lastModifiedTime());
        }
    }

    FatException changed(String how) {
        return new FatException("fat:" + root().path, path.toString(), FatRule.HOST_CHANGED, firstCluster, how);
    }

    private HostFile root() {
        return parent == null ? this : parent.root();
    }
}
