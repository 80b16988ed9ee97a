package io.torosim.fat.nio;

import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import io.torosim.fat.volume.FatVolume.FatAttributes;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A watched directory: what was in it when it was looked at last, and what has happened since the events were taken last. */
final class FatWatchKey implements WatchKey {
    private static final int MOST_EVENTS = 512; // not taken; then one event says that there were more

    private final FatWatchService service;
    private final @Nullable FatEntry directory;
    private final @Nullable Function<String, Path> context;
    private List<WatchEvent.Kind<?>> kinds;
    private Map<String, Seen> seen = Map.of();
    private List<Event<?>> events = new ArrayList<>();
    private boolean signalled;
    private boolean valid = true;

    /** {@code context} makes the path of a name that an event is about. */
    FatWatchKey(
            FatWatchService service,
            @Nullable FatEntry directory,
            @Nullable Function<String, Path> context,
            List<WatchEvent.Kind<?>> kinds) {
        this.service = service;
        this.directory = directory;
        this.context = context;
        this.kinds = kinds;
    }

    /** An entry as it was; two writes of as many bytes within two seconds differ in their count only. */
    private record Seen(FatAttributes attributes, int writes) {}

    private record Event<T>(WatchEvent.Kind<T> kind, @Nullable T context, int count) implements WatchEvent<T> {}

    synchronized void watchFor(List<WatchEvent.Kind<?>> other) {
        kinds = other;
    }

    /** Looks for the first time. */
    synchronized void begin() throws IOException {
        seen = entries();
    }

    private Map<String, Seen> entries() throws IOException {
        FatEntry watched = Objects.requireNonNull(directory);
        FatVolume volume = watched.volume();
        return volume.shared(() -> {
            FatNode node = watched.node();
            if (!node.isDirectory()) {
                throw new NotDirectoryException(directory.path().toString());
            }
            var found = new LinkedHashMap<String, Seen>();
            for (FatNode entry : volume.list(node)) {
                found.put(entry.name(), new Seen(volume.attributes(entry), volume.writeCount(entry)));
            }
            return found;
        });
    }

    /** Looks, and signals what is new; a directory that is gone is watched no more. */
    synchronized void look() {
        if (!valid) {
            return;
        }
        Map<String, Seen> now;
        try {
            now = entries();
        } catch (IOException | ClosedFileSystemException e) {
            cancel();
            signal();
            return;
        }
        seen.keySet().stream()
                .filter(name -> !now.containsKey(name))
                .forEach(name -> add(StandardWatchEventKinds.ENTRY_DELETE, name));
        now.forEach((name, entry) -> {
            Seen before = seen.get(name);
            if (before == null) {
                add(StandardWatchEventKinds.ENTRY_CREATE, name);
            } else if (!before.equals(entry)) {
                add(StandardWatchEventKinds.ENTRY_MODIFY, name);
            }
        });
        seen = now;
        if (!events.isEmpty()) {
            signal();
        }
    }

    private void add(WatchEvent.Kind<Path> kind, String name) {
        if (!kinds.contains(kind)) {
            return;
        }
        Path path = Objects.requireNonNull(context).apply(name);
        int last = events.size() - 1;
        if (events.size() >= MOST_EVENTS) {
            int more = events.get(last).count;
            events.set(last, new Event<>(StandardWatchEventKinds.OVERFLOW, null, more + 1));
            return;
        }
        for (int i = last; i >= 0; i--) {
            Event<?> event = events.get(i);
            if (path.equals(event.context)) {
                if (event.kind == kind) {
                    events.set(i, new Event<>(kind, path, event.count + 1));
                    return;
                }
                break;
            }
        }
        events.add(new Event<>(kind, path, 1));
    }

    private void signal() {
        if (!signalled) {
            signalled = true;
            service.signal(this);
        }
    }

    @Override
    public synchronized boolean isValid() {
        return valid;
    }

    @Override
    public synchronized List<WatchEvent<?>> pollEvents() {
        List<WatchEvent<?>> taken = List.copyOf(events);
        events = new ArrayList<>();
        return taken;
    }

    @Override
    public synchronized boolean reset() {
        if (valid && signalled) {
            signalled = false;
            if (!events.isEmpty()) {
                signal();
            }
        }
        return valid;
    }

    @Override
    public synchronized void cancel() {
        valid = false;
    }

    @Override
    public Path watchable() {
        return Objects.requireNonNull(directory, "a key that is registered nowhere")
                .path();
    }
}
