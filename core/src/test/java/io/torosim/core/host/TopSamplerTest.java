package io.torosim.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.QemuProcess.TopSampler;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.host.QemuProcess.TopSampler.TopSample;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TopSamplerTest {
    private static Machine machine(int vcpus) {
        return Machine.create(MachineSpec.builder().vcpus(vcpus).build());
    }

    private static void busyFor(Machine machine, int vcpu, long ps) {
        boolean[] done = {false};
        machine.vcpu(vcpu)
                .start(
                        v -> {
                            if (done[0]) {
                                return Activity.OFF;
                            }
                            done[0] = true;
                            return ps;
                        },
                        vector -> v -> Activity.DONE);
    }

    @Test
    void aBusyVcpu_isHundredPercentOfOneCpuInIrixMode() {
        Machine machine = machine(2);
        busyFor(machine, 0, 100 * Picos.PER_SECOND);
        QemuProcess process = new QemuProcess(machine);
        TopSampler irix = new TopSampler(machine, process, TopMode.IRIX, 4, 3 * Picos.PER_SECOND);
        TopSampler solaris = new TopSampler(machine, process, TopMode.SOLARIS, 4, 3 * Picos.PER_SECOND);
        machine.runUntil(Duration.ofSeconds(31));
        assertThat(irix.samples()).hasSize(10);
        assertThat(irix.samples()).allSatisfy(s -> assertThat(s.cpuPercent()).isBetween(99.6, 100.8));
        assertThat(solaris.samples()).allSatisfy(s -> assertThat(s.cpuPercent()).isBetween(24.8, 25.3));
    }

    /** As procps 4.0.2 shows a process that has all of the host: more comes out of the rounding to ticks. */
    @Test
    void noSample_showsMoreThanTheHostHas() {
        Machine machine = machine(2);
        busyFor(machine, 0, 100 * Picos.PER_SECOND);
        busyFor(machine, 1, 100 * Picos.PER_SECOND);
        QemuProcess process = new QemuProcess(machine);
        TopSampler irix = new TopSampler(machine, process, TopMode.IRIX, 2, 3 * Picos.PER_SECOND);
        TopSampler solaris = new TopSampler(machine, process, TopMode.SOLARIS, 2, 3 * Picos.PER_SECOND);
        TopSampler single = new TopSampler(machine, process, TopMode.IRIX, 1, 3 * Picos.PER_SECOND);
        machine.runUntil(Duration.ofSeconds(91));
        assertThat(irix.samples()).allMatch(s -> s.cpuPercent() <= 200).anyMatch(s -> s.cpuPercent() == 200);
        assertThat(solaris.samples()).allMatch(s -> s.cpuPercent() <= 99.9).anyMatch(s -> s.cpuPercent() == 99.9);
        assertThat(single.samples()).allMatch(s -> s.cpuPercent() == 99.9);
    }

    @Test
    void workOfHalfTheInterval_isFiftyPercentOfIt() {
        Machine machine = machine(1);
        busyFor(machine, 0, 3 * Picos.PER_SECOND / 2);
        TopSampler top = new TopSampler(machine, new QemuProcess(machine), TopMode.IRIX, 1, 3 * Picos.PER_SECOND);
        machine.runUntil(Duration.ofSeconds(7));
        assertThat(top.samples().get(0).cpuPercent()).isBetween(49.5, 50.8);
        assertThat(top.samples().get(1).cpuPercent()).isLessThan(1);
    }

    @Test
    void cpuTimeBelowATick_isNotLostButShownLater() {
        Machine machine = machine(1);
        QemuProcess process = new QemuProcess(machine);
        TopSampler top = new TopSampler(machine, process, TopMode.IRIX, 1, Picos.PER_SECOND);
        machine.runUntil(Duration.ofSeconds(100));
        double sum = top.samples().stream().mapToDouble(TopSample::cpuPercent).sum();
        // 30 wake-ups of 100 us a second are 0.3 ticks: no sample of one second can show them rightly, the sum does
        assertThat(sum).isBetween(27.0, 31.0);
        assertThat(top.samples()).allSatisfy(s -> assertThat(s.cpuPercent()).isIn(0.0, 1.0));
    }

    @Test
    void samples_areTakenLateByAtMostTheJitter() {
        Machine machine = machine(1);
        TopSampler top = new TopSampler(machine, new QemuProcess(machine), TopMode.IRIX, 1, 3 * Picos.PER_SECOND);
        machine.runUntil(Duration.ofSeconds(61));
        for (int i = 0; i < top.samples().size(); i++) {
            long nominal = (i + 1) * 3 * Picos.PER_SECOND;
            assertThat(top.samples().get(i).endPs()).isBetween(nominal, nominal + 10 * Picos.PER_MILLI);
        }
    }
}
