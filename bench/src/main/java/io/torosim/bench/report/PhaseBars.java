package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult.PhaseRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Boot phases as stacked bars, one for each way of booting, and a table of every phase below. */
record PhaseBars(List<Path> paths, List<Key> keys) {
    private static final int COLOURS = 10;
    private static final double SHOWN_SHARE = 0.01;

    /** One way of booting. */
    record Path(String path, String total, List<Part> parts, List<Row> rows) {}

    /** A part of a bar. */
    record Part(String kind, String width, String title) {}

    /** A colour and what it stands for. */
    record Key(String kind, String phase) {}

    /** A row of the table. */
    record Row(String phase, String millis, String share, String driver, String source) {}

    static PhaseBars of(List<PhaseRow> rows) {
        Map<String, List<PhaseRow>> paths = new LinkedHashMap<>();
        Map<String, String> colours = new LinkedHashMap<>();
        for (PhaseRow row : rows) {
            paths.computeIfAbsent(row.path(), p -> new ArrayList<>()).add(row);
            if (row.share() >= SHOWN_SHARE) {
                colours.putIfAbsent(row.phase(), "c" + colours.size() % COLOURS);
            }
        }
        List<Path> drawn = new ArrayList<>();
        paths.forEach((path, phases) -> drawn.add(path(path, phases, colours)));
        List<Key> keys = new ArrayList<>();
        colours.forEach((phase, colour) -> keys.add(new Key(colour, phase)));
        return new PhaseBars(drawn, keys);
    }

    private static Path path(String path, List<PhaseRow> phases, Map<String, String> colours) {
        List<Part> parts = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (PhaseRow row : phases) {
            String share = String.format(Locale.ROOT, "%.1f %%", 100 * row.share());
            if (row.millis() > 0) {
                parts.add(new Part(
                        colours.getOrDefault(row.phase(), "rest"),
                        String.format(Locale.ROOT, "%.3f%%", 100 * row.share()),
                        row.phase() + ": " + ms(row.millis()) + ", " + share));
            }
            rows.add(new Row(
                    row.phase(), String.format(Locale.ROOT, "%.3f", row.millis()), share, row.driver(), row.source()));
        }
        return new Path(path, ms(phases.stream().mapToDouble(PhaseRow::millis).sum()), parts, rows);
    }

    private static String ms(double millis) {
        return String.format(Locale.ROOT, millis >= 1000 ? "%,.0f ms" : "%.1f ms", millis);
    }
}
