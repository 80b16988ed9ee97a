package io.torosim.fat.nio;

import io.torosim.fat.volume.FatNode;
import java.io.IOException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The entries of a directory as they were when the stream was opened, in the order of their slots. */
final class FatDirectoryStream implements DirectoryStream<Path> {
    private final OpenFiles files;
    private final Function<String, Path> child;
    private final List<FatNode> entries;
    private final Filter<? super Path> filter;
    private boolean given;
    private volatile boolean closed;

    /** {@code child} makes the path of a name in the directory. */
    FatDirectoryStream(
            OpenFiles files, Function<String, Path> child, List<FatNode> entries, Filter<? super Path> filter) {
        this.files = files;
        this.child = child;
        this.entries = entries;
        this.filter = filter;
    }

    @Override
    public synchronized Iterator<Path> iterator() {
        if (closed || !files.isOpen()) {
            throw new ClosedDirectoryStreamException();
        }
        if (given) {
            throw new IllegalStateException("directory stream has one iterator only");
        }
        given = true;
        return new Entries();
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Entries implements Iterator<Path> {
        private int at;
        private @Nullable Path next;

        @Override
        public boolean hasNext() {
            while (next == null && !closed && at < entries.size()) {
                Path candidate = child.apply(entries.get(at++).name());
                try {
                    next = filter.accept(candidate) ? candidate : null;
                } catch (IOException e) {
                    throw new DirectoryIteratorException(e);
                }
            }
            return next != null;
        }

        @Override
        public Path next() {
            Path result = hasNext() ? next : null;
            if (result == null) {
                throw new NoSuchElementException();
            }
            next = null;
            return result;
        }
    }
}
