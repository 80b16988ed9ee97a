package io.torosim.guest.run;

import io.torosim.core.machine.Machine;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.load.RequestPort.WorkQueue.TrafficLog;
import io.torosim.guest.wire.Link;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Whoever asks a guest from the far end of its wire: the counts, the stretches of traffic, and what the guest says of itself. */
abstract class FarEnd implements RequestPort, Wired {
    /** What a guest says of itself, whoever its clients are. */
    interface Served {
        /** Returns the most bytes of the kernel's heap that were in use; empty if there is none. */
        OptionalLong heapHighWaterBytes();

        /** Returns the bytes of frames that the driver of its card has copied; empty where nobody counts them. */
        OptionalLong bytesCopied();

        /** Returns the connections that it has now; empty if it has no network stack. */
        OptionalInt connections();

        /** Returns how many data segments its network stack has sent again; empty if it has none. */
        OptionalLong repeatedSegments();
    }

    final Machine machine;
    final Link link;
    private final Served served;
    private final TrafficLog traffic = new TrafficLog();
    private Runnable onDone = () -> {};
    private long started;
    private long answered;
    private long bytesReceived;
    private final Map<String, Long> failures = new TreeMap<>();

    FarEnd(Machine machine, Link link, Served served) {
        this.machine = machine;
        this.link = link;
        this.served = served;
    }

    /** A request begins now; returns how many began before it. */
    final long begins() {
        traffic.note(machine.simulation().nowPs());
        return started++;
    }

    /** Bytes of an answer have come. */
    final void receives(int bytes) {
        bytesReceived += bytes;
        traffic.note(machine.simulation().nowPs());
    }

    /** A request is over, unanswered. */
    final void fails(String reason) {
        failures.merge(reason, 1L, Long::sum);
        traffic.note(machine.simulation().nowPs());
        onDone.run();
    }

    /**
     * A request is answered.
     *
     * @param which its number in the trace
     * @param beganPs when it began
     */
    final void isAnswered(long which, long beganPs) {
        long nowPs = machine.simulation().nowPs();
        traffic.note(nowPs);
        answered++;
        machine.trace().emit(nowPs, -1, TraceKind.REQUEST_DONE, which, nowPs - beganPs);
        onDone.run();
    }

    @Override
    public final Optional<Link> wire() {
        return Optional.of(link);
    }

    @Override
    public final void onAnswer(Runnable listener) {
        onDone = listener;
    }

    @Override
    public final long startedCount() {
        return started;
    }

    @Override
    public final long doneCount() {
        return answered;
    }

    @Override
    public final Map<String, Long> failures() {
        return Collections.unmodifiableMap(failures);
    }

    @Override
    public final OptionalLong repeatedSegments() {
        return served.repeatedSegments();
    }

    @Override
    public final OptionalLong heapHighWaterBytes() {
        return served.heapHighWaterBytes();
    }

    @Override
    public final OptionalLong bytesReceived() {
        return OptionalLong.of(bytesReceived);
    }

    @Override
    public final OptionalLong bytesCopied() {
        return served.bytesCopied();
    }

    @Override
    public final OptionalInt connections() {
        return served.connections();
    }

    @Override
    public final List<long[]> traffic() {
        return traffic.stretches();
    }
}
