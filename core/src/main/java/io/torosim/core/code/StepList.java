package io.torosim.core.code;

import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps.StepBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link Steps} builds: entries in arrays, executed by one loop. Tests and jumps take no time and do not leave it. */
final class StepList extends GuestCode {
    private static final int MOST_TESTS_AT_ONCE = 1_000_000;

    private final String name;
    private final int words;
    private final long instants;
    private final int[] ops;
    private final int[] lefts;
    private final long[] rights;
    private final int[] targets;
    private final @Nullable StepBody[] bodies;
    private final String[] names;
    private final String[] sources;

    StepList(String name, int words, long instants, List<Steps.Entry> entries) {
        this.name = name;
        this.words = words;
        this.instants = instants;
        int count = entries.size();
        ops = new int[count];
        lefts = new int[count];
        rights = new long[count];
        targets = new int[count];
        bodies = new StepBody[count];
        names = new String[count];
        sources = new String[count];
        for (int i = 0; i < count; i++) {
            Steps.Entry entry = entries.get(i);
            ops[i] = entry.op;
            lefts[i] = entry.left;
            rights[i] = entry.right;
            targets[i] = entry.target;
            bodies[i] = entry.body;
            names[i] = entry.name;
            sources[i] = entry.source;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int words() {
        return words;
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        int at = frame.entry;
        for (int i = 0; i < MOST_TESTS_AT_ONCE; i++) {
            switch (ops[at]) {
                case Steps.STEP -> {
                    frame.entry = at + 1;
                    cpu.at = at;
                    long result = bodies[at].run(cpu, frame);
                    if (result == StepResult.SPIN) {
                        frame.entry = at; // it has done nothing, and is asked again
                    }
                    return result;
                }
                case Steps.UNLESS_POSITIVE -> at = w[lefts[at]] > 0 ? at + 1 : targets[at];
                case Steps.UNLESS_LESS -> at = w[lefts[at]] < w[(int) rights[at]] ? at + 1 : targets[at];
                case Steps.UNLESS_EQUAL -> at = w[lefts[at]] == rights[at] ? at + 1 : targets[at];
                case Steps.JUMP -> at = targets[at];
                case Steps.RETURN -> {
                    return StepResult.RETURN;
                }
                default -> throw new AssertionError(ops[at]);
            }
        }
        throw new IllegalStateException("a loop without a step that takes time, at: " + names[at]);
    }

    @Override
    public boolean isInstant(int word) {
        return (instants >> word & 1) != 0;
    }

    @Override
    public int entries() {
        return ops.length;
    }

    @Override
    public boolean isStep(int entry) {
        return ops[entry] == Steps.STEP;
    }

    @Override
    public String entryName(int entry) {
        return entry >= 0 && entry < names.length ? names[entry] : "entry " + entry;
    }

    @Override
    public String source(int entry) {
        return entry >= 0 && entry < sources.length ? sources[entry] : "";
    }

    @Override
    public String toString() {
        return name;
    }
}
