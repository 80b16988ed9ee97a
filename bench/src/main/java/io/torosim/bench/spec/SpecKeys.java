package io.torosim.bench.spec;

import io.torosim.core.time.Picos;
import io.torosim.experiment.SpecException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern DURATION = Pattern.compile("\\s*(-?[0-9]+(?:\\.[0-9]+)?)\\s*(ns|us|ms|s|min|h)\\s*");

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

    boolean flag(String key, boolean fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Boolean flag)) {
            throw problem(key, "must be true or false", value);
        }
        return flag;
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

    Duration duration(String key, Duration fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        Matcher matcher = DURATION.matcher(value instanceof String given ? given : "");
        if (!matcher.matches()) {
            throw problem(key, "must be a duration such as \"30 s\" or \"200 ms\"", value);
        }
        String text = (String) value;
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOf(matcher.group(2))));
        if (nanos.signum() <= 0) {
            throw problem(key, "must be longer than 0", text);
        }
        if (nanos.compareTo(BigDecimal.valueOf(Picos.NEVER / Picos.PER_NANO)) > 0) {
            throw problem(key, "must be at most 106 days", text);
        }
        return Duration.ofNanos(nanos.longValue());
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
            Path named = file.resolveSibling(name);
            if (name.isEmpty() || !Files.exists(named)) {
                throw problem(key, "no such file", name);
            }
            if (!Files.isRegularFile(named)) {
                throw problem(key, "not a file", name);
            }
            return named;
        } catch (InvalidPathException e) {
            throw problem(key, "no file can have that name", name);
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

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000L;
            case "min" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }
}
