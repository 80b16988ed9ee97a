package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.trace.TraceDigest;
import io.torosim.experiment.Experiment.Progress;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.boot.BootExperiment;
import io.torosim.experiment.boot.BootSpec;
import io.torosim.experiment.cpu.CpuUsageExperiment;
import io.torosim.experiment.cpu.CpuUsageSpec;
import io.torosim.experiment.load.Arrivals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Same seed and specification, same digest: twice in one JVM, and on every JDK on which this test runs. */
final class DeterminismTest {
    private static final String CPU_USAGE_OF_SEED_42 = "fd8b6e5156f86900";
    private static final String BOOT = "123d14ba37b47fee";

    private static CpuUsageSpec spec() {
        return believing(0);
    }

    private static CpuUsageSpec believing(int mhz) {
        return new CpuUsageSpec(
                2,
                256,
                2_400_000_000L,
                mhz,
                "kvm",
                "irix",
                2,
                Duration.ofSeconds(1),
                "vhost",
                false,
                Duration.ofSeconds(6),
                1,
                4,
                new Arrivals.ClosedLoop(Duration.ofSeconds(4), Duration.ofMillis(1500), 0),
                CostModel.standard());
    }

    private static String digest(long seed) {
        return digest(seed, 0);
    }

    private static String digest(long seed, int believedMhz) {
        return TraceDigest.hex(new CpuUsageExperiment(believing(believedMhz))
                .run(seed, Progress.NONE)
                .digest());
    }

    @Test
    void twoRuns_haveTheSameDigest_andEveryFigureIsEqual() {
        ExperimentResult first = new CpuUsageExperiment(spec()).run(7, Progress.NONE);
        ExperimentResult second = new CpuUsageExperiment(spec()).run(7, Progress.NONE);
        assertThat(first).isEqualTo(second);
    }

    @Test
    void anotherSeed_hasAnotherDigest() {
        assertThat(digest(1)).isNotEqualTo(digest(2));
    }

    @Test
    void believingInTheRateOfTheClock_changesNothing_andInAnother_doesChange() {
        String right = digest(42, 2400);
        assertThat(right).isEqualTo(CPU_USAGE_OF_SEED_42);
        assertThat(digest(42, 2393)).isNotEqualTo(right);
    }

    /**
     * The digests below were obtained once; they hold on JDK 17 and on JDK 25, which the build runs in turn. A change of the
     * model or of a cost changes them: then say so in the change log.
     */
    @Test
    void everyJdk_hasTheDigestsWrittenHere() {
        assertThat(digest(42)).isEqualTo(CPU_USAGE_OF_SEED_42);
        ExperimentResult boot =
                new BootExperiment(new BootSpec(1, 1024, 2_400_000_000L, CostModel.standard())).run(42, Progress.NONE);
        assertThat(TraceDigest.hex(boot.digest())).isEqualTo(BOOT);
    }
}
