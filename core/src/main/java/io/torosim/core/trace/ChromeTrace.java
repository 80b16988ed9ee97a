package io.torosim.core.trace;

import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.core.trace.TraceFile.TraceNames;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Writes a timeline in the Trace Event Format ("JSON array format", Google 2016), which {@code ui.perfetto.dev} and
 * {@code chrome://tracing} open. Each vCPU is a thread: its states are bars with a name and a length, everything else is
 * an instant with its operands. Times are microseconds with six decimals, so no picosecond is lost in the file.
 *
 * <p>{@link #close} ends the last bars and the file. Confined to the simulation thread.
 */
final class ChromeTrace implements TraceSink, Closeable {
    private static final int MACHINE = -1;

    private final Writer out;
    private final TraceNames names;
    private boolean[] known = new boolean[8];
    private int[] states = new int[8];
    private long[] sincePs = new long[8];
    private long lastPs;
    /** How far simulated time has come, as far as is known. */
    private LongSupplier reachedPs = () -> 0;

    private boolean first = true;

    /**
     * Begins a file.
     *
     * @param out receives the JSON; {@link #close} closes it
     * @param stateNames names of the operand a of {@link TraceKind#VCPU_STATE}, by number
     */
    public ChromeTrace(Writer out, List<String> stateNames) {
        this(out, new TraceNames().states(stateNames));
    }

    /**
     * Begins a file.
     *
     * @param out receives the JSON; {@link #close} closes it
     * @param names what places, entities and states are called; an entity's name is the argument {@code of} of what happens to it
     */
    public ChromeTrace(Writer out, TraceNames names) {
        this.out = out;
        this.names = names;
        write("[\n");
        meet(MACHINE);
    }

    /** Ends at {@code time} if that is later than the last event. */
    void endsAt(LongSupplier time) {
        reachedPs = time;
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        int row = vcpu + 1;
        if (row >= known.length) {
            int grown = Math.max(row + 1, known.length * 2);
            known = Arrays.copyOf(known, grown);
            states = Arrays.copyOf(states, grown);
            sincePs = Arrays.copyOf(sincePs, grown);
        }
        if (!known[row]) {
            meet(vcpu);
            known[row] = true;
            states[row] = -1;
        }
        lastPs = Math.max(lastPs, timePs);
        if (kind == TraceKind.VCPU_STATE) {
            endBar(row, timePs);
            states[row] = (int) a;
            sincePs[row] = timePs;
        } else {
            open(kind.name(), "i", vcpu, timePs);
            String of = names.operand(kind, a);
            write(",\"s\":\"t\",\"args\":{" + (of == null ? "" : "\"of\":" + quote(of) + ",") + "\"a\":" + a + ",\"b\":"
                    + b + "}}");
        }
    }

    @Override
    public void close() throws IOException {
        long endPs = Math.max(lastPs, reachedPs.getAsLong());
        for (int row = 0; row < known.length; row++) {
            if (known[row]) {
                endBar(row, endPs);
            }
        }
        write("\n]\n");
        out.close();
    }

    private void endBar(int row, long timePs) {
        if (states[row] >= 0) {
            int state = states[row];
            String name = names.state(state);
            open(name != null ? name : "state " + state, "X", row - 1, sincePs[row]);
            write(",\"dur\":");
            decimals(timePs - sincePs[row]);
            write("}");
        }
    }

    private void meet(int vcpu) {
        separate();
        write("{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":0,\"tid\":" + (vcpu + 1) + ",\"args\":{\"name\":"
                + quote(names.place(vcpu)) + "}}");
    }

    private void open(String name, String phase, int vcpu, long timePs) {
        separate();
        write("{\"name\":" + quote(name) + ",\"ph\":\"" + phase + "\",\"pid\":0,\"tid\":" + (vcpu + 1) + ",\"ts\":");
        decimals(timePs);
    }

    private void separate() {
        write(first ? "" : ",\n");
        first = false;
    }

    private void decimals(long ps) {
        try {
            Decimals.append(out, ps, 1_000_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
