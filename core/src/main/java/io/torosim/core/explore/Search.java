package io.torosim.core.explore;

import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The exhaustive search. Nodes are states with the vCPU that stepped last; they are taken in the order of preemptions, then of steps, so the
 * first violation met has the fewest preemptions and among these the fewest steps, and when the nodes of one more preemption are none, there
 * is nothing left at any number of preemptions. Which is iterative deepening over the preemption bound without doing anything twice.
 *
 * <p>A preemption: a vCPU that could step is left for another one. What comes from outside, interrupts on their way, timers, ticks and stores
 * that become visible are no preemptions: all their positions are tried.
 *
 * <p>States are kept whole, in parts with numbers, so two are never mistaken for one.
 *
 * <p>It steps one {@link Model}, whose states are numbers in a {@link WordTable} and nodes in a {@link NodeTable}; {@link OpenNodes} gives the next.
 * {@link Checks} asks the invariants, {@link Ownership} says which accesses need no place of their own, {@link DoneTwice}, {@link DoneOften} and
 * {@link Prelude} find steps that are not pure. {@link Exploration} begins it.
 */
final class Search {
    static final int NO_VCPU = -1;
    private static final int NO_ACTION = -1;
    private static final int ASK_EVERY = 1 << 12;
    private static final int IN_A_ROW = 8;

    private final Scenario scenario;
    private final Bounds bounds;
    private final LongPredicate goesOn;
    private final Ownership ownership;
    private final Coverage coverage;
    private final Checks checks;
    private Schedule prefix = new Schedule(new int[0]);
    private Goal goal = Goal.NONE;
    private int wanted;
    private Model model;
    private WordTable[] tables;
    private NodeTable nodes;
    private OpenNodes open;
    private StateGraph graph;
    private BitSet visited;
    private BitSet broken;
    private @Nullable Found failure;
    private boolean reached;
    private long transitions;
    private long sinceAsked;
    private final long[] buffer = new long[1 << 14];
    private int[] state;
    private int[] succ;
    private int deepest;
    private boolean bounded;
    private DoneTwice twice;
    private DoneOften often;
    private int redoneEach;
    private int timesEach = DoneOften.EACH;
    private int[] unsettled;
    private int[] settled;
    private int settleSteps;
    private boolean keeping;
    private String cutBy = "";
    private final int[] once;

    /** What ends the search early. */
    enum Goal {
        /** Nothing but a violation. */
        NONE,
        /** A state at rest in which all that must hold there holds; violations are passed over, nothing follows them. */
        GOOD_REST,
        /** A state in which one thing that must stay possible is so; violations are passed over, nothing follows them. */
        POSSIBLE
    }

    /** A violation as the search meets it: at a node, or in an action that failed there. */
    private record Found(String invariant, String message, int node, int action, int level, int depth) {
        boolean before(int otherLevel, int otherDepth) {
            return level < otherLevel || level == otherLevel && depth <= otherDepth;
        }
    }

    Search(Scenario scenario, Bounds bounds, boolean reduce, LongPredicate goesOn) {
        this.scenario = scenario;
        this.bounds = bounds;
        this.goesOn = goesOn;
        this.ownership = new Ownership(scenario.wordNames.size(), reduce);
        this.coverage = new Coverage(scenario);
        this.checks = new Checks(scenario);
        this.once = new int[scenario.vcpus() + 2];
    }

    /** Does transitions of each kind again so often at the end, if not {@value DoneOften#EACH} times; for tests of other things. */
    Search again(int times) {
        timesEach = times;
        return this;
    }

    /** Searches on from where a schedule of single steps leads. */
    Search from(Schedule start, Goal until) {
        prefix = start;
        goal = until;
        return this;
    }

    /** Searches on from there until that thing which must stay possible is so. */
    Search from(Schedule start, int possible) {
        wanted = possible;
        return from(start, Goal.POSSIBLE);
    }

    /** Returns whether the goal was reached. */
    boolean reachedGoal() {
        return reached;
    }

    Verdict run() {
        Verdict verdict;
        try {
            do {
                verdict = attempt();
            } while (verdict == null);
        } catch (OutOfMemoryError e) {
            return heapFull();
        }
        return verdict;
    }

    private Verdict heapFull() {
        cutBy = "the heap is full at " + nodes.states() + " states";
        Verdict verdict = verdict(Verdict.Outcome.CUT, Optional.empty());
        tables = new WordTable[0];
        nodes = new NodeTable(1);
        open = new OpenNodes();
        graph = new StateGraph(0);
        return verdict;
    }

    /** Returns null if a word was seen to be shared that was not known to be. */
    private @Nullable Verdict attempt() {
        begin();
        boolean all = true;
        while (true) {
            int node = open.take();
            if (node == OpenNodes.NONE) {
                break;
            }
            if (open.level() > bounds.preemptions()) {
                all = false;
                break;
            }
            if (nodes.level(node) != open.level() || nodes.depth(node) != open.depth()) {
                continue; // a better way to it was found since
            }
            if (failure != null && failure.before(open.level(), open.depth())) {
                break;
            }
            Found found = expanded(node);
            if (ownership.takeSurprised()) {
                return null;
            }
            if (found != null && goal == Goal.NONE) {
                return violated(found);
            }
            if (reached) {
                return cut("the goal is reached");
            }
            if (nodes.states() > bounds.states()) {
                return cut("the bound of " + bounds.states() + " states is reached");
            }
            if ((++sinceAsked & ASK_EVERY - 1) == 0 && !goesOn.test(nodes.states())) {
                return cut("it was ended from outside");
            }
        }
        if (failure != null && goal == Goal.NONE && failure.level() <= bounds.preemptions()) {
            return violated(failure);
        }
        for (int i = 0; all && i < checks.possibleCount(); i++) {
            checks.checkedPossible(i, nodes.states());
            int lost = goal == Goal.NONE ? nearest(graph.cannotReach(i)) : NodeTable.NONE;
            if (lost != NodeTable.NONE) {
                Invariant invariant = checks.possible(i);
                return violated(new Found(
                        invariant.name(), invariant.message(), lost, NO_ACTION, nodes.level(lost), nodes.depth(lost)));
            }
        }
        bounded = !all;
        againAtTheEnd();
        return verdict(Verdict.Outcome.EXHAUSTED, Optional.empty());
    }

    /** Returns the node of one of these states with the fewest preemptions, then the fewest steps; {@link NodeTable#NONE} if there are none. */
    private int nearest(BitSet states) {
        int best = NodeTable.NONE;
        for (int node = 0; !states.isEmpty() && node < nodes.count(); node++) {
            if (states.get(nodes.stateOf(node))
                    && (best == NodeTable.NONE
                            || nodes.level(node) < nodes.level(best)
                            || nodes.level(node) == nodes.level(best) && nodes.depth(node) < nodes.depth(best))) {
                best = node;
            }
        }
        return best;
    }

    private void begin() {
        model = new Model(scenario, ownership, coverage);
        int parts = model.parts();
        tables = new WordTable[parts];
        for (int i = 0; i < parts; i++) {
            tables[i] = new WordTable();
        }
        nodes = new NodeTable(parts);
        open = new OpenNodes();
        graph = new StateGraph(checks.possibleCount());
        visited = new BitSet();
        broken = new BitSet();
        failure = null;
        transitions = 0;
        state = new int[parts];
        succ = new int[parts];
        deepest = 0;
        checks.clear();
        twice = new DoneTwice(parts);
        often = new DoneOften();
        redoneEach = 0;
        int last = Replay.onto(model, prefix, NO_VCPU);
        unsettled = numbers();
        settleSteps = settle();
        settled = numbers();
        System.arraycopy(settled, 0, state, 0, parts);
        int steps = settleSteps;
        nodes.add(state, NodeTable.NONE, NO_ACTION, last, 0, steps);
        open.add(0, 0, steps);
    }

    private int settle() {
        int steps = 0;
        for (int p = 0; p < model.vcpus(); p++) {
            steps += model.settle(p);
        }
        return steps;
    }

    /** Returns the parts of the state that the model is in. */
    private int[] numbers() {
        int[] numbers = new int[state.length];
        for (int i = 0; i < numbers.length; i++) {
            model.takeChanged(i);
            numbers[i] = tables[i].numberOf(buffer, model.save(i, buffer));
        }
        return numbers;
    }

    /** Does once more what each vCPU does at the beginning before anybody can see it. */
    private void settleAgain() {
        restoreParts(unsettled);
        int steps = settle();
        twice.redoneOne();
        if (steps != settleSteps || !Arrays.equals(numbers(), settled)) {
            restoreParts(unsettled);
            throw Impurity.ofBeginning(model);
        }
    }

    private void restoreParts(int[] numbers) {
        System.arraycopy(numbers, 0, state, 0, state.length);
        restoreState();
    }

    /** Looks at a state and does all that can be done in it. */
    private @Nullable Found expand(int node) {
        restore(node);
        int number = nodes.stateOf(node);
        boolean firstVisit = !visited.get(number);
        if (firstVisit) {
            visited.set(number);
            deepest = Math.max(deepest, open.depth());
            Found found = look(node, number);
            if (found != null || reached) {
                broken.set(number);
                return found;
            }
        } else if (broken.get(number)) {
            return null; // nothing follows a violation
        }
        int last = nodes.last(node);
        boolean lastCanStep = last != NO_VCPU && model.can(last);
        keeping = firstVisit && goal == Goal.NONE && twice.begins(node);
        int actions = model.actions();
        for (int action = 0; action < actions; action++) {
            if (model.can(action)) {
                act(node, action, last, lastCanStep, firstVisit);
                if (action + 1 < actions) {
                    back();
                }
            }
        }
        if (keeping) {
            twice.keep();
        }
        return null;
    }

    private @Nullable Found look(int node, int number) {
        Invariant fails = checks.broken(Invariant.When.ALWAYS, model.eyes());
        if (fails == null && model.atRest()) {
            fails = checks.broken(Invariant.When.AT_REST, model.eyes());
            reached = fails == null && goal == Goal.GOOD_REST;
        }
        reached |= fails == null && goal == Goal.POSSIBLE && checks.possibleHolds(wanted, model.eyes());
        checks.mark(graph.marks(), number, model.eyes());
        return fails == null
                ? null
                : new Found(fails.name(), fails.message(), node, NO_ACTION, open.level(), open.depth());
    }

    private void act(int node, int action, int last, boolean lastCanStep, boolean firstVisit) {
        boolean step = model.isStep(action);
        int level = open.level() + (step && lastCanStep && last != action ? 1 : 0);
        int place = goal == Goal.NONE ? model.placeOf(action) : 0;
        int again = goal == Goal.NONE ? twice.wants(place) : 0;
        int steps;
        try {
            steps = model.act(action);
        } catch (ScenarioException e) {
            throw e;
        } catch (IllegalStateException | IllegalArgumentException e) {
            if (failure == null || !failure.before(level, open.depth() + 1)) {
                failure = new Found(
                        "no step fails", String.valueOf(e.getMessage()), node, action, level, open.depth() + 1);
            }
            restore(node);
            if (!failsAgain(action, String.valueOf(e.getMessage()))) {
                restore(node);
                throw Impurity.of(model, action, "at once");
            }
            restore(node);
            if (keeping) {
                twice.led(action, Prelude.FAILED, state);
            }
            return;
        }
        transitions++;
        takeSuccessor();
        for (int i = 0; i < again; i++) {
            doAgain(action);
        }
        if (goal == Goal.NONE) {
            often.met(place, model.placeOf(action), node, action, model.took(), succ);
        }
        if (keeping) {
            twice.led(action, model.took(), succ);
        }
        int depth = open.depth() + steps;
        int next = nodes.add(succ, node, action, step ? action : last, level, depth);
        if (next != NodeTable.DOMINATED) {
            open.add(next, level, depth);
        }
        if (firstVisit) {
            graph.edge(nodes.stateOf(node), nodes.stateNode());
        }
    }

    private void takeSuccessor() {
        for (int part = 0; part < state.length; part++) {
            succ[part] =
                    model.takeChanged(part) ? tables[part].numberOf(buffer, model.save(part, buffer)) : state[part];
        }
    }

    /** Does the action that led to {@code succ} once more. */
    private void doAgain(int action) {
        System.arraycopy(succ, 0, once, 0, succ.length);
        int took = model.took();
        back();
        boolean same = true;
        try {
            model.act(action);
            takeSuccessor();
            same = model.took() == took && Arrays.equals(succ, once);
        } catch (ScenarioException e) {
            throw e;
        } catch (IllegalStateException | IllegalArgumentException e) {
            same = false;
        }
        if (!same) {
            System.arraycopy(once, 0, succ, 0, succ.length);
            restoreState();
            throw Impurity.of(model, action, "at once");
        }
    }

    private boolean failsAgain(int action, String message) {
        try {
            model.act(action);
            return false;
        } catch (ScenarioException e) {
            throw e;
        } catch (IllegalStateException | IllegalArgumentException e) {
            return String.valueOf(message).equals(String.valueOf(e.getMessage()));
        }
    }

    /** In states of the whole search, the last first, does all that could happen once more, and asks the invariants. */
    private void againAtTheEnd() {
        for (int i = twice.kept() - 1; i >= 0; i--) {
            int[] kept = twice.state(i);
            restore(kept[0]);
            Invariant fails = checks.broken(Invariant.When.ALWAYS, model.eyes(), false);
            if (fails != null) {
                throw new ScenarioException(
                        "the invariant \"" + fails.name()
                                + "\" is no pure function of what it sees: it held in a state and,"
                                + " asked again at the end of the search, does not",
                        null);
            }
            int width = state.length;
            int at = kept.length;
            for (int action = model.actions() - 1; action >= 0; action--) {
                boolean could = at > 1 && kept[at - 2 - width] == action;
                at -= could ? 2 + width : 0;
                if (model.can(action) != could) {
                    throw new ScenarioException(
                            scenario.name()
                                    + " is no pure function of its frames and shared words: what can happen in a"
                                    + " state is not what could when the search was there",
                            null);
                }
                if (could) {
                    sameAgain(kept, at, action);
                    restoreState();
                }
            }
        }
        if (goal == Goal.NONE) {
            oftenAtTheEnd();
        }
        ownership.takeSurprised();
    }

    /** Does transitions of every kind once more, thousands of times. */
    private void oftenAtTheEnd() {
        int each = often.each(timesEach, transitions);
        long asked = 0;
        for (int turn = 0; redoneEach < each; turn++) {
            int times = Math.min(IN_A_ROW, each - redoneEach);
            for (int i = 0; i < times && settleSteps > 0; i++) {
                settleAgain();
            }
            for (int[] kept : often.turn(turn)) {
                restore(kept[0]);
                for (int i = 0; i < times; i++) {
                    sameAgain(kept, 1, kept[1]);
                    back();
                }
                if ((++asked & ASK_EVERY - 1) == 0 && !goesOn.test(nodes.states())) {
                    return;
                }
            }
            redoneEach += times;
        }
    }

    private void sameAgain(int[] kept, int at, int action) {
        int took = kept[at + 1];
        boolean same;
        try {
            model.act(action);
            takeSuccessor();
            same = model.took() == took && Arrays.equals(succ, 0, succ.length, kept, at + 2, at + 2 + succ.length);
        } catch (ScenarioException e) {
            throw e;
        } catch (IllegalStateException | IllegalArgumentException e) {
            same = took == Prelude.FAILED;
        }
        twice.redoneOne();
        if (!same) {
            restoreState();
            throw Impurity.of(model, action, "during the search and at its end");
        }
    }

    private void restore(int node) {
        for (int part = 0; part < state.length; part++) {
            state[part] = nodes.part(node, part);
        }
        restoreState();
    }

    private void restoreState() {
        for (int part = 0; part < state.length; part++) {
            tables[part].read(state[part], buffer);
            model.restore(part, buffer);
        }
        model.clockBack();
    }

    /** Undoes the action that led from {@code state} to {@code succ}. */
    private void back() {
        model.clockBack();
        for (int part = 0; part < state.length; part++) {
            if (succ[part] != state[part] || model.takeChanged(part)) {
                tables[part].read(state[part], buffer);
                model.restore(part, buffer);
            }
        }
    }

    private Verdict violated(Found found) {
        Schedule schedule = scheduleTo(found.node(), found.action());
        int preemptions = found.action() != NO_ACTION ? found.level() : nodes.level(found.node());
        return verdict(
                Verdict.Outcome.VIOLATED,
                Optional.of(new Verdict.Violation(found.invariant(), found.message(), schedule, preemptions)));
    }

    private Verdict cut(String why) {
        cutBy = why;
        if (goal == Goal.NONE) {
            againAtTheEnd();
        }
        return verdict(Verdict.Outcome.CUT, Optional.empty());
    }

    /** Looks at a node; whoever throws there is named with the schedule that led to it. */
    private @Nullable Found expanded(int node) {
        try {
            return expand(node);
        } catch (ScenarioException e) {
            if (ownership.surprised()) {
                return null; // it shows again in the search that begins anew
            }
            throw e.after(scheduleTo(node, NO_ACTION));
        }
    }

    private Schedule scheduleTo(int node, int action) {
        IntList backwards = new IntList();
        if (action != NO_ACTION) {
            backwards.add(action);
        }
        for (int at = node; nodes.parent(at) != NodeTable.NONE; at = nodes.parent(at)) {
            backwards.add(nodes.action(at));
        }
        int[] actions = new int[backwards.size()];
        for (int i = 0; i < actions.length; i++) {
            actions[i] = backwards.get(actions.length - 1 - i);
        }
        return Replay.unfold(scenario, ownership, prefix, actions);
    }

    private Verdict verdict(Verdict.Outcome outcome, Optional<Verdict.Violation> violation) {
        long bytes = nodes.bytes() + graph.bytes();
        for (WordTable table : tables) {
            bytes += table.bytes();
        }
        return new Verdict(
                outcome,
                violation,
                nodes.states(),
                transitions,
                deepest,
                Math.min(bounds.preemptions(), open.highestLevel()),
                bytes,
                bounded,
                checks.counted(),
                twice.redone(),
                redoneEach,
                scenario.horizonPs,
                cutBy,
                coverage.neverExecuted());
    }
}
