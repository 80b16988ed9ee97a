package io.torosim.bench.jmh;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Checks what {@code -p NAME=VALUE,...} says before anything runs. JMH takes a name that no benchmark has for none, and reports
 * a value of the wrong type as the stack trace of one benchmark among others.
 */
final class BenchmarkParameters {
    private BenchmarkParameters() {}

    /**
     * Checks the parameters in {@code args} against the benchmarks that {@code given} chooses.
     *
     * @throws IllegalArgumentException if one is wrong, with a line that names it
     */
    static void check(Options given, String... args) {
        List<BenchmarkListEntry> chosen = new ArrayList<>(BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        given.getIncludes(),
                        given.getExcludes()));
        if (chosen.isEmpty()) {
            return; // the runner says so
        }
        for (String name : names(args)) {
            SortedSet<String> known = new TreeSet<>();
            boolean found = false;
            for (BenchmarkListEntry benchmark : chosen) {
                Map<String, String[]> parameters = benchmark.getParams().orElse(Map.of());
                known.addAll(parameters.keySet());
                if (parameters.containsKey(name)) {
                    found = true;
                    given.getParameter(name).get().forEach(value -> check(benchmark, name, value));
                }
            }
            if (!found) {
                throw new IllegalArgumentException("no chosen benchmark has the parameter " + name + "; they have "
                        + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
    }

    private static SortedSet<String> names(String... args) {
        SortedSet<String> names = new TreeSet<>();
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals("-p") || args[i].equals("--p")) {
                names.add(args[i + 1].split("=", 2)[0]);
            }
        }
        return names;
    }

    private static void check(BenchmarkListEntry benchmark, String name, String value) {
        Class<?> type = type(benchmark.getUserClassQName(), name);
        try {
            if (type == long.class) {
                Long.parseLong(value);
            } else if (type == int.class) {
                Integer.parseInt(value);
            } else if (type == String.class && name.equals("spec")) {
                ExperimentBenchmark.read(value);
            } else if (type != null && type.isEnum() && !constants(type).contains(value)) {
                throw new IllegalArgumentException(
                        "parameter " + name + " must be one of " + constants(type) + ", " + name + "=" + value);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "parameter " + name + " must be a whole number (" + type + "), " + name + "=" + value, e);
        }
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(c -> ((Enum<?>) c).name())
                .toList();
    }

    /** The type of a field of the benchmark; null where a class of state holds it. */
    private static @Nullable Class<?> type(String className, String name) {
        try {
            for (Class<?> c = Class.forName(className); c != null; c = c.getSuperclass()) {
                for (Field field : c.getDeclaredFields()) {
                    if (field.getName().equals(name) && field.isAnnotationPresent(Param.class)) {
                        return field.getType();
                    }
                }
            }
            return null;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
