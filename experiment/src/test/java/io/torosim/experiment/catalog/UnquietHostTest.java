package io.torosim.experiment.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import org.junit.jupiter.api.Test;

final class UnquietHostTest {
    private static ExperimentResult boot(Specification spec) {
        return Experiments.named("boot", spec).get(0).run(42, Experiment.Progress.NONE);
    }

    @Test
    void isAnotherRun_theSameEachTime_andItsFiguresStayInTheirBands() {
        ExperimentResult quiet = boot(Specification.defaults());
        ExperimentResult once = boot(Specification.defaults().with(Keys.PERTURB, 7L));
        ExperimentResult again = boot(Specification.defaults().with(Keys.PERTURB, 7L));
        assertThat(once.digest()).isEqualTo(again.digest()).isNotEqualTo(quiet.digest());
        assertThat(once.settings().get("host"))
                .isEqualTo(
                        "unquiet host, seed 7: in the time that a vCPU executes a step is longer every 500 us on average (exponential), by 1 ps, 20 ns, 200 ns, 2 us, 60 us alike, one in 300"
                                + " of these by one of them or 60 ms; one interrupt or timer in 20 comes later, by 50 ns, 500 ns, 5 us,"
                                + " 50 us, 5 ms alike; vCPU (seed mod vCPUs) at 800 per mille of the clock");
        assertThat(quiet.settings()).doesNotContainKey("host");
        assertThat(once.passed()).isTrue();
        assertThat(quiet.settings()).containsEntry("host profile", "kvm-2018 (not validated)");
    }

    @Test
    void isRefusedWhereItWouldDoNothing() {
        assertThatThrownBy(() ->
                        Experiments.named("memory", Specification.defaults().with(Keys.PERTURB, 7L)))
                .isInstanceOf(SpecException.class)
                .hasMessage("host.perturb: the experiment memory does not heed it; leave it out, value=7");
    }
}
