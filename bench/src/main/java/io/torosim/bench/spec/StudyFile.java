package io.torosim.bench.spec;

import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.SpecException;
import io.torosim.sweep.CellModel;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Stopping;
import io.torosim.sweep.Study;
import io.torosim.sweep.analysis.Conclusion;
import io.torosim.sweep.model.ExperimentModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A study and what is concluded from it, read from TOML: the table {@code [study]}, {@code [study.factors]} and {@code
 * [[study.conclusion]]}; whatever else the file says is the specification of the experiment.
 *
 * @param study what is run
 * @param conclusions what is asked of the outputs, possibly nothing
 * @param budget runs at most
 * @param time of one call at most, by the clock on the wall; empty for no limit
 */
public record StudyFile(Study study, List<Conclusion> conclusions, long budget, Optional<Duration> time) {
    /** What is run where nothing is named but a guest. */
    private static final String GUEST = "study";

    private static final List<String> KEYS = List.of(
            "name",
            "experiment",
            "class",
            "seed",
            "design",
            "points",
            "levels",
            "output",
            "threshold",
            "width",
            "replications",
            "max-replications",
            "precision",
            "confidence",
            "own-seeds",
            "outputs",
            "factors",
            "conclusion",
            "budget",
            "time");
    private static final List<String> DESIGNS =
            List.of("grid", "latin-hypercube", "sobol", "random", "saltelli", "one-at-a-time", "refine");

    /** Reads a file; throws {@link SpecException} with one line that names file, line, key, rule and value. */
    public static StudyFile read(Path file) {
        TomlParseResult toml;
        try {
            toml = Toml.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new SpecException(file + ": no such file");
        } catch (IOException e) {
            throw new SpecException(file + ": cannot be read: " + e.getMessage());
        }
        if (toml.hasErrors()) {
            throw SpecKeys.malformed(file, toml.errors().get(0));
        }
        if (!toml.isTable("study")) {
            throw new SpecException(file + ": has no table [study]");
        }
        return new Reader(file, toml).read();
    }

    private static final class Reader {
        private final Path file;
        private final TomlTable all;
        private final TomlTable study;

        Reader(Path file, TomlTable all) {
            this.file = file;
            this.all = all;
            this.study = all.getTable("study");
        }

        StudyFile read() {
            for (String key : study.keySet()) {
                if (!KEYS.contains(key)) {
                    throw problem(key, "no such key of a study", null);
                }
            }
            List<String> outputs = outputs();
            List<Factor> factors = new ArrayList<>();
            if (study.contains("factors")) {
                factors(table(study, "factors"), "", factors);
            }
            List<Conclusion> conclusions = conclusions(outputs);
            try {
                Study read = new Study(
                        text("name", file.getFileName().toString().replaceAll("\\.toml$", "")),
                        model(outputs),
                        modelName(),
                        outputs,
                        factors,
                        design(),
                        stopping(),
                        whole("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
                        !flag("own-seeds"));
                check(read);
                return new StudyFile(read, conclusions, whole("budget", Long.MAX_VALUE, 1, Long.MAX_VALUE), time());
            } catch (IllegalArgumentException e) {
                throw new SpecException(file + ": " + e.getMessage());
            }
        }

        private Optional<Duration> time() {
            if (!study.contains("time")) {
                return Optional.empty();
            }
            try {
                return Optional.of(Key.duration(study.get("time")));
            } catch (IllegalArgumentException e) {
                throw problem("time", e.getMessage(), study.get("time"));
            }
        }

        private void check(Study read) {
            if (read.model() instanceof ExperimentModel model) {
                List<Double> nominal =
                        read.factors().stream().map(Factor::nominal).toList();
                try {
                    model.check(new io.torosim.sweep.Cell(0, 0, 0, 0, read.factors(), nominal));
                } catch (SpecException e) {
                    throw new SpecException(file + ": " + e.getMessage());
                }
            }
        }

        private String modelName() {
            return study.contains("class")
                    ? "class " + text("class", "")
                    : "experiment " + experiment() + " " + specification();
        }

        private boolean isOfGuest() {
            return all.isTable("guest") && !study.contains("class") && !study.contains("experiment");
        }

        private String experiment() {
            return isOfGuest() ? GUEST : text("experiment", "");
        }

        private CellModel model(List<String> outputs) {
            if (study.contains("class") == study.contains("experiment") && !isOfGuest()) {
                throw new SpecException(
                        file + ": a study names an experiment or a class, or the file has a table [guest]");
            }
            if (!study.contains("class")) {
                return new ExperimentModel(experiment(), specification(), outputs);
            }
            String name = text("class", "");
            if (!specification().isEmpty()) {
                throw new SpecException(
                        file + ": " + specification().firstKey() + ": a class of your own has no specification");
            }
            try {
                Object made = Class.forName(name).getConstructor().newInstance();
                if (made instanceof CellModel model) {
                    return model;
                }
                throw problem("class", "must implement " + CellModel.class.getName(), name);
            } catch (ReflectiveOperationException | LinkageError e) {
                throw problem(
                        "class", "must be on the class path and have a public constructor without parameters", name);
            }
        }

        private TreeMap<String, Object> specification() {
            TreeMap<String, Object> said = new TreeMap<>();
            for (String key : all.dottedKeySet()) {
                if (!key.startsWith("study.")) {
                    said.put(key.replace("\"", ""), all.get(key));
                }
            }
            return said;
        }

        private List<String> outputs() {
            if (!study.isArray("outputs")) {
                throw problem("outputs", "must be a list of strings", study.get("outputs"));
            }
            List<String> names = new ArrayList<>();
            for (Object name : study.getArray("outputs").toList()) {
                if (!(name instanceof String text)) {
                    throw problem("outputs", "must be a list of strings", name);
                }
                names.add(text);
            }
            return names;
        }

        private Design design() {
            String name = text("design", "grid");
            int points = (int) whole("points", 100, 1, 10_000_000);
            int levels = (int) whole("levels", 5, 1, 1_000_000);
            return switch (name) {
                case "grid" -> new Design.Grid(levels);
                case "latin-hypercube" -> new Design.LatinHypercube(points);
                case "sobol" -> new Design.Sobol(points);
                case "random" -> new Design.RandomDraws(points);
                case "saltelli" -> new Design.Saltelli(points);
                case "one-at-a-time" -> new Design.OneAtATime();
                case "refine" -> new Design.Refine(
                        text("output", ""), number("threshold", 0), levels, number("width", 0));
                default -> throw problem("design", "must be one of " + String.join(", ", DESIGNS), name);
            };
        }

        private Stopping stopping() {
            int least = (int) whole("replications", 1, 1, 1_000_000);
            int most = (int) whole("max-replications", least, least, 1_000_000);
            double precision = number("precision", 0);
            if (study.contains("precision") && (!(precision > 0) || most == least)) {
                throw problem(
                        "precision",
                        "must be above 0, with max-replications above replications, else nothing is ever repeated for it",
                        precision);
            }
            return new Stopping(least, most, precision, number("confidence", 0.95));
        }

        /** Takes the factors of a table; {@code load.concurrency = [...]} is a table within a table. */
        private void factors(TomlTable table, String prefix, List<Factor> factors) {
            for (String key : table.keySet().stream()
                    .sorted(java.util.Comparator.comparing(k -> position(table, k)))
                    .toList()) {
                String name = prefix + key;
                Object value = table.get(List.of(key));
                if (value instanceof TomlArray array) {
                    factors.add(list(name, array));
                } else if (value instanceof TomlTable inner
                        && !inner.contains("low")
                        && !inner.contains("high")
                        && !inner.contains("distribution")) {
                    factors(inner, name + ".", factors);
                } else if (value instanceof TomlTable range) {
                    factors.add(factor(name, range));
                } else {
                    throw problem("factors." + name, "must be a list, a range or a distribution", value);
                }
            }
        }

        private static int position(TomlTable table, String key) {
            TomlPosition at = table.inputPositionOf(List.of(key));
            return at == null ? 0 : at.line() * 10_000 + at.column();
        }

        private Factor list(String name, TomlArray array) {
            List<String> values = new ArrayList<>();
            for (Object value : array.toList()) {
                if (value instanceof TomlTable || value instanceof TomlArray) {
                    throw problem("factors." + name, "must be a list of numbers or strings", value);
                }
                values.add(value.toString());
            }
            return made(name, () -> Factor.list(name, values));
        }

        private Factor factor(String name, TomlTable range) {
            for (String key : range.keySet()) {
                if (!List.of("low", "high", "scale", "whole", "unit", "nominal", "distribution", "a", "b", "c")
                        .contains(key)) {
                    throw problem("factors." + name + "." + key, "no such key of a factor", range.get(key));
                }
            }
            String unit = range.getString("unit", () -> "");
            if (range.contains("distribution")) {
                String shape = range.getString("distribution", () -> "")
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_');
                List<String> shapes =
                        Arrays.stream(Factor.Shape.values()).map(Enum::name).toList();
                if (!shapes.contains(shape)) {
                    throw problem(
                            "factors." + name + ".distribution",
                            "must be one of "
                                    + String.join(", ", shapes)
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', '-'),
                            range.get("distribution"));
                }
                return made(
                        name,
                        () -> new Factor.Drawn(
                                name,
                                Factor.Shape.valueOf(shape),
                                number(range, "a", 0),
                                number(range, "b", 0),
                                number(range, "c", 0),
                                unit));
            }
            String scale = range.getString("scale", () -> "linear");
            if (!scale.equals("linear") && !scale.equals("log")) {
                throw problem("factors." + name + ".scale", "must be linear or log", scale);
            }
            return made(
                    name,
                    () -> new Factor.Ranged(
                            name,
                            number(range, "low", Double.NaN),
                            number(range, "high", Double.NaN),
                            scale.equals("log"),
                            range.getBoolean("whole", () -> false),
                            unit,
                            number(range, "nominal", Double.NaN)));
        }

        private Factor made(String name, java.util.function.Supplier<Factor> maker) {
            try {
                return maker.get();
            } catch (IllegalArgumentException e) {
                throw new SpecException(file + ": study.factors." + name + ": " + e.getMessage());
            }
        }

        private List<Conclusion> conclusions(List<String> outputs) {
            List<Conclusion> conclusions = new ArrayList<>();
            if (!study.contains("conclusion")) {
                return conclusions;
            }
            if (!study.isArray("conclusion")) {
                throw problem("conclusion", "must be tables, [[study.conclusion]]", study.get("conclusion"));
            }
            TomlArray array = study.getArray("conclusion");
            for (int i = 0; i < array.size(); i++) {
                TomlTable one = array.getTable(i);
                String output = one.getString("output", () -> "");
                if (!outputs.contains(output)) {
                    throw problem("conclusion", "names an output that is not among outputs", output);
                }
                conclusions.add(new Conclusion(
                        one.getString("name", () -> output),
                        output,
                        number(one, "low", Double.NEGATIVE_INFINITY),
                        number(one, "high", Double.POSITIVE_INFINITY)));
            }
            return conclusions;
        }

        private TomlTable table(TomlTable in, String key) {
            if (!in.isTable(key)) {
                throw problem(key, "must be a table", in.get(key));
            }
            return in.getTable(key);
        }

        private String text(String key, String fallback) {
            Object value = study.contains(key) ? study.get(key) : fallback;
            if (!(value instanceof String text)) {
                throw problem(key, "must be a string", value);
            }
            return text;
        }

        private boolean flag(String key) {
            Object value = study.contains(key) ? study.get(key) : Boolean.FALSE;
            if (!(value instanceof Boolean flag)) {
                throw problem(key, "must be true or false", value);
            }
            return flag;
        }

        private long whole(String key, long fallback, long low, long high) {
            Object value = study.contains(key) ? study.get(key) : fallback;
            if (!(value instanceof Long whole) || whole < low || whole > high) {
                throw problem(key, "must be a whole number in [" + low + ", " + high + "]", value);
            }
            return whole;
        }

        private double number(String key, double fallback) {
            return number(study, key, fallback);
        }

        private double number(TomlTable table, String key, double fallback) {
            if (!table.contains(key)) {
                return fallback;
            }
            if (!(table.get(key) instanceof Number number)) {
                throw problem(key, "must be a number", table.get(key));
            }
            return number.doubleValue();
        }

        private SpecException problem(String key, String rule, Object value) {
            TomlPosition at = study.contains(key) ? study.inputPositionOf(key) : null;
            return new SpecException(file + (at == null ? "" : ":" + at.line()) + ": study." + key + ": " + rule
                    + (value == null ? "" : ", value=" + value));
        }
    }

    /** Returns the values that a study's file would give its factors at a point, for people. */
    public static String shown(Study study, List<Double> point) {
        Map<String, String> shown = new java.util.LinkedHashMap<>();
        for (int f = 0; f < point.size(); f++) {
            shown.put(study.factors().get(f).name(), study.factors().get(f).text(point.get(f)));
        }
        return shown.toString().replaceAll("[{}]", "");
    }
}
