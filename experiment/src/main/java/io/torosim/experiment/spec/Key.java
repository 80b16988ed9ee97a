package io.torosim.experiment.spec;

import io.torosim.core.time.Picos;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One thing that a specification may say: its name in a file, its type, its range and its default. {@link Keys} has all.
 *
 * @param <T> type of its values
 */
public final class Key<T> {
    private static final Pattern DURATION = Pattern.compile("\\s*(-?[0-9]+(?:\\.[0-9]+)?)\\s*(ns|us|ms|s|min|h)\\s*");

    private final String name;
    private final Function<Specification, T> fallback;
    private final BiFunction<Object, Path, T> reader;
    private final Function<T, String> rule;
    private final Function<T, String> toml;

    private Key(
            String name,
            Function<Specification, T> fallback,
            BiFunction<Object, Path, T> reader,
            Function<T, String> rule,
            Function<T, String> toml) {
        this.name = name;
        this.fallback = fallback;
        this.reader = reader;
        this.rule = rule;
        this.toml = toml;
    }

    static Key<Integer> count(String name, int fallback, int low, int high) {
        return count(name, s -> fallback, low, high);
    }

    static Key<Integer> count(String name, Function<Specification, Integer> fallback, int low, int high) {
        return new Key<>(
                name,
                fallback,
                (raw, beside) -> (int) whole(raw, low, high),
                v -> v >= low && v <= high ? "" : within(low, high),
                String::valueOf);
    }

    /** A rate in [low, high], or 0 for none, as it is where nothing is said. */
    static Key<Integer> rateOrNone(String name, int low, int high) {
        return new Key<>(
                name,
                s -> 0,
                (raw, beside) -> (int) whole(raw, Integer.MIN_VALUE, Integer.MAX_VALUE),
                v -> v == 0 || v >= low && v <= high ? "" : "must be 0 or in [" + low + ", " + high + "]",
                String::valueOf);
    }

    static Key<Long> whole(String name, long fallback, long low, long high) {
        return new Key<>(
                name,
                s -> fallback,
                (raw, beside) -> whole(raw, low, high),
                v -> v >= low && v <= high ? "" : within(low, high),
                String::valueOf);
    }

    static Key<Boolean> flag(String name, boolean fallback) {
        return new Key<>(
                name,
                s -> fallback,
                (raw, beside) -> {
                    if (!(raw instanceof Boolean flag)) {
                        throw new IllegalArgumentException("must be true or false");
                    }
                    return flag;
                },
                v -> "",
                String::valueOf);
    }

    static <E> Key<E> choice(
            String name, Function<Specification, E> fallback, List<E> allowed, Function<E, String> label) {
        String rule = "must be one of " + allowed.stream().map(label).collect(Collectors.joining(", "));
        return new Key<>(
                name,
                fallback,
                (raw, beside) -> {
                    String text = text(raw);
                    return allowed.stream()
                            .filter(v -> label.apply(v).equals(text))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException(rule));
                },
                v -> allowed.contains(v) ? "" : rule,
                v -> quoted(label.apply(v)));
    }

    /** A time of at least {@code least}; any that is longer than 0 where that is zero. */
    static Key<Duration> duration(String name, Duration fallback, Duration least) {
        return duration(name, s -> fallback, least);
    }

    /** A time that is longer than 0 and at most {@code most}. */
    static Key<Duration> durationUpTo(String name, Duration fallback, Duration most) {
        return new Key<>(
                name,
                s -> fallback,
                (raw, beside) -> duration(raw),
                v -> v.isZero() || v.isNegative()
                        ? "must be longer than 0"
                        : v.compareTo(most) > 0 ? "must be at most " + shown(most) : "",
                v -> quoted(shown(v)));
    }

    static Key<Duration> duration(String name, Function<Specification, Duration> fallback, Duration least) {
        return new Key<>(
                name,
                fallback,
                (raw, beside) -> duration(raw),
                v -> {
                    if (least.isZero()) {
                        return v.isZero() || v.isNegative() ? "must be longer than 0" : "";
                    }
                    return v.compareTo(least) < 0 ? "must be at least " + shown(least) : "";
                },
                v -> quoted(shown(v)));
    }

    /** A value of its own, read by {@code reader} from text that may name a file beside the specification. */
    static <T> Key<T> text(
            String name,
            Function<Specification, T> fallback,
            BiFunction<String, Path, T> reader,
            Function<T, String> label) {
        return new Key<>(
                name, fallback, (raw, beside) -> reader.apply(text(raw), beside), v -> "", v -> quoted(label.apply(v)));
    }

    /** Returns the name in a file, such as {@code host.vcpu-mode}. */
    public String name() {
        return name;
    }

    /** Returns the value where nothing is said. */
    T fallback(Specification spec) {
        return fallback.apply(spec);
    }

    /**
     * Returns what a file says, of the type that TOML has for it.
     *
     * @param beside the specification file, beside which files are found
     * @throws IllegalArgumentException with the rule that it breaks
     */
    public T read(Object raw, Path beside) {
        T value = reader.apply(raw, beside);
        String broken = rule.apply(value);
        if (!broken.isEmpty()) {
            throw new IllegalArgumentException(broken);
        }
        return value;
    }

    /** Returns a value that keeps to the range; throws {@link IllegalArgumentException} naming key, rule and value. */
    T checked(T value) {
        String broken = rule.apply(value);
        if (!broken.isEmpty()) {
            throw new IllegalArgumentException(name + ": " + broken + ", value=" + toml(value));
        }
        return value;
    }

    /** Returns a value as it is written in a file. */
    String toml(T value) {
        return toml.apply(value);
    }

    /** Returns the value of a specification as it is written in a file. */
    public String toml(Specification spec) {
        return toml(spec.get(this));
    }

    /** Returns the value of a specification for a reader: as in a file, without quotes. */
    String words(Specification spec) {
        String text = toml(spec);
        return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
    }

    @Override
    public String toString() {
        return name;
    }

    /** The file that {@code name} names, beside {@code beside}. */
    public static Path fileBeside(String name, Path beside) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(beside, "beside");
        try {
            Path named = beside.resolveSibling(name);
            if (name.isEmpty() || !Files.exists(named)) {
                throw new IllegalArgumentException("no such file");
            }
            if (!Files.isRegularFile(named)) {
                throw new IllegalArgumentException("not a file");
            }
            return named;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file can have that name", e);
        }
    }

    private static String within(long low, long high) {
        return "must be in [" + low + ", " + high + "]";
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static long whole(Object raw, long low, long high) {
        if (!(raw instanceof Long number)) {
            throw new IllegalArgumentException("must be a whole number");
        }
        if (number < low || number > high) {
            throw new IllegalArgumentException(within(low, high));
        }
        return number;
    }

    private static String text(Object raw) {
        if (!(raw instanceof String text)) {
            throw new IllegalArgumentException("must be a string");
        }
        return text;
    }

    /** Returns a duration such as {@code "1.5 s"}; throws {@link IllegalArgumentException} with the rule if it is none. */
    public static Duration duration(Object raw) {
        Matcher matcher = DURATION.matcher(raw instanceof String given ? given : "");
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a duration such as \"30 s\" or \"200 ms\"");
        }
        java.math.BigDecimal nanos = new java.math.BigDecimal(matcher.group(1))
                .multiply(java.math.BigDecimal.valueOf(nanosOf(matcher.group(2))));
        if (nanos.signum() <= 0) {
            throw new IllegalArgumentException("must be longer than 0");
        }
        if (nanos.compareTo(java.math.BigDecimal.valueOf(Picos.NEVER / Picos.PER_NANO)) >= 0) {
            throw new IllegalArgumentException("must be at most 106 days");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** Returns a duration in the largest unit that gives a whole number. */
    static String shown(Duration duration) {
        long nanos = duration.toNanos();
        for (String unit : List.of("min", "s", "ms", "us")) {
            if (nanos % nanosOf(unit) == 0 && nanos != 0) {
                return nanos / nanosOf(unit) + " " + unit;
            }
        }
        return nanos + " ns";
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
