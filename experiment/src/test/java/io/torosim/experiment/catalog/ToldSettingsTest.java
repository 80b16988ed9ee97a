package io.torosim.experiment.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.IdlePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever has a result can tell what was run. */
final class ToldSettingsTest {
    /** Gives nothing. */
    private record Nothing(List<Key<?>> heeds) implements Experiment {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public ExperimentResult run(long seed, Progress progress) {
            return ExperimentResult.builder(name(), "Nothing").build();
        }
    }

    private static Map<String, String> settings(Specification spec, List<Key<?>> heeds) {
        return new OnHost(new Nothing(heeds), spec)
                .run(1, Experiment.Progress.NONE)
                .settings();
    }

    private static final Specification MANY = Specification.defaults()
            .with(Keys.VCPUS, 4)
            .with(Keys.TSC_MHZ, 3_000)
            .with(Keys.BELIEVED_MHZ, 2_000)
            .with(Keys.SHARED_CPUS, 2)
            .with(Keys.NET_BACKEND, NetBackend.USER)
            .with(Keys.HALT_POLLING, true)
            .with(Keys.TOP_MODE, TopMode.SOLARIS)
            .with(Keys.TOP_DELAY, Duration.ofSeconds(1))
            .with(Keys.GUEST_POLICY, IdlePolicy.haltAtOnce())
            .with(Keys.RATE, 50)
            .with(Keys.DURATION, Duration.ofSeconds(3));

    @Test
    void everyHeededKeyThatIsNotTheDefault_isTold_inOrder() {
        assertThat(settings(MANY, Keys.all()))
                .containsExactly(
                        Map.entry("host profile", "kvm-2018 (not validated)"),
                        Map.entry("host.net-backend", "user"),
                        Map.entry("host.halt-polling", "true"),
                        Map.entry("host.shared-cpus", "2"),
                        Map.entry("machine.vcpus", "4"),
                        Map.entry("machine.tsc-mhz", "3000"),
                        Map.entry("toro.believed-mhz", "2000"),
                        Map.entry("top.mode", "solaris"),
                        Map.entry("top.delay", "1 s"),
                        Map.entry("load.duration", "3 s"),
                        Map.entry("guest.policy", "halt-at-once"),
                        Map.entry("load.rate", "50"));
        assertThat(settings(MANY, List.of(Keys.HOST_PROFILE, Keys.SHARED_CPUS)))
                .containsOnlyKeys("host profile", "host.shared-cpus");
    }

    @Test
    void recordedArrivalsAndOtherCosts_areToldToo() {
        Specification spec = Specification.defaults()
                .withRecorded(new Arrivals.Recorded("arrivals.csv", List.of(Duration.ofSeconds(1))));
        spec = spec.withCosts(spec.costs().with("load.client_think", new BigDecimal("300")));
        assertThat(settings(spec, Keys.all()))
                .containsEntry("load.arrivals", "arrivals.csv")
                .containsEntry("costs", "load.client_think = 300 us");
        assertThat(settings(spec, List.of(Keys.HOST_PROFILE))).containsOnlyKeys("host profile", "costs");
    }

    @Test
    void defaults_addNothing() {
        Specification said = Specification.defaults().with(Keys.VCPUS, 2).with(Keys.SHARED_CPUS, 0);
        assertThat(settings(said, Keys.all())).containsOnlyKeys("host profile");
    }

    @Test
    void experimentsByName_tell_andAStudyOnSharedCpusHasItsSteal() {
        ExperimentResult many = Experiments.named("study", MANY).get(0).run(1, Experiment.Progress.NONE);
        assertThat(many.settings())
                .containsEntry("host.shared-cpus", "2")
                .containsEntry("machine.tsc-mhz", "3000")
                .containsEntry("load.rate", "50");
        assertThat(many.figure("steal").verdict()).isEqualTo(CaseResult.Verdict.INFO);
        Specification spinning = Specification.defaults()
                .with(Keys.SHARED_CPUS, 1)
                .with(Keys.GUEST_POLICY, IdlePolicy.busyPoll())
                .with(Keys.DURATION, Duration.ofSeconds(3));
        ExperimentResult both = Experiments.named("study", spinning).get(0).run(1, Experiment.Progress.NONE);
        assertThat(both.figure("steal").obtained()).isBetween(99.0, 101.0); // two that never halt on one CPU
        Specification alone = Specification.defaults()
                .with(Keys.GUEST_KIND, StudyGuest.POLLER)
                .with(Keys.DURATION, Duration.ofSeconds(3));
        assertThat(Experiments.named("study", alone)
                        .get(0)
                        .run(1, Experiment.Progress.NONE)
                        .cases())
                .noneMatch(figure -> figure.key().contains("steal"));
    }
}
