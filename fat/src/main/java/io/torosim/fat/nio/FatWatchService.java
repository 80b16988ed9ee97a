package io.torosim.fat.nio;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches directories by looking at them {@value #LOOKS_A_SECOND} times a second, as jimfs does: a file that comes and goes between
 * two looks is not seen, one that is written several times is seen once. Its thread lives as long as there is something to watch.
 */
final class FatWatchService implements WatchService {
    private static final int LOOKS_A_SECOND = 10;
    private static final List<WatchEvent.Kind<Path>> KINDS = List.of(
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_DELETE,
            StandardWatchEventKinds.ENTRY_MODIFY);
    private static final List<String> SENSITIVITIES = List.of("HIGH", "MEDIUM", "LOW");

    private final OpenFiles files;
    private final LinkedBlockingQueue<WatchKey> signalled = new LinkedBlockingQueue<>();
    private final List<FatWatchKey> keys = new ArrayList<>();
    private final FatWatchKey ended; // wakes those who wait when the service is closed
    private @Nullable Thread looking;
    private volatile boolean closed;

    FatWatchService(OpenFiles files) {
        this.files = files;
        this.ended = new FatWatchKey(this, null, null, List.of());
    }

    /** Checks what is to be watched for. */
    static List<WatchEvent.Kind<?>> kinds(WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        var kinds = new ArrayList<WatchEvent.Kind<?>>();
        for (WatchEvent.Kind<?> kind : events) {
            Objects.requireNonNull(kind, "kind");
            if (KINDS.contains(kind)) {
                kinds.add(kind);
            } else if (kind != StandardWatchEventKinds.OVERFLOW) {
                throw new UnsupportedOperationException("kind must be one of the standard ones, kind=" + kind);
            }
        }
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("no kind of events to watch for");
        }
        for (WatchEvent.Modifier modifier : modifiers) {
            if (!SENSITIVITIES.contains(modifier.name())) { // those of the JDK, which take no effect on Linux either
                throw new UnsupportedOperationException("modifier is not supported, modifier=" + modifier);
            }
        }
        return kinds;
    }

    boolean isOf(OpenFiles other) {
        return files == other;
    }

    /** Watches a directory, or watches one that it watches already for other kinds of events. */
    synchronized WatchKey register(FatEntry directory, Function<String, Path> context, List<WatchEvent.Kind<?>> kinds)
            throws IOException {
        checkOpen();
        for (FatWatchKey key : keys) {
            if (key.watchable().equals(directory.path()) && key.isValid()) {
                key.watchFor(kinds);
                return key;
            }
        }
        FatWatchKey key = new FatWatchKey(this, directory, context, kinds);
        key.begin();
        keys.add(key);
        if (looking == null) {
            looking = new Thread(this::look, "torosim-fat-watch");
            looking.setDaemon(true);
            looking.start();
        }
        return key;
    }

    private void look() {
        for (List<FatWatchKey> now = next(); !now.isEmpty(); now = next()) {
            now.forEach(FatWatchKey::look);
        }
    }

    /** Returns after a while what is to be looked at, nothing if the thread is to end. */
    private synchronized List<FatWatchKey> next() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1) / LOOKS_A_SECOND;
        for (long left; !closed && (left = end - System.nanoTime()) > 0; ) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                closed = true; // somebody ends all threads
            }
        }
        keys.removeIf(key -> closed || !key.isValid());
        if (keys.isEmpty()) {
            looking = null;
        }
        return List.copyOf(keys);
    }

    void signal(FatWatchKey key) {
        signalled.add(key);
    }

    private void checkOpen() {
        if (closed) {
            throw new ClosedWatchServiceException();
        }
    }

    @Override
    public WatchKey poll() {
        checkOpen();
        return given(signalled.poll());
    }

    @Override
    public WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
        checkOpen();
        return given(signalled.poll(timeout, unit));
    }

    @Override
    public WatchKey take() throws InterruptedException {
        checkOpen();
        return given(signalled.take());
    }

    private WatchKey given(WatchKey key) {
        if (key == ended) {
            signalled.add(ended); // for the next one who waits
        }
        checkOpen();
        return key;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            keys.forEach(FatWatchKey::cancel);
            keys.clear();
            notifyAll();
        }
        signalled.add(ended);
        files.watchEnded(this);
    }
}
