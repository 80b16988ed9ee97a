package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What {@code figures.mustache} prints: figures beside what was published. A column that would be empty is left out; where every row is of
 * one seed, or exact, the heading says so.
 *
 * @param wide whether it is open where there is room
 * @param open whether it is open everywhere
 */
record FigureTable(
        String heading,
        boolean wide,
        boolean open,
        boolean withPublished,
        boolean withSeeds,
        boolean withError,
        boolean withBand,
        boolean withWhy,
        List<Row> rows) {
    /** A row, every text as it is read. */
    record Row(
            boolean first,
            String kind,
            String name,
            String metric,
            String published,
            String obtained,
            String seeds,
            String error,
            String band,
            String verdict,
            String why) {}

    /** Returns all figures of an experiment; folded, unless one of them lies outside its band. */
    static FigureTable of(ExperimentResult result, FurtherSeeds further) {
        List<Row> rows = new ArrayList<>();
        add(rows, result, result.cases(), further);
        return table(rows, result.cases(), !result.passed(), false);
    }

    /** Returns the figures of all experiments for which something was published, with how far off they are; none if there are none. */
    static List<FigureTable> published(RunOutcome outcome) {
        List<Row> rows = new ArrayList<>();
        List<CaseResult> all = new ArrayList<>();
        for (ExperimentResult result : outcome.experiments()) {
            List<CaseResult> published = result.cases().stream()
                    .filter(c -> !c.published().isEmpty())
                    .toList();
            all.addAll(published);
            add(rows, result, published, outcome.further());
        }
        return rows.isEmpty() ? List.of() : List.of(table(rows, all, false, true));
    }

    /** Returns how many figures there are, and how many of those that have a band lie inside it. */
    static String verdict(List<CaseResult> cases) {
        long judged = cases.stream().filter(c -> c.verdict().isJudged()).count();
        long failed = cases.stream().filter(c -> c.verdict() == Verdict.FAIL).count();
        String all = cases.size() == 1 ? "1 figure" : cases.size() + " figures";
        if (judged == 0) {
            return all;
        }
        return all + ", " + (judged - failed) + " of " + judged + " inside their bands";
    }

    private static FigureTable table(List<Row> rows, List<CaseResult> cases, boolean open, boolean summary) {
        List<String> seeds = rows.stream().map(Row::seeds).distinct().toList();
        boolean alike = seeds.equals(List.of(unbroken("one seed"))) || seeds.equals(List.of("exact"));
        return new FigureTable(
                verdict(cases) + (alike ? "; " + seeds.get(0) : ""),
                summary,
                open,
                any(rows, Row::published),
                !alike,
                summary,
                any(rows, Row::band),
                !summary && any(rows, Row::why),
                List.copyOf(rows));
    }

    /** Few words stay on one line, or each row of a table would have two. */
    private static String unbroken(String seeds) {
        return seeds.length() < 12 ? seeds.replace(' ', '\u00a0') : seeds;
    }

    private static boolean any(List<Row> rows, Function<Row, String> column) {
        return rows.stream().anyMatch(row -> !column.apply(row).isEmpty());
    }

    private static void add(List<Row> rows, ExperimentResult result, List<CaseResult> cases, FurtherSeeds further) {
        String last = "";
        for (CaseResult c : cases) {
            rows.add(new Row(
                    !c.name().equals(last),
                    c.verdict().name().toLowerCase(Locale.ROOT),
                    c.name(),
                    c.metric(),
                    c.published(),
                    Figures.value(c),
                    unbroken(further.shown(result, c)),
                    Figures.error(c),
                    Figures.band(c),
                    c.verdict().shown(),
                    c.why()));
            last = c.name();
        }
    }
}
