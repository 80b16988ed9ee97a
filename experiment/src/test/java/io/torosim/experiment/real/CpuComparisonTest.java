package io.torosim.experiment.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.real.host.CpuShare;
import io.torosim.experiment.real.model.PredictedSecond;
import io.torosim.experiment.real.probe.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.run.ProbeSecond;
import io.torosim.experiment.real.verdict.Finding;
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
