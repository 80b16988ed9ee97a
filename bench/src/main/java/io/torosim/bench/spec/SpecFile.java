package io.torosim.bench.spec;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.load.ArrivalCsv;
import io.torosim.experiment.load.ArrivalPcap;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.experiment.spec.Specification.SpecException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * Reads a specification file (TOML). What it leaves out has the values of {@code specs/default.toml}; what it says wrongly
 * ends in a {@link SpecException}.
 */
public final class SpecFile {
    private static final long MAX_BYTES = 1 << 20;

    private SpecFile() {}

    /** Returns what is simulated where no file is given. */
    public static Specification defaults() {
        return read(new SpecKeys(Path.of("(defaults)"), Toml.parse("")));
    }

    /** Reads {@code file}. */
    public static Specification read(Path file) {
        return read(new SpecKeys(file, parsed(file, "a specification file")));
    }

    /** Returns {@code file} with the line in which the first of {@code keys} stands, or all that is known of it. */
    public static String place(Path file, List<String> keys) {
        TomlParseResult toml = parsed(file, "a specification file");
        return keys.stream()
                .flatMap(key -> Stream.ofNullable(toml.inputPositionOf(key)))
                .min(Comparator.comparingInt(TomlPosition::line))
                .map(position -> file + ":" + position.line())
                .orElse(file.toString());
    }

    /** Returns what a file of TOML says; throws {@link SpecException} if it is none. */
    static TomlParseResult parsed(Path file, String what) {
        TomlParseResult toml = Toml.parse(withoutByteOrderMark(text(file, what)));
        if (toml.hasErrors()) {
            throw SpecKeys.malformed(file, toml.errors().get(0));
        }
        return toml;
    }

    /** Returns every key that a file may hold, but for those of the table {@code costs}. */
    static SortedSet<String> keys() {
        SpecKeys keys = new SpecKeys(Path.of("(defaults)"), Toml.parse(""));
        read(keys);
        return keys.known();
    }

    private static String text(Path file, String what) {
        try {
            if (Files.isDirectory(file)) {
                throw new SpecException(file + ": is a directory, not " + what);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new SpecException(file + ": larger than 1 MiB, bytes=" + Files.size(file));
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new SpecException(file + ": no such file");
        } catch (MalformedInputException e) {
            throw new SpecException(file + ": not UTF-8 text");
        } catch (IOException e) {
            throw new SpecException(file + ": cannot be read: " + e.getMessage());
        }
    }

    /** Some editors begin a file with the mark U+FEFF, which says only that it is Unicode. */
    private static String withoutByteOrderMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static Specification read(SpecKeys keys) {
        Specification spec = Specification.defaults();
        for (Key<?> key : Keys.all()) {
            spec = keys.into(spec, key);
        }
        spec = spec.withCosts(costs(keys, spec.costs()));
        spec = arrivals(keys, spec);
        limitSamples(keys, spec);
        refuseWithoutEffect(keys, spec);
        keys.finish();
        return spec;
    }

    private static Specification arrivals(SpecKeys keys, Specification spec) {
        boolean csv = keys.has("load.arrivals.csv");
        boolean pcap = keys.has("load.arrivals.pcap");
        if (csv) {
            keys.refuse("does not go with load.arrivals.csv", "load.arrivals.pcap");
        }
        if (!pcap) {
            keys.refuse("goes with load.arrivals.pcap only", "load.arrivals.port", "load.arrivals.count");
        }
        if (csv || pcap) {
            keys.refuse("does not go with load.arrivals", "load.period", "load.burst", "load.requests");
        }
        if (csv) {
            return recorded(keys, spec, "load.arrivals.csv", ArrivalCsv::read);
        }
        if (pcap) {
            int port = keys.count("load.arrivals.port", 80, 1, 65_535);
            String count = keys.oneOf("load.arrivals.count", "syn", List.of("syn", "get"));
            if (keys.isWrong("load.arrivals.port") || keys.isWrong("load.arrivals.count")) {
                return spec; // what the capture lacks of the defaults is not what is wrong
            }
            return recorded(
                    keys, spec, "load.arrivals.pcap", file -> ArrivalPcap.read(file, port, count.equals("get")));
        }
        keys.refuseEmpty("load.arrivals", "must have csv or pcap");
        if (spec.get(Keys.BURST).compareTo(spec.get(Keys.PERIOD)) > 0) {
            if (keys.has("load.burst")) {
                keys.problem("load.burst", "must be at most load.period", keys.text("load.burst", ""));
            } else {
                keys.problem("load.period", "must be at least load.burst, 30 s", keys.text("load.period", ""));
            }
        }
        return spec;
    }

    private static Specification recorded(
            SpecKeys keys, Specification spec, String key, Function<Path, List<Duration>> reader) {
        Optional<Path> file = keys.fileAt(key);
        if (file.isPresent()) {
            try {
                return spec.withRecorded(
                        new Arrivals.Recorded(file.get().getFileName().toString(), reader.apply(file.get())));
            } catch (SpecException e) {
                keys.problem(key, e);
            }
        }
        return spec;
    }

    private static void limitSamples(SpecKeys keys, Specification spec) {
        long samples = spec.get(Keys.DURATION).dividedBy(spec.get(Keys.TOP_DELAY));
        if (samples > Specification.MOST_SAMPLES) {
            String key = keys.has("top.delay") ? "top.delay" : "load.duration";
            keys.problem(
                    key,
                    "load.duration must hold at most " + Specification.MOST_SAMPLES + " samples of top.delay, samples="
                            + samples,
                    keys.text(key, ""));
        }
    }

    private static void refuseWithoutEffect(SpecKeys keys, Specification spec) {
        spec.withoutEffect().forEach((key, rule) -> keys.refuse(rule, key.name()));
    }

    private static CostModel costs(SpecKeys keys, CostModel ofHost) {
        CostModel costs = keys.has("costs-file") ? overlaid(keys, ofHost) : ofHost;
        for (String name : keys.below("costs")) {
            String key = keys.keyBelow("costs", name);
            Optional<BigDecimal> number = keys.number(key);
            if (number.isEmpty()) {
                continue;
            }
            BigDecimal value = number.get();
            if (!costs.has(name)) {
                keys.problem(key, "no such cost parameter", value);
                continue;
            }
            BigDecimal low = costs.parameter(name).low();
            BigDecimal high = costs.parameter(name).high();
            if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
                keys.problem(key, "must be in [" + low + ", " + high + "]", value);
                continue;
            }
            costs = costs.with(name, value);
        }
        return costs;
    }

    private static CostModel overlaid(SpecKeys keys, CostModel costs) {
        Path file = keys.fileAt("costs-file").orElse(null);
        if (file == null) {
            return costs;
        }
        try {
            String text = withoutByteOrderMark(Files.readString(file, StandardCharsets.UTF_8));
            return costs.overlaidBy(new BufferedReader(new StringReader(text)), file.toString());
        } catch (MalformedInputException e) {
            keys.problem("costs-file", "not UTF-8 text", file.toString());
        } catch (IOException e) {
            keys.problem("costs-file", "cannot be read", file.toString());
        } catch (IllegalArgumentException e) {
            keys.problem("costs-file", new SpecException(Messages.of(e)));
        }
        return costs;
    }
}
