package io.torosim.core.replay;

import io.torosim.core.event.Simulation;
import io.torosim.core.state.SavedState;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceRecorder;
import io.torosim.core.trace.TraceRecorder.DivergenceFinder;
import io.torosim.core.trace.TraceRecorder.DivergenceFinder.FirstDivergence;
import io.torosim.core.trace.TraceRecorder.TraceEvent;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A debugger's view of a run, every step of which is an event of its own, as on a machine with {@code MachineSpec.exactStepping} ({@link Simulation#stepwise()}): so
 * an event's number, the state and the digest there are the same whichever way one came, and idle guests are as slow as busy ones. Going forward runs on, and saves the state now and then ({@link SavedState}); going back puts the last state
 * before the place back and runs on from there, to the same place because runs are deterministic. A run whose state cannot be saved (programs in
 * direct style, sinks that write), or whose own objects hold collections by hash code ({@link SavedState#unordered}), is built anew instead, and each way back costs a run from the start.
 *
 * <p>Places are the times between events, numbered by how many events have fired, run-ahead steps included. Confined to the
 * simulation thread; {@link #close} releases the present subject.
 */
public final class TimeTravel implements AutoCloseable {
    /** How many trace events {@link #print} shows. */
    private static final int RECENT = 8;

    /** So many events before a place to which one goes back, the state is saved: the next step back is a short one. */
    private static final long LEAD = 256;
    /** How many places are kept at most. */
    private static final int MOST_PLACES = 16;

    private final Supplier<Subject> fresh;
    private long firstEvent;
    private long firstPs;
    private @Nullable Subject subject;
    private TraceRecorder recent;
    /** Places to go back to by event number, the beginning first; empty if the state of this run cannot be saved. */
    private final TreeMap<Long, Place> places = new TreeMap<>();

    private record Place(long timePs, SavedState state) {}

    /**
     * Stands at the beginning of a run.
     *
     * @param fresh builds the run at its beginning; called again for each way back, it must build the same one
     */
    public TimeTravel(Supplier<Subject> fresh) {
        Objects.requireNonNull(fresh, "fresh");
        this.fresh = fresh;
        restart();
        firstEvent = eventNumber();
        firstPs = nowPs();
        keepBeginning();
    }

    /** Returns the number of events that have fired at the present place. */
    public long eventNumber() {
        return subject().simulation().firedCount();
    }

    /** Returns the present time. */
    public long nowPs() {
        return subject().simulation().nowPs();
    }

    /**
     * Goes to {@code timePs}, forward or back; all events of that time have fired.
     *
     * @throws IllegalArgumentException if it is before the beginning
     */
    public void toTime(long timePs) {
        if (timePs < firstPs) {
            throw new IllegalArgumentException(
                    "timePs must be at least that of the beginning, " + firstPs + ", timePs=" + timePs);
        }
        if (timePs < nowPs()) {
            back(place -> place.timePs() <= timePs);
        }
        subject().simulation().runUntil(timePs);
        keepPlace();
    }

    /**
     * Goes to where exactly {@code number} events have fired, forward or back; false if the run ends before.
     *
     * @throws IllegalArgumentException if it is before the beginning
     */
    public boolean toEvent(long number) {
        if (number < firstEvent) {
            throw new IllegalArgumentException(
                    "number must be at least that of the beginning, " + firstEvent + ", number=" + number);
        }
        if (number < eventNumber()) {
            Place last = places.isEmpty() ? null : places.floorEntry(number).getValue();
            back(place -> place == last);
            if (number - eventNumber() > 2 * LEAD) {
                subject().simulation().runEvents(number - eventNumber() - LEAD);
                keepPlace();
            }
        }
        subject().simulation().runEvents(number - eventNumber());
        return eventNumber() == number;
    }

    /** Fires one event; false if there is none. */
    public boolean step() {
        return toEvent(eventNumber() + 1);
    }

    /** Goes back by one event; false at the beginning. */
    public boolean stepBack() {
        return eventNumber() > firstEvent && toEvent(eventNumber() - 1);
    }

    /**
     * Runs on until {@code condition} holds after an event. Asked of the subject's own objects, which the caller's
     * {@code fresh} knows.
     *
     * @return false if the run ended before
     */
    public boolean toBreak(Predicate<Subject> condition) {
        Objects.requireNonNull(condition, "condition");
        long from = eventNumber();
        return subject().simulation().runUntil(() -> eventNumber() > from && condition.test(subject()));
    }

    /**
     * Goes to the first event that differs from another run, from the beginning.
     *
     * @param other the trace of the other run, all of it
     * @return the difference, after whose event the run stands; empty if there is none, then the run has ended
     */
    public Optional<FirstDivergence> toFirstDifference(TraceRecorder other) {
        Objects.requireNonNull(other, "other");
        back(place -> place == places.firstEntry().getValue());
        DivergenceFinder finder = new DivergenceFinder(other);
        subject().trace().addSink(finder);
        subject().simulation().runUntil(() -> finder.found().isPresent());
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
        text.append(subject().trace().digest().hex()).append(", ");
        int pending = subject().simulation().pendingCount();
        text.append(pending).append(" pending");
        if (pending > 0) {
            text.append(", next at ")
                    .append(subject().simulation().nextTimePs())
                    .append(" ps");
        }
        text.append('\n');
        for (TraceEvent event : recent.events()) {
            text.append("  ").append(event).append('\n');
        }
        return text.append(subject().state().get()).append('\n').toString();
    }

    /** Releases the present subject. */
    @Override
    public void close() {
        if (subject != null) {
            subject.release().run();
            subject = null;
        }
    }

    /** Builds the run anew, at its beginning. */
    private void restart() {
        close();
        Subject anew = Objects.requireNonNull(fresh.get(), "what fresh gave");
        subject = anew;
        anew.simulation().stepwise();
        recent = TraceRecorder.keepLast(RECENT);
        anew.trace().addSink(recent);
    }

    private Subject subject() {
        if (subject == null) {
            throw new IllegalStateException("this is closed: there is no subject any more");
        }
        return subject;
    }

    /** Goes to the latest place of those that are wanted, or to the beginning. */
    private void back(Predicate<Place> wanted) {
        if (places.isEmpty()) {
            restart();
            return;
        }
        for (Place place : places.descendingMap().values()) {
            if (wanted.test(place)) {
                place.state().restore();
                return;
            }
        }
        throw new AssertionError("the beginning is a place before all others");
    }

    /** Saves the state here, if that is possible and worth it. */
    private void keepPlace() {
        if (places.isEmpty() || eventNumber() - places.floorKey(eventNumber()) < LEAD) {
            return;
        }
        Optional<SavedState> state = faithful();
        if (state.isEmpty()) { // what cannot be put back has come since: from now on it is built anew
            places.clear();
            return;
        }
        places.put(eventNumber(), new Place(nowPs(), state.get()));
        if (places.size() > MOST_PLACES) {
            places.remove(nearestToItsNeighbour());
        }
    }

    private long nearestToItsNeighbour() {
        long nearest = -1;
        long least = Long.MAX_VALUE;
        for (long number : places.tailMap(places.firstKey(), false).keySet()) {
            long distance = number - places.lowerKey(number);
            if (distance < least) {
                least = distance;
                nearest = number;
            }
        }
        return nearest;
    }

    private void keepBeginning() {
        places.clear(); // of a run that cannot be saved: it is built anew each time
        faithful().ifPresent(state -> places.put(eventNumber(), new Place(nowPs(), state)));
    }

    /** The state here; empty if it could not be put back, or not in the order that a run may go over it. */
    private Optional<SavedState> faithful() {
        return SavedState.ifPossible(subject())
                .filter(state -> state.unordered().isEmpty());
    }

    /**
     * Something that can be travelled in: a run at its beginning, complete with its load.
     *
     * @param simulation its clock and events
     * @param trace where it tells what happens
     * @param state prints its state in a few lines; must change nothing
     * @param release gives back what it holds, such as {@code machine::close}
     */
    public record Subject(Simulation simulation, TraceBus trace, Supplier<String> state, Runnable release) {
        /** Returns a subject that holds nothing to give back. */
        public static Subject of(Simulation simulation, TraceBus trace, Supplier<String> state) {
            return new Subject(simulation, trace, state, () -> {});
        }
    }
}
