package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an exam has found and how much it has done. */
public final class ExamReport {
    /** What scripts over all modes judge; {@code RuleUseTest} holds it against the exams of our own halves. */
    static final List<Rule> JUDGED = List.of(
            Rule.S4, Rule.S5, Rule.S6, Rule.S7, Rule.S8, Rule.S9, Rule.S10, Rule.S11, Rule.S12, Rule.S13, Rule.S14,
            Rule.S15, Rule.S16, Rule.S17, Rule.A1, Rule.A2, Rule.A3, Rule.A4, Rule.A5, Rule.A6, Rule.A7, Rule.U1,
            Rule.U2, Rule.U3, Rule.U4, Rule.U5, Rule.U6, Rule.U8, Rule.U10, Rule.U11, Rule.C1, Rule.C2, Rule.C3,
            Rule.D1, Rule.N1, Rule.N2, Rule.N3, Rule.N4, Rule.N6, Rule.N8, Rule.N9, Rule.N11, Rule.N15, Rule.N17,
            Rule.I1, Rule.I2, Rule.I3, Rule.I4, Rule.I9, Rule.O2, Rule.O3, Rule.P3, Rule.P4, Rule.P5, Rule.P7, Rule.P9,
            Rule.P10, Rule.P11, Rule.P12, Rule.P13, Rule.P14, Rule.P15, Rule.P16, Rule.P17, Rule.P19, Rule.P22,
            Rule.P24, Rule.P25, Rule.P27, Rule.E1, Rule.E2, Rule.E3, Rule.E4, Rule.E5, Rule.E6, Rule.E7);

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
            DriverScript script, RunResult first, DriverFactory driver, DeviceFactory device, boolean driversFault) {
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
        if (outcome.found()) {
            failing = "both sides at once, " + mode;
            replay = outcome.failure() + "\n" + outcome.replayLine() + "\n";
            found.computeIfAbsent(failing, k -> new ArrayList<>()).add(Interleaving.violation(outcome.failure(), side));
        }
    }

    void exhaustion(String what, Exhaustion search, Side side) {
        interleavings++;
        if (search.failure() != null) {
            failing = "both sides at once, " + what;
            replay = search + "\n";
            found.computeIfAbsent(failing, k -> new ArrayList<>()).add(Interleaving.violation(search.failure(), side));
        }
    }

    /** Returns whether something was found that weighs as much as was asked for. */
    public boolean failed() {
        return failing != null;
    }

    /** Returns by what it was found, or null. */
    public String failing() {
        return failing;
    }

    /**
     * Returns the script that failed, as small as it could be made and whole, or null if no script did; its
     * {@link DriverScript#toText} is read back by {@link DriverScript#parse}.
     */
    public DriverScript failingScript() {
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
    public Throwable cause() {
        return cause;
    }

    /** Returns what was found in a few lines, how to see it again, and how much was done. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        if (failed() && !found.containsKey(failing)) {
            out.append(failing).append('\n');
        } else if (failed()) {
            List<Violation> heavy = Violation.atLeast(least, found.get(failing));
            out.append(failing).append(":\n").append(AttackNotes.isOf(heavy) ? AttackNotes.text(heavy) : heavy.get(0));
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
