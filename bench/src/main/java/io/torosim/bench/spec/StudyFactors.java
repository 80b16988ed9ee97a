package io.torosim.bench.spec;

import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study.StudyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** The table {@code [study.factors]}, in the order of the file, and the line of each. */
final class StudyFactors {
    private static final List<String> SHAPES = Arrays.stream(Factor.Shape.values())
            .map(shape -> shape.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    private static final List<String> DRAWN = List.of("distribution", "a", "b", "c", "unit");
    private static final List<String> KEYS =
            List.of("low", "high", "scale", "whole", "unit", "nominal", "distribution", "a", "b", "c");

    private final Path file;
    private final List<Factor> factors = new ArrayList<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    StudyFactors(Path file) {
        this.file = file;
    }

    List<Factor> factors() {
        return factors;
    }

    /** Returns the file and, where it is known, the line of a factor. */
    String place(String name) {
        return file + (lines.containsKey(name) ? ":" + lines.get(name) : "");
    }

    /** Takes the factors of a table; {@code load.concurrency = [...]} is a table within a table. */
    void read(TomlTable table) {
        read(table, "");
        factors.sort(Comparator.comparing(factor -> lines.getOrDefault(factor.name(), 0))); // stable
    }

    private void read(TomlTable table, String prefix) {
        for (String key : table.keySet().stream()
                .sorted(Comparator.comparing(k -> column(table, k)))
                .toList()) {
            String name = prefix + key;
            Object value = table.get(List.of(key));
            TomlPosition at = table.inputPositionOf(List.of(key));
            if (value instanceof TomlTable inner && !isFactor(inner)) {
                read(inner, name + ".");
                continue;
            }
            Integer first = at == null ? null : lines.put(name, at.line());
            if (first != null) {
                throw problem(name, "the factor stands there twice, in line " + first + " too", null);
            }
            if (value instanceof TomlArray array) {
                factors.add(list(name, array));
            } else if (value instanceof TomlTable range) {
                factors.add(factor(name, new StudyKeys(file, "study.factors." + name, range, at)));
            } else {
                throw problem(name, "must be a list, a range or a distribution", value);
            }
        }
    }

    private static boolean isFactor(TomlTable table) {
        return table.isEmpty() || table.keySet().stream().anyMatch(k -> KEYS.contains(k) && !table.isTable(List.of(k)));
    }

    private static int column(TomlTable table, String key) {
        TomlPosition at = table.inputPositionOf(List.of(key));
        return at == null ? 0 : at.line() * 10_000 + at.column();
    }

    private Factor list(String name, TomlArray array) {
        List<String> values = new ArrayList<>();
        for (Object value : array.toList()) {
            if (value instanceof TomlTable || value instanceof TomlArray) {
                throw problem(name, "must be a list of numbers or strings", value);
            }
            values.add(value.toString());
        }
        return made(name, () -> Factor.list(name, values));
    }

    private Factor factor(String name, StudyKeys keys) {
        keys.allow(KEYS, "a factor");
        String unit = keys.text("unit", "");
        if (!keys.has("distribution")) {
            keys.refuse("goes with a distribution; a range has low and high", "a", "b", "c");
            String scale = keys.text("scale", "linear");
            if (!scale.equals("linear") && !scale.equals("log")) {
                throw keys.problem("scale", "must be linear or log", scale);
            }
            double low = keys.number("low");
            double high = keys.number("high");
            return made(
                    name,
                    () -> new Factor.Ranged(
                            name,
                            low,
                            high,
                            scale.equals("log"),
                            keys.flag("whole"),
                            unit,
                            keys.number("nominal", Double.NaN)));
        }
        String shape = keys.text("distribution", "");
        if (!SHAPES.contains(shape)) {
            throw keys.problem("distribution", "must be one of " + String.join(", ", SHAPES), shape);
        }
        keys.allow(DRAWN, "a distribution (a range has no distribution)");
        int parameters = shape.equals("exponential") ? 1 : shape.equals("triangular") ? 3 : 2;
        double[] p = new double[3];
        for (int i = 0; i < 3; i++) {
            String key = List.of("a", "b", "c").get(i);
            if (i < parameters) {
                p[i] = keys.number(key);
            } else {
                keys.refuse(shape + " has no such parameter", key);
            }
        }
        Factor.Shape kind = Factor.Shape.valueOf(shape.toUpperCase(Locale.ROOT).replace('-', '_'));
        return made(name, () -> new Factor.Drawn(name, kind, p[0], p[1], p[2], unit));
    }

    private Factor made(String name, Supplier<Factor> maker) {
        try {
            return maker.get();
        } catch (StudyException e) {
            throw new SpecException(place(name) + ": study." + e.getMessage());
        }
    }

    private SpecException problem(String name, String rule, @Nullable Object value) {
        return new SpecException(place(name) + ": study.factors." + name + ": " + rule
                + (value == null ? "" : ", value=" + StudyKeys.shown(value)));
    }
}
