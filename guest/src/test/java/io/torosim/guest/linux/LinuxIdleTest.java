package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.spec.LinuxConfig.TickMode;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An idle Linux beside one under QEMU 7.2's emulation (Linux 6.1, nothing running but init). */
final class LinuxIdleTest {
    private static GuestOutcome idle(HostProfile host, LinuxConfig config, int vcpus) {
        return GuestRun.of(GuestKind.linux(config), host)
                .vcpus(vcpus)
                .watched(Duration.ofSeconds(30))
                .run();
    }

    @ParameterizedTest
    @CsvSource({"1, NOHZ_IDLE, 0.26", "2, NOHZ_IDLE, 0.39", "1, PERIODIC, 1.41"})
    void underEmulation_itUsesWhatWasMeasured_within02Points(int vcpus, TickMode tick, double measured) {
        GuestOutcome run = idle(HostProfile.qemu72Tcg(), LinuxConfig.defaults().withTick(tick), vcpus);
        assertThat(run.cpuPercent()).isCloseTo(measured, within(0.2));
    }

    @Test
    void timersPricesAndServices_canBeZero() {
        CostModel still = CostModel.standard();
        for (String name : new String[] {
            "linux.idle_wakeups_hz", "linux.idle_wakeup_work", "linux.tick_work", "linux.background_work"
        }) {
            still = still.with(name, BigDecimal.ZERO);
        }
        GuestOutcome run = idle(HostProfile.kvm2018().withCosts(still), LinuxConfig.defaults(), 2);
        assertThat(run.wakeUps()).isZero();
        assertThat(run.awakePercent()).containsExactly(0.0, 0.0);
    }

    @Test
    void backgroundServices_canBeLeftOut() {
        double[] percent = new double[2];
        for (int services = 0; services < 2; services++) {
            LinuxConfig config = LinuxConfig.defaults().withServices(services == 1);
            percent[services] = GuestRun.of(GuestKind.linux(config), HostProfile.kvm2018())
                    .watched(Duration.ofSeconds(120))
                    .run()
                    .cpuPercent();
        }
        assertThat(percent[1] - percent[0]).isBetween(0.3, 1.5); // 200 ms in 15 s, but for chance
    }
}
