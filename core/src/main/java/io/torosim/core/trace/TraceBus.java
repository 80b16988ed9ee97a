package io.torosim.core.trace;

import java.util.Arrays;

/**
 * Hands trace events to the run's digest and to any number of sinks. The digest is always kept, so it is the same whether
 * or not anybody listens.
 */
public final class TraceBus {
    private final TraceDigest digest = new TraceDigest();
    private static final TraceKind[] KINDS = TraceKind.values();
    private static final TraceSink[] NOBODY = {};

    private final TraceSink[][] sinks = new TraceSink[KINDS.length][];

    /** Creates a bus with the digest alone. */
    public TraceBus() {
        Arrays.fill(sinks, NOBODY);
    }

    /** Adds a listener; it hears of events from now on. */
    public void addSink(TraceSink sink) {
        addSink(sink, KINDS);
    }

    /** Adds a listener that hears of events of certain kinds from now on; others cost it nothing. */
    public void addSink(TraceSink sink, TraceKind... kinds) {
        for (TraceKind kind : kinds) {
            TraceSink[] before = sinks[kind.ordinal()];
            TraceSink[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = sink;
            sinks[kind.ordinal()] = after;
        }
    }

    /** Says that something happened. */
    public void emit(long timePs, int vcpu, TraceKind kind, long a, long b) {
        digest.onTrace(timePs, vcpu, kind, a, b);
        for (TraceSink sink : sinks[kind.ordinal()]) {
            sink.onTrace(timePs, vcpu, kind, a, b);
        }
    }

    /** Returns the digest of all events so far. */
    public TraceDigest digest() {
        return digest;
    }
}
