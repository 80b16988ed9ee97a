package io.torosim.experiment.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.guest.run.GuestRun.GuestTimer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpecificationTest {
    @Test
    void with_keepsToTheRange() {
        assertThatThrownBy(() -> Specification.defaults().with(Keys.VCPUS, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("machine.vcpus: must be in [1, 8], value=9");
        assertThatThrownBy(() -> Specification.defaults().with(Keys.TOP_DELAY, Duration.ofNanos(1)))
                .hasMessage("top.delay: must be at least 10 ms, value=\"1 ns\"");
    }

    /** The range of the PIT's timer and of a request's work, as {@code GuestRun} has them. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 18, 100_001, Integer.MIN_VALUE})
    void aPitHasItsRates(int hz) {
        assertThatThrownBy(() -> Specification.defaults().with(Keys.GUEST_TIMER_HZ, hz))
                .hasMessage("guest.timer-hz: must be 0 or in [19, 100000], value=" + hz);
        assertThatThrownBy(() -> Keys.GUEST_TIMER_HZ.read((long) hz, Path.of("x.toml")))
                .hasMessage("must be 0 or in [19, 100000]");
        for (int right : new int[] {0, 19, 100_000}) {
            assertThat(Keys.GUEST_TIMER_HZ.read((long) right, Path.of("x.toml")))
                    .isEqualTo(right);
            assertThat(GuestTimer.pit(right).hz()).isEqualTo(right);
        }
        assertThatThrownBy(() -> GuestTimer.pit(hz)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void workOfARequest_isAtMostAnHour() {
        assertThat(Keys.WORK.read("1 h", Path.of("x.toml"))).isEqualTo(Duration.ofHours(1));
        assertThatThrownBy(() -> Keys.WORK.read("61 min", Path.of("x.toml"))).hasMessage("must be at most 60 min");
        assertThatThrownBy(() -> Keys.WORK.read("0 s", Path.of("x.toml"))).hasMessage("must be longer than 0");
    }

    @Test
    void defaults_followTheProfile_unlessSomethingIsSaid() {
        Specification spec = Specification.defaults().with(Keys.HOST_PROFILE, HostProfile.qemu72Tcg());
        assertThat(spec.vcpuMode()).isEqualTo(VcpuMode.TCG_MULTI);
        assertThat(spec.costs()).isEqualTo(HostProfile.qemu72Tcg().costs());
        assertThat(spec.with(Keys.VCPU_MODE, VcpuMode.KVM).vcpuMode()).isEqualTo(VcpuMode.KVM);
        assertThat(spec.changed()).containsExactly("host.profile");
    }

    /** Experiments try other modes than the one asked for: what does nothing there is dropped, the machine would refuse it. */
    @ParameterizedTest
    @EnumSource(VcpuMode.class)
    void machine_hasOnlyWhatItsModeUses(VcpuMode mode) {
        MachineSpec machine = Specification.defaults()
                .with(Keys.HALT_POLLING, true)
                .with(Keys.SHARED_CPUS, 1)
                .with(Keys.VCPU_MODE, mode)
                .machine(1)
                .build();
        assertThat(machine.haltPolling()).isEqualTo(mode == VcpuMode.KVM);
        assertThat(machine.hostCpus()).isEqualTo(mode == VcpuMode.TCG_SINGLE ? 0 : 1);
    }

    @Test
    void equality_isAboutWhatIsMeant() {
        Specification spelled =
                Specification.defaults().with(Keys.TSC_MHZ, 2400).with(Keys.VCPUS, 2);
        assertThat(spelled).isEqualTo(Specification.defaults()).hasSameHashCodeAs(Specification.defaults());
        assertThat(spelled.changed()).isEmpty();
        assertThat(spelled.with(Keys.VCPUS, 3)).isNotEqualTo(Specification.defaults());
    }

    @Test
    void arrivals_refuseABurstLongerThanItsPeriod() {
        Specification spec = Specification.defaults().with(Keys.PERIOD, Duration.ofSeconds(10));
        assertThatThrownBy(spec::arrivals)
                .hasMessage("load.burst must be at most load.period, load.burst=30 s, load.period=10 s");
    }

    /** A run's clock holds 100 days, the time to settle with it: refused before the first of many runs, and by name. */
    @Test
    void aDurationBeyondARunsClock_isRefusedByName() {
        Specification spec = Specification.defaults();
        assertThat(spec.with(Keys.DURATION, Duration.ofDays(99)).get(Keys.DURATION))
                .isEqualTo(Duration.ofDays(99));
        assertThatThrownBy(() -> spec.with(Keys.DURATION, Duration.ofDays(100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("load.duration: must be at most 142560 min, value=");
    }

    @Test
    void only_keepsWhatIsHeeded_theProfile_andArrivalsWithThePeriod() {
        Specification said = Specification.defaults()
                .with(Keys.HOST_PROFILE, HostProfile.qemu72Tcg())
                .with(Keys.VCPUS, 4)
                .with(Keys.TSC_MHZ, 3000)
                .withRecorded(new Arrivals.Recorded("arrivals.csv", List.of(Duration.ofSeconds(1))));
        Specification only = said.only(List.of(Keys.TSC_MHZ));
        assertThat(only.changed()).containsExactly("host.profile", "machine.tsc-mhz");
        assertThat(only.isRecorded()).isFalse();
        assertThat(only.costs()).isEqualTo(said.costs());
        assertThat(said.only(List.of(Keys.PERIOD)).isRecorded()).isTrue();
        assertThat(said.only(Keys.all())).isEqualTo(said);
    }
}
