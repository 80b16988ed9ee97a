package io.torosim.fat.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The images that this process has open for writing. On POSIX systems a process loses its lock of a file when it closes any channel of it:
 * so a second opening is refused without a channel, and channels of readers beside the writer are closed when the writer is.
 * Java asks its own provider of zip files first where an image is opened by path, and that one opens it and closes it: so the lock is taken anew
 * whenever we are asked.
 */
final class HeldImages {
    private static final Map<Object, Held> HELD = new HashMap<>();

    /** An image that is open for writing. */
    private static final class Held {
        private final List<Closeable> waiting = new ArrayList<>();
        private @Nullable ImageDevice writer; // null while it is being opened
    }

    private HeldImages() {}

    /** Returns what names a file, whatever the path to it. */
    static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key != null ? key : path.toRealPath();
    }

    /** Returns whether the image is this caller's to write from now on; false if this process has it open for writing. */
    static synchronized boolean hold(Object key) {
        return HELD.putIfAbsent(key, new Held()) == null;
    }

    /** The caller of {@link #hold} has its lock. */
    static synchronized void writer(Object key, ImageDevice writer) {
        held(key).writer = writer;
    }

    private static Held held(Object key) {
        return Objects.requireNonNull(HELD.get(key), "the image is not held");
    }

    /** Takes the lock of an image anew, if it is open for writing: whoever asked for it may have ended it. */
    static synchronized void renew(Object key) throws IOException {
        Held held = HELD.get(key);
        if (held != null && held.writer != null) {
            held.writer.renewLock();
        }
    }

    static synchronized boolean isHeld(Object key) {
        return HELD.containsKey(key);
    }

    /** The writer has closed all its channels: closes what had to wait, and only then may another writer come. */
    static synchronized void release(Object key) throws IOException {
        try {
            for (Closeable channel : held(key).waiting) {
                channel.close();
            }
        } finally {
            HELD.remove(key);
        }
    }

    /** Closes a channel that only reads, now or when the image's writer is closed. */
    static synchronized void close(Object key, Closeable channel) throws IOException {
        Held held = HELD.get(key);
        if (held == null) {
            channel.close();
        } else {
            held.waiting.add(channel);
        }
    }
}
