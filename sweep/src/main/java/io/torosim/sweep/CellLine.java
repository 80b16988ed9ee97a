package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A run and what it gave as one line of JSON, the same whoever writes it.
 *
 * <p>{@link StudyRun} asks for a cell of a {@link Study} to be run and gets a line, which {@link ResultLog} appends to its file and {@link StudyResults}
 * takes in.
 */
final class CellLine {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_ERROR = 500;
    private static final String SUM = ",\"crc32c\":\"";
    private static final int SUM_LENGTH = SUM.length() + 8 + 2;

    private CellLine() {}

    /**
     * A line, read.
     *
     * @param factors values as text
     * @param figures in the study's order; null of a failed run
     * @param error of a failed run, else null
     */
    record Read(
            long cell,
            int point,
            int replication,
            String seed,
            List<String> factors,
            double @Nullable [] figures,
            @Nullable String error) {}

    /**
     * Runs a cell. What it throws makes it a failed run.
     *
     * @throws StudyException with one line that names cell and model, if the model gives more or fewer figures than the study has outputs, or the process has no memory left
     */
    static Outcome run(Study study, Cell cell) {
        double[] figures;
        try {
            figures = study.model().run(cell);
        } catch (OutOfMemoryError e) { // the process is not well; nothing can be said of the cell
            throw new StudyException("run " + cell.number() + " of the model " + study.modelName() + ": " + text(e)
                    + "; give more memory (TOROSIM_JAVA_OPTS=-Xmx...) or fewer --workers");
        } catch (TooManyLeft e) {
            throw new StudyException(
                    e.getMessage() + ", at run " + cell.number() + " of the model " + study.modelName());
        } catch (Throwable e) { // whatever a model throws is its own affair
            return failed(cell, e);
        }
        if (figures == null
                || figures.length != study.outputs().size()) { // no cell's fault: no run of the study can be right
            throw new StudyException(
                    "outputs",
                    "must be as many as the figures that the model gives, figures="
                            + (figures == null ? "null" : String.valueOf(figures.length)) + " at cell "
                            + cell.number() + " of the model " + study.modelName(),
                    study.outputs());
        }
        return new Outcome(cell, figures.clone(), null); // a model may give the same array again
    }

    private static Outcome failed(Cell cell, Throwable thrown) {
        String text = text(thrown);
        return new Outcome(cell, null, text.length() > LONGEST_ERROR ? text.substring(0, LONGEST_ERROR) + "..." : text);
    }

    private static String text(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException e) { // of a class of the model's
            message = "(its message throws " + e.getClass().getName() + ")";
        }
        return thrown.getClass().getName() + (message == null ? "" : ": " + message);
    }

    /** Returns the line of a run, without an end. */
    static String line(Study study, Outcome outcome) {
        Cell cell = outcome.cell();
        double @Nullable [] figures = outcome.figures();
        StringWriter out = new StringWriter(128);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeNumberProperty("cell", cell.number());
            json.writeNumberProperty("point", cell.point());
            json.writeNumberProperty("replication", cell.replication());
            json.writeStringProperty("seed", hex(cell.seed()));
            json.writeObjectPropertyStart("factors");
            for (int f = 0; f < cell.factors().size(); f++) {
                Factor factor = cell.factors().get(f);
                json.writeStringProperty(
                        factor.name(), factor.text(cell.values().get(f)));
            }
            json.writeEndObject();
            if (figures == null) {
                json.writeStringProperty("error", outcome.error());
                json.writeStringProperty("replay", "--cell " + cell.number());
            } else {
                json.writeObjectPropertyStart("figures");
                for (int i = 0; i < figures.length; i++) {
                    figure(json, study.outputs().get(i), figures[i]);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        return summed(out.toString());
    }

    private static void figure(JsonGenerator json, String name, double value) {
        if (Double.isNaN(value)) {
            json.writeNullProperty(name);
        } else if (Double.isInfinite(value)) {
            json.writeStringProperty(name, Double.toString(value));
        } else {
            json.writeName(name);
            json.writeNumber(Decimals.text(value));
        }
    }

    /** Returns a line without its check sum: what digests are of, which are older than the sums. */
    static String bare(String line) {
        int sum = line.lastIndexOf(SUM);
        return sum < 0 || !isChecked(line) ? line : line.substring(0, sum) + "}";
    }

    /** Returns whether a line ends in a check sum, right or wrong. */
    static boolean isChecked(String line) {
        return line.length() > SUM_LENGTH && line.startsWith(SUM, line.length() - SUM_LENGTH);
    }

    private static String summed(String bare) {
        return bare.substring(0, bare.length() - 1) + SUM + sum(bare) + "\"}";
    }

    /** CRC-32C of the bytes of a line without its sum. */
    private static String sum(String bare) {
        CRC32C crc = new CRC32C();
        crc.update(bare.getBytes(StandardCharsets.UTF_8));
        return hex(crc.getValue()).substring(8);
    }

    /** Returns the number of the run of a line that has been read before: what stands first. */
    static long cell(String line) {
        int start = line.indexOf(':') + 1;
        return Long.parseLong(line.substring(start, line.indexOf(',', start)));
    }

    /**
     * Reads a line. Its check sum, if it has one, must be right.
     *
     * @throws IllegalArgumentException if it is none, is damaged, or one of another study
     */
    static Read read(Study study, String line) {
        if (isChecked(line) && !line.equals(summed(bare(line)))) {
            throw new IllegalArgumentException("the line is damaged: its check sum is not that of the line");
        }
        Reader reader = new Reader(study);
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                reader.property(json, json.currentName());
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("not the line of a run: something stands behind it");
            }
        } catch (JacksonException e) {
            String what = e.getOriginalMessage().replaceAll("\\s*\\(start marker at.*", "");
            throw new IllegalArgumentException("not the line of a run: " + what, e);
        }
        return reader.done();
    }

    /** Collects the properties of a line. */
    private static final class Reader {
        private final Study study;
        private long cell = -1;
        private int point;
        private int replication;
        private String seed = "";
        private final List<String> factors = new ArrayList<>();
        private double @Nullable [] figures;
        private @Nullable String error;

        Reader(Study study) {
            this.study = study;
        }

        void property(JsonParser json, String name) {
            JsonToken value = json.nextToken();
            if (value != JsonToken.START_OBJECT && (name.equals("factors") || name.equals("figures"))) {
                throw new IllegalArgumentException("not the line of a run: " + name + " must be an object");
            }
            switch (name) {
                case "cell" -> cell = json.getLongValue();
                case "point" -> point = json.getIntValue();
                case "replication" -> replication = json.getIntValue();
                case "seed" -> seed = json.getString();
                case "error" -> error = json.getString();
                case "factors" -> {
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        int f = factors.size();
                        String factor = json.currentName();
                        if (f >= study.factors().size()
                                || !study.factors().get(f).name().equals(factor)) {
                            throw new IllegalArgumentException(
                                    "not the factors of the study in their order, factor=" + factor);
                        }
                        json.nextToken();
                        factors.add(json.getString());
                    }
                }
                case "figures" -> {
                    double[] read = new double[study.outputs().size()];
                    figures = read;
                    int count = 0;
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        String output = json.currentName();
                        if (count >= read.length || !study.outputs().get(count).equals(output)) {
                            throw new IllegalArgumentException(
                                    "not the outputs of the study in their order, output=" + output);
                        }
                        read[count++] = number(json, output, json.nextToken());
                    }
                    if (count != read.length) {
                        throw new IllegalArgumentException("not every output has a figure, figures=" + count);
                    }
                }
                default -> {
                    if (value.isStructStart()) {
                        json.skipChildren();
                    }
                }
            }
        }

        private static double number(JsonParser json, String output, JsonToken token) {
            if (token == JsonToken.VALUE_NULL) {
                return Double.NaN;
            }
            String text = json.getString();
            if (token == JsonToken.VALUE_STRING && (text.equals("Infinity") || text.equals("-Infinity"))) {
                return Double.parseDouble(text);
            }
            double value = token.isNumeric() ? json.getDoubleValue() : Double.NaN;
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("figures." + output
                        + ": must be a finite number, null, \"Infinity\" or \"-Infinity\", value=" + text);
            }
            return value;
        }

        Read done() {
            if (cell < 0
                    || (figures == null) == (error == null)
                    || factors.size() != study.factors().size()) {
                throw new IllegalArgumentException("not the line of a run");
            }
            if (!seed.equals(hex(study.seedOf(point, replication)))) {
                throw new IllegalArgumentException(
                        "not the seed of replication " + replication + " at point " + point + ", seed=" + seed);
            }
            return new Read(cell, point, replication, seed, factors, figures, error);
        }
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
