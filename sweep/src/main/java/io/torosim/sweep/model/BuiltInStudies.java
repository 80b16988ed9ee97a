package io.torosim.sweep.model;

import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.analysis.BreakingCorner.Conclusion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The studies that {@code torosim study} knows by name: one to learn from, two that show what an executor adds to a run. */
public final class BuiltInStudies {
    private BuiltInStudies() {}

    /**
     * Returns what the CPU usage experiment concludes, over everything about it that is guessed or fitted: the long form of {@code torosim run
     * sensitivity}. Factors are the assumed cost parameters over their ranges, outputs the figures behind {@link #cpuConclusions}.
     *
     * @param draws how many, joint, independent and uniform over every range, one run each
     */
    public static Study sensitivity(int draws, long seed) {
        return CpuConclusionsModel.study(draws, seed);
    }

    /**
     * Returns an experiment of the catalogue as the model of a study: factors are keys of its specification ({@code load.concurrency}) or cost parameters
     * ({@code costs.kvm.exit}), outputs are keys of its figures.
     *
     * @param experiment name in {@link io.torosim.experiment.catalog.Experiments}
     * @param said values of the specification by key, of the types that TOML has
     * @param outputs keys of figures
     * @param beside the file beside which files are found that values name
     */
    public static CellModel experiment(String experiment, Map<String, ?> said, List<String> outputs, Path beside) {
        Objects.requireNonNull(said, "said");
        Objects.requireNonNull(outputs, "outputs");
        Objects.requireNonNull(beside, "beside");
        return new ExperimentModel(experiment, said, outputs, beside);
    }

    /** The same, whose files are found in the working directory. */
    public static CellModel experiment(String experiment, Map<String, ?> said, List<String> outputs) {
        Objects.requireNonNull(experiment, "experiment");
        Objects.requireNonNull(said, "said");
        Objects.requireNonNull(outputs, "outputs");
        return experiment(experiment, said, outputs, Path.of("study.toml"));
    }

    /** Returns the conclusions of {@link #sensitivity} with their bands. */
    public static List<Conclusion> cpuConclusions() {
        return CpuConclusionsModel.conclusions();
    }

    /**
     * Returns runs of about a twentieth of a millisecond: Toro on two cores with a poller and a worker that sleeps at random, for some simulated milliseconds.
     * Factor {@code ms} is the simulated time, {@code poll-ns} the length of a poll.
     */
    public static Study shortGuest(int runs, long seed) {
        return ShortGuest.study(runs, seed);
    }

    /** Returns runs of {@code draws} random numbers each, which are added up: 1, 10 or 100 ms, as one likes. */
    public static Study busyWork(int runs, long draws, long seed) {
        return BusyWork.study(runs, draws, seed);
    }
}
