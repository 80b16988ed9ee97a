package io.torosim.experiment.real.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.experiment.real.host.CpuShare.CpuTimes;
import io.torosim.experiment.real.host.CpuShare.CpuTimes.ThreadTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuShareTest {
    private static CpuTimes at(long millis, long ticks, long vcpuMillis, long mainMillis, long waitMillis, long steal) {
        return new CpuTimes(
                millis * 1_000_000,
                ticks,
                List.of(
                        new ThreadTime("qemu-system-x86", 1, mainMillis * 1_000_000, 0),
                        new ThreadTime("CPU 0/TCG", 2, vcpuMillis * 1_000_000, waitMillis * 1_000_000)),
                steal,
                200);
    }

    @Test
    void share_isOfTheInterval_byThread() {
        CpuShare share = CpuShare.between(at(1000, 50, 400, 100, 0, 0), at(3000, 171, 1500, 210, 4, 0));
        assertThat(share.seconds()).isEqualTo(2);
        assertThat(share.topPercent()).isCloseTo(60.5, within(1e-9));
        assertThat(share.vcpuPercent()).isCloseTo(55, within(1e-9));
        assertThat(share.mainLoopPercent()).isCloseTo(5.5, within(1e-9));
        assertThat(share.percent()).isCloseTo(60.5, within(1e-9));
        assertThat(share.disturbance()).isEmpty();
    }

    @Test
    void waitingForACpuAndSteal_areNamed() {
        CpuTimes start = at(0, 0, 0, 0, 0, 0);
        assertThat(CpuShare.between(start, at(1000, 50, 500, 0, 16, 0)).disturbance())
                .isEqualTo("waited for a CPU 1.6 % of the time");
        assertThat(CpuShare.between(start, at(1000, 50, 500, 0, 14, 0)).disturbance())
                .isEmpty();
        assertThat(CpuShare.between(start, at(1000, 50, 500, 0, 0, 2)).disturbance())
                .isEqualTo("steal 2.0 %");
        assertThat(CpuShare.between(start, at(1000, 0, 5, 0, 4, 0)).disturbance())
                .isEqualTo("waited for a CPU 0.4 % of the time");
    }

    @Test
    void aThreadThatIsNew_countsFromNothing() {
        CpuTimes before = new CpuTimes(0, 0, List.of(), 0, 0);
        CpuTimes after = new CpuTimes(1_000_000_000, 0, List.of(new ThreadTime("CPU 1/TCG", 7, 250_000_000, 0)), 0, 0);
        assertThat(CpuShare.between(before, after).vcpuPercent()).isCloseTo(25, within(1e-9));
    }
}
