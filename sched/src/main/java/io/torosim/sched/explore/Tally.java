package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defect;
import io.torosim.sched.explore.Scenario.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one run of a scenario looked at; {@link Evidence} adds them up. For the thread that makes the run. */
public final class Tally {
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
