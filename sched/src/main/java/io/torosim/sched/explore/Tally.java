package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defect;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What one run of a scenario looked at; {@link Evidence} adds them up. For the thread that makes the run. */
public final class Tally {
    final long[] checks = new long[Invariant.values().length];
    final List<Defect> noted = new ArrayList<>();
    final List<Long> reached = new ArrayList<>();
    final List<Point> points = new ArrayList<>();
    private Point last;

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

        void answered(int count, int alternative) {
            asked++;
            alternatives = Math.max(alternatives, count);
            if (alternative != 0) {
                others++;
                taken.set(alternative);
            } else if (asked - others == 1) {
                taken.set(0);
            }
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
        noted.add(defect);
        reached.add(times);
    }

    /** Returns choices that count what is asked of {@code choices}. */
    Choices counting(Choices choices) {
        return (name, alternatives) -> {
            int alternative = choices.choose(name, alternatives);
            Point point = last;
            if (point == null || point.name != name) { // names are mostly constants; others are found by what they say
                point = point(name);
                last = point;
            }
            point.answered(alternatives, alternative);
            return alternative;
        };
    }

    private Point point(String name) {
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
