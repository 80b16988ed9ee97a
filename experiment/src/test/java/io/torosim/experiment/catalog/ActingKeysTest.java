package io.torosim.experiment.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.IdlePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every key that an experiment heeds acts: another legal value changes a figure or the digest. Of the study of each guest, scaled down, and of the boot. */
final class ActingKeysTest {
    /** It acts only where the memory of a core runs out, which no run as short as these does. */
    private static final Set<Key<?>> UNTIL_MEMORY_ENDS = Set.of(Keys.RAM_PER_VCPU);

    private static final Map<Key<?>, Object> OTHERS = others();

    private static Map<Key<?>, Object> others() {
        HostProfile kvm = HostProfile.kvm2018();
        HostProfile dearer = new HostProfile(
                "mine",
                "here",
                "no",
                kvm.mode(),
                kvm.costs()
                        .with("kvm.exit_apic", BigDecimal.valueOf(1400))
                        .with("kvm.hlt_exit", BigDecimal.valueOf(1900)));
        Map<Key<?>, Object> others = new HashMap<>();
        others.put(Keys.HOST_PROFILE, dearer);
        others.put(Keys.VCPU_MODE, VcpuMode.TCG_MULTI);
        others.put(Keys.HOST_CPUS, 4);
        others.put(Keys.NET_BACKEND, NetBackend.USER);
        others.put(Keys.HALT_POLLING, true);
        others.put(Keys.SHARED_CPUS, 1);
        others.put(Keys.PERTURB, 1L);
        others.put(Keys.VCPUS, 3);
        others.put(Keys.TSC_MHZ, 2000);
        others.put(Keys.BELIEVED_MHZ, 1200);
        others.put(Keys.TOP_MODE, TopMode.SOLARIS);
        others.put(Keys.TOP_DELAY, Duration.ofMillis(400));
        others.put(Keys.DURATION, Duration.ofMillis(2500));
        others.put(Keys.CONCURRENCY, 2);
        others.put(Keys.PERIOD, Duration.ofMillis(800));
        others.put(Keys.BURST, Duration.ofMillis(200));
        others.put(Keys.REQUESTS, 7L);
        others.put(Keys.BOOT_VCPUS, 2);
        others.put(Keys.BOOT_RAM, 512);
        others.put(Keys.BOOT_PIT, false);
        others.put(Keys.GUEST_POLICY, IdlePolicy.haltAtOnce());
        others.put(Keys.GUEST_WINDOW, Duration.ofMillis(50));
        others.put(Keys.GUEST_TIMER_HZ, 100);
        others.put(Keys.GUEST_SERVICES, false);
        others.put(Keys.RATE, 30);
        others.put(Keys.WORK, Duration.ofMillis(2));
        return others;
    }

    @SuppressWarnings("unchecked") // the value is of the key's type
    private static Specification with(Specification spec, Key<?> key) {
        return spec.with((Key<Object>) key, OTHERS.get(key));
    }

    private static ExperimentResult run(String name, Specification spec) {
        return Experiments.named(name, spec).get(0).run(1, Experiment.Progress.NONE);
    }

    private static boolean differ(ExperimentResult one, ExperimentResult other) {
        return one.digest() != other.digest() || !one.cases().equals(other.cases());
    }

    @ParameterizedTest
    @EnumSource(StudyGuest.class)
    void everyKeyOfAStudy_acts(StudyGuest guest) {
        Specification whole = Specification.defaults()
                .with(Keys.GUEST_KIND, guest)
                .with(Keys.DURATION, Duration.ofSeconds(2))
                .with(Keys.TOP_DELAY, Duration.ofMillis(500));
        Specification spec = whole.withBursts(Duration.ofSeconds(1), Duration.ofMillis(300), 0);
        ExperimentResult usual = run("study", spec);
        List<String> idle = new ArrayList<>();
        for (Key<?> key : Experiments.named("study", spec).get(0).heeds()) {
            if (key == Keys.GUEST_KIND || UNTIL_MEMORY_ENDS.contains(key)) {
                continue; // of the first each is another run here
            }
            Specification base = spec;
            if (key == Keys.HOST_CPUS) {
                base = spec.with(Keys.TOP_MODE, TopMode.SOLARIS); // which divides by them
            } else if (key == Keys.HALT_POLLING && guest != StudyGuest.LINUX) { // only short halts are polled
                base = guest == StudyGuest.POLLER ? whole.with(Keys.GUEST_TIMER_HZ, 10_000) : spec;
                base = base.with(Keys.GUEST_POLICY, IdlePolicy.haltAtOnce());
            } else if (key == Keys.GUEST_SERVICES) { // which are rare
                Duration all = Duration.ofSeconds(60);
                base = whole.with(Keys.DURATION, all).withBursts(all, Duration.ofMillis(1), 0);
            } else if (key == Keys.RATE || key == Keys.GUEST_TIMER_HZ) {
                base = whole; // in place of bursts
            }
            ExperimentResult before = base == spec ? usual : run("study", base);
            if (!differ(run("study", with(base, key)), before)) {
                idle.add(key.name());
            }
        }
        assertThat(idle).isEmpty();
    }

    /** CPUs that are shared act where there are more vCPUs; where there are not the key is refused by name. */
    @Test
    void everyKeyOfABoot_acts() {
        Specification spec = Specification.defaults().with(Keys.BOOT_VCPUS, 3);
        ExperimentResult usual = run("boot", spec);
        List<Key<?>> heeds = Experiments.named("boot", spec).get(0).heeds();
        assertThat(heeds).contains(Keys.SHARED_CPUS);
        for (Key<?> key : heeds) {
            assertThat(differ(run("boot", with(spec, key)), usual))
                    .as(key.name())
                    .isTrue();
        }
        for (int vcpus = 1; vcpus <= 2; vcpus++) {
            Specification enough =
                    Specification.defaults().with(Keys.BOOT_VCPUS, vcpus).with(Keys.SHARED_CPUS, vcpus);
            assertThatThrownBy(() -> Experiments.named("boot", enough))
                    .isInstanceOf(SpecException.class)
                    .hasMessageContaining("host.shared-cpus: the experiment boot does not heed it");
        }
    }
}
