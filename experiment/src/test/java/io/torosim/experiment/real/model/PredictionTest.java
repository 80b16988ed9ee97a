package io.torosim.experiment.real.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the model says, against what can be reckoned by hand from the profile. */
class PredictionTest {
    private static final long TSC_HZ = 2_400_000_000L;
    private static final HostProfile PROFILE = HostProfile.qemu72Tcg();

    private static Prediction of(ProbeSpec spec) {
        return Prediction.of(spec, PROFILE, VcpuMode.TCG_MULTI, TSC_HZ, 2);
    }

    @Test
    void aBusyPoll_isAllOfACpuForEachVcpu() {
        assertThat(of(ProbeSpec.of(ProbePolicy.BUSY_POLL, 0)).percent()).isCloseTo(100, within(0.01));
        assertThat(of(ProbeSpec.of(ProbePolicy.BUSY_POLL, 0).withVcpus(2)).percent())
                .isCloseTo(200, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"20, 0.223", "100, 0.778", "1000, 3.93"})
    void aHaltedGuest_costsItsWakeUps(int hz, double percent) {
        assertThat(of(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, hz)).percent()).isCloseTo(percent, within(0.05 * percent));
    }

    @ParameterizedTest
    @CsvSource({"200, 1000, 20", "1000, 100, 10", "2000, 100, 20", "5000, 20, 10", "200000, 100, 95.2"})
    void aWindow_isPolledAfterEachTick(int micros, int hz, double awake) {
        Prediction prediction = of(ProbeSpec.of(ProbePolicy.POLL_THEN_HALT, hz).withWindow(micros));
        assertThat(prediction.awakePercent()).isCloseTo(awake, within(0.2 + 0.01 * awake));
    }

    @Test
    void requests_areServedOnceATick_inBurstsToo() {
        ProbeSpec always = ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 100).withLoad(ProbeLoad.microsPerTick(2000));
        assertThat(of(always).awakePercent()).isCloseTo(20, within(0.2));
        assertThat(of(always).seconds()).allSatisfy(s -> assertThat(s.served()).isBetween(99.0, 101.0));
        ProbeSpec bursts = always.withLoad(ProbeLoad.microsPerTick(2000).inBursts(25, 100));
        assertThat(of(bursts).awakePercent()).isCloseTo(5, within(0.2));
        assertThat(of(bursts).seconds()).allSatisfy(s -> assertThat(s.served()).isBetween(24.0, 26.0));
    }

    @Test
    void mwait_isHltForOneVcpuUnderEmulation_andNothingForTwo() {
        ProbeSpec one = ProbeSpec.of(ProbePolicy.MWAIT, 100);
        assertThat(of(one).percent())
                .isCloseTo(of(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 100)).percent(), within(0.01));
        assertThat(of(one.withVcpus(2)).percent()).isCloseTo(200.5, within(1.0));
    }

    @Test
    void localApicTimers_tickOnEveryVcpu() {
        ProbeSpec spec = ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 250)
                .withTimer(ProbeTimer.LAPIC)
                .withVcpus(2);
        assertThat(of(spec).seconds()).allSatisfy(s -> assertThat(s.halts()).isBetween(499.0, 501.0));
    }

    @Test
    void aPrediction_isTheSameTwice() {
        ProbeSpec spec = ProbeSpec.of(ProbePolicy.POLL_THEN_HALT, 250).withWindow(1000);
        assertThat(of(spec)).isEqualTo(of(spec));
    }
}
