package io.torosim.experiment.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.guest.run.GuestRun.GuestTimer;
import java.nio.file.Path;
import java.time.Duration;
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
}
