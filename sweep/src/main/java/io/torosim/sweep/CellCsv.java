package io.torosim.sweep;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs as rows of CSV (RFC 4180): cell, point, replication, seed, the factors, the figures, error. */
final class CellCsv {
    private CellCsv() {}

    static String heading(Study study) {
        return row(Stream.of(
                        List.of("cell", "point", "replication", "seed"),
                        study.factors().stream().map(Factor::name).toList(),
                        study.outputs(),
                        List.of("error"))
                .flatMap(List::stream));
    }

    static String row(Study study, CellLine.Read run) {
        StringBuilder row = new StringBuilder();
        row.append(run.cell()).append(',').append(run.point()).append(',').append(run.replication());
        row.append(',').append(run.seed());
        for (String factor : run.factors()) {
            row.append(',').append(quoted(factor));
        }
        for (int i = 0; i < study.outputs().size(); i++) {
            row.append(',');
            if (run.figures() != null && !Double.isNaN(run.figures()[i])) {
                double figure = run.figures()[i];
                row.append(Double.isInfinite(figure) ? Double.toString(figure) : Decimals.text(figure));
            }
        }
        return row.append(',')
                .append(run.error() == null ? "" : quoted(run.error()))
                .append('\n')
                .toString();
    }

    private static String row(Stream<String> fields) {
        return fields.map(CellCsv::quoted).collect(Collectors.joining(",")) + "\n";
    }

    private static String quoted(String field) {
        boolean plain = field.chars().allMatch(c -> c != ',' && c != '"' && c != '\n' && c != '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
