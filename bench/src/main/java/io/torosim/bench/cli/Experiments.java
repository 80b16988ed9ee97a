package io.torosim.bench.cli;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.boot.BootExperiment;
import io.torosim.experiment.cpu.CpuUsageExperiment;
import io.torosim.experiment.cpu.SensitivityExperiment;
import io.torosim.experiment.cpu.SweepExperiment;
import io.torosim.experiment.mem.MemoryExperiment;
import io.torosim.experiment.network.NetworkExperiment;
import io.torosim.experiment.nic.NicExperiment;
import io.torosim.experiment.o2.OptimisationExperiment;
import io.torosim.experiment.power.PowerExperiment;
import io.torosim.experiment.spec.ReproductionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The experiments that {@code torosim run} knows by name, in the order of {@code torosim run all} and of the report. */
final class Experiments {
    /** Names all of them. */
    static final String ALL = "all";

    private static final List<Entry> ENTRIES = List.of(
            new Entry("cpu-usage", "CPU usage of the QEMU process", s -> new CpuUsageExperiment(s.cpuUsage())),
            new Entry("sweep", "CPU usage over load, cores and policies", s -> new SweepExperiment(s.cpuUsage())),
            new Entry(
                    "sensitivity",
                    "which conclusions about CPU usage hang on a guess",
                    s -> new SensitivityExperiment(s.cpuUsage())),
            new Entry("boot", "boot time", s -> new BootExperiment(s.boot())),
            new Entry(
                    "nic",
                    "network cards: virtio-net, e1000 and ne2000",
                    s -> new NicExperiment(s.cpuUsage().costs())),
            new Entry(
                    "network",
                    "Toro's network stack over delay and loss",
                    s -> new NetworkExperiment(s.cpuUsage().costs())),
            new Entry(
                    "optimisation",
                    "file serving compiled with -O- to -O3, and registers lost",
                    s -> new OptimisationExperiment(s.cpuUsage().costs())),
            new Entry(
                    "memory",
                    "allocators: fragmentation and cost",
                    s -> new MemoryExperiment(s.cpuUsage().costs())),
            new Entry(
                    "power",
                    "energy of idle policies under the governors of the host",
                    s -> new PowerExperiment(s.cpuUsage().costs(), Duration.ofSeconds(6))));

    private Experiments() {}

    /**
     * One experiment.
     *
     * @param name what the user types
     * @param summary a line for the help
     * @param create makes it from what a specification file says
     */
    record Entry(String name, String summary, Function<ReproductionSpec, Experiment> create) {}

    /** Returns every name, {@link #ALL} last. */
    static List<String> names() {
        List<String> names = new ArrayList<>(ENTRIES.stream().map(Entry::name).toList());
        names.add(ALL);
        return names;
    }

    /** Returns the experiment of that name, or all of them, in order; empty if there is none. */
    static List<Experiment> named(String name, ReproductionSpec spec) {
        return ENTRIES.stream()
                .filter(e -> name.equals(ALL) || name.equals(e.name()))
                .map(e -> e.create().apply(spec))
                .toList();
    }

    /** Returns the entries, for help. */
    static List<Entry> entries() {
        return ENTRIES;
    }
}
