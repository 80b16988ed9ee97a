package io.torosim.experiment.cpu;

import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the CPU usage experiment concludes: one figure of a set of runs, and the band in which the conclusion holds. */
enum CpuConclusion {
    /** Toro polls all through a burst. */
    TORO_IN_TRAFFIC(
            "Toro after, in traffic",
            99,
            101.5,
            r -> CpuUsageExperiment.min(made(r.toro()).values(TrafficPhases.BURST))),
    /** Toro's cores halt after the window. */
    TORO_BETWEEN(
            "Toro after, from the second sample after traffic",
            0,
            1,
            r -> CpuUsageExperiment.max(made(r.toro()).values(TrafficPhases.IDLE))),
    /** Ubuntu sleeps between packets. */
    UBUNTU_IN_TRAFFIC(
            "Ubuntu, in traffic",
            40,
            60,
            r -> CpuUsageExperiment.mean(made(r.ubuntu()).values(TrafficPhases.BURST))),
    /** Ubuntu's background services. */
    UBUNTU_BETWEEN(
            "Ubuntu, between bursts, 95th percentile",
            0,
            15,
            r -> CpuUsageExperiment.percentile(made(r.ubuntu()).values(TrafficPhases.IDLE), 95)),
    /** More messages fill one of Ubuntu's vCPUs. */
    UBUNTU_HEAVY(
            "Ubuntu, more messages, in traffic",
            98,
            115,
            r -> CpuUsageExperiment.min(made(r.ubuntuHeavy()).values(TrafficPhases.BURST)));

    /** Of runs that a parameter cannot reach those as shipped are filled in before anything is asked. */
    private static CpuRun made(@Nullable CpuRun run) {
        return Objects.requireNonNull(run, "a run that was not made");
    }

    private final String title;
    private final double low;
    private final double high;
    private final ToDoubleFunction<Runs> figure;

    CpuConclusion(String title, double low, double high, ToDoubleFunction<Runs> figure) {
        this.title = title;
        this.low = low;
        this.high = high;
        this.figure = figure;
    }

    String title() {
        return title;
    }

    double low() {
        return low;
    }

    double high() {
        return high;
    }

    /** Returns the figure, in percent. */
    double of(Runs runs) {
        return figure.applyAsDouble(runs);
    }

    boolean holds(Runs runs) {
        double value = of(runs);
        return value >= low && value <= high;
    }

    /**
     * The runs behind the conclusions, all with the same costs.
     *
     * @param toro Toro with 200 ms of polling, then {@code hlt}
     * @param ubuntu Ubuntu
     * @param ubuntuHeavy Ubuntu with more messages
     */
    record Runs(@Nullable CpuRun toro, @Nullable CpuRun ubuntu, @Nullable CpuRun ubuntuHeavy) {}
}
