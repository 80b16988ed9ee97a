package io.torosim.experiment.power;

import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.power.HostCpus.HostClock.Governor;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.power.PowerMeter.PowerTable;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import io.torosim.experiment.power.PowerRun.Guest;
import io.torosim.experiment.power.PowerRun.Host;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.sched.IdlePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * "A solution must also scale the CPU" (Toro blog, "Reducing CPU usage", 2018-06-24): what each idle policy draws under each
 * governor of the host and how fast it still answers. A busy wait looks like work to every governor that looks at use; only a
 * halt lets the host save.
 *
 * <p>A guest under a governor is a {@link PowerRun}; {@link PowerCases} makes figures of it.
 */
public final class PowerExperiment implements Experiment {
    private static final Guest BUSY_POLL = Guest.toro("busy-poll", "busy poll", IdlePolicy.busyPoll());
    private static final Guest POLL_THEN_HALT =
            Guest.toro("poll-then-halt", "200 ms, then halt", IdlePolicy.pollThenHalt());
    private static final Guest HALT_AT_ONCE = Guest.toro("halt-at-once", "halt at once", IdlePolicy.haltAtOnce());
    private static final Guest UBUNTU = new Guest("ubuntu", "Ubuntu", Optional.empty(), MwaitMode.NOP);
    private static final List<Guest> GUESTS = List.of(
            BUSY_POLL,
            Guest.toro("halt-without-hint", "halt without hint", IdlePolicy.haltWithoutHint()),
            POLL_THEN_HALT,
            Guest.toro("last-irq-2020", "2020: 2000 ms since the last interrupt", IdlePolicy.lastIrq2020()),
            Guest.toro("pollers-spin-2019", "August 2019: pollers spin", IdlePolicy.pollersSpin2019()),
            Guest.toro("no-idle-flag-2020", "November 2020: no Idle flag", IdlePolicy.noIdleFlag2020()),
            HALT_AT_ONCE,
            new Guest("mwait-honoured", "mwait honoured", Optional.of(IdlePolicy.mwait()), MwaitMode.HONOURED),
            new Guest("mwait-trapped", "mwait trapped", Optional.of(IdlePolicy.mwait()), MwaitMode.TRAPPED),
            UBUNTU);
    private static final Guest MWAIT_NOP =
            new Guest("mwait-nop", "mwait does nothing (KVM)", Optional.of(IdlePolicy.mwait()), MwaitMode.NOP);
    /** An idle loop around an instruction that does nothing is stepped one by one: a short look is enough. */
    private static final Duration SHORT = Duration.ofMillis(100);

    private static final int PER_SECOND = 100;
    private static final int[] RATES = {1, 5, 20, 100, 500};

    private final Specification spec;
    private final Duration duration;
    private long digest;

    /**
     * Creates the experiment.
     *
     * @param spec the host
     * @param duration simulated time of each case, at least 4 s: requests for a half of it, then quiet
     */
    public PowerExperiment(Specification spec, Duration duration) {
        if (duration.toMillis() < 4000) {
            throw new IllegalArgumentException("duration must be at least 4 s, duration=" + duration);
        }
        this.spec = spec;
        this.duration = duration;
    }

    @Override
    public String name() {
        return "power";
    }

    @Override
    public List<Key<?>> heeds() {
        return List.of(
                Keys.HOST_PROFILE,
                Keys.PERTURB,
                Keys.VCPU_MODE,
                Keys.HALT_POLLING,
                Keys.TSC_MHZ,
                Keys.BELIEVED_MHZ,
                Keys.NET_BACKEND);
    }

    private static Map<Governor, PowerRun> of(Map<Guest, Map<Governor, PowerRun>> runs, Guest guest) {
        return Objects.requireNonNull(runs.get(guest), guest::name);
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        digest = 0;
        int steps = GUESTS.size() + 2;
        ExperimentResult.Builder result =
                ExperimentResult.builder(name(), "Energy of idle policies under the host's governors");
        Map<Guest, Map<Governor, PowerRun>> runs = new LinkedHashMap<>();
        for (Guest guest : GUESTS) {
            progress.at(guest.name(), runs.size(), steps);
            Map<Governor, PowerRun> byGovernor = new LinkedHashMap<>();
            for (Governor governor : Governor.values()) {
                byGovernor.put(governor, run(guest, new Host(governor, HostSleep.Choice.MENU), seed));
            }
            runs.put(guest, byGovernor);
            result.addCases(figures(guest, byGovernor));
        }
        result.addCases(PowerCases.scaling(of(runs, BUSY_POLL), of(runs, POLL_THEN_HALT), of(runs, HALT_AT_ONCE)));
        Host ondemand = new Host(Governor.ONDEMAND, HostSleep.Choice.MENU);
        PowerRun nop = counted(PowerRun.run(spec, MWAIT_NOP, ondemand, PER_SECOND, SHORT, SHORT, seed));
        result.addCases(PowerCases.mwaitNop(MWAIT_NOP.key(), MWAIT_NOP.name(), nop, SHORT));
        progress.at("sleep states", steps - 2, steps);
        for (HostSleep.Choice choice : HostSleep.Choice.values()) {
            result.addCases(PowerCases.sleep(choice, run(HALT_AT_ONCE, new Host(Governor.PERFORMANCE, choice), seed)));
        }
        for (Guest guest : List.of(BUSY_POLL, POLL_THEN_HALT, HALT_AT_ONCE, UBUNTU)) {
            result.addCases(PowerCases.exits(guest, PowerCases.under(of(runs, guest), Governor.SCHEDUTIL), duration));
        }
        progress.at("load", steps - 1, steps);
        result.add(wattsOverLoad(seed));
        return result.digest(digest)
                .setting(
                        "simulated time",
                        duration.toSeconds() + " s per case, " + PER_SECOND
                                + " requests a second for the first half, then quiet")
                .setting("host", "each vCPU on a core of its own; sleep states chosen as Linux's menu governor does")
                .setting("power of a core", power(PowerTable.of(spec.costs())))
                .note(
                        "The governor's clock makes the guest slower as well as cheaper, the way out of a sleep state is part of"
                                + " a wake-up. Energy is that of the two cores alone: uncore, memory and power supply, which sleep less"
                                + " well, are not in it. Where a range is given, both ends of the power table were tried: executing dear"
                                + " and sleep cheap, and the other way round.")
                .note(
                        "What the post asked for is in the rows \"a solution must also scale the CPU\": under a busy wait the"
                                + " governors that look at use hold the highest clock for ever; powersave saves what the lowest clock"
                                + " saves and pays with time; a halt saves most and needs no governor.")
                .parameters(spec.costs(), "power.", "host.", "toro.", "kvm.")
                .build();
    }

    private PowerRun run(Guest guest, Host host, long seed) {
        return counted(PowerRun.run(spec, guest, host, PER_SECOND, duration.dividedBy(2), duration, seed));
    }

    private PowerRun counted(PowerRun run) {
        digest = TraceDigest.combine(digest, run.result().traceDigest());
        return run;
    }

    private static List<CaseResult> figures(Guest guest, Map<Governor, PowerRun> byGovernor) {
        List<CaseResult> cases = new ArrayList<>();
        byGovernor.forEach((governor, run) -> {
            String under = governor.name().toLowerCase(Locale.ROOT);
            cases.add(CaseResult.info(
                    guest.key() + ".watts." + under,
                    guest.name(),
                    "both cores, " + under,
                    "W",
                    run.watts(),
                    String.format(
                            Locale.ROOT,
                            "%.2f to %.2f over the ranges of the power table; clock %d permille",
                            StrictMath.min(run.extremes()[0], run.extremes()[1]),
                            StrictMath.max(run.extremes()[0], run.extremes()[1]),
                            run.clockPermille())));
            cases.add(CaseResult.info(
                    guest.key() + ".request." + under,
                    guest.name(),
                    "mean time of a request, " + under,
                    "us",
                    run.latencyMicros(),
                    run.requests() + " answered"));
        });
        return cases;
    }

    private LineChart wattsOverLoad(long seed) {
        Duration time = Duration.ofSeconds(1);
        List<Line> lines = new ArrayList<>();
        for (Guest guest : List.of(BUSY_POLL, POLL_THEN_HALT, HALT_AT_ONCE, UBUNTU)) {
            for (Governor governor : List.of(Governor.SCHEDUTIL, Governor.POWERSAVE)) {
                Host host = new Host(governor, HostSleep.Choice.MENU);
                List<Point> points = new ArrayList<>();
                for (int rate : RATES) {
                    points.add(new Point(
                            rate,
                            counted(PowerRun.run(spec, guest, host, rate, time, time, seed))
                                    .watts()));
                }
                lines.add(new Line(guest.name() + ", " + governor.name().toLowerCase(Locale.ROOT), points));
            }
        }
        return new LineChart("Power over load", "requests a second", "W, both cores", true, lines);
    }

    private static String power(PowerTable table) {
        return String.format(
                Locale.ROOT,
                "executing %d mW, at the lowest clock %d; C1 %d, C1E %d, C6 %d",
                table.highMw(),
                table.lowMw(),
                table.c1Mw(),
                table.c1eMw(),
                table.c6Mw());
    }
}
