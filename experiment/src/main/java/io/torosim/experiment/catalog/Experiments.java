package io.torosim.experiment.catalog;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.boot.BootExperiment;
import io.torosim.experiment.cpu.CpuUsageExperiment;
import io.torosim.experiment.cpu.SensitivityExperiment;
import io.torosim.experiment.cpu.StudyExperiment;
import io.torosim.experiment.cpu.SweepExperiment;
import io.torosim.experiment.later.LaterExperiment;
import io.torosim.experiment.mem.MemoryExperiment;
import io.torosim.experiment.network.NetworkExperiment;
import io.torosim.experiment.nic.NicExperiment;
import io.torosim.experiment.o2.OptimisationExperiment;
import io.torosim.experiment.power.PowerExperiment;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.experiment.spec.Specification.SpecException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All experiments by name, in the order of {@code torosim run all} and of the report. A new one is its class and a line here. */
public final class Experiments {
    /** Names all of them. */
    public static final String ALL = "all";

    private static final List<Entry> ENTRIES = List.of(
            new Entry("cpu-usage", "CPU usage of the QEMU process", s -> new CpuUsageExperiment(s)),
            new Entry("sweep", "CPU usage over load, cores and policies", s -> new SweepExperiment(s)),
            new Entry(
                    "sensitivity",
                    "which conclusions about CPU usage hang on a guess",
                    s -> new SensitivityExperiment(s)),
            new Entry("study", "your own guest, policy and load", s -> new StudyExperiment(s)),
            new Entry("boot", "boot time", s -> new BootExperiment(s)),
            new Entry("nic", "network cards: virtio-net, e1000 and ne2000", s -> new NicExperiment(s)),
            new Entry("network", "Toro's network stack over delay and loss", s -> new NetworkExperiment(s)),
            new Entry(
                    "optimisation",
                    "file serving compiled with -O- to -O3, and registers lost",
                    s -> new OptimisationExperiment(s)),
            new Entry("memory", "allocators: fragmentation and cost", s -> new MemoryExperiment(s)),
            new Entry(
                    "power",
                    "energy of idle policies under the governors of the host",
                    s -> new PowerExperiment(s, Duration.ofSeconds(6))),
            new Entry("later", "Toro after 2018: idle rules until 2020, boot limits", s -> new LaterExperiment(s)));

    private Experiments() {}

    /**
     * One experiment.
     *
     * @param name what the user types
     * @param summary a line for the help
     * @param create makes it from what a specification file says
     */
    public record Entry(String name, String summary, Function<Specification, Experiment> create) {}

    /** Returns every name, {@link #ALL} last. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(ENTRIES.stream().map(Entry::name).toList());
        names.add(ALL);
        return names;
    }

    /**
     * Returns the experiment of that name, or all of them, in order; empty if there is none. The study of one guest is among all of them where
     * {@code spec} says something of that guest.
     *
     * @throws SpecException if one experiment is named and {@code spec} says something that it does not heed, or something that does nothing with what
     *     else it says
     */
    public static List<Experiment> named(String name, Specification spec) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(spec, "spec");
        List<Experiment> experiments = ENTRIES.stream()
                .filter(e -> name.equals(ALL)
                        ? !e.name().equals("study") || StudyExperiment.askedFor(spec)
                        : name.equals(e.name()))
                .<Experiment>map(e -> OnHost.made(e.create(), spec))
                .toList();
        spec.withoutEffect().forEach((key, rule) -> {
            throw new SpecException(List.of(key.name()), key.name() + ": " + rule + ", value=" + key.toml(spec));
        });
        for (Experiment experiment : experiments) {
            List<String> unheeded = spec.unheeded(experiment.heeds());
            if (!name.equals(ALL) && !unheeded.isEmpty()) {
                throw new SpecException(
                        unheeded,
                        String.join(", ", unheeded) + ": " + in(name, spec, unheeded) + "the experiment " + name
                                + " does not heed it; leave it out, value=" + values(unheeded, spec));
            }
        }
        return experiments;
    }

    private static String values(List<String> keys, Specification spec) {
        return keys.stream().map(key -> value(key, spec)).collect(Collectors.joining(", "));
    }

    private static String value(String name, Specification spec) {
        return Keys.all().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .map(key -> key.toml(spec))
                .orElseGet(() -> spec.arrivals() instanceof Arrivals.Recorded recorded ? recorded.source() : "");
    }

    /** What decides which keys an experiment heeds. */
    private static String in(String name, Specification spec, List<String> unheeded) {
        if (unheeded.contains(Keys.HOST_PROFILE.name())) {
            return "a profile of " + spec.profile().mode().label() + " says nothing of it: ";
        }
        if (unheeded.contains(Keys.SHARED_CPUS.name())
                && named(Keys.SHARED_CPUS, StudyGuest.TORO).contains(name)) {
            return "each vCPU has a CPU of its own then: ";
        }
        if (!name.equals("study")) {
            return "";
        }
        String rate = spec.get(Keys.RATE) > 0 ? " and a rate" : "";
        String timer = spec.get(Keys.GUEST_TIMER_HZ) > 0 ? " and a timer" : "";
        String policy = unheeded.contains(Keys.HALT_POLLING.name())
                ? " and the policy " + spec.get(Keys.GUEST_POLICY).name() + ", which never halts by hlt,"
                : "";
        return "with the guest " + spec.get(Keys.GUEST_KIND).label() + rate + timer + policy + " ";
    }

    /**
     * Returns what heeds a key: names of experiments, in order, in brackets the condition without which it is refused, as in {@code "boot (fewer than boot.vcpus)"}; of
     * the study first the guests with which it heeds it where those are not all, as in {@code "study (toro, linux)"}.
     */
    public static List<String> heededBy(Key<?> key) {
        Objects.requireNonNull(key, "key");
        Set<StudyGuest> guests = EnumSet.noneOf(StudyGuest.class);
        Set<String> names = new LinkedHashSet<>();
        for (StudyGuest guest : StudyGuest.values()) {
            Set<String> its = named(key, guest);
            names.addAll(its);
            if (its.contains("study")) {
                guests.add(guest);
            }
        }
        return names.stream().map(name -> name + brackets(name, key, guests)).toList();
    }

    /** Names of what heeds {@code key} of some specification with that guest. */
    private static Set<String> named(Key<?> key, StudyGuest guest) {
        Set<String> names = new LinkedHashSet<>();
        Specification bursts = Specification.defaults().with(Keys.GUEST_KIND, guest);
        Arrivals.Recorded arrivals = new Arrivals.Recorded("", List.of(Duration.ofSeconds(1)));
        for (Specification spec : List.of(bursts, bursts.with(Keys.RATE, 1), bursts.withRecorded(arrivals))) {
            for (Entry entry : ENTRIES) {
                if (entry.create().apply(spec).heeds().contains(key)) {
                    names.add(entry.name());
                }
            }
        }
        return names;
    }

    private static String brackets(String name, Key<?> key, Set<StudyGuest> guests) {
        boolean some = name.equals("study") && guests.size() < StudyGuest.values().length;
        String these = some ? guests.stream().map(StudyGuest::label).collect(Collectors.joining(", ")) : "";
        String condition = KeyConditions.of(name, key);
        String both = these + (these.isEmpty() || condition.isEmpty() ? "" : "; ") + condition;
        return both.isEmpty() ? "" : " (" + both + ")";
    }

    /** Returns the entries, for help. */
    public static List<Entry> entries() {
        return ENTRIES;
    }
}
