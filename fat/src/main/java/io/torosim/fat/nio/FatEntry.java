package io.torosim.fat.nio;

import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The place of a file or directory that may be there or not: what attributes and watches need of a path.
 *
 * @param files where it is looked for
 * @param names from the root on
 * @param path as the user named it
 */
record FatEntry(OpenFiles files, String[] names, Path path) {
    FatVolume volume() {
        return files.volume();
    }

    FatNode node() throws IOException {
        FatNode node = files.find(names);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    FatFileAttributes attributes() throws IOException {
        FatVolume volume = volume();
        return volume.shared(() -> new FatFileAttributes(
                volume.attributes(node()), volume.options().zone()));
    }
}
