package io.torosim.bench.cli.study;

import io.torosim.bench.spec.StudyFile;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyResults.Ending;
import io.torosim.sweep.StudyResults.FailureKind;
import io.torosim.sweep.StudyResults.WideInterval;
import io.torosim.sweep.StudyRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The last lines of a study: how it ended, what failed and why, and whether the wanted precision was reached. */
final class StudyEnd {
    private static final int MOST_LINES = 10;
    private static final int LONGEST = 200;

    private StudyEnd() {}

    /** Returns whether the study gave all that was asked for. */
    static boolean isGood(StudyResults results) {
        return results.isComplete()
                && results.failedCount() == 0
                && results.wide().isEmpty();
    }

    static void print(PrintWriter out, StudyFile study, StudyResults results, Path directory, CommandText commands) {
        precision(out, results);
        failures(out, results, commands);
        left(out, study, results, commands);
        out.println(results.doneCount() + " runs, " + results.failedCount() + " failed, digest " + results.digest()
                + ending(study, results, commands) + "; results in " + directory);
    }

    private static String ending(StudyFile study, StudyResults results, CommandText commands) {
        String soFar = results.doneCount() + " of " + results.cellCount() + " runs";
        if (results.ending() == Ending.BUDGET) {
            return "; ended by the budget of " + study.budget()
                    + " runs before what comes next; raise it and go on with: " + commands.resume();
        }
        String precision = results.wide().isEmpty() ? "" : "; the wanted precision was not reached";
        return results.isComplete() ? precision : "; ended early after " + soFar + ", go on with: " + commands.resume();
    }

    private static void precision(PrintWriter out, StudyResults results) {
        List<WideInterval> wide = results.wide();
        if (wide.isEmpty()) {
            return;
        }
        out.printf(
                Locale.ROOT,
                "precision of %s not reached by %d of %d means:%n",
                results.study().stopping().relativeHalfWidth(),
                wide.size(),
                results.points().size() * results.study().outputs().size());
        for (WideInterval one : wide.subList(0, Math.min(MOST_LINES, wide.size()))) {
            String where = StudyFile.shown(results.study(), results.points().get(one.point()));
            out.printf(
                    Locale.ROOT,
                    "  %s%s: half-width %s, wanted %.3g, after %d replications%s%n",
                    one.output(),
                    where.isEmpty() ? "" : " at " + where,
                    Double.isNaN(one.halfWidth())
                            ? "unknown (no two runs differ)"
                            : String.format(Locale.ROOT, "%.3g", one.halfWidth()),
                    one.wanted(),
                    one.replications(),
                    one.replications() >= results.study().stopping().most() ? " (max-replications)" : "");
        }
        more(out, wide.size());
    }

    private static void failures(PrintWriter out, StudyResults results, CommandText commands) {
        List<FailureKind> failures = results.failures();
        if (failures.isEmpty()) {
            return;
        }
        out.println(results.failedCount() + " of " + results.doneCount() + " runs failed:");
        for (FailureKind one : failures.subList(0, Math.min(MOST_LINES, failures.size()))) {
            out.println("  " + one.count() + " x " + shortened(one.firstError())
                    + "; the first, run " + one.firstCell() + ", again: "
                    + commands.cell(one.firstCell(), one.firstCell() >= StudyRun.designRuns(results.study())));
        }
        more(out, failures.size());
    }

    /** What a run said, as a line that a terminal can show; all of it is in the files, up to 500 characters. */
    private static String shortened(String error) {
        String line = error.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    /** Runs that did not end, though nobody wanted to wait any longer. */
    private static void left(PrintWriter out, StudyFile study, StudyResults results, CommandText commands) {
        List<Long> left = results.left();
        if (left.isEmpty()) {
            return;
        }
        out.println(left.size() + " runs were still going and were left, nothing of them is kept:");
        for (long cell : left.subList(0, Math.min(MOST_LINES, left.size()))) {
            String where = StudyFile.shown(study.study(), results.points().get(results.point(Math.toIntExact(cell))));
            out.println("  run " + cell + (where.isEmpty() ? "" : " at " + where) + "; alone: "
                    + commands.cell(cell, cell >= StudyRun.designRuns(results.study())));
        }
        more(out, left.size());
    }

    private static void more(PrintWriter out, int count) {
        if (count > MOST_LINES) {
            out.println("  ... and " + (count - MOST_LINES) + " more, see summary.json");
        }
    }
}
