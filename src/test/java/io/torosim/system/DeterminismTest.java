package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment.Progress;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.boot.BootExperiment;
import io.torosim.experiment.cpu.CpuUsageExperiment;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Same seed and specification, same digest: twice in one JVM, and on every JDK on which this test runs. */
final class DeterminismTest {
    private static final String CPU_USAGE_OF_SEED_42 = "2e3c81bb91d909d9";
    private static final String BOOT = "de7e74f00543f90f";

    private static Specification spec() {
        return believing(0);
    }

    private static Specification believing(int mhz) {
        return Specification.defaults()
                .with(Keys.BELIEVED_MHZ, mhz)
                .with(Keys.TOP_DELAY, Duration.ofSeconds(1))
                .with(Keys.DURATION, Duration.ofSeconds(6))
                .with(Keys.HEAVY_CONCURRENCY, 4)
                .withBursts(Duration.ofSeconds(4), Duration.ofMillis(1500), 0);
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
        ExperimentResult boot = new BootExperiment(Specification.defaults()).run(42, Progress.NONE);
        assertThat(TraceDigest.hex(boot.digest())).isEqualTo(BOOT);
    }
}
