package io.torosim.experiment.spec;

import io.torosim.core.cost.CostModel.CostModelException;
import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.time.Picos;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.IdlePolicy;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Every key of a specification. What each means stands in {@code specs/default.toml}.
 *
 * <p>Each is a {@link Key}, a {@link Specification} has a value for each; {@link io.torosim.experiment.Experiment Experiment} says which an experiment
 * asks for.
 */
public final class Keys {
    private static final Duration TICK_OF_TOP = Duration.ofMillis(10);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    /** Whose costs are used: a shipped {@link HostProfile} or a file. */
    public static final Key<HostProfile> HOST_PROFILE =
            Key.text("host.profile", s -> HostProfile.kvm2018(), Keys::profile, HostProfile::name);

    /** How vCPUs are executed; the profile's accelerator where nothing is said. */
    public static final Key<VcpuMode> VCPU_MODE =
            Key.choice("host.vcpu-mode", s -> s.profile().mode(), List.of(VcpuMode.values()), VcpuMode::label);

    /** CPUs of the host of {@code top}; where nothing is said two, or as many as vCPUs or shared CPUs where that is more. */
    public static final Key<Integer> HOST_CPUS = Key.count("host.cpus", Keys::cpusOfTop, 1, 256);

    /** Who moves packets. */
    public static final Key<NetBackend> NET_BACKEND =
            Key.choice("host.net-backend", s -> NetBackend.VHOST, List.of(NetBackend.values()), NetBackend::label);

    /** Whether KVM polls before it blocks a halted vCPU. */
    public static final Key<Boolean> HALT_POLLING = Key.flag("host.halt-polling", false);

    /** CPUs that the threads of the vCPUs share; 0: one for each. */
    public static final Key<Integer> SHARED_CPUS = Key.count("host.shared-cpus", 0, 0, 256);

    /** Seed of an unquiet host ({@link io.torosim.core.choice.Choices.Perturbation}); 0: a quiet one. */
    public static final Key<Long> PERTURB = Key.whole("host.perturb", 0, 0, Long.MAX_VALUE);

    /** vCPUs of each guest. */
    public static final Key<Integer> VCPUS = Key.count("machine.vcpus", 2, 1, 8);

    /** Memory for each vCPU in MiB. */
    public static final Key<Integer> RAM_PER_VCPU = Key.count("machine.ram-mib-per-vcpu", 256, 16, 65_536);

    /** Clock of the host in MHz; the cost model's where nothing is said. */
    public static final Key<Integer> TSC_MHZ =
            Key.count("machine.tsc-mhz", s -> (int) (s.costs().count("machine.tsc_hz") / 1_000_000), 100, 10_000);

    /** What Toro takes that clock for in MHz; 0: calibrated right. */
    public static final Key<Integer> BELIEVED_MHZ = Key.count("toro.believed-mhz", 0, 0, 65_535);

    /** What {@code top} calls 100 %. */
    public static final Key<TopMode> TOP_MODE =
            Key.choice("top.mode", s -> TopMode.IRIX, List.of(TopMode.values()), TopMode::label);

    /** Time between samples of {@code top}: a tick of USER_HZ at least. */
    public static final Key<Duration> TOP_DELAY = Key.duration("top.delay", Duration.ofSeconds(3), TICK_OF_TOP);

    /** Simulated time of each case. */
    public static final Key<Duration> DURATION =
            Key.durationUpTo("load.duration", Duration.ofMinutes(3), Duration.ofDays(99)); // a run's clock holds 100

    /** Clients at a time. */
    public static final Key<Integer> CONCURRENCY = Key.count("load.concurrency", 1, 1, 10_000);

    /** Clients at a time in the cases with more messages. */
    public static final Key<Integer> HEAVY_CONCURRENCY = Key.count("load.heavy-concurrency", 8, 1, 10_000);

    /** From the start of one burst to the start of the next. */
    public static final Key<Duration> PERIOD = Key.duration("load.period", Duration.ofSeconds(60), MILLISECOND);

    /** How long a burst lasts, at most the period. */
    public static final Key<Duration> BURST = Key.duration("load.burst", Duration.ofSeconds(30), MILLISECOND);

    /** Requests of each client in a burst; 0: as many as fit. */
    public static final Key<Long> REQUESTS = Key.whole("load.requests", 0, 0, 1_000_000_000L);

    /** Cores of the machine that boots. */
    public static final Key<Integer> BOOT_VCPUS = Key.count("boot.vcpus", 1, 1, 8);

    /** Memory of the machine that boots, in MiB. */
    public static final Key<Integer> BOOT_RAM = Key.count("boot.ram-mib", 1024, 16, 1 << 20);

    /** Whether the machine that boots has a PIT. */
    public static final Key<Boolean> BOOT_PIT = Key.flag("boot.pit", true);

    /** Which guest a study runs. */
    public static final Key<StudyGuest> GUEST_KIND =
            Key.choice("guest.kind", s -> StudyGuest.TORO, List.of(StudyGuest.values()), StudyGuest::label);

    /** Toro's idle policy: one of ours by its name, or a class. */
    public static final Key<IdlePolicy> GUEST_POLICY =
            Key.text("guest.policy", s -> IdlePolicy.pollThenHalt(), Policies::of, IdlePolicy::name);

    /** Its window; the policy's own where nothing is said. */
    public static final Key<Duration> GUEST_WINDOW = Key.duration(
            "guest.window", s -> Picos.toDuration(s.get(GUEST_POLICY).windowPs(s.costs())), Duration.ZERO);

    /** Rate of the PIT that interrupts a poller; 0: none. */
    public static final Key<Integer> GUEST_TIMER_HZ = Key.rateOrNone("guest.timer-hz", 19, 100_000);

    /** Whether Linux's background services run. */
    public static final Key<Boolean> GUEST_SERVICES = Key.flag("guest.services", true);

    /** Requests a second, independent of each other; 0: bursts, or one with each tick of a poller's timer. */
    public static final Key<Integer> RATE = Key.count("load.rate", 0, 0, 1_000_000);

    /** What a request of a poller takes at the speed of a real processor. */
    public static final Key<Duration> WORK =
            Key.durationUpTo("load.work", Duration.ofNanos(50_000), Duration.ofHours(1));

    private static final List<Key<?>> ALL = List.of(
            HOST_PROFILE,
            VCPU_MODE,
            HOST_CPUS,
            NET_BACKEND,
            HALT_POLLING,
            SHARED_CPUS,
            PERTURB,
            VCPUS,
            RAM_PER_VCPU,
            TSC_MHZ,
            BELIEVED_MHZ,
            TOP_MODE,
            TOP_DELAY,
            DURATION,
            CONCURRENCY,
            HEAVY_CONCURRENCY,
            PERIOD,
            BURST,
            REQUESTS,
            BOOT_VCPUS,
            BOOT_RAM,
            BOOT_PIT,
            GUEST_KIND,
            GUEST_POLICY,
            GUEST_WINDOW,
            GUEST_TIMER_HZ,
            GUEST_SERVICES,
            RATE,
            WORK);

    private Keys() {}

    /** Returns all of them; those on which others' defaults depend come first. */
    public static List<Key<?>> all() {
        return ALL;
    }

    private static int cpusOfTop(Specification spec) {
        return Math.max(2, Math.max(spec.get(VCPUS), spec.get(SHARED_CPUS)));
    }

    private static HostProfile profile(String text, Path beside) {
        if (HostProfile.names().contains(text)) {
            return HostProfile.named(text);
        }
        Path file;
        try {
            file = Key.fileBeside(text, beside);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "must be one of " + String.join(", ", HostProfile.names()) + " or a file (" + e.getMessage() + ")",
                    e);
        }
        try {
            return HostProfile.read(file);
        } catch (CostModelException e) {
            throw new SpecException(String.valueOf(e.getMessage()));
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException("not UTF-8 text", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read", e);
        }
    }

    /** The guests of a study. */
    public enum StudyGuest {
        /** Toro's web service. */
        TORO,
        /** A Toro kernel with one thread that takes requests from a queue. */
        POLLER,
        /** Linux with a web server. */
        LINUX;

        /** Returns the name in specifications. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the idle policy of that name: one of ours, or a class of the user's, {@code CLASS} where it is on the class path and
     * {@code CLASS@PATH} where it is in a directory of classes or a jar.
     *
     * @param beside the file beside which a relative PATH is found
     * @throws IllegalArgumentException if there is none; the message says which there are
     */
    public static IdlePolicy policyNamed(String text, Path beside) {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(beside, "beside");
        return Policies.of(text, beside);
    }
}
