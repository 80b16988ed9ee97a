package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The results as a table for the terminal. */
public final class TextTable {
    private static final int GREEN = 32;
    private static final int RED = 31;
    private static final int DIM = 2;
    private static final int COLUMNS = 7;
    private static final int LAST = COLUMNS - 1;

    private final boolean colours;

    /** Creates a printer; {@code colours} where the reader is a terminal. */
    public TextTable(boolean colours) {
        this.colours = colours;
    }

    /** Returns the table of an experiment that was run with one seed, its settings above it and its notes below. */
    public String render(ExperimentResult result) {
        return render(result, FurtherSeeds.none());
    }

    /** Returns the table of an experiment, its settings above it and its notes below. */
    public String render(ExperimentResult result, FurtherSeeds further) {
        StringBuilder out = new StringBuilder(result.title()).append('\n');
        result.settings()
                .forEach((k, v) ->
                        out.append("  ").append(k).append(": ").append(v).append('\n'));
        out.append('\n');
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"case", "metric", "published", "obtained", "seeds", "band", "verdict"});
        for (CaseResult c : result.cases()) {
            rows.add(new String[] {
                c.name(),
                c.metric(),
                c.published(),
                Figures.value(c),
                further.shown(result, c),
                Figures.band(c),
                c.verdict().shown()
            });
        }
        int[] widths = new int[COLUMNS];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        String lastName = "";
        for (int r = 0; r < rows.size(); r++) {
            String[] row = rows.get(r).clone();
            boolean again = row[0].equals(lastName);
            lastName = row[0];
            if (again) {
                row[0] = "";
            }
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < row.length; i++) {
                boolean right = i == 3;
                String pad = " ".repeat(widths[i] - row[i].length());
                String cell = right ? pad + row[i] : row[i] + pad;
                line.append(i == LAST ? coloured(row[i]) : cell).append(i == LAST ? "" : "  ");
            }
            out.append(line.toString().stripTrailing()).append('\n');
            if (r == 0) {
                int width = 2 * LAST;
                for (int w : widths) {
                    width += w;
                }
                out.append("  ").append("-".repeat(width)).append('\n');
            }
        }
        for (CaseResult c : result.cases()) {
            if (c.verdict() == Verdict.NOT_TESTABLE) {
                out.append('\n').append(wrapped("Not testable: " + c.name() + ", " + c.metric() + ": " + c.why()));
            }
        }
        for (String note : result.notes()) {
            out.append('\n').append(wrapped(note));
        }
        return out.toString();
    }

    private String coloured(String verdict) {
        if (!colours || verdict.isBlank()) {
            return verdict;
        }
        int colour = verdict.startsWith("PASS") ? GREEN : verdict.startsWith("FAIL") ? RED : DIM;
        return "\u001b[" + colour + "m" + verdict + "\u001b[0m";
    }

    private static String wrapped(String text) {
        StringBuilder out = new StringBuilder();
        StringBuilder line = new StringBuilder(" ");
        for (String word : text.split(" ")) {
            if (line.length() + word.length() > 108) {
                out.append(line).append('\n');
                line = new StringBuilder(" ");
            }
            line.append(' ').append(word);
        }
        return out.append(line).append('\n').toString();
    }
}
