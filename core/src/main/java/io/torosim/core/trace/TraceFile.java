package io.torosim.core.trace;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A run traced to a file, from one call on until {@link #close}:
 *
 * <pre>try (TraceFile trace = TraceFile.begin(machine.trace(), Path.of("run.json"), names)) { machine.runUntil(...); }</pre>
 *
 * <p>A file named {@code .json} is a timeline for {@code ui.perfetto.dev} ({@link ChromeTrace}), any other one text, a line an event
 * ({@link TextTrace}). It is written beside and renamed at the end, so that there is a whole file or none; the one that was there before
 * is replaced. A write that fails, as on a full disk, comes out of the run as {@link UncheckedIOException}.
 */
public final class TraceFile implements Closeable {
    private final Path file;
    private final Path beside;
    private final Closeable writer;
    private final TraceSink sink;
    private boolean closed;

    private TraceFile(Path file, Path beside, Writer out, TraceNames names) {
        this.file = file;
        this.beside = beside;
        if (file.toString().endsWith(".json")) {
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
     * @throws IOException if nothing can be written beside {@code file}
     */
    public static TraceFile begin(TraceBus bus, Path file, TraceNames names) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        TraceFile trace = new TraceFile(file, beside, Files.newBufferedWriter(beside), names);
        bus.addSink((timePs, vcpu, kind, a, b) -> {
            if (!trace.closed) {
                trace.sink.onTrace(timePs, vcpu, kind, a, b);
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
        } catch (IOException | UncheckedIOException e) {
            Files.deleteIfExists(beside);
            throw e;
        }
        try {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
