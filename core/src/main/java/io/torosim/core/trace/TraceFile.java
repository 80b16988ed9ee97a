package io.torosim.core.trace;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * A run traced to a file, from one call on until {@link #close}:
 *
 * <pre>try (TraceFile trace = TraceFile.begin(machine.trace(), Path.of("run.json"), names)) { machine.runUntil(...); }</pre>
 *
 * <p>A file named {@code .json} is a timeline for {@code ui.perfetto.dev} ({@link ChromeTrace}), any other one text, a line an event
 * ({@link TextTrace}). It is written beside and renamed at the end, so that there is a whole file or none; the one that was there before
 * is replaced, that at the end of a symbolic link too. A device or a pipe is written to at once. A write that fails, as on a full disk,
 * comes out of the run as {@link UncheckedIOException}. Every exception names the file that was asked for.
 */
public final class TraceFile implements Closeable {
    private final Path file;
    /** Where the file is until it is whole; the file itself where nothing can be renamed to it. */
    private final Path beside;

    private final Writer out;
    private final Closeable writer;
    private final TraceSink sink;
    private boolean closed;

    private TraceFile(Path file, Path beside, Writer out, TraceNames names, boolean json) {
        this.file = file;
        this.beside = beside;
        this.out = out;
        if (json) {
            ChromeTrace chrome = new ChromeTrace(out, names);
            this.sink = chrome;
            this.writer = chrome;
        } else {
            this.sink = new TextTrace(out, names);
            this.writer = out;
        }
    }

    /** Traces everything that {@code bus} says from now on, with numbers only. */
    public static TraceFile begin(TraceBus bus, Path file) throws IOException {
        return begin(bus, file, new TraceNames());
    }

    /**
     * Traces everything that {@code bus} says from now on.
     *
     * @param names what numbers are called
     * @throws IOException if nothing can be written to {@code file}, as where it is a directory or lies in one that does not exist
     */
    public static TraceFile begin(TraceBus bus, Path file, TraceNames names) throws IOException {
        return begin(bus, file, names, file.toString().endsWith(".json"));
    }

    /** The same as a timeline, however the file is named. */
    public static TraceFile timeline(TraceBus bus, Path file, TraceNames names) throws IOException {
        return begin(bus, file, names, true);
    }

    private static TraceFile begin(TraceBus bus, Path file, TraceNames names, boolean json) throws IOException {
        Objects.requireNonNull(bus, "bus");
        Objects.requireNonNull(names, "names");
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        boolean renamed = !Files.exists(file) || Files.isRegularFile(file);
        Path target = Files.exists(file) && renamed ? file.toRealPath() : file;
        Path beside = renamed ? target.resolveSibling(target.getFileName() + ".part") : target;
        TraceFile trace;
        try {
            trace = new TraceFile(target, beside, Files.newBufferedWriter(beside), names, json);
        } catch (NoSuchFileException e) {
            throw new FileSystemException(file.toString(), null, "its directory does not exist");
        } catch (IOException e) {
            throw named(file, e);
        }
        bus.addSink((timePs, vcpu, kind, a, b) -> {
            if (!trace.closed) {
                try {
                    trace.sink.onTrace(timePs, vcpu, kind, a, b);
                } catch (UncheckedIOException e) {
                    throw new UncheckedIOException(named(trace.file, cause(e)));
                }
            }
        });
        return trace;
    }

    /** Ends the file and gives it its name. What happens later is not traced any more. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            writer.close();
        } catch (IOException e) {
            throw removed(e);
        } catch (UncheckedIOException e) {
            throw removed(cause(e));
        }
        if (beside.equals(file)) {
            return;
        }
        try {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Ends without a file, as after a run that failed; the one that was there before stays. */
    public void discard() throws IOException {
        if (!closed) {
            closed = true;
            try {
                writer.close();
            } catch (IOException | UncheckedIOException e) {
                // nobody wants what could not be written
            }
            removeBeginning();
        }
    }

    private static IOException cause(UncheckedIOException e) {
        return Objects.requireNonNull(e.getCause());
    }

    private IOException removed(IOException e) throws IOException {
        try {
            out.close(); // of a timeline whose end could not be written
        } catch (IOException again) {
            // the first says what is wrong
        }
        removeBeginning();
        return named(file, e);
    }

    private void removeBeginning() throws IOException {
        if (!beside.equals(file)) {
            Files.deleteIfExists(beside);
        }
    }

    /** The same of {@code file}: of the one beside nobody but this class knows, and a stream names none. */
    private static FileSystemException named(Path file, IOException e) {
        String reason = e.getMessage();
        if (e instanceof FileSystemException f) {
            reason = f instanceof AccessDeniedException ? "access denied" : f.getReason();
        }
        FileSystemException named = new FileSystemException(file.toString(), null, reason);
        named.initCause(e);
        return named;
    }
}
