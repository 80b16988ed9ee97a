package io.torosim.core.trace;

import io.torosim.core.file.WholeFile;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run traced to a file, from one call on until {@link #close}:
 *
 * <pre>try (TraceFile trace = TraceFile.begin(machine.trace(), Path.of("run.json"), names)) { machine.runUntil(...); }</pre>
 *
 * <p>A file named {@code .json} is a timeline for {@code ui.perfetto.dev} (Chrome's JSON: a bar for each state of a vCPU, the rest as instants), any other one text, a line an
 * event; {@link #waves} is the states of the vCPUs for a wave viewer such as GTKWave (VCD). It is written beside and renamed at the end, so that there is a whole file or none; the one that was there before
 * is replaced, that at the end of a symbolic link too. A device or a pipe is written to at once. A write that fails, as on a full disk,
 * comes out of the run as {@link UncheckedIOException}. Every exception names the file that was asked for.
 *
 * <p>It is a sink of a {@link TraceBus} by way of the format's own writer, {@link ChromeTrace}, {@link VcdTrace} or {@link TextTrace}, and writes into a
 * {@link WholeFile}.
 */
public final class TraceFile implements Closeable {
    private final @Nullable WholeFile file; // null: the writer is the caller's
    private final Closeable writer;
    private final TraceSink sink;
    private boolean closed;

    private TraceFile(@Nullable WholeFile file, TraceSink sink, Closeable writer) {
        this.file = file;
        this.sink = sink;
        this.writer = writer;
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
     * @throws IllegalArgumentException if it is named {@code .vcd}: {@link #waves} writes such a file
     */
    public static TraceFile begin(TraceBus bus, Path file, TraceNames names) throws IOException {
        Objects.requireNonNull(bus, "bus");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(names, "names");
        if (file.toString().endsWith(".vcd")) {
            throw new IllegalArgumentException(
                    "waves are written by TraceFile.waves, this would be text, file=" + file);
        }
        return begin(bus, file, names, file.toString().endsWith(".json"));
    }

    /** The same as a timeline, however the file is named. */
    public static TraceFile timeline(TraceBus bus, Path file, TraceNames names) throws IOException {
        return begin(bus, file, names, true);
    }

    /** A timeline in characters, to a writer that is closed with it. */
    public static TraceFile timeline(TraceBus bus, Writer out, TraceNames names) {
        Objects.requireNonNull(bus, "bus");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(names, "names");
        ChromeTrace chrome = new ChromeTrace(out, names);
        chrome.endsAt(bus::reachedPs);
        return on(bus, new TraceFile(null, chrome, chrome));
    }

    /**
     * The states of the vCPUs as waves, each a number and its name: a value change dump (IEEE 1364-2001, section 18), to a writer that is
     * closed with it.
     *
     * @param vcpuCount how many vCPUs there are, at least 1; what others do is left out
     * @param names of states, each a word, at most 256; places are {@code vcpu0} and so on
     */
    public static TraceFile waves(TraceBus bus, Writer out, int vcpuCount, TraceNames names) {
        Objects.requireNonNull(bus, "bus");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(names, "names");
        VcdTrace vcd = new VcdTrace(out, vcpuCount, names.states());
        vcd.endsAt(bus::reachedPs);
        return on(bus, new TraceFile(null, vcd, vcd));
    }

    private static TraceFile begin(TraceBus bus, Path file, TraceNames names, boolean json) throws IOException {
        Objects.requireNonNull(bus, "bus");
        Objects.requireNonNull(names, "names");
        WholeFile whole = WholeFile.begin(file);
        Writer out = new BufferedWriter(new OutputStreamWriter(whole.stream(), StandardCharsets.UTF_8));
        if (json) {
            ChromeTrace chrome = new ChromeTrace(out, names);
            chrome.endsAt(bus::reachedPs);
            return on(bus, new TraceFile(whole, chrome, chrome));
        }
        return on(bus, new TraceFile(whole, new TextTrace(out, names), out));
    }

    private static TraceFile on(TraceBus bus, TraceFile trace) {
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
            if (whole != null) {
                whole.keep();
            }
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
        if (file != null) {
            file.close();
        }
    }

    /**
     * What numbers in a trace are called, for people: places (the column {@code vcpu}, in a model of one's own whatever happens
     * somewhere), entities (operand a of {@link TraceKind#THREAD_SWITCH} and the other kinds of threads, and of
     * {@link TraceKind#USER}) and states. Digests and recordings know numbers only, so names change no run. Names may be added while
     * a trace is written; each counts from then on.
     */
    public static final class TraceNames {
        private final Int2ObjectOpenHashMap<String> places = new Int2ObjectOpenHashMap<>();
        private final Long2ObjectOpenHashMap<String> entities = new Long2ObjectOpenHashMap<>();
        private final List<String> states = new ArrayList<>();

        /** Creates names in which nothing is named. */
        public TraceNames() {}

        /** Names a place; -1 is the machine. */
        public TraceNames place(int number, String name) {
            places.put(number, Objects.requireNonNull(name, "name"));
            return this;
        }

        /** Names a thread or another entity. */
        public TraceNames entity(long number, String name) {
            entities.put(number, Objects.requireNonNull(name, "name"));
            return this;
        }

        /** Names the states of {@link TraceKind#VCPU_STATE}, from number 0 on. */
        public TraceNames states(List<String> names) {
            states.clear();
            states.addAll(List.copyOf(names));
            return this;
        }

        String place(int number) {
            String name = places.get(number);
            return name != null ? name : number < 0 ? "machine" : "vcpu" + number;
        }

        /** Returns the name of a state, or null. */
        @Nullable
        String state(long number) {
            return number >= 0 && number < states.size() ? states.get((int) number) : null;
        }

        List<String> states() {
            return states;
        }

        /** Returns the name of what operand a of {@code kind} stands for, or null. */
        @Nullable
        String operand(TraceKind kind, long a) {
            return switch (kind) {
                case THREAD_SWITCH, THREAD_STATE, THREAD_START, THREAD_EXIT, USER -> entities.get(a);
                case VCPU_STATE -> state(a);
                default -> null;
            };
        }
    }
}
