package io.torosim.core.explore;

import io.torosim.core.code.GuestCode;
import io.torosim.core.explore.Verdict.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A failing schedule as text: one column to a vCPU, one for what comes from outside, one for memory.
 *
 * <p>It steps a {@link Model} through the {@link Schedule} of a {@link Verdict} once more and hears from it what each action does.
 * {@link PointOfNoReturn}, or {@link SampledPoint} where that is too dear, says where the line "lost here" stands; {@link TestSource} writes the tests
 * below.
 */
final class ScheduleText implements Model.Teller {
    private static final String LAST = "with this step it is violated, until here it could be avoided";
    private static final int COLUMN = 34;
    private static final long STATES_TO_FIND_THE_POINT = 200_000;
    private static final int CONTINUATIONS = 400;
    private static final long SEED = 1;
    private static final String[] STATUS = {"running", "halted", "in mwait", "over", "hung"};

    private final Scenario scenario;
    private final StringBuilder text = new StringBuilder();
    private final List<String> sources = new ArrayList<>();
    private final List<String> plain = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final List<String> deeds = new ArrayList<>();
    private int who = Search.NO_VCPU;

    private ScheduleText(Scenario scenario) {
        this.scenario = scenario;
    }

    static String of(Scenario scenario, Verdict.Violation violation) {
        return new ScheduleText(scenario).write(violation);
    }

    @Override
    public void step(int vcpu, GuestCode code, int entry) {
        who = vcpu;
        String source = code.source(entry);
        plain.add(code.entryName(entry));
        sources.add(source);
        steps.add("\"" + code.entryName(entry) + "\" of " + code.name() + " ("
                + (source.isEmpty() ? "no source reference" : source) + ")");
    }

    @Override
    public void did(int vcpu, String what) {
        who = vcpu;
        deeds.add(what);
    }

    private String write(Verdict.Violation violation) {
        Schedule schedule = violation.schedule();
        line(
                "%s: violated: %s (%s), %d preemptions, %d steps",
                scenario.name(),
                violation.invariant(),
                violation.message(),
                violation.preemptions(),
                schedule.length());
        line("");
        if (scenario.mustStayPossible(violation.invariant())) {
            line(
                    "Whatever happens after the last step below, it is never so again%s.",
                    schedule.length() == 0 ? "; here that is from the beginning on" : "");
            line("");
        }
        Optional<Integer> lost = PointOfNoReturn.of(scenario, schedule, STATES_TO_FIND_THE_POINT);
        if (lost.isPresent() && lost.get() == 0) {
            line("Lost from the beginning: no schedule of this scenario comes to rest with everything kept.");
            line("");
        }
        Optional<Sampling.Point> sampled =
                lost.isPresent() ? Optional.empty() : SampledPoint.of(scenario, schedule, CONTINUATIONS, SEED);
        if (sampled.isPresent() && sampled.get().step() == 0) {
            line("Lost from the beginning, as far as is drawn: %s.", wellOf(sampled.get()));
            line("");
        }
        heading();
        Model model = new Model(scenario, new Ownership(scenario.wordNames.size(), false), new Coverage(scenario));
        model.tell(this);
        for (int i = 0; i < schedule.length(); i++) {
            long[] before = words(model);
            sources.clear();
            steps.clear();
            plain.clear();
            deeds.clear();
            who = model.vcpuOf(schedule.action(i));
            String failed = "";
            try {
                model.actAlone(schedule.action(i));
            } catch (IllegalStateException | IllegalArgumentException e) {
                failed = (plain.isEmpty() && deeds.isEmpty() ? "" : "; ") + "fails: " + e.getMessage();
            }
            deeds.removeAll(plain);
            String what = namesWithSources()
                    + (plain.isEmpty() || deeds.isEmpty() ? "" : ": ")
                    + String.join(", ", deeds)
                    + failed;
            row(i + 1, model.vcpuOf(schedule.action(i)), what, changes(before, model));
            if (lost.isPresent() && lost.get() == i + 1) {
                line(
                        "     ^ lost here, by %s: %s",
                        by(), i + 1 == schedule.length() ? LAST : "no continuation from this step on ends well");
            }
            if (sampled.isPresent() && sampled.get().step() == i + 1) {
                line(
                        "     ^ lost here, by %s: %s; of those one step earlier %d (drawn: the search to the end is too large)",
                        by(),
                        i + 1 == schedule.length() ? LAST : wellOf(sampled.get()) + " from this step on",
                        sampled.get().wellBefore());
            }
        }
        line("");
        for (int p = 0; p < scenario.vcpus(); p++) {
            line("cpu%d: %s%s", p, STATUS[model.status(p)], model.interruptComing(p) ? ", an interrupt pending" : "");
        }
        StringBuilder memory = new StringBuilder();
        for (int w = 0; w < scenario.wordNames.size(); w++) {
            memory.append(w == 0 ? "" : ", ")
                    .append(scenario.wordNames.get(w))
                    .append('=')
                    .append(model.shown(w, model.wordValue(w)));
        }
        line("memory: %s", memory);
        line("");
        line("again:  Exploration.replay(scenario, Verdict.Schedule.parse(\"%s\"))", schedule.text());
        line("");
        text.append(TestSource.of(scenario, violation));
        return text.toString();
    }

    private String by() {
        return steps.isEmpty() ? deeds.get(0) : String.join(", ", steps);
    }

    private static String wellOf(Sampling.Point point) {
        return String.format(
                Locale.ROOT,
                "%d of %d random continuations%s end well",
                point.well(),
                point.continuations(),
                point.open() == 0 ? "" : " (" + point.open() + " came to no end)");
    }

    /** The steps of a row, with the source behind the last of several that share it. */
    private String namesWithSources() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < plain.size(); i++) {
            int times = 1;
            while (i + 1 < plain.size() && steps.get(i + 1).equals(steps.get(i))) {
                times++;
                i++;
            }
            boolean last = i + 1 == plain.size() || !sources.get(i + 1).equals(sources.get(i));
            names.append(names.length() == 0 ? "" : ", ")
                    .append(plain.get(i))
                    .append(times == 1 ? "" : " (" + times + " times)")
                    .append(last && !sources.get(i).isEmpty() ? " [" + sources.get(i) + "]" : "");
        }
        return names.toString();
    }

    private long[] words(Model model) {
        long[] words = new long[scenario.wordNames.size()];
        for (int w = 0; w < words.length; w++) {
            words[w] = model.wordValue(w);
        }
        return words;
    }

    private String changes(long[] before, Model model) {
        StringBuilder changes = new StringBuilder();
        for (int w = 0; w < before.length; w++) {
            if (before[w] != model.wordValue(w)) {
                changes.append(changes.length() == 0 ? "" : ", ")
                        .append(scenario.wordNames.get(w))
                        .append('=')
                        .append(model.shown(w, model.wordValue(w)));
            }
        }
        return changes.toString();
    }

    private void heading() {
        StringBuilder heading = new StringBuilder("step ");
        for (int p = 0; p < scenario.vcpus(); p++) {
            heading.append(
                    pad("cpu" + p + " (" + scenario.programs.get(p).code().name() + ")", COLUMN));
        }
        text.append(heading.append("memory").toString().stripTrailing()).append('\n');
    }

    /** One row, or as many as its text needs; what comes from outside stands in the first column with a mark. */
    private void row(int number, int vcpu, String what, String memory) {
        List<String> pieces = wrapped((vcpu < 0 ? "* " : "") + what);
        for (int i = 0; i < pieces.size(); i++) {
            StringBuilder row = new StringBuilder(i == 0 ? String.format(Locale.ROOT, "%4d ", number) : "     ");
            for (int p = 0; p < scenario.vcpus(); p++) {
                row.append(pad(p == Math.max(0, vcpu) ? pieces.get(i) : "", COLUMN));
            }
            text.append(row.append(i == 0 ? memory : "").toString().stripTrailing())
                    .append('\n');
        }
    }

    private static List<String> wrapped(String what) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (String word : what.split(" ")) {
            if (piece.length() > 0 && piece.length() + 1 + word.length() > COLUMN - 2) {
                pieces.add(piece.toString());
                piece.setLength(0);
                piece.append("  ");
            }
            piece.append(piece.length() == 0 || piece.toString().isBlank() ? "" : " ")
                    .append(word);
        }
        pieces.add(piece.toString());
        return pieces;
    }

    private static String pad(String what, int width) {
        return what + " ".repeat(Math.max(1, width - what.length()));
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments).stripTrailing())
                .append('\n');
    }
}
