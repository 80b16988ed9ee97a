package io.torosim.bench.spec;

import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.SpecException;
import io.torosim.experiment.spec.Specification;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
 * error, so that a slip of the pen is not taken for a default.
 */
final class SpecKeys {
    private final Path file;
    private final TomlTable table;
    private final Set<String> asked = new HashSet<>();

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
            throw problem(key, "must be a whole number", value);
        }
        if (number < low || number > high) {
            throw problem(key, "must be in [" + low + ", " + high + "]", value);
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
            throw problem(key, "must be a string", value);
        }
        return text;
    }

    String oneOf(String key, String fallback, List<String> allowed) {
        String text = text(key, fallback);
        if (!allowed.contains(text)) {
            throw problem(key, "must be one of " + String.join(", ", allowed), text);
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
            throw problem(key.name(), e.getMessage(), value);
        }
    }

    BigDecimal number(String key) {
        Object value = value(key);
        if (value instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            return new BigDecimal(Double.toString(number));
        }
        throw problem(key, "must be a number", value);
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
                throw problem(name, why, table.get(name));
            }
        }
    }

    /** Every key that was asked for. */
    SortedSet<String> known() {
        return new TreeSet<>(asked);
    }

    void refuseUnknown() {
        for (List<String> path : table.keyPathSet(true)) {
            String key = Toml.joinKeyPath(path);
            boolean isTable = key.equals("costs") || asked.stream().anyMatch(k -> k.startsWith(key + "."));
            boolean valueIsTable = table.get(path) instanceof TomlTable;
            if (isTable && !valueIsTable) {
                throw problem(key, "must be a table", table.get(path));
            }
            if (!isTable && !asked.contains(key)) {
                throw problem(key, valueIsTable ? "no such table" : "no such key", table.get(path));
            }
        }
    }

    /** The file that a key names, beside this one. */
    Path fileAt(String key) {
        String name = text(key, "");
        try {
            return Key.fileBeside(name, file);
        } catch (IllegalArgumentException e) {
            throw problem(key, e.getMessage(), name);
        }
    }

    SpecException problem(String key, String rule, Object value) {
        TomlPosition position = table.inputPositionOf(key);
        String place = position == null ? file.toString() : file + ":" + position.line();
        return new SpecException(place + ": " + key + ": " + rule + ", value=" + shown(value));
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
