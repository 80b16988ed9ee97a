package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.Arrays;

/**
 * When instructions are over on a processor that issues a few of them a cycle in order and executes each as soon as its
 * inputs are there: registers, flags, and memory that has just been stored. Two loads and one store begin a cycle. That is
 * what makes variables in memory dear: a counter that lives there takes a load of what was just stored in every round.
 *
 * <p>All times are in thousandths of a cycle. Not modelled: caches (everything hits the first level), branch prediction
 * (always right), the size of the window, fusion of instructions, elimination of moves.
 */
final class Pipeline {
    private static final long CYCLE = 1000;
    private static final long MULTIPLY = 3 * CYCLE;
    private static final long DIVIDE = 25 * CYCLE;

    private final long issueGap;
    private final long loadLatency;
    private final long storeForward;
    private final long takenBranch;
    private final long callReturn;
    private final long[] registerReady = new long[16];
    private final Long2LongOpenHashMap storedAt = new Long2LongOpenHashMap();
    private long flagsReady;
    private long nextIssue;
    private long lastIssue;
    private long nextLoad;
    private long nextStore;
    private long over;
    private long instructions;
    private long loads;
    private long stores;
    private long calls;

    Pipeline(CostModel model) {
        this.issueGap = CYCLE / model.count("code.issue_width");
        this.loadLatency = cycles(model, "code.load_latency");
        this.storeForward = cycles(model, "code.store_forward");
        this.takenBranch = cycles(model, "code.taken_branch");
        this.callReturn = cycles(model, "code.return");
        storedAt.defaultReturnValue(-1);
    }

    private static long cycles(CostModel model, String name) {
        return model.permille(name) * CYCLE / 1000;
    }

    /** Begins anew at time 0, with everything ready. */
    void reset() {
        Arrays.fill(registerReady, 0);
        storedAt.clear();
        flagsReady = 0;
        nextIssue = 0;
        lastIssue = 0;
        nextLoad = 0;
        nextStore = 0;
        over = 0;
        instructions = 0;
        loads = 0;
        stores = 0;
        calls = 0;
    }

    /** Issues the next instruction; returns when at the earliest it can begin. */
    long issue() {
        instructions++;
        long at = nextIssue;
        lastIssue = at;
        nextIssue += issueGap;
        over = Math.max(over, at + CYCLE);
        return at;
    }

    long register(int number) {
        return registerReady[number];
    }

    void writeRegister(int number, long ready) {
        registerReady[number] = ready;
        over = Math.max(over, ready);
    }

    long flags() {
        return flagsReady;
    }

    void writeFlags(long ready) {
        flagsReady = ready;
        over = Math.max(over, ready);
    }

    /** A load whose address is known at {@code from}; returns when its value is there. */
    long load(long address, int bytes, long from) {
        loads++;
        long begin = Math.max(from, nextLoad);
        nextLoad = Math.max(nextLoad, lastIssue) + CYCLE / 2; // a load that waits does not hold back later ones
        long stored = -1;
        for (long granule = address >> 3; granule <= (address + bytes - 1) >> 3; granule++) {
            stored = Math.max(stored, storedAt.get(granule));
        }
        return stored < 0 ? begin + loadLatency : Math.max(begin + loadLatency, stored + storeForward);
    }

    /** A store whose address and value are there at {@code from}. */
    void store(long address, int bytes, long from) {
        stores++;
        long begin = Math.max(from, nextStore);
        nextStore = Math.max(nextStore, lastIssue) + CYCLE;
        for (long granule = address >> 3; granule <= (address + bytes - 1) >> 3; granule++) {
            storedAt.put(granule, begin);
        }
        over = Math.max(over, begin + CYCLE);
    }

    static long latency(Instruction.Operation operation) {
        return switch (operation) {
            case IMUL, MUL -> MULTIPLY;
            case DIV, IDIV -> DIVIDE;
            default -> CYCLE;
        };
    }

    void branchTaken() {
        nextIssue = (nextIssue + CYCLE - 1) / CYCLE * CYCLE + takenBranch - CYCLE;
    }

    void callOrReturn() {
        calls++;
        nextIssue += callReturn / 2;
    }

    /** Returns when everything is over, in thousandths of a cycle. */
    long milliCycles() {
        return over;
    }

    long instructions() {
        return instructions;
    }

    /** Returns how many calls and returns there were. */
    long calls() {
        return calls;
    }

    long memoryAccesses() {
        return loads + stores;
    }
}
