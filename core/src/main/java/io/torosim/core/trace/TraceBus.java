package io.torosim.core.trace;

import java.util.Arrays;

/**
 * Hands trace events to the run's digest and to any number of sinks. The digest is always kept, so it is the same whether
 * or not anybody listens.
 */
public final class TraceBus {
    private final TraceDigest digest = new TraceDigest();
    private TraceSink[] sinks = {};

    /** Creates a bus with the digest alone. */
    public TraceBus() {}

    /** Adds a listener; it hears of events from now on. */
    public void addSink(TraceSink sink) {
        sinks = Arrays.copyOf(sinks, sinks.length + 1);
        sinks[sinks.length - 1] = sink;
    }

    /** Says that something happened. */
    public void emit(long timePs, int vcpu, TraceKind kind, long a, long b) {
        digest.onTrace(timePs, vcpu, kind, a, b);
        for (TraceSink sink : sinks) {
            sink.onTrace(timePs, vcpu, kind, a, b);
        }
    }

    /** Returns the digest of all events so far. */
    public TraceDigest digest() {
        return digest;
    }
}
