package io.torosim.fat.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open file systems, found by the URIs of their paths. One that was opened by URI is found before others of the same
 * image, and those before later ones.
 */
final class OpenVolumes {
    private final Map<Path, FatFileSystem> byUri = new HashMap<>();
    private final Map<Path, List<FatFileSystem>> byPath = new HashMap<>();
    private final Map<String, FatFileSystem> byDevice = new HashMap<>();

    /** Opens an image. */
    interface Opening {
        FatFileSystem open() throws IOException;
    }

    /** Opens an image by URI: once at a time. */
    synchronized FatFileSystem openByUri(Path image, Opening opening) throws IOException {
        Path real = image.toRealPath();
        if (byUri.containsKey(real)) {
            throw new FileSystemAlreadyExistsException(real.toString());
        }
        FatFileSystem opened = opening.open();
        byUri.put(real, opened);
        return opened;
    }

    synchronized FatFileSystem openByPath(Path image, Opening opening) throws IOException {
        FatFileSystem opened = opening.open();
        byPath.computeIfAbsent(image.toRealPath(), key -> new ArrayList<>()).add(opened);
        return opened;
    }

    /** Gives the volume of a device a URI that no other open one has. */
    synchronized URI nameDevice(String image) {
        int number = 1;
        while (byDevice.containsKey(FatUri.ofDevice(image, number).toString())) {
            number++;
        }
        return FatUri.ofDevice(image, number);
    }

    synchronized void addDevice(FatFileSystem opened) {
        byDevice.put(opened.imageUri().toString(), opened);
    }

    synchronized FatFileSystem find(URI uri) {
        FatFileSystem found = FatUri.isDevice(uri) ? byDevice.get(FatUri.volume(uri)) : findImage(FatUri.image(uri));
        if (found == null) {
            throw new FileSystemNotFoundException(uri.toString());
        }
        return found;
    }

    private @Nullable FatFileSystem findImage(Path image) {
        Path real;
        try {
            real = image.toRealPath();
        } catch (IOException e) {
            return null;
        }
        List<FatFileSystem> others = byPath.getOrDefault(real, List.of());
        return byUri.getOrDefault(real, others.isEmpty() ? null : others.get(0));
    }

    synchronized void forget(FatFileSystem fileSystem) {
        byUri.values().remove(fileSystem);
        byDevice.values().remove(fileSystem);
        byPath.values().forEach(all -> all.remove(fileSystem));
        byPath.values().removeIf(List::isEmpty);
    }
}
