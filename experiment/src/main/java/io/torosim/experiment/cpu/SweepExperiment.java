package io.torosim.experiment.cpu;

import io.torosim.core.machine.VcpuMode;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceDigest;
import io.torosim.experiment.CaseResult;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.IndependentRuns;
import io.torosim.experiment.LineChart;
import io.torosim.experiment.LineChart.Line;
import io.torosim.experiment.LineChart.Point;
import io.torosim.experiment.cpu.GuestRun.Setup;
import io.torosim.experiment.load.Arrivals;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The CPU usage experiment over what its publication left open: requests of a burst N, time between bursts X, cores, idle
 * policy, length of the poll window, mode of the host. Every point is a machine of its own; figures are means over whole
 * periods.
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

    private final CpuUsageSpec spec;

    /** Creates the experiment on the machine and with the costs of {@code spec}; its load is not used. */
    public SweepExperiment(CpuUsageSpec spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "sweep";
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        Runs runs = new Runs(seed);
        List<Guest> guests = List.of(
                new Guest("Toro before", IdlePolicy.haltWithoutHint()),
                new Guest("Toro after, 200 ms", IdlePolicy.pollThenHalt()),
                new Guest("Toro of 2020, 2000 ms since the last interrupt", IdlePolicy.lastIrq2020()),
                new Guest("Toro, halt at once", IdlePolicy.haltAtOnce()),
                new Guest("Toro, halt at once, defects repaired", IdlePolicy.haltAtOnce(), true),
                new Guest("Ubuntu", null));
        List<Guest> onCores = List.of(
                new Guest("Toro, master before Nov 2017", IdlePolicy.busyPoll()),
                guests.get(0),
                guests.get(1),
                guests.get(UBUNTU));
        for (Guest guest : guests) {
            for (int n : REQUESTS) {
                runs.add("N", guest, n, spec.vcpus(), PERIOD_OF_N, n, PERIOD_OF_N);
            }
            for (long x : PERIODS_MS) {
                Duration period = Duration.ofMillis(x);
                runs.add("X", guest, x / 1000.0, spec.vcpus(), period, REQUESTS_OF_X, wholePeriods(period));
            }
        }
        for (Guest guest : onCores) {
            for (int cores : CORES) {
                runs.add("cores", guest, cores, cores, PERIOD_OF_N, REQUESTS_OF_CORES, PERIOD_OF_N);
            }
        }
        for (long window : WINDOWS_MS) {
            Guest guest = new Guest("window", IdlePolicy.pollThenHalt().withWindow(window * Picos.PER_MILLI));
            runs.add("window", guest, window, spec.vcpus(), SECOND, REQUESTS_OF_X, Duration.ofSeconds(6));
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
                new Host("KVM, vhost", VcpuMode.KVM, "vhost", false),
                new Host("KVM, packets inside QEMU", VcpuMode.KVM, "user", false),
                new Host("KVM, vhost, halt polling", VcpuMode.KVM, "vhost", true),
                new Host("software emulation, one thread", VcpuMode.TCG_SINGLE, "vhost", false),
                new Host("software emulation, a thread for each vCPU", VcpuMode.TCG_MULTI, "vhost", false));
    }

    private ExperimentResult result(Runs runs, List<Guest> guests, List<Guest> onCores) {
        ToDoubleFunction<GuestRun> cpu = GuestRun::meanExact;
        ExperimentResult.Builder result = ExperimentResult.builder(name(), "CPU usage over load, cores and policies")
                .digest(runs.digest());
        result.setting("machine", spec.vcpus() + " vCPUs unless swept, " + spec.netBackend());
        result.setting("load", "closed loop of " + spec.concurrency() + " client(s)");
        result.add(runs.chart("Requests of a burst N, a burst every 10 s", "N", "mean %CPU", true, "N", guests, cpu));
        result.add(runs.chart("Time between bursts X, 5 requests each", "X, s", "mean %CPU", true, "X", guests, cpu));
        result.add(runs.chart("Cores, 1000 requests every 10 s", "cores", "mean %CPU", false, "cores", onCores, cpu));
        List<Guest> windows = List.of(new Guest("window", null));
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
                GuestRun run = runs.get(host.name(), guest.name(), 0);
                result.add(CaseResult.info(
                        host.name(),
                        guest.name() + ": mean in and between bursts",
                        "%",
                        run.meanExact(),
                        "traffic half of the time"));
            }
        }
        for (Guest guest : guests) {
            int most = REQUESTS[REQUESTS.length - 1];
            GuestRun run = runs.get("N", guest.name(), most);
            result.add(CaseResult.info(
                    guest.name(), "requests answered in 10 s, bursts of " + most, "requests", run.requests(), ""));
            result.add(
                    CaseResult.info(guest.name(), "mean time of a request", "us", run.latencyMicros(), "SYN to FIN"));
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
     * @param name in legends
     * @param policy Toro's, or null for Ubuntu
     * @param repaired whether Toro's defects are repaired
     */
    private record Guest(String name, IdlePolicy policy, boolean repaired) {
        Guest(String name, IdlePolicy policy) {
            this(name, policy, false);
        }

        Setup setup(CpuUsageSpec spec) {
            return policy == null
                    ? Setup.linux(spec)
                    : Setup.toro(spec, policy).withQuirks(repaired ? ToroQuirks.repaired() : ToroQuirks.faithful());
        }
    }

    private record Host(String name, VcpuMode mode, String backend, boolean haltPolling) {}

    private record Key(String sweep, String guest, double at) {}

    /** The runs by sweep, guest and place on the axis. */
    private final class Runs {
        private final long seed;
        private final IndependentRuns<GuestRun> todo = new IndependentRuns<>();
        private final List<Key> keys = new ArrayList<>();
        private List<GuestRun> done = List.of();

        Runs(long seed) {
            this.seed = seed;
        }

        void add(String sweep, Guest guest, double at, int cores, Duration period, int requests, Duration time) {
            CpuUsageSpec s = spec(cores, spec.netBackend(), new Arrivals.ClosedLoop(period, period, requests), time);
            Setup setup = guest.setup(s);
            keys.add(new Key(sweep, guest.name(), at));
            todo.add(
                    sweep + " " + guest.name(),
                    () -> GuestRun.run(s, setup, s.concurrency(), time.plus(TOP_IS_LATE), seed));
        }

        void add(Host host, Guest guest) {
            Duration time = Duration.ofSeconds(4);
            CpuUsageSpec s =
                    spec(spec.vcpus(), host.backend(), new Arrivals.ClosedLoop(time, time.dividedBy(2), 0), time);
            Setup setup = guest.setup(s).withVcpuMode(host.mode()).withHaltPolling(host.haltPolling());
            keys.add(new Key(host.name(), guest.name(), 0));
            todo.add(host.name(), () -> GuestRun.run(s, setup, s.concurrency(), time.plus(TOP_IS_LATE), seed));
        }

        void run(Progress progress) {
            done = todo.run(progress);
        }

        GuestRun get(String sweep, String guest, double at) {
            return done.get(keys.indexOf(new Key(sweep, guest, at)));
        }

        long digest() {
            long digest = 0;
            for (GuestRun run : done) {
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
                ToDoubleFunction<GuestRun> figure) {
            List<Line> lines = new ArrayList<>();
            for (Guest guest : guests) {
                List<Point> points = new ArrayList<>();
                for (int i = 0; i < done.size(); i++) {
                    Key key = keys.get(i);
                    if (key.sweep().equals(sweep) && key.guest().equals(guest.name())) {
                        points.add(new Point(key.at(), figure.applyAsDouble(done.get(i))));
                    }
                }
                lines.add(new Line(guest.name(), points));
            }
            return new LineChart(title, xLabel, yLabel, logarithmic, lines);
        }

        private CpuUsageSpec spec(int cores, String backend, Arrivals arrivals, Duration time) {
            return spec.withMachine(cores, backend).withLoad(arrivals, time, time);
        }
    }
}
