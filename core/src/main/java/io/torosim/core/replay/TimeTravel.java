package io.torosim.core.replay;

import io.torosim.core.trace.DivergenceFinder;
import io.torosim.core.trace.FirstDivergence;
import io.torosim.core.trace.TraceEvent;
import io.torosim.core.trace.TraceRecorder;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A debugger's view of a run. Going forward runs on; going back builds the subject anew and runs to the place, which is the
 * same place because runs are deterministic. Each way back costs a run from the start.
 *
 * <p>Places are the times between events, numbered by how many events have fired, run-ahead steps included. Confined to the
 * simulation thread; {@link #close} releases the present subject.
 */
public final class TimeTravel implements AutoCloseable {
    /** How many trace events {@link #print} shows. */
    private static final int RECENT = 8;

    private final Supplier<Subject> fresh;
    private Subject subject;
    private TraceRecorder recent;

    /**
     * Stands at the beginning of a run.
     *
     * @param fresh builds the run at its beginning; called again for each way back, it must build the same one
     */
    public TimeTravel(Supplier<Subject> fresh) {
        this.fresh = fresh;
        restart();
    }

    /** Returns the number of events that have fired at the present place. */
    public long eventNumber() {
        return subject.simulation().firedCount();
    }

    /** Returns the present time. */
    public long nowPs() {
        return subject.simulation().nowPs();
    }

    /** Goes to {@code timePs}, forward or back; all events of that time have fired. */
    public void toTime(long timePs) {
        if (timePs < nowPs()) {
            restart();
        }
        subject.simulation().runUntil(timePs);
    }

    /** Goes to where {@code number} events have fired, forward or back; false if the run ends before. */
    public boolean toEvent(long number) {
        if (number < eventNumber()) {
            restart();
        }
        subject.simulation().runEvents(number - eventNumber());
        return eventNumber() == number;
    }

    /** Fires one event; false if there is none. */
    public boolean step() {
        return toEvent(eventNumber() + 1);
    }

    /** Goes back by one event; false at the beginning. */
    public boolean stepBack() {
        return eventNumber() > 0 && toEvent(eventNumber() - 1);
    }

    /**
     * Runs on until {@code condition} holds after an event. Asked of the subject's own objects, which the caller's
     * {@code fresh} knows.
     *
     * @return false if the run ended before
     */
    public boolean toBreak(Predicate<Subject> condition) {
        long from = eventNumber();
        return subject.simulation().runUntil(() -> eventNumber() > from && condition.test(subject));
    }

    /**
     * Goes to the first event that differs from another run, from the beginning.
     *
     * @param other the trace of the other run, all of it
     * @return the difference, after whose event the run stands; empty if there is none, then the run has ended
     */
    public Optional<FirstDivergence> toFirstDifference(TraceRecorder other) {
        restart();
        DivergenceFinder finder = new DivergenceFinder(other);
        subject.trace().addSink(finder);
        subject.simulation().runUntil(() -> finder.found().isPresent());
        return finder.atEnd();
    }

    /** Returns the state in print: event number, time, the last trace events, what is pending, the subject's own lines. */
    public String print() {
        StringBuilder text = new StringBuilder();
        text.append("after event ")
                .append(eventNumber())
                .append(" at ")
                .append(nowPs())
                .append(" ps, digest ");
        text.append(subject.trace().digest().hex()).append(", ");
        int pending = subject.simulation().pendingCount();
        text.append(pending).append(" pending");
        if (pending > 0) {
            text.append(", next at ").append(subject.simulation().nextTimePs()).append(" ps");
        }
        text.append('\n');
        for (TraceEvent event : recent.events()) {
            text.append("  ").append(event).append('\n');
        }
        return text.append(subject.state().get()).append('\n').toString();
    }

    /** Releases the present subject. */
    @Override
    public void close() {
        if (subject != null) {
            subject.release().run();
            subject = null;
        }
    }

    private void restart() {
        close();
        subject = fresh.get();
        recent = TraceRecorder.keepLast(RECENT);
        subject.trace().addSink(recent);
    }
}
