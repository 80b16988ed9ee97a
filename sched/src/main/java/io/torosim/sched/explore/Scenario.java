package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defects;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Scenario.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small guest in which one hazard can show: a kernel alone ({@link Scenarios}), or a whole guest with its card, driver and memory. {@link
 * Explorer} runs it again and again, each time from the beginning and with other choices.
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

    /** What one run of a scenario looked at; {@link Evidence} adds them up. For the thread that makes the run. */
    public static final class Tally {
        final long[] checks = new long[Invariant.values().length];
        private Defect[] noted = new Defect[32];
        private long[] reached = new long[32];
        private int notedCount;
        final List<Point> points = new ArrayList<>();
        private @Nullable Point last;

        /** One thing that a run leaves open. */
        static final class Point {
            final String name;
            final BitSet taken = new BitSet();
            int alternatives;
            long asked;
            long others;

            Point(String name) {
                this.name = name;
            }

            /** The same answer, so often. */
            void answered(int count, int alternative, int times) {
                if (alternative != 0) {
                    others += times;
                    taken.set(alternative);
                } else if (asked == others) {
                    taken.set(0);
                }
                asked += times;
                alternatives = Math.max(alternatives, count);
            }

            void add(Point other) {
                asked += other.asked;
                others += other.others;
                alternatives = Math.max(alternatives, other.alternatives);
                taken.or(other.taken);
            }
        }

        /** Makes one in which nothing stands yet. */
        public Tally() {}

        /** Notes that an invariant was looked at where something was at stake. */
        public void checked(Invariant invariant) {
            checks[invariant.ordinal()]++;
        }

        /** Notes that several times. */
        public void checked(Invariant invariant, long times) {
            checks[invariant.ordinal()] += times;
        }

        /** Notes how often a step came to where a defect acts, or would if it were on; 0 says that it would have been noted. */
        public void reached(Defect defect, long times) {
            if (notedCount == noted.length) {
                noted = Arrays.copyOf(noted, 2 * notedCount);
                reached = Arrays.copyOf(reached, 2 * notedCount);
            }
            noted[notedCount] = defect;
            reached[notedCount++] = times;
        }

        /**
         * Adds what was noted of defects to a table.
         *
         * @param defects the order of the table
         * @param sums what the table has, -1 where nothing was noted yet
         */
        void addReached(List<Defect> defects, long[] sums) {
            for (int i = 0; i < notedCount; i++) {
                int at = i < sums.length && defects.get(i) == noted[i]
                        ? i
                        : defects.indexOf(noted[i]); // mostly in that order
                sums[at] = Math.max(0, sums[at]) + reached[i];
            }
        }

        /** Returns choices that count what is asked of {@code choices}. */
        Choices counting(Choices choices) {
            return new Counting(choices);
        }

        private final class Counting implements Choices {
            private final Choices choices;

            Counting(Choices choices) {
                this.choices = choices;
            }

            @Override
            public int choose(String name, int alternatives) {
                int alternative = choices.choose(name, alternatives);
                point(name).answered(alternatives, alternative, 1);
                return alternative;
            }

            @Override
            public int plainAhead(String name, int alternatives, int most) {
                return choices.plainAhead(name, alternatives, most);
            }

            @Override
            public void takePlain(String name, int alternatives, int count) {
                choices.takePlain(name, alternatives, count);
                point(name).answered(alternatives, 0, count);
            }
        }

        private Point point(String name) {
            Point point = last;
            if (point == null || point.name != name) { // names are mostly constants; others are found by what they say
                point = found(name);
                last = point;
            }
            return point;
        }

        private Point found(String name) {
            for (int i = 0; i < points.size(); i++) {
                if (points.get(i).name.equals(name)) {
                    return points.get(i);
                }
            }
            Point point = new Point(name);
            points.add(point);
            return point;
        }
    }
}
