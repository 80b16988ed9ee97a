package io.torosim.core.explore;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.Frame.FrameStack;
import io.torosim.core.code.GuestCode.Frame.FrameStack.CodeTable;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.explore.Scenario.DeviceHand;
import io.torosim.core.explore.Scenario.Look;
import io.torosim.core.machine.Vcpu.GuestPanic;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One state of a scenario that can be stepped, saved as words and restored. What happens is an action: a number.
 *
 * <p>The parts of a state are saved apart, one to a vCPU, one for the memory and one for what is under way, since most actions change one or
 * two of them. Instants are saved relative to now and clamped at the horizon, so now itself is in no part.
 *
 * <p>{@link Search}, {@link Walk} and {@link Sampling} step it. It executes each vCPU's {@link CodeRun} on a {@link ModelCpu}, keeps what others cannot
 * see yet in a {@link StoreBuffer}, and tells {@link Ownership} who touched which word.
 */
final class Model implements DeviceHand {
    static final int RUNNING = 0;
    static final int HALTED = 1;
    static final int MWAITING = 2;
    static final int OFF = 3;
    static final int HUNG = 4;

    /** More steps that nobody sees are not put together: a loop of them must come back to a state. */
    private static final int MOST_UNSEEN = 64;

    private static final int DEEPEST_NESTING = 8;
    private static final long NEVER = Long.MAX_VALUE;
    /** Now, about: so large that no number of a guest but an instant comes near it. */
    private static final long ABOUT_NOW = 1L << 50;

    private static final long NEAR_NOW = 1L << 49;

    private static final int NO_LINE = 0;
    private static final int LINE_WRITTEN = 1;
    private static final int FIRST_LINE = 2;

    final Scenario scenario;
    final Ownership ownership;
    private final CodeTable<GuestCode> codes;
    private final int vcpus;
    private final int[] vectors;
    private final long[] words;
    private final int[] status;
    private final boolean[] enabled;
    private final long[] pending;
    private final int[][] contexts;
    private final int[] depth;
    private final CodeRun[][] runs;
    private final ModelCpu[] cpus;
    private final int[] line;
    private final long[] deadlinePs;
    private final int[] timerVector;
    private final StoreBuffer[] buffers;
    private final int[] ipis;
    private final int[] stimuliLeft;
    private final boolean[] partChanged;
    private final FrameStack before = new FrameStack();
    private long[] undoValues = new long[16];
    private int[] undoWords = new int[16];
    private int undos;
    private boolean undoing;
    private final long clockBasePs;
    private long nowPs;
    private int took;
    private final Look eyes = new Eyes(this);
    private @Nullable Teller teller;
    private final Coverage coverage;

    /** Hears what happens, for a schedule that is printed. */
    interface Teller {
        /** An entry of a routine was executed on a vCPU. */
        void step(int vcpu, GuestCode code, int entry);

        /** Something was done. */
        void did(int vcpu, String what);
    }

    Model(Scenario scenario, Ownership ownership, Coverage coverage) {
        this.scenario = scenario;
        this.ownership = ownership;
        this.coverage = coverage;
        codes = new CodeTable<>();
        vcpus = scenario.programs.size();
        vectors = scenario.vectors();
        words = scenario.initialWords();
        status = new int[vcpus];
        enabled = new boolean[vcpus];
        Arrays.fill(enabled, true);
        pending = new long[vcpus];
        contexts = new int[vcpus][DEEPEST_NESTING];
        depth = new int[vcpus];
        Arrays.fill(depth, 1);
        runs = new CodeRun[vcpus][1 + vectors.length];
        cpus = new ModelCpu[vcpus];
        line = new int[vcpus];
        deadlinePs = new long[vcpus];
        Arrays.fill(deadlinePs, NEVER);
        timerVector = new int[vcpus];
        buffers = new StoreBuffer[vcpus];
        ipis = new int[vcpus * vectors.length];
        stimuliLeft = new int[scenario.stimuli.size()];
        for (int i = 0; i < stimuliLeft.length; i++) {
            stimuliLeft[i] = scenario.stimuli.get(i).times();
        }
        partChanged = new boolean[vcpus + 2];
        clockBasePs = scenario.horizonPs == 0 ? 0 : ABOUT_NOW / scenario.horizonPs * scenario.horizonPs;
        nowPs = clockBasePs;
        for (int p = 0; p < vcpus; p++) {
            cpus[p] = new ModelCpu(this, p);
            buffers[p] = new StoreBuffer(scenario.storeBufferDepth);
            Scenario.Program program = scenario.programs.get(p);
            runs[p][0] = new CodeRun(cpus[p], program.code());
            Frame frame = runs[p][0].begin();
            System.arraycopy(program.arguments(), 0, frame.w, 0, program.arguments().length);
            codes.numberOf(program.code());
            int v = 1;
            for (GuestCode handler : scenario.handlers.values()) {
                runs[p][v++] = new CodeRun(cpus[p], handler);
                codes.numberOf(handler);
            }
        }
    }

    void tell(@Nullable Teller who) {
        teller = who;
    }

    // ---- actions

    int actions() {
        return 3 * vcpus + ipis.length + stimuliLeft.length + 1;
    }

    int vcpus() {
        return vcpus;
    }

    int tick() {
        return actions() - 1;
    }

    /** Returns whether the action is a step of a vCPU; its number is the vCPU's. */
    boolean isStep(int action) {
        return action < vcpus;
    }

    /** Returns the vCPU that an action belongs to, -1 for none. */
    int vcpuOf(int action) {
        if (action < 3 * vcpus) {
            return action % vcpus;
        }
        int ipi = action - 3 * vcpus;
        return ipi < ipis.length ? ipi / vectors.length : -1;
    }

    /** Returns whether nobody can rely on the action: something that only may come, or the time that passes by itself. */
    boolean optional(int action) {
        int stimulus = action - 3 * vcpus - ipis.length;
        if (stimulus < 0) {
            return false;
        }
        return stimulus == stimuliLeft.length || !scenario.stimuli.get(stimulus).certain();
    }

    /** Returns whether the action can be done now. */
    boolean can(int action) {
        if (action < vcpus) {
            return canStep(action);
        }
        if (action < 2 * vcpus) {
            return buffers[action - vcpus].count > 0;
        }
        if (action < 3 * vcpus) {
            return deadlinePs[action - 2 * vcpus] <= nowPs;
        }
        int at = action - 3 * vcpus;
        if (at < ipis.length) {
            return ipis[at] > 0;
        }
        at -= ipis.length;
        if (at < stimuliLeft.length) {
            return stimuliLeft[at] > 0 && possible(scenario.stimuli.get(at));
        }
        return scenario.tickPs > 0;
    }

    private boolean possible(Stimulus stimulus) {
        try {
            return stimulus.possible().test(eyes);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new ScenarioException("the stimulus \"" + stimulus.name() + "\" throws when asked: " + e, e);
        }
    }

    private void come(Stimulus stimulus) {
        told(-1, stimulus.name());
        coverage.came(stimulus);
        try {
            stimulus.effect().accept(this);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new ScenarioException("the stimulus \"" + stimulus.name() + "\" throws: " + e, e);
        }
    }

    private boolean canStep(int p) {
        boolean interrupted = enabled[p] && pending[p] != 0;
        return status[p] == RUNNING || interrupted && (status[p] == HALTED || status[p] == MWAITING);
    }

    /** Returns whether nothing can happen any more but what nobody can rely on. */
    boolean atRest() {
        for (int p = 0; p < vcpus; p++) {
            if (deadlinePs[p] != NEVER || canStep(p) || buffers[p].count > 0) {
                return false;
            }
        }
        int actions = actions();
        for (int a = 3 * vcpus; a < actions - 1; a++) {
            if (can(a) && !optional(a)) {
                return false;
            }
        }
        return true;
    }

    /** Does an action; returns how many steps it was, with those after it that nobody sees. */
    int act(int action) {
        actAlone(action);
        return action < vcpus ? 1 + settle(action) : 1;
    }

    /** Returns a number of the times that the steps of the last action said they take. */
    int took() {
        return took;
    }

    /** Returns a number of what an action is about to do, for counting: much the same for each step of a routine. */
    int placeOf(int action) {
        if (action >= vcpus || enabled[action] && pending[action] != 0) {
            return action;
        }
        FrameStack stack = runs[action][contexts[action][depth[action] - 1]].stack();
        int routine = stack.depth() == 0 ? 0 : codes.numberOf(stack.top().code()) * 31 + stack.top().entry;
        return (routine * MOST_UNSEEN + action) * 0x9e3779b1 >>> 8;
    }

    /** Returns what invariants see: nothing can be changed through it. */
    Look eyes() {
        return eyes;
    }

    /** Does an action and nothing after it. */
    void actAlone(int action) {
        took = 0;
        if (action < vcpus) {
            step(action);
            return;
        }
        if (action < 2 * vcpus) {
            flush(action - vcpus);
            return;
        }
        if (action < 3 * vcpus) {
            int p = action - 2 * vcpus;
            deadlinePs[p] = NEVER;
            raiseIndex(p, timerVector[p]);
            if (teller != null) {
                teller.did(p, "timer: vector " + vectors[timerVector[p]]);
            }
            return;
        }
        int at = action - 3 * vcpus;
        if (at < ipis.length) {
            ipis[at]--;
            partChanged[vcpus + 1] = true;
            raiseIndex(at / vectors.length, at % vectors.length);
            if (teller != null) {
                teller.did(at / vectors.length, "interrupt arrives: vector " + vectors[at % vectors.length]);
            }
            return;
        }
        at -= ipis.length;
        if (at < stimuliLeft.length) {
            stimuliLeft[at]--;
            partChanged[vcpus + 1] = true;
            come(scenario.stimuli.get(at));
            return;
        }
        nowPs += scenario.tickPs;
        Arrays.fill(partChanged, true);
        told(-1, "a tick passes");
    }

    private void step(int p) {
        partChanged[p] = true;
        if (enabled[p] && pending[p] != 0) {
            takeInterrupt(p);
            return;
        }
        int context = contexts[p][depth[p] - 1];
        CodeRun run = runs[p][context];
        cpus[p].context = context;
        cpus[p].begin(false);
        long result;
        try {
            result = run.next();
        } catch (GuestPanic e) { // on a machine it stops its vCPU; what a search is there for is that none does
            throw new IllegalStateException("vCPU " + p + " panics, in " + run.place() + ": " + e.getMessage(), e);
        }
        took = (int) result;
        try {
            if ((result == StepResult.HALT || result == StepResult.MWAIT) && cpus[p].accesses() > 0) {
                throw new IllegalArgumentException("an access that others can see and "
                        + (result == StepResult.HALT ? "hlt" : "mwait")
                        + " in one step: something may come between them, so they are two");
            }
            checkInstants(run.stack());
            finish(p, result);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(run.place() + ", on vCPU " + p + ": " + e.getMessage(), e);
        }
    }

    /** An instant in a word that is not declared would make the search take states for one that are not. */
    private void checkInstants(FrameStack stack) {
        if (scenario.tickPs == 0) {
            return;
        }
        for (int f = 0; f < stack.depth(); f++) {
            Frame frame = stack.frame(f);
            GuestCode code = frame.code();
            for (int w = 0; w < code.words(); w++) {
                if (looksLikeInstant(frame.w[w])) {
                    if (!code.isInstant(w)) {
                        throw new IllegalArgumentException("word " + w + " of the frame of " + code.name()
                                + " holds an instant and is not declared: Steps.instants(" + w + ")");
                    }
                    checkHorizon("word " + w + " of the frame of " + code.name(), frame.w[w]);
                }
            }
        }
    }

    private boolean looksLikeInstant(long value) {
        return scenario.tickPs > 0 && value > NEAR_NOW && value < ABOUT_NOW + NEAR_NOW;
    }

    private void checkHorizon(String what, long instantPs) {
        if (instantPs - nowPs > scenario.horizonPs) {
            throw new IllegalArgumentException(what + " lies " + (instantPs - nowPs)
                    + " ps ahead, further than the horizon of the clock, " + scenario.horizonPs + " ps");
        }
    }

    private void takeInterrupt(int p) {
        int v = Long.SIZE - 1 - Long.numberOfLeadingZeros(pending[p]);
        pending[p] &= ~(1L << v);
        drain(p);
        status[p] = RUNNING;
        enabled[p] = false;
        for (int i = 0; i < depth[p]; i++) {
            if (contexts[p][i] == v + 1) {
                throw new IllegalStateException("vector " + vectors[v] + " interrupts its own handler on vCPU " + p);
            }
        }
        if (depth[p] == DEEPEST_NESTING) {
            throw new IllegalStateException("interrupts nested deeper than " + DEEPEST_NESTING + " on vCPU " + p);
        }
        contexts[p][depth[p]++] = v + 1;
        runs[p][v + 1].begin();
        if (teller != null) {
            teller.did(p, "takes vector " + vectors[v]);
        }
    }

    private void finish(int p, long result) {
        if (result >= 0) {
            return;
        }
        if (result == StepResult.SPIN) {
            throw new IllegalArgumentException(
                    "SPIN in a scenario, where no Vcpu.roundRepeats can have said that the loop"
                            + " repeats: a step that looks in vain returns the time that it takes");
        }
        if (result == StepResult.DONE) {
            if (depth[p] == 1) {
                status[p] = OFF;
                told(p, "ends");
            } else {
                depth[p]--;
                drain(p); // iret is serialising
                enabled[p] = true;
                told(p, "iret");
            }
        } else if (result == StepResult.HALT) {
            status[p] = HALTED;
            told(p, enabled[p] ? "halts" : "halts with interrupts disabled");
        } else if (result == StepResult.MWAIT) {
            boolean through = line[p] == LINE_WRITTEN || enabled[p] && pending[p] != 0;
            status[p] = through ? RUNNING : MWAITING;
            line[p] = through ? NO_LINE : line[p];
            told(p, through ? "mwait falls through" : "mwaits");
        } else if (result == StepResult.OFF) {
            status[p] = OFF;
        } else if (result == StepResult.HANG) {
            status[p] = HUNG;
            enabled[p] = false;
        } else {
            throw new IllegalArgumentException("no such step result in a scenario: " + result);
        }
    }

    /** Does the steps that follow and that nobody sees; returns how many. */
    int settle(int p) {
        if (!ownership.reduces()) {
            return 0;
        }
        int done = 0;
        while (done < MOST_UNSEEN && status[p] == RUNNING && !(enabled[p] && pending[p] != 0)) {
            int context = contexts[p][depth[p] - 1];
            CodeRun run = runs[p][context];
            before.set(run.stack());
            cpus[p].context = context;
            cpus[p].begin(true);
            undos = 0;
            undoing = true;
            long result;
            try {
                result = run.next();
            } catch (IllegalStateException | IllegalArgumentException | GuestPanic e) {
                result = -1; // an error: if it is one, it shows when it is done in earnest
            } finally {
                undoing = false;
            }
            if (result < 0 || cpus[p].wasCut() || !instantsDeclared(run.stack())) {
                run.stack().set(before);
                for (int i = undos - 1; i >= 0; i--) {
                    words[undoWords[i]] = undoValues[i];
                }
                break;
            }
            done++;
            took = 31 * took + (int) result;
        }
        return done;
    }

    private boolean instantsDeclared(FrameStack stack) {
        try {
            checkInstants(stack);
            return true;
        } catch (IllegalArgumentException e) {
            return false; // shows when it is done in earnest
        }
    }

    // ---- what a processor does

    void interrupts(int p, boolean on) {
        enabled[p] = on;
        told(p, on ? "sti" : "cli");
    }

    boolean buffered() {
        return scenario.storeBufferDepth > 0;
    }

    void needsClock() {
        if (scenario.tickPs == 0) {
            throw new IllegalArgumentException("the scenario has no clock: Scenario.Builder.clock gives it one");
        }
    }

    void sendIpi(int from, int target, int vector) {
        int v = vectorIndex(vector);
        checkVcpu(target);
        if (++ipis[target * vectors.length + v] > 255) {
            throw new IllegalArgumentException("more than 255 interrupts on their way to vCPU " + target);
        }
        partChanged[vcpus + 1] = true;
        if (teller != null) {
            teller.did(from, "ipi to cpu" + target + ": vector " + vector);
        }
    }

    private int vectorIndex(int vector) {
        int v = Arrays.binarySearch(vectors, vector);
        if (v < 0) {
            throw new IllegalArgumentException("no handler of vector " + vector + " in scenario " + scenario.name());
        }
        return v;
    }

    void setTimer(int p, int vector, long atPs) {
        timerVector[p] = vectorIndex(vector);
        checkHorizon("the timer of vCPU " + p, atPs);
        deadlinePs[p] = atPs == 0 ? NEVER : atPs;
        told(p, atPs == 0 ? "timer stopped" : "timer set");
    }

    void monitor(int p, long address) {
        int word = scenario.wordAt(address, 1);
        ownership.observed(word);
        line[p] = FIRST_LINE + word;
        if (teller != null) {
            teller.did(p, "monitors " + scenario.wordNames.get(word));
        }
    }

    long load(int p, long address, int width) {
        int word = scenario.wordAt(address, width);
        long value = buffers[p].seen(word, words[word]);
        if (width == 8) {
            return value;
        }
        return value >>> 8 * (address & Scenario.STRIDE - 1) & (1L << 8 * width) - 1;
    }

    void store(int p, long address, int width, long value, boolean mayWait) {
        int word = scenario.wordAt(address, width);
        int shape = (int) (address & Scenario.STRIDE - 1) << 4 | width;
        if (mayWait && buffered()) {
            if (buffers[p].full()) {
                flush(p);
            }
            buffers[p].add(word, shape, value);
            partChanged[p] = true;
            if (teller != null) {
                teller.did(p, scenario.wordNames.get(word) + " := " + shown(word, value) + " (buffered)");
            }
            return;
        }
        write(p, word, StoreBuffer.merge(words[word], shape, value));
        if (teller != null) {
            teller.did(p, scenario.wordNames.get(word) + " := " + shown(word, value));
        }
    }

    private void write(int by, int word, long value) {
        if (undoing) {
            if (undos == undoWords.length) {
                undoWords = Arrays.copyOf(undoWords, 2 * undos);
                undoValues = Arrays.copyOf(undoValues, 2 * undos);
            }
            undoWords[undos] = word;
            undoValues[undos++] = words[word];
        }
        if (looksLikeInstant(value)) {
            if (!scenario.instants[word]) {
                throw new IllegalArgumentException("the word \"" + scenario.wordNames.get(word)
                        + "\" gets an instant and is not declared: Scenario.Builder.instant");
            }
            checkHorizon("the word \"" + scenario.wordNames.get(word) + "\"", value);
        }
        words[word] = value;
        partChanged[vcpus] = true;
        for (int p = 0; p < vcpus; p++) {
            if (p != by && line[p] == FIRST_LINE + word) {
                partChanged[p] = true;
                line[p] = status[p] == MWAITING ? NO_LINE : LINE_WRITTEN;
                status[p] = status[p] == MWAITING ? RUNNING : status[p];
            }
        }
    }

    private void flush(int p) {
        partChanged[p] = true;
        int word = buffers[p].oldestWord();
        long value = buffers[p].takeOldest(words[word]);
        write(p, word, value);
        if (teller != null) {
            teller.did(p, scenario.wordNames.get(word) + " = " + shown(word, value) + " becomes visible");
        }
    }

    void drain(int p) {
        while (buffers[p].count > 0) {
            flush(p);
        }
    }

    int port(int p, int port, boolean write, int value) {
        Scenario.Port register = scenario.ports.get(port);
        if (register == null) {
            throw new IllegalArgumentException("no register at port " + port + " in scenario " + scenario.name());
        }
        if (teller != null) {
            teller.did(p, write ? "out " + port + ", " + value : "in " + port);
        }
        return register.access(this, write, value);
    }

    // ---- for invariants and devices

    @Override
    public long word(long address) {
        int word = scenario.wordAt(address, 8);
        ownership.observed(word);
        return words[word];
    }

    @Override
    public long nowPs() {
        return nowPs;
    }

    @Override
    public boolean halted(int vcpu) {
        checkVcpu(vcpu);
        return status[vcpu] == HALTED || status[vcpu] == MWAITING;
    }

    @Override
    public boolean over(int vcpu) {
        checkVcpu(vcpu);
        return status[vcpu] == OFF || status[vcpu] == HUNG;
    }

    @Override
    public boolean interruptComing(int vcpu) {
        checkVcpu(vcpu);
        boolean coming = pending[vcpu] != 0;
        for (int v = 0; v < vectors.length; v++) {
            coming |= ipis[vcpu * vectors.length + v] > 0;
        }
        return coming;
    }

    @Override
    public boolean timerSet(int vcpu) {
        checkVcpu(vcpu);
        return deadlinePs[vcpu] != NEVER;
    }

    @Override
    public void store(long address, long value) {
        int word = scenario.wordAt(address, 8);
        ownership.observed(word);
        write(-1, word, value);
        if (teller != null) {
            teller.did(-1, scenario.wordNames.get(word) + " := " + shown(word, value));
        }
    }

    @Override
    public void raise(int vcpu, int vector) {
        checkVcpu(vcpu);
        raiseIndex(vcpu, vectorIndex(vector));
        if (teller != null) {
            teller.did(-1, "raises vector " + vector + " at cpu" + vcpu);
        }
    }

    private void raiseIndex(int p, int v) {
        pending[p] |= 1L << v;
        partChanged[p] = true;
    }

    private void checkVcpu(int vcpu) {
        if (vcpu < 0 || vcpu >= vcpus) {
            throw new IllegalArgumentException("no such vCPU: " + vcpu + ", there are " + vcpus + ", numbered from 0");
        }
    }

    // ---- telling

    void told(int vcpu, String what) {
        if (teller != null) {
            teller.did(vcpu, what);
        }
    }

    void toldLoad(int vcpu, int word, long value) {
        if (teller != null) {
            teller.did(vcpu, scenario.wordNames.get(word) + " is " + shown(word, value));
        }
    }

    void executed(int vcpu, GuestCode code, int entry) {
        if (code.isStep(entry)) {
            coverage.executed(code, entry);
            if (teller != null) {
                teller.step(vcpu, code, entry);
            }
        }
    }

    /** Returns a value of a shared word for people: an instant as picoseconds since the beginning, behind an @. */
    String shown(int word, long value) {
        return scenario.instants[word] && value != 0 ? "@" + (value - clockBasePs) : Long.toString(value);
    }

    long wordValue(int word) {
        return words[word];
    }

    int status(int p) {
        return status[p];
    }

    // ---- words

    /** Returns how many parts a state has. */
    int parts() {
        return vcpus + 2;
    }

    boolean takeChanged(int part) {
        boolean changed = partChanged[part];
        partChanged[part] = false;
        return changed;
    }

    /** After a tick: now is where it always is. */
    void clockBack() {
        nowPs = clockBasePs;
    }

    private long relative(long instantPs) {
        if (instantPs == 0) {
            return 0;
        }
        long distance = Math.max(-scenario.horizonPs, Math.min(scenario.horizonPs, instantPs - nowPs));
        return distance + scenario.horizonPs + 1;
    }

    private long absolute(long saved) {
        return saved == 0 ? 0 : saved - 1 - scenario.horizonPs + clockBasePs;
    }

    /** Writes a part; returns its length. */
    int save(int part, long[] into) {
        if (part < vcpus) {
            return saveVcpu(part, into);
        }
        if (part == vcpus) {
            for (int i = 0; i < words.length; i++) {
                into[i] = scenario.instants[i] ? relative(words[i]) : words[i];
            }
            return words.length;
        }
        int at = 0;
        for (int count : ipis) {
            into[at++] = count;
        }
        for (int count : stimuliLeft) {
            into[at++] = count;
        }
        return at;
    }

    private int saveVcpu(int p, long[] into) {
        boolean timer = deadlinePs[p] != NEVER;
        int open = status[p] == OFF || status[p] == HUNG ? 0 : depth[p];
        into[0] = status[p]
                | (enabled[p] ? 8 : 0)
                | open << 4
                | (timer ? 1 << 8 : 0)
                | timerVector(p, timer) << 9
                | buffers[p].count << 16
                | (long) line[p] << 32;
        into[1] = pending[p];
        int at = 2;
        if (timer) {
            into[at++] = relative(Math.max(nowPs, deadlinePs[p])); // what is due is due
        }
        at = buffers[p].save(into, at);
        for (int i = 0; i < open; i++) {
            FrameStack stack = runs[p][contexts[p][i]].stack();
            into[at++] = contexts[p][i] | (long) stack.depth() << 16;
            for (int f = 0; f < stack.depth(); f++) {
                Frame frame = stack.frame(f);
                GuestCode code = frame.code();
                into[at++] = codes.numberOf(code) | (long) frame.entry << 32;
                int locals = code.words();
                for (int w = 0; w < locals; w++) {
                    into[at++] = code.isInstant(w) ? relative(frame.w[w]) : frame.w[w];
                }
            }
        }
        return at;
    }

    private int timerVector(int p, boolean timer) {
        return timer ? timerVector[p] : 0;
    }

    /** Reads a part that {@link #save} wrote. */
    void restore(int part, long[] from) {
        partChanged[part] = false;
        if (part < vcpus) {
            restoreVcpu(part, from);
        } else if (part == vcpus) {
            for (int i = 0; i < words.length; i++) {
                words[i] = scenario.instants[i] ? absolute(from[i]) : from[i];
            }
        } else {
            int at = 0;
            for (int i = 0; i < ipis.length; i++) {
                ipis[i] = (int) from[at++];
            }
            for (int i = 0; i < stimuliLeft.length; i++) {
                stimuliLeft[i] = (int) from[at++];
            }
        }
    }

    private void restoreVcpu(int p, long[] from) {
        long head = from[0];
        status[p] = (int) head & 7;
        enabled[p] = (head & 8) != 0;
        int open = (int) (head >> 4) & 15;
        depth[p] = Math.max(1, open);
        boolean timer = (head >> 8 & 1) != 0;
        timerVector[p] = (int) (head >> 9) & 63;
        line[p] = (int) (head >> 32);
        pending[p] = from[1];
        int at = 2;
        deadlinePs[p] = timer ? absolute(from[at++]) : NEVER;
        at = buffers[p].restore(from, at, (int) (head >> 16) & 255);
        for (int i = 0; i < open; i++) {
            int context = (int) from[at] & 0xffff;
            int frames = (int) (from[at++] >> 16);
            contexts[p][i] = context;
            FrameStack stack = runs[p][context].stack();
            stack.clear();
            for (int f = 0; f < frames; f++) {
                GuestCode code = codes.code((int) from[at]);
                Frame frame = stack.push(code);
                frame.entry = (int) (from[at++] >> 32);
                int locals = code.words();
                for (int w = 0; w < locals; w++) {
                    frame.w[w] = code.isInstant(w) ? absolute(from[at++]) : from[at++];
                }
            }
        }
    }
}
