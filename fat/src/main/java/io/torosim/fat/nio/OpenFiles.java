package io.torosim.fat.nio;

import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mounted volume and what is open on it: channels, streams, watches, locks. Channels and the like know this, and no file system or path. */
final class OpenFiles {
    private final FatVolume volume;
    private final FileLocks locks = new FileLocks();
    private final Object openLock = new Object();
    private @Nullable OpenLink newestOpen;
    private final List<Closeable> watches = new ArrayList<>();
    private volatile boolean closed;

    OpenFiles(FatVolume volume) {
        this.volume = volume;
    }

    FatVolume volume() {
        return volume;
    }

    FileLocks locks() {
        return locks;
    }

    boolean isOpen() {
        return !closed;
    }

    void checkOpen() {
        if (closed) {
            throw new ClosedFileSystemException();
        }
    }

    void checkWritable() {
        checkOpen();
        if (volume.readOnly()) {
            throw new ReadOnlyFileSystemException();
        }
    }

    /** Finds an entry by the names from the root on; null if there is none. */
    @Nullable
    FatNode find(String[] names) throws IOException {
        checkOpen();
        return volume.resolve(names);
    }

    void list(OpenLink link) {
        synchronized (openLock) {
            if (!closed) {
                link.listed = true;
                link.next = newestOpen;
                if (newestOpen != null) {
                    newestOpen.previous = link;
                }
                newestOpen = link;
                return;
            }
        }
        throw new ClosedFileSystemException(); // closed since; the volume writes the file's entry when it is closed
    }

    /** Takes what was open off the list. Says whether it was on it. */
    boolean closed(OpenLink link) {
        synchronized (openLock) {
            if (!link.listed) {
                return false;
            }
            link.listed = false;
            if (link.next != null) {
                link.next.previous = link.previous;
            }
            if (link.previous != null) {
                link.previous.next = link.next;
            } else {
                newestOpen = link.next;
            }
            return true;
        }
    }

    void watched(Closeable watch) {
        synchronized (openLock) {
            checkOpen();
            watches.add(watch);
        }
    }

    void watchEnded(Closeable watch) {
        synchronized (openLock) {
            watches.remove(watch);
        }
    }

    void deleteIfStillThere(FatNode file) throws IOException {
        try {
            volume.delete(file);
        } catch (NoSuchFileException e) {
            return; // deleted by somebody else in the meantime
        }
    }

    /** Closes what is open, calls {@code then} and closes the volume, once. */
    void close(Runnable then) throws IOException {
        List<Closeable> open;
        synchronized (openLock) {
            if (closed) {
                return;
            }
            closed = true;
            open = new ArrayList<>(watches);
            for (OpenLink link = newestOpen; link != null; link = link.next) {
                open.add(link.owner);
            }
        }
        IOException failure = null;
        for (Closeable owner : open) {
            try {
                owner.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        then.run();
        volume.close();
        if (failure != null) {
            throw failure;
        }
    }
}
