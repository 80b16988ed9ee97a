package io.torosim.experiment.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.cpu.CpuRun.Setup;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Without its poll window Toro of 2018 loses packets' wake-ups, and the repaired one does not. */
class LostWakeUpTest {
    private static final Duration TIME = Duration.ofSeconds(2);

    private final Specification spec =
            Specification.defaults().withBursts(TIME, TIME, 0).with(Keys.TOP_DELAY, TIME);

    private long answered(IdlePolicy policy, ToroQuirks quirks) {
        Setup setup = Setup.toro(policy).withQuirks(quirks);
        return CpuRun.run(spec, setup, 1, TIME, 42).requests();
    }

    @Test
    void theWindowHidesWhatTheRepairCures() {
        assertThat(answered(IdlePolicy.haltAtOnce(), ToroQuirks.faithful())).isLessThan(1000);
        assertThat(answered(IdlePolicy.pollThenHalt(), ToroQuirks.faithful())).isGreaterThan(3500);
        assertThat(answered(IdlePolicy.haltAtOnce(), ToroQuirks.repaired())).isGreaterThan(3500);
    }
}
