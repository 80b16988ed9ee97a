package io.torosim.sched.explore;

import io.torosim.core.defect.Defect;
import io.torosim.core.defect.Defects;
import io.torosim.sched.explore.Scenario.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the runs of a search looked at: how often each invariant was, with something at stake; what was left open and how it was decided; which
 * repairs no run came to. A search that found nothing is worth what stands here. For any thread.
 *
 * <p>At stake is a lost wake-up where a core is halted or work waits for it, a lost message where one is under way, a killed thread where one
 * was killed: an invariant that holds because there is nothing to it is not counted.
 */
public final class Evidence {
    private final Scenario scenario;
    private final List<Defect> defects;
    private final long[] checks = new long[Invariant.values().length];
    private final long[] reached;
    private final TreeMap<String, Tally.Point> points = new TreeMap<>();
    private long runs;

    /** Makes one in which nothing stands yet. */
    public Evidence(Scenario scenario) {
        this.scenario = scenario;
        defects = List.copyOf(scenario.defects());
        reached = new long[defects.size()];
        Arrays.fill(reached, -1);
    }

    /** Adds a run. */
    synchronized void add(Tally run) {
        runs++;
        for (int i = 0; i < checks.length; i++) {
            checks[i] += run.checks[i];
        }
        run.addReached(defects, reached);
        for (Tally.Point point : run.points) {
            points.computeIfAbsent(point.name, Tally.Point::new).add(point);
        }
    }

    /** Returns how many runs were made, those included that made choices fewer. */
    public synchronized long runs() {
        return runs;
    }

    /** Returns how often an invariant was looked at with something at stake. */
    public synchronized long checked(Invariant invariant) {
        return checks[invariant.ordinal()];
    }

    /** Returns the invariants that no run had anything at stake of, in order. */
    public List<Invariant> neverChecked() {
        return Arrays.stream(Invariant.values()).filter(i -> checked(i) == 0).toList();
    }

    /** Returns the defects to whose place no run came, of those of which that is noted: whether they are on or off made no difference. */
    public synchronized List<Defect> neverReached() {
        List<Defect> never = new ArrayList<>();
        for (int i = 0; i < reached.length; i++) {
            if (reached[i] == 0) {
                never.add(defects.get(i));
            }
        }
        return never;
    }

    /** Returns why the runs have shown nothing at all, empty if they have: what the scenario's hazard violates was never at stake. */
    public String nothingShown() {
        return checked(scenario.invariant()) > 0 ? "" : "never at stake: " + scenario.invariant();
    }

    /**
     * Returns why the runs have shown nothing of the scenario's hazard, empty if they have: {@link #nothingShown}, or no run came to where the
     * hazard acts. Of a few random runs that may be so by chance; of all runs within a bound it means that the bound is too small.
     */
    public String nothingShownOfHazard() {
        boolean passedBy = neverReached().contains(scenario.hazard());
        return nothingShown().isEmpty() && passedBy
                ? "no run came to where " + scenario.hazard() + " acts"
                : nothingShown();
    }

    /**
     * For a search that has found nothing.
     *
     * @param why empty, or why nothing is shown
     * @throws IllegalStateException if nothing is
     */
    void mustBeEmpty(String why) {
        if (!why.isEmpty()) {
            throw new IllegalStateException(scenario.name() + ": nothing is shown: " + why);
        }
    }

    /**
     * Returns it as lines.
     *
     * @param on the defects that were on: with any, only one invariant is looked at
     */
    public synchronized List<String> lines(Defects on) {
        List<String> lines = new ArrayList<>();
        for (Invariant invariant : Invariant.values()) {
            if (checked(invariant) > 0) {
                lines.add(String.format(
                        Locale.ROOT,
                        "  checked %d times: %s%s",
                        checked(invariant),
                        invariant,
                        invariant == scenario.invariant() ? ", what the hazard violates" : ""));
            }
        }
        if (on.equals(Defects.none())) {
            lines.add("  never at stake: " + names(neverChecked()));
        } else {
            lines.add("  with defects on nothing but " + scenario.invariant() + " is looked at");
        }
        points.values()
                .forEach(p -> lines.add(String.format(
                        Locale.ROOT,
                        "  left open %d times: %s, decided otherwise than usual %d times, %d of %d ways taken",
                        p.asked,
                        p.name,
                        p.others,
                        p.taken.cardinality(),
                        p.alternatives)));
        List<Defect> never = neverReached();
        if (!never.isEmpty()) {
            lines.add("  no run came to where they act: " + names(never));
        }
        if (never.contains(scenario.hazard())) {
            lines.add("  among them " + scenario.hazard() + ": of the hazard itself these runs show nothing");
        }
        return lines;
    }

    private static String names(List<?> names) {
        return names.isEmpty() ? "none" : names.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
