package io.torosim.bench.spec;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.SpecException;
import io.torosim.experiment.boot.BootSpec;
import io.torosim.experiment.cpu.CpuUsageSpec;
import io.torosim.experiment.load.ArrivalCsv;
import io.torosim.experiment.load.ArrivalPcap;
import io.torosim.experiment.load.Arrivals;
import io.torosim.experiment.spec.ReproductionSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * Reads a specification file (TOML). What it leaves out has the values of {@code specs/default.toml}; what it says wrongly
 * ends in a {@link SpecException}.
 */
public final class SpecFile {
    private static final long MAX_BYTES = 1 << 20;

    private SpecFile() {}

    /** Returns what is simulated where no file is given. */
    public static ReproductionSpec defaults() {
        return read(new SpecKeys(Path.of("(defaults)"), Toml.parse("")));
    }

    /** Reads {@code file}. */
    public static ReproductionSpec read(Path file) {
        TomlParseResult toml = Toml.parse(text(file));
        if (toml.hasErrors()) {
            throw SpecKeys.malformed(file, toml.errors().get(0));
        }
        return read(new SpecKeys(file, toml));
    }

    /** Returns every key that a file may hold, but for those of the table {@code costs}. */
    static SortedSet<String> keys() {
        SpecKeys keys = new SpecKeys(Path.of("(defaults)"), Toml.parse(""));
        read(keys);
        return keys.known();
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new SpecException(file + ": is a directory, not a specification file");
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

    private static ReproductionSpec read(SpecKeys keys) {
        CostModel costs = costs(keys);
        long tscHz = keys.whole("machine.tsc-mhz", costs.count("machine.tsc_hz") / 1_000_000, 100, 10_000) * 1_000_000;
        CpuUsageSpec cpuUsage = new CpuUsageSpec(
                keys.count("machine.vcpus", 2, 1, 8),
                keys.count("machine.ram-mib-per-vcpu", 256, 16, 65_536),
                tscHz,
                keys.count("toro.believed-mhz", 0, 0, 65_535),
                keys.oneOf("host.vcpu-mode", "kvm", List.of("kvm", "tcg-single", "tcg-multi")),
                keys.oneOf("top.mode", "irix", List.of("irix", "solaris")),
                keys.count("host.cpus", 2, 1, 256),
                keys.duration("top.delay", Duration.ofSeconds(3)),
                keys.oneOf("host.net-backend", "vhost", List.of("vhost", "user")),
                keys.flag("host.halt-polling", false),
                keys.duration("load.duration", Duration.ofMinutes(3)),
                keys.count("load.concurrency", 1, 1, 10_000),
                keys.count("load.heavy-concurrency", 8, 1, 10_000),
                arrivals(keys),
                costs);
        BootSpec boot = new BootSpec(
                keys.count("boot.vcpus", 1, 1, 8), keys.count("boot.ram-mib", 1024, 16, 1 << 20), tscHz, costs);
        keys.refuseUnknown();
        return new ReproductionSpec(cpuUsage, boot);
    }

    private static Arrivals arrivals(SpecKeys keys) {
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
            Path file = keys.fileAt("load.arrivals.csv");
            return new Arrivals.Recorded(file.getFileName().toString(), ArrivalCsv.read(file));
        }
        if (pcap) {
            Path file = keys.fileAt("load.arrivals.pcap");
            int port = keys.count("load.arrivals.port", 80, 1, 65_535);
            String count = keys.oneOf("load.arrivals.count", "syn", List.of("syn", "get"));
            return new Arrivals.Recorded(
                    file.getFileName().toString(), ArrivalPcap.read(file, port, count.equals("get")));
        }
        Duration period = keys.duration("load.period", Duration.ofSeconds(60));
        Duration burst = keys.duration("load.burst", Duration.ofSeconds(30));
        if (burst.compareTo(period) > 0) {
            throw keys.has("load.burst")
                    ? keys.problem("load.burst", "must be at most load.period", keys.text("load.burst", ""))
                    : keys.problem("load.period", "must be at least load.burst, 30 s", keys.text("load.period", ""));
        }
        return new Arrivals.ClosedLoop(period, burst, keys.whole("load.requests", 0, 0, 1_000_000_000L));
    }

    private static CostModel costs(SpecKeys keys) {
        CostModel costs = CostModel.standard();
        if (keys.has("costs-file")) {
            Path file = keys.fileAt("costs-file");
            try {
                costs = costs.overlaidBy(file);
            } catch (MalformedInputException e) {
                throw keys.problem("costs-file", "not UTF-8 text", file.toString());
            } catch (IOException e) {
                throw keys.problem("costs-file", "cannot be read", file.toString());
            } catch (IllegalArgumentException e) {
                throw new SpecException(e.getMessage());
            }
        }
        for (String name : keys.below("costs")) {
            String key = keys.keyBelow("costs", name);
            BigDecimal value = keys.number(key);
            if (!costs.has(name)) {
                throw keys.problem(key, "no such cost parameter", value);
            }
            BigDecimal low = costs.parameter(name).low();
            BigDecimal high = costs.parameter(name).high();
            if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
                throw keys.problem(key, "must be in [" + low + ", " + high + "]", value);
            }
            costs = costs.with(name, value);
        }
        return costs;
    }
}
