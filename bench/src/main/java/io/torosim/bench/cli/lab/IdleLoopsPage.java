package io.torosim.bench.cli.lab;

import io.torosim.bench.report.FurtherSeeds;
import io.torosim.bench.report.Headline;
import io.torosim.bench.report.HtmlReport;
import io.torosim.bench.report.RunOutcome;
import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Verdict;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.guest.idle.IdleLoop;
import io.torosim.guest.idle.IdleLoop.Cost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The catalogue as a page: what a kernel author wants to know before choosing an idle loop. */
final class IdleLoopsPage {
    private static final int[] LOADS = {1, 10, 100, 500, 2000};
    private static final int SHOWN_LOAD = 100;
    private static final Duration TIME = Duration.ofSeconds(1);
    private static final long MOST_STATES = 2_000_000;
    /** One of each way to wait: the charts would be full of lines otherwise. */
    private static final Set<String> DRAWN =
            Set.of("sti-then-hlt", "mwait-without-look", "spin-then-halt", "haltpoll", "toro-2020");

    private final ExperimentResult.Builder result =
            ExperimentResult.builder("idle-loops", "Idle loops, before you choose one");
    private final List<LineChart.Line> watts = new ArrayList<>();
    private final List<LineChart.Line> micros = new ArrayList<>();

    static String html(List<IdleLoop> loops) {
        Headline headline = Headline.figures(
                "idle loops",
                "Idle loops of other kernels and of Toro: the shortest schedule that loses a wake-up, the repair searched to the end, and what"
                        + " each costs.");
        return HtmlReport.render(
                headline, RunOutcome.here(1, List.of(new IdleLoopsPage().of(loops)), FurtherSeeds.none()));
    }

    private ExperimentResult of(List<IdleLoop> loops) {
        loops.forEach(this::add);
        result.add(new LineChart(
                "Power of the idle core, repaired loops", "messages a second", "W", true, List.copyOf(watts)));
        result.add(new LineChart(
                "Mean time from a message to its taking, repaired loops",
                "messages a second",
                "us",
                true,
                List.copyOf(micros)));
        return result.setting(
                        "searched",
                        "2 cores with 2 messages as it was got wrong; 3 cores with 1 message from each sender repaired, stores held back")
                .setting("costs", "2 vCPUs under KVM, menu governor, kvm-2018 (not validated)")
                .note(
                        "The shortest schedule that loses a wake-up has the fewest preemptions, then the fewest steps. Exhausted: there is no such schedule of the repaired form, of any length.")
                .build();
    }

    private void add(IdleLoop loop) {
        Optional<Verdict.Violation> found =
                Exploration.search(loop.scenario(false, 2, 2)).violation();
        info(
                loop,
                "wrong.preemptions",
                "as it was got wrong: preemptions of the shortest failing schedule",
                "",
                found.map(Verdict.Violation::preemptions).orElse(0),
                loop.hazard());
        info(
                loop,
                "wrong.steps",
                "steps of it",
                "",
                found.map(v -> v.schedule().length()).orElse(0),
                "");
        Verdict repaired =
                Exploration.search(loop.scenario(true, 3, 1), Bounds.standard().withStates(MOST_STATES));
        info(
                loop,
                "repaired.states",
                "repaired, all schedules: " + repaired.outcome().name().toLowerCase(java.util.Locale.ROOT),
                "states",
                repaired.states(),
                loop.repair());
        List<LineChart.Point> power = new ArrayList<>();
        List<LineChart.Point> latency = new ArrayList<>();
        for (int load : LOADS) {
            Cost cost = Cost.of(loop, true, load, TIME);
            power.add(new LineChart.Point(load, cost.watts()));
            latency.add(new LineChart.Point(load, cost.meanMicros()));
            if (load == SHOWN_LOAD) {
                info(
                        loop,
                        "watts",
                        "repaired, " + load + " messages a second: power of the idle core",
                        "W",
                        cost.watts(),
                        "");
                info(
                        loop,
                        "latency",
                        "mean time to the taking",
                        "us",
                        cost.meanMicros(),
                        "longest: " + Math.round(cost.longestMicros()) + " us");
                info(loop, "exits", "VM exits", "exits/s", cost.exitsPerSecond(), "");
            }
        }
        if (DRAWN.contains(loop.name())) {
            watts.add(new LineChart.Line(loop.name(), power));
            micros.add(new LineChart.Line(loop.name(), latency));
        }
    }

    private void info(IdleLoop loop, String key, String metric, String unit, double value, String why) {
        result.add(CaseResult.info(loop.name() + "." + key, loop.name(), metric, unit, value, why));
    }
}
