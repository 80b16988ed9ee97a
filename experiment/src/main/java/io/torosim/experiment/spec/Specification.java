package io.torosim.experiment.spec;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestRun;
import io.torosim.sched.KernelConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be simulated: a value for every key, defaults filled in, a cost model and perhaps recorded arrivals. A value;
 * every {@code with} returns another. Two are equal if they say the same, spelled out or not.
 *
 * <p>A {@link Key} says what may be said of it, {@link Keys} has all. {@link io.torosim.experiment.catalog.Experiments Experiments} makes experiments of
 * it, which get their machines ({@link #machine}) and runs ({@link #run}) from it.
 */
public final class Specification {
    /** Samples of {@code top} in a case at most: more take all memory and say nothing. */
    public static final long MOST_SAMPLES = 100_000;

    private final Map<Key<?>, Object> said;
    private final CostModel costs;
    private final Arrivals.@Nullable Recorded recorded;
    /** Not a part of what is simulated: results are the same either way. */
    private final Execution execution;

    /** How machines execute it: every step as an event of its own; every trace event heard by somebody; who looks at frames. */
    private record Execution(boolean exact, boolean heard, @Nullable Path frames) {
        static final Execution USUAL = new Execution(false, false, null);
    }

    private Specification(
            Map<Key<?>, Object> said, CostModel costs, Arrivals.@Nullable Recorded recorded, Execution execution) {
        this.said = said;
        this.costs = costs;
        this.recorded = recorded;
        this.execution = execution;
    }

    /** Returns what is simulated where nothing is said. */
    public static Specification defaults() {
        return new Specification(new HashMap<>(), HostProfile.kvm2018().costs(), null, Execution.USUAL);
    }

    /** Returns the value of a key. */
    @SuppressWarnings("unchecked")
    public <T> T get(Key<T> key) {
        Object value = said.get(key);
        return value == null ? key.fallback(this) : (T) value;
    }

    /**
     * Returns this with another value of {@code key}. Another {@link Keys#HOST_PROFILE} brings its costs, all of them.
     *
     * @throws IllegalArgumentException if the value leaves the range; the message names key, rule and value
     */
    public <T> Specification with(Key<T> key, T value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Map<Key<?>, Object> more = new HashMap<>(said);
        more.put(key, key.checked(value));
        CostModel its = value instanceof HostProfile profile ? profile.costs() : costs;
        return new Specification(more, its, recorded, execution);
    }

    /** Returns this with other costs. */
    public Specification withCosts(CostModel other) {
        Objects.requireNonNull(other, "other");
        return new Specification(said, other, recorded, execution);
    }

    /** Returns this with recorded arrivals in place of bursts. */
    public Specification withRecorded(Arrivals.Recorded arrivals) {
        Objects.requireNonNull(arrivals, "arrivals");
        return new Specification(said, costs, arrivals, execution);
    }

    /** Returns this with bursts: from the start of one to the start of the next, how long, requests of each client (0: all that fit). */
    public Specification withBursts(Duration period, Duration burst, long requests) {
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(burst, "burst");
        return new Specification(said, costs, null, execution)
                .with(Keys.PERIOD, period)
                .with(Keys.BURST, burst)
                .with(Keys.REQUESTS, requests);
    }

    /**
     * Returns this on machines whose every step is an event of its own ({@link MachineSpec.Builder#exactStepping}), or as usual. The results are
     * the same, which is what this is there to show; the time it takes is not.
     */
    public Specification exactly(boolean on) {
        return new Specification(said, costs, recorded, new Execution(on, execution.heard, execution.frames));
    }

    /**
     * Returns this with the frames on the guest's wire written into {@code file} as pcapng ({@link GuestRun#captureTo}): of the experiment
     * {@code study}, which is one guest. The results are the same.
     */
    public Specification capturedTo(Path file) {
        Objects.requireNonNull(file, "file");
        return new Specification(said, costs, recorded, new Execution(execution.exact, execution.heard, file));
    }

    /** Returns where frames are to be written; empty if nowhere. */
    public Optional<Path> capture() {
        return Optional.ofNullable(execution.frames);
    }

    /** Returns this with somebody who hears every trace event of every machine and keeps none, or as usual. The results are the same. */
    public Specification heard(boolean on) {
        return new Specification(said, costs, recorded, new Execution(execution.exact, on, execution.frames));
    }

    /**
     * Returns this without what it says of keys that are not among {@code heeded}: they have their defaults, so that an experiment which does not heed a key
     * cannot be changed by it. The profile stays, whose the costs are; recorded arrivals go with {@link Keys#PERIOD}.
     */
    public Specification only(Collection<Key<?>> heeded) {
        Objects.requireNonNull(heeded, "heeded");
        Map<Key<?>, Object> kept = new HashMap<>(said);
        kept.keySet().removeIf(key -> key != Keys.HOST_PROFILE && !heeded.contains(key));
        return new Specification(kept, costs, heeded.contains(Keys.PERIOD) ? recorded : null, execution);
    }

    /**
     * Returns whether {@link Keys#SHARED_CPUS} is for an experiment whose machines have so many vCPUs at most: each vCPU has a CPU of its own where there are not more
     * of them than CPUs.
     */
    public boolean mayShareCpus(int mostVcpus) {
        return mostVcpus > get(Keys.SHARED_CPUS);
    }

    /** Returns whether a value was given for {@code key}, be it the default. */
    public boolean says(Key<?> key) {
        Objects.requireNonNull(key, "key");
        return said.containsKey(key);
    }

    /** Returns what things cost. */
    public CostModel costs() {
        return costs;
    }

    /** Returns the profile of the host. */
    public HostProfile profile() {
        return get(Keys.HOST_PROFILE);
    }

    /** Returns how vCPUs are executed. */
    public VcpuMode vcpuMode() {
        return get(Keys.VCPU_MODE);
    }

    /** Returns the clock of the host. */
    public long tscHz() {
        return get(Keys.TSC_MHZ) * 1_000_000L;
    }

    /** Returns whether requests come at recorded moments, whether those before them have been answered or not. */
    public boolean isRecorded() {
        return recorded != null;
    }

    /** Returns how requests come; throws {@link IllegalArgumentException} if a burst is longer than its period. */
    public Arrivals arrivals() {
        if (recorded != null) {
            return recorded;
        }
        if (get(Keys.BURST).compareTo(get(Keys.PERIOD)) > 0) {
            throw new IllegalArgumentException("load.burst must be at most load.period, load.burst="
                    + Key.shown(get(Keys.BURST)) + ", load.period=" + Key.shown(get(Keys.PERIOD)));
        }
        return new Arrivals.ClosedLoop(get(Keys.PERIOD), get(Keys.BURST), get(Keys.REQUESTS));
    }

    /** An experiment that tries other modes than the one asked for has no use for it there. */
    private boolean haltPolling() {
        return get(Keys.HALT_POLLING) && vcpuMode() == VcpuMode.KVM;
    }

    /** As {@link #haltPolling}: one thread has nothing to share. */
    private int sharedCpus() {
        return vcpuMode() == VcpuMode.TCG_SINGLE ? 0 : get(Keys.SHARED_CPUS);
    }

    /** Returns a machine of the host that this describes, with its mode, clock, halt polling and costs. */
    public MachineSpec.Builder machine(long seed) {
        MachineSpec.Builder machine = MachineSpec.builder()
                .tscHz(tscHz())
                .vcpuMode(vcpuMode())
                .haltPolling(haltPolling())
                .costs(costs)
                .seed(seed)
                .exactStepping(execution.exact)
                .fastForward(!execution.exact)
                .hostCpus(sharedCpus());
        return get(Keys.PERTURB) == 0 ? machine : machine.perturbation(get(Keys.PERTURB));
    }

    /** Returns a run of {@code guest} on the host that this describes; see {@link #onHost}. */
    public GuestRun run(GuestKind guest) {
        return onHost(GuestRun.of(guest, host()));
    }

    /**
     * Puts {@code run} on the host that this describes, and returns it: its clock, how it executes vCPUs and whether it polls before it blocks
     * one, how many CPUs they share, and whether it is unquiet. The prices are those of {@link #host}, with which a run begins.
     */
    public GuestRun onHost(GuestRun run) {
        Objects.requireNonNull(run, "run");
        run.tscHz(tscHz())
                .vcpuMode(vcpuMode())
                .haltPolling(haltPolling())
                .hostCpus(sharedCpus())
                .exactStepping(execution.exact);
        if (execution.heard) {
            run.heard();
        }
        return get(Keys.PERTURB) == 0 ? run : run.perturbed(get(Keys.PERTURB));
    }

    /** Returns the host profile with this specification's prices. */
    public HostProfile host() {
        return profile().withCosts(costs);
    }

    /** Returns Toro's kernel of 2018 with what it takes its clock for. */
    public KernelConfig kernel() {
        return KernelConfig.defaults().withBelievedMhz(get(Keys.BELIEVED_MHZ));
    }

    /** Returns the keys whose values are not the defaults, in the order of {@link Keys#all}; {@code load.arrivals} for recorded ones. */
    public List<String> changed() {
        List<String> changed = new ArrayList<>();
        for (Key<?> key : Keys.all()) {
            if (said.containsKey(key) && !Objects.equals(said.get(key), key.fallback(this))) {
                changed.add(key.name());
            }
        }
        if (recorded != null) {
            changed.add("load.arrivals");
        }
        return changed;
    }

    /**
     * Returns what a result must say so that it can be told what was run: those of {@link #changed} that are among {@code heeded}, each with its value, and
     * the costs that are not the profile's, in order; nothing of what is the default. Recorded arrivals go with {@link Keys#PERIOD}.
     */
    public Map<String, String> told(Collection<Key<?>> heeded) {
        Objects.requireNonNull(heeded, "heeded");
        Map<String, String> told = new LinkedHashMap<>();
        List<String> changed = changed();
        for (Key<?> key : Keys.all()) {
            if (heeded.contains(key) && changed.contains(key.name())) {
                told.put(key.name(), key.words(this));
            }
        }
        if (recorded != null && heeded.contains(Keys.PERIOD)) {
            told.put("load.arrivals", recorded.source());
        }
        String other = otherCosts();
        if (!other.isEmpty()) {
            told.put("costs", other);
        }
        return told;
    }

    private String otherCosts() {
        CostModel usual = profile().costs();
        return costs.parameters().stream()
                .filter(p -> !usual.has(p.name())
                        || p.value().compareTo(usual.parameter(p.name()).value()) != 0)
                .map(p -> p.name() + " = " + p.value().toPlainString() + " "
                        + p.unit().symbol())
                .collect(Collectors.joining(", "));
    }

    /** Returns those of {@link #changed} that are not among {@code heeded}; recorded arrivals go with {@link Keys#PERIOD}. */
    public List<String> unheeded(Collection<Key<?>> heeded) {
        Objects.requireNonNull(heeded, "heeded");
        List<String> names = heeded.stream().map(Key::name).toList();
        return changed().stream()
                .filter(k -> !names.contains(k.equals("load.arrivals") ? Keys.PERIOD.name() : k))
                .toList();
    }

    /**
     * Returns the keys whose values do nothing with what else is said, each with the rule, in the order of {@link Keys#all}: nothing may be dropped in
     * silence that a user asked for. An experiment that tries other modes than the one asked for may drop it there.
     */
    public Map<Key<?>, String> withoutEffect() {
        Map<Key<?>, String> rules = new LinkedHashMap<>();
        if (get(Keys.HALT_POLLING) && vcpuMode() != VcpuMode.KVM) {
            rules.put(
                    Keys.HALT_POLLING,
                    "is KVM's, and does nothing where host.vcpu-mode is "
                            + vcpuMode().label());
        }
        if (get(Keys.SHARED_CPUS) > 0 && vcpuMode() == VcpuMode.TCG_SINGLE) {
            rules.put(
                    Keys.SHARED_CPUS,
                    "does nothing where host.vcpu-mode is tcg-single, which has one thread for all vCPUs");
        }
        return rules;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Specification that
                && costs.equals(that.costs)
                && Objects.equals(recorded, that.recorded)
                && Keys.all().stream().allMatch(k -> get(k).equals(that.get(k)));
    }

    @Override
    public int hashCode() {
        return Objects.hash(costs, recorded, get(Keys.VCPUS), get(Keys.DURATION));
    }

    @Override
    public String toString() {
        return "Specification" + changed();
    }

    /** How requests come to the guest. */
    public sealed interface Arrivals {
        /**
         * As {@code ab} does: each of a number of clients sends its next request when the last is answered, in bursts.
         *
         * @param period time from the start of one burst to the start of the next (X), positive
         * @param burst how long a burst lasts, positive, at most the period
         * @param requestsPerBurst requests in a burst (N); 0 = as many as fit in the burst's time. The burst ends when they are
         *     all answered or its time is over, whichever is first
         */
        record ClosedLoop(Duration period, Duration burst, long requestsPerBurst) implements Arrivals {}

        /**
         * Recorded moments at which a request began.
         *
         * @param source where they were read, for the report
         * @param offsets since the start of the experiment, in order
         */
        record Recorded(String source, List<Duration> offsets) implements Arrivals {
            /** Copies the list. */
            public Recorded {
                offsets = List.copyOf(offsets);
            }
        }
    }

    /** An input file that breaks a rule. The message is one line that names the file, the key or place, and the value. */
    public static final class SpecException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String[] keys;

        /** Creates it with that line. */
        public SpecException(String message) {
            this(List.of(), message);
        }

        /** Creates it with that line about some keys, whose place in the file is not known here. */
        public SpecException(List<String> keys, String message) {
            super(message.replaceAll("\\s*[\\r\\n]+\\s*", " "));
            this.keys = keys.toArray(new String[0]);
        }

        /** Returns the keys that the line is about but does not say the place of. */
        public List<String> keys() {
            return List.of(keys);
        }
    }
}
