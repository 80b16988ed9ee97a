package io.torosim.core.explore;

import io.torosim.core.explore.TinyGuest.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All schedules of tiny guests, one after the other, by copying the whole state: no hashing of what is visited, no reduction, no word of the
 * search's own code. What a processor does is written here a second time.
 */
final class NaiveEnumeration {
    private static final int RUNNING = 0;
    private static final int HALTED = 1;
    private static final int MWAITING = 2;
    private static final int OFF = 3;

    /** The whole state. */
    private static final class State {
        long[] memory;
        int[] status;
        boolean[] enabled;
        boolean[][] pending;
        int[] at;
        long[] register;
        int[] handler; // -1 for none
        int[] handlerAt;
        long[] handlerRegister;
        int[] line; // -1 none, -2 written
        int[][] flying;
        List<List<long[]>> buffers;

        State copy() {
            State copy = new State();
            copy.memory = memory.clone();
            copy.status = status.clone();
            copy.enabled = enabled.clone();
            copy.pending = Arrays.stream(pending).map(boolean[]::clone).toArray(boolean[][]::new);
            copy.at = at.clone();
            copy.register = register.clone();
            copy.handler = handler.clone();
            copy.handlerAt = handlerAt.clone();
            copy.handlerRegister = handlerRegister.clone();
            copy.line = line.clone();
            copy.flying = Arrays.stream(flying).map(int[]::clone).toArray(int[][]::new);
            copy.buffers = new ArrayList<>();
            for (List<long[]> buffer : buffers) {
                copy.buffers.add(new ArrayList<>(buffer));
            }
            return copy;
        }
    }

    private final List<List<Op>> programs;
    private final List<List<Op>> handlers;
    private final int bufferDepth;
    private final Predicate<long[]> always;
    private final Predicate<long[]> atRest;
    private final long mostVisits;
    private final Set<String> restMemories = new HashSet<>();
    private long visits;
    private int bestPreemptions = Integer.MAX_VALUE;
    private int bestSteps = Integer.MAX_VALUE;

    NaiveEnumeration(
            List<List<Op>> programs,
            List<List<Op>> handlers,
            int bufferDepth,
            Predicate<long[]> always,
            Predicate<long[]> atRest,
            long mostVisits) {
        this.programs = programs;
        this.handlers = handlers;
        this.bufferDepth = bufferDepth;
        this.always = always;
        this.atRest = atRest;
        this.mostVisits = mostVisits;
    }

    /** Returns false if there are more schedules than it was told to look at. */
    boolean enumerate(int words) {
        int n = programs.size();
        State first = new State();
        first.memory = new long[words];
        first.status = new int[n];
        first.enabled = new boolean[n];
        Arrays.fill(first.enabled, true);
        first.pending = new boolean[n][handlers.size()];
        first.at = new int[n];
        first.register = new long[n];
        first.handler = new int[n];
        Arrays.fill(first.handler, -1);
        first.handlerAt = new int[n];
        first.handlerRegister = new long[n];
        first.line = new int[n];
        Arrays.fill(first.line, -1);
        first.flying = new int[n][handlers.size()];
        first.buffers = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            first.buffers.add(new ArrayList<>());
        }
        visit(first, -1, 0, 0);
        return visits <= mostVisits;
    }

    boolean violated() {
        return bestPreemptions != Integer.MAX_VALUE;
    }

    int preemptions() {
        return bestPreemptions;
    }

    int steps() {
        return bestSteps;
    }

    Set<String> restMemories() {
        return restMemories;
    }

    private void visit(State s, int last, int preemptions, int steps) {
        if (++visits > mostVisits) {
            return;
        }
        if (!always.test(s.memory)) {
            bad(preemptions, steps);
            return;
        }
        int n = programs.size();
        boolean any = false;
        for (int p = 0; p < n; p++) {
            if (canStep(s, p)) {
                any = true;
                State next = s.copy();
                step(next, p);
                visit(next, p, preemptions + (last >= 0 && last != p && canStep(s, last) ? 1 : 0), steps + 1);
            }
            if (!s.buffers.get(p).isEmpty()) {
                any = true;
                State next = s.copy();
                flush(next, p);
                visit(next, last, preemptions, steps + 1);
            }
            for (int v = 0; v < handlers.size(); v++) {
                if (s.flying[p][v] > 0) {
                    any = true;
                    State next = s.copy();
                    next.flying[p][v]--;
                    next.pending[p][v] = true;
                    visit(next, last, preemptions, steps + 1);
                }
            }
        }
        if (!any) {
            restMemories.add(Arrays.toString(s.memory));
            if (!atRest.test(s.memory)) {
                bad(preemptions, steps);
            }
        }
    }

    private void bad(int preemptions, int steps) {
        if (preemptions < bestPreemptions || preemptions == bestPreemptions && steps < bestSteps) {
            bestPreemptions = preemptions;
            bestSteps = steps;
        }
    }

    private boolean anyPending(State s, int p) {
        for (boolean one : s.pending[p]) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private boolean canStep(State s, int p) {
        if (s.status[p] == OFF) {
            return false;
        }
        return s.status[p] == RUNNING || s.enabled[p] && anyPending(s, p);
    }

    private void step(State s, int p) {
        if (s.enabled[p] && anyPending(s, p)) {
            int v = handlers.size() - 1;
            while (!s.pending[p][v]) {
                v--;
            }
            s.pending[p][v] = false;
            drain(s, p);
            s.status[p] = RUNNING;
            s.enabled[p] = false;
            s.handler[p] = v;
            s.handlerAt[p] = 0;
            s.handlerRegister[p] = 0;
            return;
        }
        boolean inHandler = s.handler[p] >= 0;
        List<Op> ops = inHandler ? handlers.get(s.handler[p]) : programs.get(p);
        int at = inHandler ? s.handlerAt[p] : s.at[p];
        if (at >= ops.size()) {
            if (inHandler) {
                s.handler[p] = -1;
                s.enabled[p] = true;
                drain(s, p);
            } else {
                s.status[p] = OFF;
            }
            return;
        }
        Op op = ops.get(at);
        long r = inHandler ? s.handlerRegister[p] : s.register[p];
        at++;
        switch (op.kind()) {
            case LOAD -> r = seen(s, p, op.target());
            case STORE -> store(s, p, op.target(), op.value());
            case STORE_REGISTER -> store(s, p, op.target(), r + op.value());
            case ADD -> {
                drain(s, p);
                r = s.memory[op.target()];
                write(s, p, op.target(), r + op.value());
            }
            case EXCHANGE -> {
                drain(s, p);
                r = s.memory[op.target()];
                write(s, p, op.target(), op.value());
            }
            case FENCE -> drain(s, p);
            case CLI -> s.enabled[p] = false;
            case STI -> s.enabled[p] = true;
            case HLT -> s.status[p] = HALTED;
            case STI_HLT -> {
                s.enabled[p] = true;
                s.status[p] = HALTED;
            }
            case IPI -> {
                drain(s, p);
                s.flying[op.target()][op.value()]++;
            }
            case IPI_X2 -> s.flying[op.target()][op.value()]++;
            case SKIP_IF_ZERO -> at += r == 0 ? op.value() : 0;
            case COUNT -> r += op.value();
            case MONITOR -> s.line[p] = op.target();
            case MWAIT -> {
                if (s.line[p] == -2 || s.enabled[p] && anyPending(s, p)) {
                    s.line[p] = -1;
                } else {
                    s.status[p] = MWAITING;
                }
            }
            default -> throw new AssertionError(op);
        }
        if (inHandler) {
            s.handlerAt[p] = at;
            s.handlerRegister[p] = r;
        } else {
            s.at[p] = at;
            s.register[p] = r;
        }
    }

    private long seen(State s, int p, int word) {
        long value = s.memory[word];
        for (long[] store : s.buffers.get(p)) {
            if (store[0] == word) {
                value = store[1];
            }
        }
        return value;
    }

    private void store(State s, int p, int word, long value) {
        if (bufferDepth == 0) {
            write(s, p, word, value);
            return;
        }
        if (s.buffers.get(p).size() == bufferDepth) {
            flush(s, p);
        }
        s.buffers.get(p).add(new long[] {word, value});
    }

    private void flush(State s, int p) {
        long[] store = s.buffers.get(p).remove(0);
        write(s, p, (int) store[0], store[1]);
    }

    private void drain(State s, int p) {
        while (!s.buffers.get(p).isEmpty()) {
            flush(s, p);
        }
    }

    private void write(State s, int by, int word, long value) {
        s.memory[word] = value;
        for (int p = 0; p < programs.size(); p++) {
            if (p != by && s.line[p] == word) {
                boolean waiting = s.status[p] == MWAITING;
                s.line[p] = waiting ? -1 : -2;
                s.status[p] = waiting ? RUNNING : s.status[p];
            }
        }
    }
}
