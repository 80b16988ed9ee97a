package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.Rule;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that this kit has against one half of a virtqueue, in one call: hostile rings, misuse by the caller, lengths of
 * each width, random scripts in every mode, scripts that are busy until indices wrap, and both sides at once, at random under x86's order of stores
 * and under a weaker one, and in every way there is with one buffer. The other half is ours.
 *
 * <pre>{@code
 * QueueExam.device(MyDevice::new).verify();
 * QueueExam.driver(MyDriver::new).modes(m -> !m.packed() && !m.inOrder()).verify(); // what it does not have
 * }</pre>
 *
 * <p>The same arguments give the same exam. Cost at first: some five seconds for a half that is right; the first finding
 * ends it.
 *
 * <p>It puts together {@link DeviceAttacks}, {@link DriverAttacks}, {@link MisuseCalls}, {@link LengthTable}, {@link ScriptRunner} on
 * {@link DriverScript}s, and {@link Interleaving}; {@link Reproduction} says how to make a failure again.
 */
public final class QueueExam {
    private static final String NO_FACTORY = "factory must not be null: it makes the half that is examined";
    private static final int SIZE = 8;
    private static final int PLAIN_BUFFERS = 6;
    private static final int STATES =
            1300; // for each run asked for; with one buffer a right half of ours has some 3,000
    private static final int STEPS = 80;
    private static final int WRAP_SIZE = 64;
    private static final int LAST_OF_SPLIT = 16; // an index of 16 bits wraps at 1 << 16
    private static final int LAST_OF_PACKED = 12; // no index is wider than the ring
    private static final int WRAP_ROUNDS = 2400; // some 32 buffers a round: more than 65536

    private final @Nullable DriverFactory driver;
    private final @Nullable DeviceFactory device;
    private Predicate<QueueMode> modes = mode -> true;
    private int scripts = 12;
    private int runs = 60;
    private long seed = 1;
    private boolean wraps = true;
    private Verdict verdict = Verdict.MUST;

    private QueueExam(@Nullable DriverFactory driver, @Nullable DeviceFactory device) {
        this.driver = driver;
        this.device = device;
    }

    /** Examines a device half. */
    public static QueueExam device(DeviceFactory factory) {
        return new QueueExam(null, Objects.requireNonNull(factory, NO_FACTORY));
    }

    /** Examines a driver half. */
    public static QueueExam driver(DriverFactory factory) {
        return new QueueExam(Objects.requireNonNull(factory, NO_FACTORY), null);
    }

    /** Leaves out the modes that the half does not have: packed, IN_ORDER, INDIRECT_DESC, EVENT_IDX, sizes. */
    public QueueExam modes(Predicate<QueueMode> wanted) {
        modes = Objects.requireNonNull(wanted, "modes must not be null: it says which modes are examined");
        return this;
    }

    /**
     * Sets how many random scripts each mode gets; at first 12.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public QueueExam scripts(int perMode) {
        scripts = atLeast0("scripts", perMode);
        return this;
    }

    /**
     * Sets how many random runs with both sides at once each mode and order of stores gets; at first 60. With 3 all ways of
     * one buffer are tried as well, with 0 none.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public QueueExam interleavings(int perMode) {
        runs = atLeast0("interleavings", perMode);
        return this;
    }

    /** Says whether the 16-bit indices are made to wrap, which takes more than half of the time; at first they are. */
    public QueueExam wraps(boolean wrap) {
        wraps = wrap;
        return this;
    }

    /** Sets the seed of scripts and runs; at first 1. */
    public QueueExam seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    /** Sets from which verdict on a finding fails; at first {@link Verdict#MUST}. */
    public QueueExam failOn(Verdict least) {
        verdict =
                Objects.requireNonNull(least, "failOn must not be null: it is the verdict from which on an exam fails");
        return this;
    }

    /** Runs the exam until something fails; an exam that leaves no mode, has no half to examine or moves no buffer fails. */
    public ExamReport run() {
        ExamReport report = new ExamReport(verdict);
        List<QueueMode> all = wantedModes();
        if (all.isEmpty()) {
            report.refuse("nothing was examined: modes(...) leaves no mode of a queue");
        }
        for (QueueMode mode : all) {
            if (!report.failed() && isNull(mode)) {
                report.refuse("nothing was examined: the factory returned null for " + mode);
            }
        }
        plainScripts(all, report);
        hostileRings(all, report);
        for (QueueMode mode : all) {
            if (!report.failed() && mode.size() == SIZE) {
                report.note(
                        "misuse",
                        driver != null ? MisuseCalls.driver(mode, driver) : MisuseCalls.device(mode, deviceOrOurs()));
            }
        }
        lengths(all, report);
        wishes(all, report);
        randomScripts(all, report);
        bothAtOnce(all, report);
        if (wraps) {
            busyScripts(all, report);
            wrapWishes(all, report);
            longScripts(all, report);
        }
        if (!report.failed() && report.buffers() == 0) {
            report.refuse("nothing was examined: no buffer went all the way round");
        }
        return report;
    }

    /**
     * Runs the exam.
     *
     * @throws AssertionError with what was found, the smallest script that shows it, and how to run that again
     */
    public void verify() {
        ExamReport report = run();
        if (report.failed()) {
            throw new AssertionError(report.toString(), report.cause());
        }
    }

    private static int atLeast0(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, but was " + value);
        }
        return value;
    }

    private boolean isNull(QueueMode mode) {
        QueueLayout layout = mode.layout(ScriptRunner.RING_BASE);
        GuestMemory memory = new FlatMemory((int) layout.endAddr() + 0x1000);
        try {
            return (driver != null
                            ? driver.create(memory, layout, mode.features())
                            : deviceOrOurs().create(memory, layout, mode.features()))
                    == null;
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            return false; // a script shows it with its cause
        }
    }

    private List<QueueMode> wantedModes() {
        List<QueueMode> all = new ArrayList<>(QueueMode.all(SIZE));
        all.addAll(QueueMode.all(4));
        for (int size : new int[] {1, 2, 3, 5, 7}) {
            all.addAll(QueueMode.all(SIZE).stream()
                    .filter(m -> m.packed() || Integer.bitCount(size) == 1)
                    .map(m -> m.withSize(size))
                    .toList());
        }
        return all.stream().filter(modes).toList();
    }

    /** A few buffers in order: what is wrong without any attack or misuse is to be called by its own rule. */
    private void plainScripts(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            if (!report.failed() && mode.size() == SIZE) {
                script(DriverScript.busy(mode, seed, PLAIN_BUFFERS), report, "script");
            }
            if (!report.failed() && mode.size() == SIZE) {
                script(DriverScript.sleepy(mode), report, "script");
            }
            if (!report.failed() && mode.size() == SIZE) {
                script(DriverScript.twice(mode), report, "script");
            }
        }
    }

    private void hostileRings(List<QueueMode> all, ExamReport report) {
        for (boolean packed : new boolean[] {false, true}) {
            boolean has = all.stream().anyMatch(m -> m.packed() == packed);
            boolean tables = all.stream().anyMatch(m -> m.packed() == packed && m.indirect());
            if (!has || report.failed()) {
                continue;
            }
            boolean events = all.stream().anyMatch(m -> m.packed() == packed && m.eventIdx());
            if (driver != null) {
                report.note("lying device", DriverAttacks.violations(packed, events, driver));
            } else {
                if (packed && events) {
                    report.note("hostile wish", DeviceAttacks.events(deviceOrOurs()));
                }
                report.note(
                        "hostile ring",
                        tables
                                ? DeviceAttacks.violations(packed, deviceOrOurs())
                                : DeviceAttacks.direct(packed, deviceOrOurs()));
            }
        }
    }

    private void lengths(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            if (!report.failed() && mode.size() == SIZE) {
                report.note(
                        "lengths",
                        guarded(
                                "lengths",
                                mode,
                                () -> driver != null
                                        ? LengthTable.driver(mode, driverOrOurs())
                                        : LengthTable.device(mode, deviceOrOurs())));
            }
        }
    }

    private void wishes(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            if (!report.failed() && mode.size() == SIZE && !mode.indirect()) {
                report.note(
                        "event",
                        guarded(
                                "event",
                                mode,
                                () -> driver != null
                                        ? WishTable.driver(mode, driverOrOurs())
                                        : WishTable.device(mode, deviceOrOurs())));
            }
        }
    }

    private void wrapWishes(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            boolean wanted = mode.size() == SIZE && !mode.packed() && mode.eventIdx() && !mode.indirect();
            if (wanted && !mode.legacy() && !report.failed()) {
                report.note(
                        "event at the wrap",
                        guarded(
                                "event at the wrap",
                                mode,
                                () -> driver != null
                                        ? WrapWishes.driver(mode, driverOrOurs())
                                        : WrapWishes.device(mode, deviceOrOurs())));
            }
        }
    }

    /** What a table shows, or what the half threw there. */
    private List<Violation> guarded(String what, QueueMode mode, Supplier<AttackNotes> table) {
        try {
            return table.get().violations();
        } catch (Throwable e) {
            AttackNotes notes = new AttackNotes(driver != null ? Side.DRIVER : Side.DEVICE, what + ", " + mode);
            notes.thrown(Rule.C3, "exception out of the half: ", e);
            return notes.violations();
        }
    }

    private DriverFactory driverOrOurs() {
        return driver != null ? driver : DriverQueue::create;
    }

    private DeviceFactory deviceOrOurs() {
        return device != null ? device : DeviceQueue::create;
    }

    private void randomScripts(List<QueueMode> all, ExamReport report) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < scripts; i++) {
            for (QueueMode mode : all) {
                DriverScript script = DriverScript.random(mode, random.nextLong(), STEPS);
                if (!report.failed() && (i < 4 || mode.size() == SIZE)) {
                    script(script, report, "script");
                }
            }
        }
    }

    private void script(DriverScript script, ExamReport report, String how) {
        RunResult result = ScriptRunner.run(script, driverOrOurs(), deviceOrOurs());
        report.ran(result);
        report.note(how, result.violations());
        if (report.failed()) {
            report.script(script, result, driverOrOurs(), deviceOrOurs(), driver != null);
        }
    }

    private void busyScripts(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            boolean wanted = mode.size() == SIZE && !mode.indirect() && !mode.legacy();
            if (wanted && !report.failed()) {
                int rounds = mode.packed() ? WRAP_ROUNDS / 8 : WRAP_ROUNDS; // only split indices are 16 bits wide
                script(DriverScript.wrapping(mode.withSize(WRAP_SIZE), seed, rounds), report, "busy script");
            }
        }
    }

    private void longScripts(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            boolean wanted = mode.size() == SIZE && !mode.indirect() && !mode.legacy();
            if (wanted && !report.failed()) {
                int last = mode.packed() ? LAST_OF_PACKED : LAST_OF_SPLIT;
                script(DriverScript.milestones(mode.withSize(WRAP_SIZE), last), report, "long script");
            }
        }
    }

    private void bothAtOnce(List<QueueMode> all, ExamReport report) {
        for (QueueMode mode : all) {
            boolean small = runs > 0 && mode.size() == 4 && !mode.indirect() && !mode.legacy();
            for (int buffers = 1; buffers <= (mode.inOrder() ? 1 : 2) && small && !report.failed(); buffers++) {
                report.exhaustion(
                        mode + " WEAK, all interleavings of " + buffers,
                        Interleaving.exhaust(
                                mode,
                                buffers,
                                StoreOrder.WEAK,
                                driverOrOurs(),
                                deviceOrOurs(),
                                STATES * runs / (buffers == 1 ? 1 : 8)),
                        driver != null ? Side.DRIVER : Side.DEVICE);
            }
        }
        for (QueueMode mode : all) {
            if (runs == 0 || mode.size() != 4 || mode.indirect() || mode.legacy()) {
                continue;
            }
            for (StoreOrder order : StoreOrder.values()) {
                if (!report.failed()) {
                    var run = Interleaving.of(mode, 4, order, driverOrOurs(), deviceOrOurs());
                    report.interleaving(
                            mode + " " + order,
                            ChoiceSearch.random(run, runs, seed),
                            driver != null ? Side.DRIVER : Side.DEVICE);
                }
            }
        }
    }

    /** What an exam has found and how much it has done. */
    public static final class ExamReport {
        /** What scripts over all modes judge; {@code RuleUseTest} holds it against the exams of our own halves. */
        static final List<Rule> JUDGED = List.of(
                Rule.S4, Rule.S5, Rule.S6, Rule.S7, Rule.S8, Rule.S9, Rule.S10, Rule.S11, Rule.S12, Rule.S13, Rule.S14,
                Rule.S15, Rule.S16, Rule.S17, Rule.A1, Rule.A2, Rule.A3, Rule.A4, Rule.A5, Rule.A6, Rule.A7, Rule.U1,
                Rule.U2, Rule.U3, Rule.U4, Rule.U5, Rule.U6, Rule.U8, Rule.U10, Rule.U11, Rule.C1, Rule.C2, Rule.C3,
                Rule.D1, Rule.N1, Rule.N2, Rule.N3, Rule.N4, Rule.N6, Rule.N8, Rule.N9, Rule.N11, Rule.N15, Rule.N17,
                Rule.I1, Rule.I2, Rule.I3, Rule.I4, Rule.I9, Rule.O2, Rule.O3, Rule.P3, Rule.P4, Rule.P5, Rule.P7,
                Rule.P9, Rule.P10, Rule.P11, Rule.P12, Rule.P13, Rule.P14, Rule.P15, Rule.P16, Rule.P17, Rule.P19,
                Rule.P22, Rule.P24, Rule.P25, Rule.P27, Rule.E1, Rule.E2, Rule.E3, Rule.E4, Rule.E5, Rule.E6, Rule.E7);

        private static final int IN_A_LINE = 12;

        private final Verdict least;
        private final Map<String, List<Violation>> found = new LinkedHashMap<>();
        private final RuleUse use = new RuleUse();
        private long scripts;
        private long buffers;
        private long wraps;
        private long interleavings;
        private @Nullable String failing;
        private @Nullable DriverScript failingScript;
        private String replay = "";
        private @Nullable Throwable cause;

        ExamReport(Verdict least) {
            this.least = least;
        }

        void note(String how, List<Violation> violations) {
            List<Violation> heavy = Violation.atLeast(least, violations);
            if (failing == null && !heavy.isEmpty()) {
                failing = how;
                cause = Violation.cause(heavy) != null ? Violation.cause(heavy) : cause;
            }
            found.computeIfAbsent(how, k -> new ArrayList<>()).addAll(violations);
        }

        /** Nothing can be examined: fails with this line. */
        void refuse(String why) {
            failing = why;
        }

        void ran(RunResult result) {
            scripts++;
            buffers += result.buffers();
            wraps += result.wraps();
            use.add(result.judged());
            cause = result.cause();
        }

        /** The script that failed: shrinks it. */
        void script(
                DriverScript script,
                RunResult first,
                DriverFactory driver,
                DeviceFactory device,
                boolean driversFault) {
            Reproduction small = Reproduction.of(script, first, least, s -> ScriptRunner.run(s, driver, device));
            RunResult again = small.result();
            found.put(failing, new ArrayList<>(again.violations()));
            cause = small.cause();
            failingScript = small.script();
            replay = small.note()
                    + again.dump()
                    + (small.script().isLong() ? "to run it again: failingScript() of this report\n" : "")
                    + small.script()
                            .toReport(
                                    driversFault ? "mine" : "DriverQueue::create",
                                    driversFault ? "DeviceQueue::create" : "mine");
        }

        void interleaving(String mode, ChoiceSearch.Outcome outcome, Side side) {
            interleavings += outcome.runs();
            String failure = outcome.failure();
            if (failure != null) {
                failing = "both sides at once, " + mode;
                replay = outcome.failure() + "\n" + outcome.replayLine() + "\n";
                found.computeIfAbsent(failing, k -> new ArrayList<>()).add(Interleaving.violation(failure, side));
            }
        }

        void exhaustion(String what, Exhaustion search, Side side) {
            interleavings++;
            String failure = search.failure();
            if (failure != null) {
                failing = "both sides at once, " + what;
                replay = search + "\n";
                found.computeIfAbsent(failing, k -> new ArrayList<>()).add(Interleaving.violation(failure, side));
            }
        }

        /** Returns whether something was found that weighs as much as was asked for. */
        public boolean failed() {
            return failing != null;
        }

        /** Returns by what it was found, or null. */
        public @Nullable String failing() {
            return failing;
        }

        /**
         * Returns the script that failed, as small as it could be made and whole, or null if no script did; its
         * {@link DriverScript#toText} is read back by {@link DriverScript#parse}.
         */
        public @Nullable DriverScript failingScript() {
            return failingScript;
        }

        /**
         * Returns everything that was found, what is merely worth a word included. Where the exam failed, what failed it comes first;
         * the others are in the order in which they were found.
         */
        public List<Violation> violations() {
            List<Violation> all = new ArrayList<>();
            List<Violation> failed = failing == null ? List.of() : found.getOrDefault(failing, List.of());
            all.addAll(Violation.atLeast(least, failed));
            failed.stream().filter(v -> v.verdict().compareTo(least) > 0).forEach(all::add);
            found.forEach((how, violations) -> all.addAll(how.equals(failing) ? List.of() : violations));
            return List.copyOf(all);
        }

        /** Returns how many scripts were run. */
        public long scripts() {
            return scripts;
        }

        /** Returns how many buffers went all the way round in the scripts. */
        public long buffers() {
            return buffers;
        }

        /**
         * Returns the rules that the scripts judged and how often: somebody came to where such a rule is kept or broken. Attacks, misuse, lengths and
         * runs with both sides at once are not in it.
         */
        public Map<Rule, Long> judged() {
            return use.byRule();
        }

        /**
         * Returns the rules that scripts can judge, and that those of this exam never did: modes were left out, or the half never did what they are
         * about.
         */
        public List<Rule> neverJudged() {
            return JUDGED.stream().filter(rule -> !judged().containsKey(rule)).toList();
        }

        /** Returns how many runs with both sides at once were made. */
        public long interleavings() {
            return interleavings;
        }

        /** Returns the exception that came out of the half in the run that failed, or null. */
        public @Nullable Throwable cause() {
            return cause;
        }

        /** Returns what was found in a few lines, how to see it again, and how much was done. */
        @Override
        public String toString() {
            StringBuilder out = new StringBuilder();
            List<Violation> failed = failing == null ? null : found.get(failing);
            if (failed() && failed == null) {
                out.append(failing).append('\n');
            } else if (failed != null) {
                List<Violation> heavy = Violation.atLeast(least, failed);
                out.append(failing)
                        .append(":\n")
                        .append(AttackNotes.isOf(heavy) ? AttackNotes.text(heavy) : heavy.get(0));
                out.append('\n').append(replay).append(AttackNotes.replay(heavy));
            }
            found.forEach((how, violations) -> {
                List<Violation> light = violations.stream()
                        .filter(v -> v.verdict().compareTo(least) > 0)
                        .toList();
                if (!light.isEmpty()) {
                    out.append("worth a word (").append(how).append("):\n");
                    out.append(AttackNotes.isOf(light) ? AttackNotes.text(light) : Violation.summary(light))
                            .append('\n');
                }
            });
            return out.append(scripts)
                    .append(" scripts, ")
                    .append(buffers)
                    .append(" buffers, ")
                    .append(wraps)
                    .append(" wraps, ")
                    .append(interleavings)
                    .append(" runs with both sides at once\n")
                    .append(rules())
                    .toString();
        }

        /** How often each rule was judged, a dozen to a line, and which were not. */
        private String rules() {
            StringBuilder out = new StringBuilder();
            int inLine = 0;
            for (Map.Entry<Rule, Long> rule : judged().entrySet()) {
                out.append(inLine == 0 ? "judged, times: " : ", ")
                        .append(rule.getKey())
                        .append(' ')
                        .append(rule.getValue());
                inLine = (inLine + 1) % IN_A_LINE;
                out.append(inLine == 0 ? "\n" : "");
            }
            out.append(inLine == 0 ? "" : "\n");
            return neverJudged().isEmpty()
                    ? out.toString()
                    : out.append("never judged: ")
                            .append(neverJudged())
                            .append('\n')
                            .toString();
        }
    }
}
