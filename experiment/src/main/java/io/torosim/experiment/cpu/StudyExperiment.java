package io.torosim.experiment.cpu;

import io.torosim.core.time.Picos;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.IdlePolicy.ToroIdlePolicy;
import io.torosim.sched.KernelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The user's own guest, policy and load, as the specification says: one run and everything that it gives.
 *
 * <p>The {@link Specification} becomes a {@link GuestKind} and a {@link Load} of one {@link GuestRun}; {@link CpuRun} sets up the host and the way of
 * looking at it.
 */
public final class StudyExperiment implements Experiment {
    private static final List<String> OWN = List.of(
            Keys.GUEST_KIND.name(),
            Keys.GUEST_POLICY.name(),
            Keys.GUEST_WINDOW.name(),
            Keys.GUEST_TIMER_HZ.name(),
            Keys.GUEST_SERVICES.name(),
            Keys.RATE.name(),
            Keys.WORK.name());

    private final Specification spec;

    /**
     * Creates the experiment.
     *
     * @throws SpecException if the specification's window is for a policy that has none to be set
     */
    public StudyExperiment(Specification spec) {
        this.spec = spec;
        policy();
    }

    /** Returns whether {@code spec} says something of a guest or load of its own; without that, the study is a case of {@code cpu-usage} again. */
    public static boolean askedFor(Specification spec) {
        return spec.changed().stream().anyMatch(OWN::contains);
    }

    @Override
    public String name() {
        return "study";
    }

    /**
     * A guest has its own keys: a policy and what the clock is taken for are Toro's, a timer and the work of a request a poller's, services are
     * those of Linux, and a poller has no network card. Clients, bursts and
     * recorded arrivals are another load than a rate, or a request with each tick. The host does not poll for a guest that never executes
     * {@code hlt}, and no vCPU waits for a CPU where there are as many. Memory is Toro's under a load that waits for no answer.
     */
    @Override
    public List<Key<?>> heeds() {
        List<Key<?>> heeds = new ArrayList<>(List.of(
                Keys.HOST_PROFILE,
                Keys.PERTURB,
                Keys.VCPU_MODE,
                Keys.HOST_CPUS,
                Keys.VCPUS,
                Keys.TSC_MHZ,
                Keys.TOP_MODE,
                Keys.TOP_DELAY,
                Keys.DURATION,
                Keys.GUEST_KIND,
                Keys.RATE));
        if (spec.mayShareCpus(spec.get(Keys.VCPUS))) {
            heeds.add(Keys.SHARED_CPUS);
        }
        if (mayRunOutOfMemory()) {
            heeds.add(Keys.RAM_PER_VCPU);
        }
        if (mayHalt()) {
            heeds.add(Keys.HALT_POLLING);
        }
        if (isClosedLoop()) {
            heeds.addAll(List.of(Keys.CONCURRENCY, Keys.PERIOD, Keys.BURST, Keys.REQUESTS));
        }
        heeds.addAll(
                switch (spec.get(Keys.GUEST_KIND)) {
                    case TORO -> List.of(Keys.GUEST_POLICY, Keys.GUEST_WINDOW, Keys.BELIEVED_MHZ, Keys.NET_BACKEND);
                    case POLLER -> List.of(
                            Keys.GUEST_POLICY, Keys.GUEST_WINDOW, Keys.BELIEVED_MHZ, Keys.GUEST_TIMER_HZ, Keys.WORK);
                    case LINUX -> List.of(Keys.GUEST_SERVICES, Keys.NET_BACKEND);
                });
        return heeds;
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        progress.at("guest", 0, 1);
        GuestRun run = CpuRun.on(spec, guest());
        if (spec.get(Keys.GUEST_KIND) == StudyGuest.POLLER) {
            run.work(spec.get(Keys.WORK));
        }
        spec.capture().ifPresent(run::captureTo);
        GuestTimer timer = GuestTimer.pit(spec.get(Keys.GUEST_TIMER_HZ));
        GuestOutcome outcome = run.timer(timer)
                .load(load())
                .seed(seed)
                .watched(spec.get(Keys.DURATION))
                .run();
        String guest = spec.get(Keys.GUEST_KIND).label();
        ExperimentResult.Builder result = ExperimentResult.builder(name(), "A study of one guest")
                .digest(outcome.result().traceDigest())
                .setting("vCPU mode", spec.vcpuMode().label())
                .setting("guest", guest + ", " + spec.get(Keys.VCPUS) + " vCPUs")
                .setting("policy", spec.get(Keys.GUEST_KIND) == StudyGuest.LINUX ? "its own" : policy().name());
        info(result, guest, "cpu.top", "CPU as top shows it, mean", "%", outcome.topPercent());
        info(
                result,
                guest,
                "cpu.top-other-mode",
                "CPU as top shows it in its other mode, mean",
                "%",
                outcome.otherTopPercent());
        info(result, guest, "cpu.exact", "CPU as the host's scheduler counts it", "%", outcome.cpuPercent());
        for (int vcpu = 0; vcpu < outcome.awakePercent().size(); vcpu++) {
            info(
                    result,
                    guest,
                    "awake.vcpu" + vcpu,
                    "vCPU " + vcpu + " awake",
                    "%",
                    outcome.awakePercent().get(vcpu));
        }
        CpuRun watched = CpuRun.of(outcome);
        watched.steal(spec, "steal", guest, "steal").ifPresent(result::add);
        if (timer.hz() > 0) {
            double realHz = timer.realHz(spec.get(Keys.TSC_MHZ) * 1_000_000L);
            info(result, guest, "timer.rate", "rate of the timer, which divides by whole numbers", "Hz", realHz);
        }
        info(result, guest, "halts", "halts", "a second", outcome.halts() / outcome.seconds());
        info(result, guest, "wake-ups", "wake-ups", "a second", outcome.wakeUps() / outcome.seconds());
        outcome.exits().forEach((cause, count) -> {
            if (count > 0) {
                String metric = "VM exits, " + cause.label();
                info(result, guest, "exits." + CaseResult.part(cause), metric, "a second", count / outcome.seconds());
            }
        });
        info(result, guest, "requests.answered", "requests answered", "requests", outcome.answered());
        info(result, guest, "latency.mean", "mean time of a request", "us", outcome.latencyMicros());
        info(result, guest, "latency.p50", "median time of a request", "us", outcome.latencyMicros(50));
        info(result, guest, "latency.p99", "99th percentile", "us", outcome.latencyMicros(99));
        info(result, guest, "power.watts", "mean draw of the cores", "W", outcome.watts());
        return result.add(watched.series(guest))
                .parameters(spec.costs(), "toro.", "linux.", "kvm.", "tcg.", "qemu.", "power.")
                .build();
    }

    private static void info(
            ExperimentResult.Builder result, String guest, String key, String metric, String unit, double value) {
        result.add(CaseResult.info(key, guest, metric, unit, value, ""));
    }

    private IdlePolicy policy() {
        IdlePolicy policy = spec.get(Keys.GUEST_POLICY);
        if (!spec.says(Keys.GUEST_WINDOW) || spec.get(Keys.GUEST_KIND) == StudyGuest.LINUX) {
            return policy;
        }
        if (!(policy instanceof ToroIdlePolicy ours)) {
            throw refused("the policy " + policy.name() + " has a window of its own");
        }
        if (ours.hint() == IdlePolicy.Hint.IGNORED || ours.fixedWindowPs() == 0) {
            throw refused("the policy " + ours.name() + " has none");
        }
        return ours.withWindow(Picos.of(spec.get(Keys.GUEST_WINDOW)));
    }

    /** Requests that come whether there is room for them or not wait in Toro's kernel memory. Clients wait themselves; a poller and Linux take none of it. */
    private boolean mayRunOutOfMemory() {
        return (spec.get(Keys.RATE) > 0 || spec.isRecorded()) && spec.get(Keys.GUEST_KIND) == StudyGuest.TORO;
    }

    /** Of ours it is known which never execute {@code hlt}: all waits are loops, or {@code mwait}, which KVM makes one of. */
    private boolean mayHalt() {
        if (spec.get(Keys.GUEST_KIND) == StudyGuest.LINUX
                || !(spec.get(Keys.GUEST_POLICY) instanceof ToroIdlePolicy ours)) {
            return true;
        }
        boolean waits = ours.haltsEmptyCore()
                || ours.nothingReady() == IdlePolicy.NothingReady.HALT
                || ours.hint() != IdlePolicy.Hint.IGNORED;
        return waits && ours.instruction() == IdlePolicy.Instruction.HLT;
    }

    private SpecException refused(String why) {
        return new SpecException(
                List.of(Keys.GUEST_WINDOW.name()), "guest.window: " + why + ", value=" + Keys.GUEST_WINDOW.toml(spec));
    }

    private GuestKind guest() {
        KernelConfig kernel = spec.kernel().withIdlePolicy(policy());
        return switch (spec.get(Keys.GUEST_KIND)) {
            case TORO -> GuestKind.toro(kernel);
            case POLLER -> GuestKind.poller(kernel);
            case LINUX -> GuestKind.linux(LinuxConfig.defaults().withServices(spec.get(Keys.GUEST_SERVICES)));
        };
    }

    private Load load() {
        if (spec.get(Keys.RATE) > 0) {
            return Load.open(spec.get(Keys.RATE));
        }
        return isClosedLoop() ? CpuRun.load(spec.arrivals(), spec.get(Keys.CONCURRENCY)) : Load.perTick();
    }

    private boolean isClosedLoop() {
        boolean byTicks = spec.get(Keys.GUEST_KIND) == StudyGuest.POLLER && spec.get(Keys.GUEST_TIMER_HZ) > 0;
        return !byTicks && spec.get(Keys.RATE) == 0;
    }
}
