package io.torosim.experiment.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BootExperimentTest {
    private static ExperimentResult run(Specification spec) {
        return new BootExperiment(spec).run(1, Experiment.Progress.NONE);
    }

    private static double believed(Specification spec) {
        return run(spec).figure("qemu-lite.clock-that-kernel-believes").obtained();
    }

    /** QEMU's pit=off: the kernel cannot measure and takes any clock for 2393 MHz. */
    @Test
    void withoutAPit_theKernelTakesEveryClockFor2393Mhz() {
        Specification quick = Specification.defaults().with(Keys.TSC_MHZ, 3600);
        assertThat(believed(quick)).isBetween(3580.0, 3600.0);
        assertThat(believed(quick.with(Keys.BOOT_PIT, false))).isEqualTo(2393);
        assertThat(notes(quick)).contains("each, which really take 36 ms");
        assertThat(notes(quick.with(Keys.BOOT_PIT, false))).contains("each, which really take 24 ms");
    }

    private static String notes(Specification spec) {
        return String.join("\n", run(spec).notes());
    }

    @Test
    void emulation_isHeeded_withItsOwnPriceOfTheScreen() {
        double kvm = run(Specification.defaults()).figure("multiboot.thread").obtained();
        Specification emulated = Specification.defaults().with(Keys.VCPU_MODE, VcpuMode.TCG_MULTI);
        ExperimentResult result = run(emulated);
        double tcg = result.figure("multiboot.thread").obtained();
        assertThat(tcg).isLessThan(kvm - 50); // a byte of the screen takes 0.12 us instead of 5
        assertThat(result.figure("qemu-lite.qemu-start-first-thread").verdict()).isEqualTo(Verdict.INFO);
    }

    @Test
    void profile_isHeeded() {
        Specification profile = Specification.defaults().with(Keys.HOST_PROFILE, HostProfile.qemu72Tcg());
        assertThat(run(profile).settings().get("executed by")).isEqualTo("tcg-multi");
    }

    /** Of the last point of the first curve: all cores that QEMU-Lite is shown with. */
    private static double allCoresMs(Specification spec) {
        Chart.LineChart chart = (Chart.LineChart) run(spec).charts().get(0);
        List<Chart.LineChart.Point> points = chart.lines().get(0).points();
        return points.get(points.size() - 1).y();
    }

    @Test
    void coresThatShareACpu_comeUpLater() {
        Specification one = Specification.defaults().with(Keys.SHARED_CPUS, 1);
        assertThat(allCoresMs(one)).isGreaterThan(allCoresMs(Specification.defaults()));
    }
}
