package io.torosim.virtio.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an exam has found and how much it has done. */
public final class ExamReport {
    private final Verdict least;
    private final Map<String, List<Violation>> found = new LinkedHashMap<>();
    private long scripts;
    private long buffers;
    private long wraps;
    private long interleavings;
    private String failing;
    private DriverScript failingScript;
    private String replay = "";
    private Throwable cause;

    ExamReport(Verdict least) {
        this.least = least;
    }

    void note(String how, List<Violation> violations) {
        List<Violation> heavy = Violation.atLeast(least, violations);
        if (failing == null && !heavy.isEmpty()) {
            failing = how;
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
        cause = result.cause();
    }

    /** The script that failed: shrinks it. */
    void script(DriverScript script, DriverFactory driver, DeviceFactory device, boolean driversFault) {
        ScriptShrinker.Result small = ScriptShrinker.shrink(
                script, s -> !ScriptRunner.run(s, driver, device).ok(least), ScriptShrinker.DEFAULT_BUDGET);
        RunResult again = ScriptRunner.run(small.script(), driver, device);
        found.put(failing, new ArrayList<>(again.violations()));
        cause = again.cause();
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

    /** Returns the script that failed, as small as it could be made, or null if no script did. */
    public DriverScript failingScript() {
        return failingScript;
    }

    /** Returns everything that was found, what is merely worth a word included. */
    public List<Violation> violations() {
        return found.values().stream().flatMap(List::stream).toList();
    }

    /** Returns how many scripts were run. */
    public long scripts() {
        return scripts;
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
            out.append('\n').append(replay);
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
                .toString();
    }
}
