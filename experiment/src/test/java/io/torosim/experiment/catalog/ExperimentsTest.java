package io.torosim.experiment.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExperimentsTest {
    @Test
    void everyEntry_hasTheNameOfItsExperiment() {
        for (Experiments.Entry entry : Experiments.entries()) {
            assertThat(entry.create().apply(Specification.defaults()).name()).isEqualTo(entry.name());
        }
    }

    @Test
    void exactExperiments_giveTheSameUnderAnotherSeed() {
        int exact = 0;
        for (Experiment experiment : Experiments.named(Experiments.ALL, Specification.defaults())) {
            if (experiment.isExact()) {
                exact++;
                ExperimentResult one = experiment.run(1, Experiment.Progress.NONE);
                assertThat(experiment.run(2, Experiment.Progress.NONE)).isEqualTo(one);
            }
        }
        assertThat(exact).isEqualTo(3);
    }

    @Test
    void everyKey_isHeededBySomeExperiment() {
        Set<Key<?>> heeded = new HashSet<>();
        for (StudyGuest guest : StudyGuest.values()) {
            Specification spec =
                    Specification.defaults().with(Keys.GUEST_KIND, guest).with(Keys.RATE, 1);
            for (Experiment experiment : Experiments.named(Experiments.ALL, spec)) {
                heeded.addAll(experiment.heeds());
            }
        }
        assertThat(heeded).containsExactlyInAnyOrderElementsOf(Keys.all());
    }

    @Test
    void oneExperiment_refusesByNameWhatItDoesNotHeed_allOfThemTakeIt() {
        Specification spec = Specification.defaults().with(Keys.VCPUS, 4).with(Keys.VCPU_MODE, VcpuMode.TCG_SINGLE);
        assertThatThrownBy(() -> Experiments.named("boot", spec))
                .isInstanceOf(SpecException.class)
                .hasMessage("machine.vcpus: the experiment boot does not heed it; leave it out, value=4");
        assertThat(Experiments.named("cpu-usage", spec)).hasSize(1);
        assertThat(Experiments.named(Experiments.ALL, spec)).hasSizeGreaterThan(5);
    }

    /** Its figures are of KVM, and those of the profile were held against an emulator. */
    @Test
    void profileOfAnEmulator_isRefusedByWhatIsOfKvmAlone_andNotPrintedAmongAll() {
        Specification spec = Specification.defaults().with(Keys.HOST_PROFILE, HostProfile.qemu72Tcg());
        assertThatThrownBy(() -> Experiments.named("memory", spec))
                .isInstanceOf(SpecException.class)
                .hasMessage("host.profile: a profile of tcg-multi says nothing of it: the experiment memory"
                        + " does not heed it; leave it out, value=\"qemu-7.2-tcg\"");
        HostProfile kvm = HostProfile.kvm2018();
        HostProfile own = new HostProfile("mine", "here", "no", kvm.mode(), kvm.costs());
        assertThat(Experiments.named("memory", spec.with(Keys.HOST_PROFILE, own)))
                .hasSize(1);
        assertThat(Experiments.named("boot", spec)).hasSize(1);
        assertThat(Experiments.named("nic", spec)).hasSize(1);
        Experiment memory = Experiments.named(Experiments.ALL, spec).stream()
                .filter(e -> e.name().equals("memory"))
                .findFirst()
                .orElseThrow();
        assertThat(memory.run(1, Experiment.Progress.NONE).settings().get("host profile"))
                .startsWith("passed over; not figures of qemu-7.2-tcg");
    }

    @Test
    void whatIsSaidAsItIsByDefault_isNotRefused() {
        Specification spec = Specification.defaults().with(Keys.VCPUS, 2).with(Keys.VCPU_MODE, VcpuMode.KVM);
        assertThat(Experiments.named("memory", spec)).hasSize(1);
    }
}
