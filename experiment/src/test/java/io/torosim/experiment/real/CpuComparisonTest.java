package io.torosim.experiment.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.real.host.CpuShare;
import io.torosim.experiment.real.model.Prediction.PredictedSecond;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Band.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuComparisonTest {
    private static Finding finding(double predicted, double measured, double waited) {
        CpuShare cpu = new CpuShare(1, measured, measured, measured, 0, waited, 0, 0);
        return CpuComparison.judged(
                        ProbeSpec.of(ProbePolicy.BUSY_POLL, 100),
                        List.of(new PredictedSecond(predicted, predicted, predicted, 0, 100, 100, 0, 0)),
                        List.of(new ProbeSecond(cpu, 100, 100, 0, 0, 0)))
                .finding();
    }

    /** Four spinning vCPUs on two CPUs are no busy host; two of them and a main loop are within the band of what two CPUs give. */
    @Test
    void aHostWithTooFewCpus_cannotTell() {
        assertThat(CpuComparison.beyondHost(400.01, 2))
                .isEqualTo("this host has 2 CPUs, and the prediction of 400 % needs 4");
        assertThat(CpuComparison.beyondHost(200.98, 1))
                .isEqualTo("this host has 1 CPU, and the prediction of 201 % needs 2");
        assertThat(CpuComparison.beyondHost(200.98, 2)).isEmpty();
        assertThat(CpuComparison.beyondHost(219.9, 2)).isEmpty();
        assertThat(CpuComparison.beyondHost(220.1, 2)).isNotEmpty();
        assertThat(CpuComparison.beyondHost(0.3, 1)).isEmpty();
    }

    /** 40 % of the time waited for a CPU: 100 % predicted and 60 % got agree, 300 % do not. */
    @Test
    void aBusyHost_excusesWhatItTook_andNoMore() {
        assertThat(finding(100, 100, 0)).isEqualTo(Finding.INSIDE);
        assertThat(finding(100, 60, 0)).isEqualTo(Finding.OUTSIDE);
        assertThat(finding(100, 60, 40)).isEqualTo(Finding.BUSY_HOST);
        assertThat(finding(300, 60, 40)).isEqualTo(Finding.OUTSIDE);
        assertThat(finding(0.5, 3, 0.5)).isEqualTo(Finding.BUSY_HOST);
        assertThat(finding(0.5, 90, 3.5)).isEqualTo(Finding.OUTSIDE);
    }
}
