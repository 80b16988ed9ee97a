package io.torosim.experiment.real.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeSpecTest {
    @ParameterizedTest
    @CsvSource({"PIT, 18", "PIT, 100001", "LAPIC, 100001", "PIT, -1"})
    void aRateThatTheTimerCannotDo_isRefusedByName(ProbeTimer timer, int hz) {
        assertThatThrownBy(() -> new ProbeSpec(ProbePolicy.HALT_AT_ONCE, 0, timer, hz, ProbeLoad.NONE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timer-hz must be 0 or in [" + timer.lowestHz() + ", 100000] with the " + timer.label()
                        + " timer, timer-hz=" + hz);
    }

    @Test
    void wrongValues_areRefusedByName() {
        assertThatThrownBy(() -> ProbePolicy.ofLabel("sleep"))
                .hasMessage("policy must be one of busy-poll, poll-then-halt, halt-at-once, mwait, policy=sleep");
        assertThatThrownBy(() -> ProbeTimer.ofLabel("hpet")).hasMessage("timer must be pit or lapic, timer=hpet");
        assertThatThrownBy(() -> new ProbeLoad(0, 1, 3, 2)).hasMessageStartingWith("periodTicks must be in [3, ");
        ProbeSpec noTick = ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 0);
        assertThatThrownBy(() -> noTick.withLoad(ProbeLoad.microsPerTick(1)))
                .hasMessage("a load comes with the ticks: timer-hz must not be 0");
        assertThatThrownBy(() -> noTick.withVcpus(5)).hasMessage("vcpus must be in [1, 4], vcpus=5");
    }

    @Test
    void counts_areWhatTheTimersTake() {
        assertThat(ProbeTimer.PIT.countFor(100)).isEqualTo(11932);
        assertThat(ProbeTimer.PIT.countFor(19)).isLessThanOrEqualTo(65536);
        assertThat(ProbeTimer.PIT.periodPs(100)).isEqualTo(11932L * 1_000_000_000_000L / 1_193_182);
        assertThat(ProbeTimer.LAPIC.periodPs(1000)).isEqualTo(1_000_000_000L);
    }

    @Test
    void everyRate_hasItsPeriod_toHalfACount() {
        for (ProbeTimer timer : ProbeTimer.values()) {
            double countPs = 1e12 / (timer == ProbeTimer.PIT ? ProbeTimer.PIT_HZ : ProbeTimer.LAPIC_HZ);
            for (int hz = timer.lowestHz(); hz <= timer.highestHz(); hz += 1 + hz / 100) {
                assertThat((double) timer.periodPs(hz))
                        .as(timer + " " + hz)
                        .isCloseTo(1e12 / hz, within(countPs / 2 + 1));
            }
        }
    }
}
