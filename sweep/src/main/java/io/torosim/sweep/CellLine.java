package io.torosim.sweep;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A run and what it gave as one line of JSON, the same whoever writes it. */
final class CellLine {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_ERROR = 500;

    private CellLine() {}

    /**
     * A line, read.
     *
     * @param factors values as text
     * @param figures in the study's order; null of a failed run
     * @param error of a failed run, else null
     */
    record Read(
            long cell, int point, int replication, String seed, List<String> factors, double[] figures, String error) {}

    /**
     * Runs a cell and returns its line, without an end. What it throws becomes the line of a failed run.
     *
     * @throws StudyException if the model gives more or fewer figures than the study has outputs
     */
    static String run(Study study, Cell cell) {
        double[] figures;
        try {
            figures = study.model().run(cell);
        } catch (OutOfMemoryError e) {
            throw e; // the process is not well; nothing is said of the cell
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return failed(study, cell, e);
        }
        if (figures.length != study.outputs().size()) { // no cell's fault: no run of the study can be right
            throw new StudyException(
                    "outputs",
                    "must be as many as the figures that the model gives, figures=" + figures.length + " at cell "
                            + cell.number(),
                    study.outputs());
        }
        return line(study, cell, figures, null);
    }

    private static String failed(Study study, Cell cell, Throwable thrown) {
        String text = thrown.getClass().getName() + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
        return line(study, cell, null, text.length() > LONGEST_ERROR ? text.substring(0, LONGEST_ERROR) + "..." : text);
    }

    static String line(Study study, Cell cell, double[] figures, String error) {
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
                json.writeStringProperty("error", error);
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
        return out.toString();
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

    /** Returns the number of the run of a line that has been read before: what stands first. */
    static long cell(String line) {
        int start = line.indexOf(':') + 1;
        return Long.parseLong(line.substring(start, line.indexOf(',', start)));
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none, or one of another study
     */
    static Read read(Study study, String line) {
        Reader reader = new Reader(study);
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                reader.property(json, json.currentName());
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not the line of a run: " + e.getOriginalMessage(), e);
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
        private double[] figures;
        private String error;

        Reader(Study study) {
            this.study = study;
        }

        void property(JsonParser json, String name) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "cell" -> cell = json.getLongValue();
                case "point" -> point = json.getIntValue();
                case "replication" -> replication = json.getIntValue();
                case "seed" -> seed = json.getString();
                case "error" -> error = json.getString();
                case "factors" -> {
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        json.nextToken();
                        factors.add(json.getString());
                    }
                }
                case "figures" -> {
                    figures = new double[study.outputs().size()];
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        figures[study.output(json.currentName())] = number(json, json.nextToken());
                    }
                }
                default -> {
                    if (value.isStructStart()) {
                        json.skipChildren();
                    }
                }
            }
        }

        private static double number(JsonParser json, JsonToken token) {
            if (token == JsonToken.VALUE_NULL) {
                return Double.NaN;
            }
            return token == JsonToken.VALUE_STRING ? Double.parseDouble(json.getString()) : json.getDoubleValue();
        }

        Read done() {
            if (cell < 0 || (figures == null) == (error == null)) {
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
