package io.torosim.sweep;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Runs as rows of CSV (RFC 4180): cell, point, replication, seed, the factors, the figures, error; a line each, so line feeds are spaces there. */
final class CellCsv {
    private static final Pattern LINE_END = Pattern.compile("\\R");

    private CellCsv() {}

    static String heading(Study study) {
        List<String> fields = new ArrayList<>(List.of("cell", "point", "replication", "seed"));
        study.factors().forEach(factor -> fields.add(factor.name()));
        fields.addAll(study.outputs());
        fields.add("error");
        return row(fields);
    }

    static String row(Study study, CellLine.Read run) {
        List<String> fields = new ArrayList<>();
        fields.add(String.valueOf(run.cell()));
        fields.add(String.valueOf(run.point()));
        fields.add(String.valueOf(run.replication()));
        fields.add(String.valueOf(run.seed()));
        fields.addAll(run.factors());
        for (int i = 0; i < study.outputs().size(); i++) {
            double figure = run.figures() == null ? Double.NaN : run.figures()[i];
            fields.add(
                    Double.isNaN(figure)
                            ? ""
                            : Double.isInfinite(figure) ? Double.toString(figure) : Decimals.text(figure));
        }
        fields.add(run.error() == null ? "" : run.error());
        return row(fields);
    }

    private static String row(List<String> fields) {
        StringWriter text = new StringWriter();
        CsvWriter.builder()
                .bufferSize(0)
                .lineDelimiter(LineDelimiter.LF)
                .build(text)
                .writeRecord(fields.stream()
                        .map(field -> LINE_END.matcher(field).replaceAll(" ")) // a run is a line
                        .toList());
        return text.toString();
    }
}
