package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defect;
import io.torosim.core.defect.Defects;
import io.torosim.core.trace.TraceSink;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small guest in which one hazard can show: a kernel alone ({@link Scenarios}), or a whole guest with its card, driver and memory. {@link
 * Explorer} and {@link BoundedSearch} run it again and again, each time from the beginning and with other choices.
 */
public interface Scenario {
    /** Returns its name on the command line. */
    String name();

    /** Returns the defect that it shows. */
    Defect hazard();

    /** Returns what the defect violates. */
    Invariant invariant();

    /** Returns the defects that its guest can have, in an order that stays: bit n of a replay line's mask is the nth. */
    List<? extends Defect> defects();

    /** Returns those that are on in a search for the hazard: what {@code --quirks on} means. Others would show the same violation first. */
    Defects defectsOn();

    /**
     * Makes one run from the beginning.
     *
     * @param on the defects that are on, of {@link #defects}; with none of them every invariant is looked at, else {@link #invariant}
     * @param choices decides what a real machine leaves open, and under names that begin with {@code "scenario."} what the scenario does
     * @param sink hears every trace event; null for nobody
     * @param tally where it says what it looked at
     * @return the first violation, if there was one
     */
    Optional<Violation> run(Defects on, long seed, Choices choices, @Nullable TraceSink sink, Tally tally);

    /**
     * An invariant that did not hold.
     *
     * @param invariant which
     * @param message what was seen
     * @param timePs when, in picoseconds since power-on
     */
    record Violation(Invariant invariant, String message, long timePs) {}

    /** What a kernel promises, or should, with its drivers and its memory. */
    enum Invariant {
        /** No core is halted with work pending for it and nothing on its way. */
        LOST_WAKE_UP,
        /** While something is to be done, something can still happen. */
        DEADLOCK,
        /** Each live thread is in exactly one ring, its core's. */
        TWO_RINGS,
        /** Every remote-create message is in its sender's list, in its slot or being worked on, until it is carried out. */
        MESSAGE_LOST,
        /** No message is carried out twice. */
        MESSAGE_TWICE,
        /** No work waits longer than the scenario's bound for a core that is running. */
        STARVATION,
        /** A core whose work is done is halted at the end. */
        NEVER_HALTS,
        /** The counts of polling threads are true, and none of those listed has exited. */
        POLLING_COUNTS,
        /** No core is woken for a message that it cannot see yet, to find nothing and halt again. */
        WOKEN_BEFORE_DATA,
        /** No thread's registers are overwritten by an interrupt or by a switch. */
        REGISTERS,
        /** A thread waits until what it waits for has come. */
        SPURIOUS_WAKE_UP,
        /** A killed thread dies within the scenario's time. */
        KILLED_LIVES,
        /** What the driver has given to its card leaves it, and what the card has taken reaches the stack. */
        FRAME_STUCK,
        /** A frame leaves the guest, or reaches its stack, as it was made. */
        FRAME_CHANGED,
        /** A guest at rest holds no more memory than when it began. */
        MEMORY_LEAKED,
        /** What a program reads from its disk is what is there, and it comes. */
        FILE_NOT_READ
    }
}
