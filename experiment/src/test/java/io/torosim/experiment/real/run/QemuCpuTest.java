package io.torosim.experiment.real.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.model.Prediction;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Medians;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A few probe guests on a real QEMU for a second each, beside the model. The bands bear a busy host and do not bear a missing
 * mechanism: without its window, its request or its wake-ups a guest falls out.
 */
class QemuCpuTest {
    private static HostFacts host;

    @BeforeAll
    static void qemu() throws IOException {
        assumeTrue(RealMachine.program() != null, "qemu-system-x86_64 is not installed");
        host = HostFacts.read();
    }

    private record Both(Prediction predicted, List<ProbeSecond> measured) {
        double median(ToDoubleFunction<ProbeSecond> figure) {
            return Medians.of(measured.stream().mapToDouble(figure).toArray());
        }

        /**
         * The prediction lies between what was used, for a busy host takes CPU away, and what would have been used at most if there had
         * always been a free CPU.
         */
        void agree() {
            double used = median(s -> s.cpu().percent());
            double wanted = median(s -> s.cpu().percent() + s.cpu().waitPercent());
            assertThat(predicted.percent()).isBetween(0.75 * used - 1, 1.4 * wanted);
        }
    }

    private static Both run(ProbeSpec spec, String machine) throws IOException {
        Prediction predicted = Prediction.of(spec, HostProfile.qemu72Tcg(), VcpuMode.TCG_MULTI, host.tscHz(), 2);
        ProbeRun.Setting setting = new ProbeRun.Setting(MachineKind.ofName(machine), Accelerator.TCG, 2, 500);
        return new Both(predicted, ProbeRun.of(spec, host, setting, s -> {}).seconds());
    }

    @Test
    void busyPoll_takesAllThatItGets() throws IOException {
        Both both = run(ProbeSpec.of(ProbePolicy.BUSY_POLL, 100), "pc");
        assertThat(both.predicted().percent()).isBetween(99.0, 102.0);
        both.agree();
        assertThat(both.median(ProbeSecond::awakePercent)).isEqualTo(100);
        assertThat(both.median(ProbeSecond::halts)).isZero();
    }

    @Test
    void haltAtOnce_costsItsWakeUpsAndNothingElse() throws IOException {
        Both both = run(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 250), "pc");
        double measured = both.median(s -> s.cpu().percent());
        assertThat(both.median(ProbeSecond::ticks)).isBetween(50.0, 300.0);
        assertThat(measured).isBetween(0.3, 8.0);
        assertThat(both.predicted().percent()).isBetween(measured / 5, measured * 5);
    }

    @Test
    void aWindow_isPolledAfterEachTick() throws IOException {
        Both both = run(ProbeSpec.of(ProbePolicy.POLL_THEN_HALT, 100).withWindow(5000), "microvm");
        assertThat(both.predicted().percent()).isBetween(48.0, 55.0);
        both.agree();
    }

    @Test
    void aRequestWithEachTick_isServed() throws IOException {
        ProbeSpec spec = ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 100).withLoad(ProbeLoad.microsPerTick(3000));
        Both both = run(spec, "pc");
        assertThat(both.predicted().percent()).isBetween(29.0, 32.0);
        both.agree();
        assertThat(both.median(ProbeSecond::served)).isBetween(20.0, 110.0);
    }

    /** What decides is that the model takes QEMU's mwait for what it is: hlt for one vCPU, nothing for two. */
    @Test
    void mwait_sleepsWithOneVcpuOnly() throws IOException {
        Both one = run(ProbeSpec.of(ProbePolicy.MWAIT, 100), "pc");
        assertThat(one.median(s -> s.cpu().percent())).isLessThan(10);
        assertThat(one.predicted().percent()).isLessThan(10);
        Both two = run(ProbeSpec.of(ProbePolicy.MWAIT, 100).withVcpus(2), "pc");
        assertThat(two.predicted().percent()).isGreaterThan(190);
        two.agree();
    }

    /** Whoever stops QEMU in the middle gets no verdict. */
    @Test
    void aMonitorThatIsStoppedWhileItRuns_hangs() {
        ProbeSpec spec = ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 100);
        ProbeRun.Setting setting = new ProbeRun.Setting(MachineKind.ofName("pc"), Accelerator.TCG, 3, 500);
        assertThatThrownBy(() -> ProbeRun.of(spec, host, setting, s -> stopChild()))
                .isInstanceOf(RealMachineException.class)
                .hasMessageMatching("qemu-system-x86_64 hangs: process \\d+ is stopped, by a signal or a debugger");
    }

    private static void stopChild() {
        ProcessHandle.current()
                .children()
                .filter(p -> p.info().command().orElse("").contains("qemu-system"))
                .forEach(p -> {
                    try {
                        new ProcessBuilder("sh", "-c", "kill -STOP " + p.pid())
                                .start()
                                .waitFor();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
