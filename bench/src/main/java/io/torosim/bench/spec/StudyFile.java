package io.torosim.bench.spec;

import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.Design;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.Stopping;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.analysis.BreakingCorner.Conclusion;
import io.torosim.sweep.model.BuiltInStudies;
import io.torosim.sweep.name.Nearest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A study and what is concluded from it, read from TOML: the table {@code [study]}, {@code [study.factors]} and {@code
 * [[study.conclusion]]}; whatever else the file says is the specification of the experiment.
 *
 * @param study what is run
 * @param conclusions what is asked of the outputs, possibly nothing
 * @param budget runs at most
 * @param time of one call at most, by the clock on the wall; empty for no limit
 * @param classes the jar or directory that the model's class is from, where it is not this program's
 * @param lines where in the file what is wrong stands
 */
public record StudyFile(
        Study study,
        List<Conclusion> conclusions,
        long budget,
        Optional<Duration> time,
        Optional<Path> classes,
        Lines lines) {
    /** What is run where nothing is named but a guest. */
    private static final String GUEST = "study";

    private static final String CLASS = "class ";

    private static final long PROBE_MILLIS = 2_000;

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
            "time",
            "longest-run");
    private static final List<String> DESIGNS =
            List.of("grid", "latin-hypercube", "sobol", "random", "saltelli", "one-at-a-time", "refine");

    /** Reads a file; throws {@link SpecException} with one line that names file, line, key, rule and value. */
    public static StudyFile read(Path file) {
        TomlParseResult toml = SpecFile.parsed(file, "a study's file");
        if (!toml.isTable("study")) {
            throw new SpecException(file + ": has no table [study]");
        }
        return new Reader(file, toml).read();
    }

    /**
     * Refuses what can be known to be wrong before the first run.
     *
     * @throws SpecException with one line that names file, line, key, rule and value
     */
    public void check() {
        try {
            study.model().check(study);
            if (study.modelName().startsWith(CLASS)) {
                probe();
            }
        } catch (StudyException e) {
            throw new SpecException(lines.located(e));
        }
    }

    /** How many figures a class gives, it alone knows: asked by its first run, if that is over soon. */
    private void probe() {
        AtomicReference<StudyException> wrong = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        StudyRun.line(study, 0);
                    } catch (StudyException e) {
                        wrong.set(e);
                    } catch (Throwable e) {
                        // said when the study comes to it
                    }
                },
                "study-probe");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(PROBE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
        if (wrong.get() != null) {
            throw wrong.get();
        }
    }

    /** Where in a file something stands; of a built-in study nothing stands anywhere. */
    @FunctionalInterface
    public interface Lines {
        /** No file. */
        Lines NONE = Messages::of;

        /** Returns the message with file and line before it. */
        String located(StudyException e);
    }

    private static final class Reader implements Lines {
        private final Path file;
        private final TomlTable all;
        private final TomlTable table;
        private final StudyKeys study;
        private final StudyFactors factors;
        private Optional<Path> classes = Optional.empty();

        Reader(Path file, TomlTable all) {
            this.file = file;
            this.all = all;
            this.table = all.getTable("study");
            this.study = new StudyKeys(file, "study", table, all.inputPositionOf("study"));
            this.factors = new StudyFactors(file);
        }

        StudyFile read() {
            study.allow(KEYS, "a study");
            if (study.has("factors")) {
                if (!(study.get("factors") instanceof TomlTable some) || some.isEmpty()) {
                    throw study.problem("factors", "must be a table with one factor at least", null);
                }
                factors.read(some);
            }
            List<String> outputs = outputs();
            List<Conclusion> conclusions = conclusions(outputs);
            try {
                Study read = new Study(
                        study.text("name", file.getFileName().toString().replaceAll("\\.toml$", "")),
                        model(outputs),
                        modelName(),
                        outputs,
                        factors.factors(),
                        design(),
                        stopping(),
                        study.whole("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
                        !study.flag("own-seeds"));
                long budget = study.whole("budget", Long.MAX_VALUE, 1, Long.MAX_VALUE);
                Study limited =
                        duration("longest-run").map(read::withLongestRun).orElse(read);
                return new StudyFile(limited, conclusions, budget, duration("time"), classes, this);
            } catch (StudyException e) {
                throw new SpecException(located(e));
            } catch (IllegalArgumentException e) {
                throw new SpecException(file + ": " + e.getMessage());
            }
        }

        @Override
        public String located(StudyException e) {
            String key = e.key().orElse("");
            if (key.startsWith("factors.")) {
                return factors.place(key.substring("factors.".length())) + ": study." + e.getMessage();
            }
            if (key.equals("outputs") && table.isArray("outputs")) {
                TomlArray names = table.getArray("outputs");
                for (int i = 0; i < names.size(); i++) {
                    if (names.get(i).equals(e.value().orElse(""))) {
                        int line = lineOf(
                                names.getString(i), names.inputPositionOf(i).line());
                        return file + ":" + line + ": study." + e.getMessage();
                    }
                }
            }
            if (KEYS.contains(key)) {
                return study.place(key) + ": study." + e.getMessage();
            }
            for (List<String> path : all.keyPathSet()) {
                if (String.join(".", path).equals(key)) {
                    return file + ":" + all.inputPositionOf(path).line() + ": " + e.getMessage();
                }
            }
            return key.isEmpty() ? Messages.of(e) : file + ": " + e.getMessage();
        }

        /** The parser has an element that begins a line stand at the end of the line before. */
        private int lineOf(String element, int line) {
            try {
                List<String> lines = Files.readAllLines(file);
                for (int i = line; i <= lines.size(); i++) {
                    if (lines.get(i - 1).contains(element)) {
                        return i;
                    }
                }
            } catch (IOException e) {
                // it could be read a moment ago; the parser's line will do
            }
            return line;
        }

        private Optional<Duration> duration(String key) {
            if (!study.has(key)) {
                return Optional.empty();
            }
            try {
                return Optional.of(Key.duration(study.get(key)));
            } catch (IllegalArgumentException e) {
                throw study.problem(key, Messages.of(e), study.get(key));
            }
        }

        private String modelName() {
            if (study.has("class")) {
                String content = classes.isEmpty() ? "" : " " + content(classes.get());
                return CLASS + study.text("class", "") + content;
            }
            return "experiment " + experiment() + " " + specification();
        }

        /** Another content is another model, whatever it is called. */
        private String content(Path where) {
            try {
                return ClassContent.hash(where);
            } catch (IOException e) {
                throw study.problem("class", "cannot be read: " + e.getMessage(), where);
            }
        }

        private boolean isOfGuest() {
            return all.isTable("guest") && !study.has("class") && !study.has("experiment");
        }

        private String experiment() {
            return isOfGuest() ? GUEST : study.text("experiment", "");
        }

        private CellModel model(List<String> outputs) {
            if (study.has("class") == study.has("experiment") && !isOfGuest()) {
                throw new SpecException(study.place("class")
                        + ": study: must name an experiment or a class, one of them, or the file has a table [guest]");
            }
            if (!study.has("class")) {
                return BuiltInStudies.experiment(experiment(), specification(), outputs, file.toAbsolutePath());
            }
            if (!specification().isEmpty()) {
                throw located(specification().firstKey(), "a class of your own has no specification");
            }
            String text = study.text("class", "");
            int at = text.indexOf('@');
            String name = at < 0 ? text : text.substring(0, at);
            try {
                Object made = Class.forName(name, true, loader(at < 0 ? "" : text.substring(at + 1)))
                        .getConstructor()
                        .newInstance();
                if (made instanceof CellModel model) {
                    return model;
                }
                throw study.problem("class", "must implement " + CellModel.class.getCanonicalName(), name);
            } catch (InvocationTargetException e) {
                throw study.problem("class", "its constructor throws " + e.getCause(), name);
            } catch (ClassNotFoundException e) {
                throw study.problem(
                        "class",
                        at < 0 ? "no such class of ToroSim; of your own it is CLASS@PATH" : "no such class there",
                        text);
            } catch (UnsupportedClassVersionError e) {
                throw study.problem(
                        "class",
                        "is compiled for a later Java than " + Runtime.version().feature() + ", which runs here",
                        text);
            } catch (LinkageError e) {
                throw study.problem("class", "cannot be loaded, " + e, text);
            } catch (ReflectiveOperationException e) {
                throw study.problem(
                        "class", "must be public, not abstract, with a public constructor without parameters", text);
            }
        }

        /** Classes of this program, and of a jar or directory beside the file. */
        private ClassLoader loader(String path) {
            ClassLoader own = StudyFile.class.getClassLoader();
            if (path.isEmpty()) {
                return own;
            }
            try {
                classes = Optional.of(file.toAbsolutePath().resolveSibling(path));
                if (!Files.exists(classes.get())) {
                    throw study.problem("class", "no such directory or jar", classes.get());
                }
                return new URLClassLoader(
                        new URL[] {classes.get().toUri().toURL()}, own); // open as long as the process
            } catch (InvalidPathException | MalformedURLException e) {
                throw study.problem("class", "no such directory or jar", path);
            }
        }

        private SpecException located(String key, String rule) {
            return new SpecException(located(new StudyException(key, rule, null)));
        }

        private TreeMap<String, Object> specification() {
            TreeMap<String, Object> said = new TreeMap<>();
            for (List<String> path : all.keyPathSet()) {
                if (!path.get(0).equals("study") && !(all.get(path) instanceof TomlTable)) {
                    String key = String.join(".", path);
                    if (all.get(path) instanceof TomlArray) {
                        throw located(
                                key, "a list is no value of a specification; values to vary go into [study.factors]");
                    }
                    said.put(key, all.get(path));
                }
            }
            return said;
        }

        private List<String> outputs() {
            if (!table.isArray("outputs")) {
                throw study.problem("outputs", "must be a list of strings", study.get("outputs"));
            }
            List<String> names = new ArrayList<>();
            for (Object name : table.getArray("outputs").toList()) {
                if (!(name instanceof String text)) {
                    throw study.problem("outputs", "must be a list of strings", name);
                }
                names.add(text);
            }
            return names;
        }

        private Design design() {
            String name = study.text("design", "grid");
            if (!DESIGNS.contains(name)) {
                throw study.problem("design", "must be one of " + String.join(", ", DESIGNS), name);
            }
            String why = "does nothing in the design " + name;
            if (!name.equals("refine")) {
                study.refuse(why, "output", "threshold", "width");
            }
            if (!name.equals("refine") && !name.equals("grid")) {
                study.refuse(why, "levels");
            }
            if (name.equals("refine") || name.equals("grid") || name.equals("one-at-a-time")) {
                study.refuse(why, "points");
            }
            int points = (int) study.whole("points", 100, 1, 10_000_000);
            int levels = (int) study.whole("levels", 5, 1, 1_000_000);
            return switch (name) {
                case "latin-hypercube" -> new Design.LatinHypercube(points);
                case "sobol" -> new Design.Sobol(points);
                case "random" -> new Design.RandomDraws(points);
                case "saltelli" -> new Design.Saltelli(points);
                case "one-at-a-time" -> new Design.OneAtATime();
                case "refine" -> new Design.Refine(
                        study.text("output", ""), study.number("threshold"), levels, study.number("width"));
                default -> new Design.Grid(levels);
            };
        }

        private Stopping stopping() {
            boolean precise = study.has("precision");
            int least = (int) study.whole("replications", precise ? Stopping.USUAL_LEAST : 1, 1, 1_000_000);
            if (!precise) {
                study.refuse("does nothing without precision", "max-replications");
                return new Stopping(least, least, 0, study.number("confidence", 0.95));
            }
            double precision = study.number("precision", 0);
            if (!(precision > 0)) {
                throw study.problem(
                        "precision", "must be a share of the mean in (0, 1), such as 0.02 for 2 %", precision);
            }
            if (!study.has("max-replications")) {
                throw study.problem(
                        "max-replications", "is missing; a precision needs one, since it may never be reached", null);
            }
            int most = (int) study.whole("max-replications", least, 1, 1_000_000);
            if (most <= least) {
                throw study.problem(
                        "max-replications",
                        "must be above replications, " + least + ", else nothing is ever repeated for the precision",
                        most);
            }
            return new Stopping(least, most, precision, study.number("confidence", 0.95));
        }

        private List<Conclusion> conclusions(List<String> outputs) {
            List<Conclusion> conclusions = new ArrayList<>();
            if (!study.has("conclusion")) {
                return conclusions;
            }
            if (!(study.get("conclusion") instanceof TomlArray array)) {
                throw study.problem("conclusion", "must be tables, [[study.conclusion]]", study.get("conclusion"));
            }
            for (int i = 0; i < array.size(); i++) {
                if (!(array.get(i) instanceof TomlTable one)) {
                    throw study.problem("conclusion", "must be tables, [[study.conclusion]]", array.get(i));
                }
                StudyKeys keys = new StudyKeys(file, "study.conclusion", one, array.inputPositionOf(i));
                keys.allow(List.of("name", "output", "low", "high"), "a conclusion");
                String output = keys.text("output", "");
                if (!outputs.contains(output)) {
                    throw keys.problem(
                            "output", "must be one of the outputs; " + Nearest.hint(output, outputs), output);
                }
                if (!keys.has("low") && !keys.has("high")) {
                    throw keys.problem("low", "is missing, and high too: the conclusion would always hold", null);
                }
                double low = keys.number("low", Double.NEGATIVE_INFINITY);
                double high = keys.number("high", Double.POSITIVE_INFINITY);
                if (low > high) {
                    throw keys.problem("low", "must be at most high, high=" + high, low);
                }
                conclusions.add(new Conclusion(keys.text("name", output), output, low, high));
            }
            return conclusions;
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
