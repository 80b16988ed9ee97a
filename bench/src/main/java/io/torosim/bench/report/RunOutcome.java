package io.torosim.bench.report;

import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.ExperimentResult;
import java.util.List;

/**
 * Everything that a call of {@code torosim run} gave.
 *
 * @param seed seed of every random stream
 * @param jdk version of the Java virtual machine
 * @param commit commit that the program was built from, or {@code "unknown"}
 * @param experiments results in order
 * @param further what other seeds gave
 */
public record RunOutcome(
        long seed, String jdk, String commit, List<ExperimentResult> experiments, FurtherSeeds further) {
    /** Copies the list. */
    public RunOutcome {
        experiments = List.copyOf(experiments);
    }

    /** Creates the outcome of one seed. */
    public RunOutcome(long seed, String jdk, String commit, List<ExperimentResult> experiments) {
        this(seed, jdk, commit, experiments, FurtherSeeds.none());
    }

    /** Returns the outcome of experiments that have just been run by this program on this Java virtual machine. */
    public static RunOutcome here(long seed, List<ExperimentResult> experiments, FurtherSeeds further) {
        return new RunOutcome(seed, System.getProperty("java.version"), BuildInfo.commit(), experiments, further);
    }

    /** Returns the digest of the seed and of all experiments, as 16 hexadecimal digits. */
    public String digest() {
        long digest = seed;
        for (ExperimentResult result : experiments) {
            digest = TraceDigest.combine(digest, result.digest());
        }
        return TraceDigest.hex(digest);
    }

    /** Returns whether no case failed. */
    public boolean passed() {
        return experiments.stream().allMatch(ExperimentResult::passed);
    }
}
