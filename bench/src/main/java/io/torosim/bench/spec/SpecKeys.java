package io.torosim.bench.spec;

import io.torosim.core.time.Picos;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    Path file() {
        return file;
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
        String text = text(key, null);
        if (text == null) {
            return fallback;
        }
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw problem(key, "must be a duration such as \"30 s\" or \"200 ms\"", text);
        }
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

    /** The dotted keys below a table, in the order of the file. */
    List<String> below(String name) {
        List<String> keys = new ArrayList<>();
        for (String key : table.dottedKeySet()) {
            if (key.startsWith(name + ".")) {
                keys.add(key);
            }
        }
        return keys;
    }

    void refuseUnknown() {
        for (String key : table.dottedKeySet()) {
            if (!asked.contains(key)) {
                throw problem(key, "no such key", table.get(key));
            }
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
        return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
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
