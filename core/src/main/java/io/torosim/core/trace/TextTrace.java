package io.torosim.core.trace;

import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.core.trace.TraceFile.TraceNames;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes one line for each trace event: time in ns with three decimals, vCPU, kind, operands. Made for people and for
 * {@code diff}; the form of a line is {@code 1500.250 vcpu0 INTERRUPT 33 0}.
 */
final class TextTrace implements TraceSink {
    private final Appendable out;
    private final TraceNames names;

    /** Creates a sink that writes to {@code out}, which the caller closes. */
    public TextTrace(Appendable out) {
        this(out, new TraceNames());
    }

    /**
     * Creates a sink that writes to {@code out}, which the caller closes; what has a name is written as {@code name(number)}, a
     * place as its name alone.
     */
    public TextTrace(Appendable out, TraceNames names) {
        this.out = out;
        this.names = names;
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        try {
            Decimals.append(out, timePs, 1000);
            out.append(' ').append(names.place(vcpu)).append(' ');
            out.append(kind.name()).append(' ');
            String name = names.operand(kind, a);
            out.append(name == null ? Long.toString(a) : name + "(" + a + ")")
                    .append(' ')
                    .append(Long.toString(b))
                    .append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
