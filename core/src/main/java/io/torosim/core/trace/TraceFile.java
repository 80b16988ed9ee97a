package io.torosim.core.trace;

import io.torosim.core.file.WholeFile;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    private final WholeFile file;
    private final Closeable writer;
    private final TraceSink sink;
    private boolean closed;

    private TraceFile(WholeFile file, TraceNames names, boolean json) {
        this.file = file;
        Writer out = new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8));
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
        TraceFile trace = new TraceFile(WholeFile.begin(file), names, json);
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
        try (WholeFile whole = file) {
            writer.close();
            whole.keep();
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** Ends without a file, as after a run that failed; the one that was there before stays. */
    public void discard() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            writer.close();
        } catch (IOException | UncheckedIOException e) {
            // nobody wants what could not be written
        }
        file.close();
    }
}
