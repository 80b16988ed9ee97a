package io.torosim.experiment.cpu;

import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import io.torosim.experiment.cpu.CpuRun.Setup;
import io.torosim.experiment.runs.IndependentRuns;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The CPU usage experiment over what its publication left open: requests of a burst N, time between bursts X, cores, idle
 * policy, length of the poll window, mode of the host. Every point is a machine of its own; figures are means over whole
 * periods.
 *
 * <p>Each point is a {@link CpuRun}, all of them {@link IndependentRuns}; {@link CpuUsageExperiment} is the one case that was published.
 */
public final class SweepExperiment implements Experiment {
    private static final Duration PERIOD_OF_N = Duration.ofSeconds(10);
    private static final int[] REQUESTS = {1, 10, 100, 1000, 5000};
    private static final long[] PERIODS_MS = {50, 100, 150, 200, 250, 300, 500, 1000, 2000, 3000, 6000};
    private static final int REQUESTS_OF_X = 5;
    private static final int[] CORES = {1, 2, 4, 6, 8};
    private static final int REQUESTS_OF_CORES = 1000;
    private static final long[] WINDOWS_MS = {0, 1, 5, 20, 50, 100, 200, 500, 900};
    private static final int UBUNTU = 5;
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The sampler comes up to a tick late; the run goes on until it has come. */
    private static final Duration TOP_IS_LATE = Duration.ofMillis(20);

    private final Specification spec;

    /** Creates the experiment on the machine and with the costs of {@code spec}; its load is not used. */
    public SweepExperiment(Specification spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "sweep";
    }

    @Override
    public List<Key<?>> heeds() {
        List<Key<?>> heeds = new ArrayList<>(List.of(
                Keys.HOST_PROFILE,
                Keys.PERTURB,
                Keys.VCPU_MODE,
                Keys.HALT_POLLING,
                Keys.TSC_MHZ,
                Keys.BELIEVED_MHZ,
                Keys.VCPUS,
                Keys.NET_BACKEND,
                Keys.CONCURRENCY));
        if (spec.mayShareCpus(CORES[CORES.length - 1])) {
            heeds.add(Keys.SHARED_CPUS);
        }
        return heeds;
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        Runs runs = new Runs(seed);
        List<Guest> guests = List.of(
                new Guest("toro-before", "Toro before", IdlePolicy.haltWithoutHint()),
                new Guest("toro-after", "Toro after, 200 ms", IdlePolicy.pollThenHalt()),
                new Guest("last-irq-2020", "Toro of 2020, 2000 ms since the last interrupt", IdlePolicy.lastIrq2020()),
                new Guest("halt-at-once", "Toro, halt at once", IdlePolicy.haltAtOnce()),
                new Guest(
                        "halt-at-once-repaired", "Toro, halt at once, defects repaired", IdlePolicy.haltAtOnce(), true),
                new Guest("ubuntu", "Ubuntu", null),
                new Guest("pollers-spin-2019", "Toro of August 2019, pollers spin", IdlePolicy.pollersSpin2019()),
                new Guest("no-idle-flag-2020", "Toro of November 2020, no Idle flag", IdlePolicy.noIdleFlag2020()));
        List<Guest> onCores = List.of(
                new Guest("busy-poll", "Toro, master before Nov 2017", IdlePolicy.busyPoll()),
                guests.get(0),
                guests.get(1),
                guests.get(UBUNTU),
                guests.get(UBUNTU + 2));
        for (Guest guest : guests) {
            for (int n : REQUESTS) {
                runs.add("N", guest, n, spec.get(Keys.VCPUS), PERIOD_OF_N, n, PERIOD_OF_N);
            }
            for (long x : PERIODS_MS) {
                Duration period = Duration.ofMillis(x);
                runs.add("X", guest, x / 1000.0, spec.get(Keys.VCPUS), period, REQUESTS_OF_X, wholePeriods(period));
            }
        }
        for (Guest guest : onCores) {
            for (int cores : CORES) {
                runs.add("cores", guest, cores, cores, PERIOD_OF_N, REQUESTS_OF_CORES, PERIOD_OF_N);
            }
        }
        for (long window : WINDOWS_MS) {
            Guest guest =
                    new Guest("window", "window", IdlePolicy.pollThenHalt().withWindow(window * Picos.PER_MILLI));
            runs.add("window", guest, window, spec.get(Keys.VCPUS), SECOND, REQUESTS_OF_X, Duration.ofSeconds(6));
        }
        for (Host host : hosts()) {
            runs.add(host, guests.get(1));
            runs.add(host, guests.get(UBUNTU));
        }
        runs.run(progress);
        return result(runs, guests, onCores);
    }

    /** At least six seconds. */
    private static Duration wholePeriods(Duration period) {
        return period.multipliedBy(Math.max(1, 6000 / period.toMillis()));
    }

    private List<Host> hosts() {
        return List.of(
                new Host("kvm-vhost", "KVM, vhost", VcpuMode.KVM, NetBackend.VHOST, false),
                new Host("kvm-user", "KVM, packets inside QEMU", VcpuMode.KVM, NetBackend.USER, false),
                new Host("kvm-halt-polling", "KVM, vhost, halt polling", VcpuMode.KVM, NetBackend.VHOST, true),
                new Host("tcg-single", "software emulation, one thread", VcpuMode.TCG_SINGLE, NetBackend.VHOST, false),
                new Host(
                        "tcg-multi",
                        "software emulation, a thread for each vCPU",
                        VcpuMode.TCG_MULTI,
                        NetBackend.VHOST,
                        false));
    }

    private ExperimentResult result(Runs runs, List<Guest> guests, List<Guest> onCores) {
        ToDoubleFunction<CpuRun> cpu = CpuRun::meanExact;
        ExperimentResult.Builder result = ExperimentResult.builder(name(), "CPU usage over load, cores and policies")
                .digest(runs.digest());
        result.setting(
                "machine",
                spec.get(Keys.VCPUS) + " vCPUs unless swept, "
                        + spec.get(Keys.NET_BACKEND).label());
        result.setting("load", "closed loop of " + spec.get(Keys.CONCURRENCY) + " client(s)");
        result.add(runs.chart("Requests of a burst N, a burst every 10 s", "N", "mean %CPU", true, "N", guests, cpu));
        result.add(runs.chart("Time between bursts X, 5 requests each", "X, s", "mean %CPU", true, "X", guests, cpu));
        result.add(runs.chart("Cores, 1000 requests every 10 s", "cores", "mean %CPU", false, "cores", onCores, cpu));
        List<Guest> windows = List.of(new Guest("window", "window", null));
        result.add(runs.chart(
                "Length of the poll window, 5 requests a second",
                "window, ms",
                "mean %CPU",
                false,
                "window",
                windows,
                cpu));
        for (Host host : hosts()) {
            for (Guest guest : List.of(guests.get(1), guests.get(UBUNTU))) {
                CpuRun run = runs.get(host.name(), guest.name(), 0);
                result.add(CaseResult.info(
                        host.key() + "." + guest.key(),
                        host.name(),
                        guest.name() + ": mean in and between bursts",
                        "%",
                        run.meanExact(),
                        "traffic half of the time"));
            }
        }
        for (Guest guest : guests) {
            int most = REQUESTS[REQUESTS.length - 1];
            CpuRun run = runs.get("N", guest.name(), most);
            result.add(CaseResult.info(
                    guest.key() + ".answered",
                    guest.name(),
                    "requests answered in 10 s, bursts of " + most,
                    "requests",
                    run.requests(),
                    ""));
            result.add(CaseResult.info(
                    guest.key() + ".mean-time-request",
                    guest.name(),
                    "mean time of a request",
                    "us",
                    run.latencyMicros(),
                    "SYN to FIN"));
        }
        return result.note(
                        "Toro of 2018 pays up to 200 ms of polling for each burst, whatever is in it; far above that the mean"
                                + " falls as 200 ms / X. The rule of 2020 moves the knee to 2000 ms. Ubuntu's figure follows the number"
                                + " of packets, Toro's the number of bursts.")
                .note(
                        "The curve of 2018 is not monotone below 200 ms. The window runs from a thread's first empty poll since its"
                                + " last reset, and packets do not restart it: a burst that comes while the window runs leaves less"
                                + " of it. At X = 150 ms every second burst finds it about to end.")
                .note(
                        "Without a window Toro of 2018 loses wake-ups: a packet that comes between the last look and hlt waits for"
                                + " the next interrupt, and with one client at a time there is none. The window hides that defect"
                                + " rather than curing it; with the defects repaired the same policy answers everything.")
                .build();
    }

    /**
     * @param key in the keys of its figures
     * @param name in legends
     * @param policy Toro's, or null for Ubuntu
     * @param repaired whether Toro's defects are repaired
     */
    private record Guest(String key, String name, @Nullable IdlePolicy policy, boolean repaired) {
        Guest(String key, String name, @Nullable IdlePolicy policy) {
            this(key, name, policy, false);
        }

        Setup setup() {
            return policy == null
                    ? Setup.linux()
                    : Setup.toro(policy).withQuirks(repaired ? ToroQuirks.repaired() : ToroQuirks.faithful());
        }
    }

    private record Host(String key, String name, VcpuMode mode, NetBackend backend, boolean haltPolling) {}

    private record Place(String sweep, String guest, double at) {}

    /** The runs by sweep, guest and place on the axis. */
    private final class Runs {
        private final long seed;
        private final IndependentRuns<CpuRun> todo = new IndependentRuns<>();
        private final List<Place> keys = new ArrayList<>();
        private List<CpuRun> done = List.of();

        Runs(long seed) {
            this.seed = seed;
        }

        void add(String sweep, Guest guest, double at, int cores, Duration period, int requests, Duration time) {
            Specification s = spec.withBursts(period, period, requests)
                    .with(Keys.TOP_DELAY, time)
                    .with(Keys.VCPUS, cores);
            Setup setup = guest.setup();
            keys.add(new Place(sweep, guest.name(), at));
            todo.add(
                    sweep + " " + guest.name(),
                    () -> CpuRun.run(s, setup, s.get(Keys.CONCURRENCY), time.plus(TOP_IS_LATE), seed));
        }

        void add(Host host, Guest guest) {
            Duration time = Duration.ofSeconds(4);
            Specification s = spec.withBursts(time, time.dividedBy(2), 0)
                    .with(Keys.TOP_DELAY, time)
                    .with(Keys.NET_BACKEND, host.backend())
                    .with(Keys.VCPU_MODE, host.mode())
                    .with(Keys.HALT_POLLING, host.haltPolling());
            Setup setup = guest.setup();
            keys.add(new Place(host.name(), guest.name(), 0));
            todo.add(host.name(), () -> CpuRun.run(s, setup, s.get(Keys.CONCURRENCY), time.plus(TOP_IS_LATE), seed));
        }

        void run(Progress progress) {
            done = todo.run(progress);
        }

        CpuRun get(String sweep, String guest, double at) {
            return done.get(keys.indexOf(new Place(sweep, guest, at)));
        }

        long digest() {
            long digest = 0;
            for (CpuRun run : done) {
                digest = TraceDigest.combine(digest, run.result().traceDigest());
            }
            return digest;
        }

        LineChart chart(
                String title,
                String xLabel,
                String yLabel,
                boolean logarithmic,
                String sweep,
                List<Guest> guests,
                ToDoubleFunction<CpuRun> figure) {
            List<Line> lines = new ArrayList<>();
            for (Guest guest : guests) {
                List<Point> points = new ArrayList<>();
                for (int i = 0; i < done.size(); i++) {
                    Place key = keys.get(i);
                    if (key.sweep().equals(sweep) && key.guest().equals(guest.name())) {
                        points.add(new Point(key.at(), figure.applyAsDouble(done.get(i))));
                    }
                }
                lines.add(new Line(guest.name(), points));
            }
            return new LineChart(title, xLabel, yLabel, logarithmic, lines);
        }
    }
}
