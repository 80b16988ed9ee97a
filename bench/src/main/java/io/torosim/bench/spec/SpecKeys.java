package io.torosim.bench.spec;

import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.name.Nearest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * The keys of a TOML file, read with their rules. Every key that is asked for is known; one that nobody asked for is an
 * error, so that a slip of the pen is not taken for a default. A wrong value is noted and read as its default, until
 * {@link #finish} throws the problem that comes first in the file.
 */
final class SpecKeys {
    private final Path file;
    private final TomlTable table;
    private final Set<String> asked = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    private record Problem(String key, int line, int column, SpecException what) {}

    SpecKeys(Path file, TomlTable table) {
        this.file = file;
        this.table = table;
    }

    boolean has(String key) {
        asked.add(key);
        return table.contains(key);
    }

    long whole(String key, long fallback, long low, long high) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Long number)) {
            problem(key, "must be a whole number", value);
            return fallback;
        }
        if (number < low || number > high) {
            problem(key, "must be in [" + low + ", " + high + "]", value);
            return fallback;
        }
        return number;
    }

    int count(String key, int fallback, int low, int high) {
        return (int) whole(key, fallback, low, high);
    }

    String text(String key, String fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof String text)) {
            problem(key, "must be a string", value);
            return fallback;
        }
        return text;
    }

    String oneOf(String key, String fallback, List<String> allowed) {
        String text = text(key, fallback);
        if (!allowed.contains(text)) {
            problem(key, "must be one of " + String.join(", ", allowed), text);
            return fallback;
        }
        return text;
    }

    /** Takes what the file says of {@code key} into a specification. */
    <T> Specification into(Specification spec, Key<T> key) {
        Object value = value(key.name());
        if (value == null) {
            return spec;
        }
        try {
            return spec.with(key, key.read(value, file));
        } catch (IllegalArgumentException e) {
            problem(key.name(), Messages.of(e), value);
            return spec;
        }
    }

    Optional<BigDecimal> number(String key) {
        Object value = value(key);
        if (value instanceof Long number) {
            return Optional.of(BigDecimal.valueOf(number));
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            return Optional.of(new BigDecimal(Double.toString(number)));
        }
        problem(key, "must be a number", value);
        return Optional.empty();
    }

    /** The names of the values below a table, quoted or dotted alike, in the order of the file. */
    List<String> below(String name) {
        List<String> names = new ArrayList<>();
        for (List<String> path : table.keyPathSet()) {
            if (path.size() > 1 && path.get(0).equals(name)) {
                names.add(String.join(".", path.subList(1, path.size())));
                asked.add(Toml.joinKeyPath(path));
            }
        }
        return names;
    }

    /** The key as TOML wants it: whether the file says {@code a.b} or {@code "a.b"}. */
    String keyBelow(String tableName, String name) {
        String quoted = Toml.joinKeyPath(List.of(tableName, name));
        return table.contains(quoted) ? quoted : tableName + "." + name;
    }

    /** Refuses each of {@code names} if it is there, because of another key. */
    void refuse(String why, String... names) {
        for (String name : names) {
            if (has(name)) {
                problem(name, why, table.get(name));
            }
        }
    }

    /** Refuses a table that is there and says nothing. */
    void refuseEmpty(String name, String why) {
        if (table.get(name) instanceof TomlTable said && said.isEmpty()) {
            problem(name, why, said);
        }
    }

    /** Every key that was asked for. */
    SortedSet<String> known() {
        return new TreeSet<>(asked);
    }

    /** Refuses the keys that nobody asked for; throws the first problem in the file, if there is one. */
    void finish() {
        refuseUnknown();
        problems.stream()
                .min(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .ifPresent(first -> {
                    throw first.what();
                });
    }

    private String tables() {
        TreeSet<String> tables = new TreeSet<>(List.of("costs"));
        asked.stream()
                .filter(k -> k.contains("."))
                .map(k -> k.substring(0, k.indexOf('.')))
                .forEach(tables::add);
        return "there are " + String.join(", ", tables);
    }

    /** Keys of that name in other tables, else those that are written alike. */
    private String instead(String key, String last) {
        List<String> known = asked.stream().sorted().toList();
        List<String> same = known.stream().filter(k -> k.endsWith("." + last)).toList();
        return "nearest are " + String.join(", ", same.isEmpty() ? Nearest.to(key, known, 2) : same);
    }

    private void refuseUnknown() {
        for (List<String> path : table.keyPathSet(true)) {
            String key = Toml.joinKeyPath(path);
            boolean isTable = key.equals("costs") || asked.stream().anyMatch(k -> k.startsWith(key + "."));
            boolean valueIsTable = table.get(path) instanceof TomlTable;
            if (isTable && !valueIsTable) {
                problem(key, "must be a table", table.get(path));
            }
            if (!isTable && !asked.contains(key)) {
                String last = path.get(path.size() - 1);
                String rule = valueIsTable ? "no such table; " + tables() : "no such key; " + instead(key, last);
                problem(key, rule, table.get(path));
            }
        }
    }

    /** The file that a key names, beside this one. */
    Optional<Path> fileAt(String key) {
        String name = text(key, "");
        try {
            return Optional.of(Key.fileBeside(name, file));
        } catch (IllegalArgumentException e) {
            problem(key, Messages.of(e), name);
            return Optional.empty();
        }
    }

    /** Notes that a value breaks a rule. */
    void problem(String key, String rule, Object value) {
        TomlPosition position = table.inputPositionOf(key);
        String place = position == null ? file.toString() : file + ":" + position.line();
        problem(key, new SpecException(place + ": " + key + ": " + rule + ", value=" + shown(value)));
    }

    /** Notes what is wrong with what a key names. */
    void problem(String key, SpecException what) {
        TomlPosition position = table.inputPositionOf(key);
        problems.add(
                position == null
                        ? new Problem(key, Integer.MAX_VALUE, 0, what)
                        : new Problem(key, position.line(), position.column(), what));
    }

    /** Whether a rule was broken by what the file says of {@code key}. */
    boolean isWrong(String key) {
        return problems.stream().anyMatch(problem -> problem.key.equals(key));
    }

    static SpecException malformed(Path file, TomlParseError error) {
        return new SpecException(file + ":" + error.position().line() + ": not TOML: " + error.getMessage());
    }

    private Object value(String key) {
        asked.add(key);
        return table.get(key);
    }

    private static String shown(Object value) {
        if (value instanceof TomlTable) {
            return "a table";
        }
        if (value instanceof TomlArray) {
            return "an array";
        }
        return value instanceof String text ? "\"" + text.replaceAll("\\p{Cntrl}", "?") + "\"" : String.valueOf(value);
    }
}
