package io.torosim.bench.spec;

import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.name.Nearest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A table of a study's file. A wrong value ends in a {@link SpecException} with one line: file and line, key, rule and value. */
final class StudyKeys {
    private final Path file;
    private final String name;
    private final TomlTable table;
    private final TomlPosition self;

    /** @param self where the table itself stands, for what it lacks */
    StudyKeys(Path file, String name, TomlTable table, TomlPosition self) {
        this.file = file;
        this.name = name;
        this.table = table;
        this.self = self;
    }

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    Object get(String key) {
        return table.get(List.of(key));
    }

    /** Refuses every key that is not among {@code known}, keys of {@code what}. */
    void allow(List<String> known, String what) {
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                throw problem(key, "no such key of " + what + "; " + Nearest.hint(key, known), null);
            }
        }
    }

    /** Refuses {@code keys} where they stand, because they do nothing there. */
    void refuse(String why, String... keys) {
        for (String key : keys) {
            if (has(key)) {
                throw problem(key, why, get(key));
            }
        }
    }

    String text(String key, String fallback) {
        Object value = has(key) ? get(key) : fallback;
        if (!(value instanceof String text)) {
            throw problem(key, "must be a string", value);
        }
        return text;
    }

    boolean flag(String key) {
        Object value = has(key) ? get(key) : Boolean.FALSE;
        if (!(value instanceof Boolean flag)) {
            throw problem(key, "must be true or false", value);
        }
        return flag;
    }

    long whole(String key, long fallback, long low, long high) {
        Object value = has(key) ? get(key) : fallback;
        if (!(value instanceof Long whole) || whole < low || whole > high) {
            throw problem(
                    key,
                    high == Long.MAX_VALUE && low > Long.MIN_VALUE
                            ? "must be a whole number of at least " + low
                            : "must be a whole number in [" + low + ", " + high + "]",
                    value);
        }
        return whole;
    }

    double number(String key, double fallback) {
        return has(key) ? number(key) : fallback;
    }

    /** A number that must be there. */
    double number(String key) {
        if (!has(key)) {
            throw problem(key, "is missing", null);
        }
        if (!(get(key) instanceof Number number) || !Double.isFinite(number.doubleValue())) {
            throw problem(key, "must be a finite number", get(key));
        }
        return number.doubleValue();
    }

    /** Returns the file and the line of a key, or of the table where it is not there. */
    String place(String key) {
        TomlPosition at = has(key) ? table.inputPositionOf(List.of(key)) : null;
        if (at == null) {
            at = self;
        }
        return file + (at == null ? "" : ":" + at.line());
    }

    SpecException problem(String key, String rule, @Nullable Object value) {
        return new SpecException(
                place(key) + ": " + name + "." + key + ": " + rule + (value == null ? "" : ", value=" + shown(value)));
    }

    static String shown(Object value) {
        if (value instanceof TomlTable) {
            return "a table";
        }
        if (value instanceof TomlArray array) {
            return array.toList().stream().map(StudyKeys::shown).toList().toString();
        }
        return value.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
