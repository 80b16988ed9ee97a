package io.torosim.experiment.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.IdlePolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StudyExperimentTest {
    private static final Specification POLLER = Specification.defaults()
            .with(Keys.GUEST_KIND, StudyGuest.POLLER)
            .with(Keys.VCPUS, 1)
            .with(Keys.TOP_DELAY, Duration.ofSeconds(1))
            .with(Keys.DURATION, Duration.ofSeconds(3));

    private static ExperimentResult run(Specification spec) {
        return new StudyExperiment(spec).run(1, Experiment.Progress.NONE);
    }

    /** A policy that halts after 1 ms. */
    public static final class Brief implements IdlePolicy {
        /** For the specification. */
        public Brief() {}

        @Override
        public String name() {
            return "brief";
        }

        @Override
        public long windowPs(CostModel costs) {
            return Picos.PER_MILLI;
        }
    }

    @Test
    void keysOfAStudy_doWhatTheySay() {
        ExperimentResult ticks = run(POLLER.with(Keys.GUEST_TIMER_HZ, 100)
                .with(Keys.GUEST_WINDOW, Duration.ofMillis(1))
                .with(Keys.WORK, Duration.ofMillis(2)));
        assertThat(ticks.figure("requests.answered").obtained()).isBetween(298.0, 301.0);
        assertThat(ticks.figure("awake.vcpu0").obtained()).isBetween(29.0, 32.0); // 2 ms of work, 1 ms of window
        assertThat(ticks.figure("timer.rate").obtained()).isCloseTo(99.998, within(0.001)); // the divisor is 11,932
        assertThat(ticks.figure("exits.pic").obtained()).isCloseTo(100, within(0.5));
        ExperimentResult rate = run(POLLER.with(Keys.RATE, 200));
        assertThatThrownBy(() -> rate.figure("timer.rate")).hasMessage("study has no figure timer.rate");
        assertThat(rate.figure("requests.answered").obtained()).isBetween(500.0, 700.0);
    }

    @Test
    void policy_canBeAUsersClass() {
        IdlePolicy brief = Keys.policyNamed(Brief.class.getName(), Path.of("spec.toml"));
        Specification spec = POLLER.with(Keys.GUEST_POLICY, brief);
        assertThat(run(spec).settings().get("policy")).isEqualTo("brief");
        assertThat(run(spec.with(Keys.RATE, 1)).figure("awake.vcpu0").obtained())
                .isLessThan(2);
        assertThatThrownBy(() -> new StudyExperiment(spec.with(Keys.GUEST_WINDOW, Duration.ofMillis(7))))
                .hasMessage("guest.window: the policy brief has a window of its own, value=\"7 ms\"");
    }

    @Test
    void whatWasNotMeasured_hasNoFigure() {
        ExperimentResult none = run(POLLER.with(Keys.RATE, 1).with(Keys.DURATION, Duration.ofNanos(1)));
        for (String key : List.of("cpu.top", "latency.mean", "latency.p50", "latency.p99")) {
            assertThat(none.figure(key).obtained()).isNaN();
        }
        assertThat(none.figure("requests.answered").obtained()).isZero();
    }

    @Test
    void aCaseShorterThanASampleOfTop_isRefusedByCpuUsage() {
        Specification spec = Specification.defaults().with(Keys.DURATION, Duration.ofNanos(2_999_999_999L));
        assertThatThrownBy(() -> new CpuUsageExperiment(spec))
                .isInstanceOfSatisfying(
                        SpecException.class, e -> assertThat(e.keys()).containsExactly("load.duration", "top.delay"))
                .hasMessage("load.duration: must be at least top.delay, or top takes no sample,"
                        + " load.duration=\"2999999999 ns\", top.delay=\"3 s\"");
        new CpuUsageExperiment(spec.with(Keys.TOP_DELAY, Duration.ofSeconds(2)));
    }

    @Test
    void aKeyOfAnotherGuest_isRefused() {
        Specification linux = Specification.defaults().with(Keys.GUEST_KIND, StudyGuest.LINUX);
        Specification toro = Specification.defaults().with(Keys.GUEST_KIND, StudyGuest.TORO);
        List<Specification> wrong = List.of(
                linux.with(Keys.GUEST_POLICY, IdlePolicy.mwait()),
                linux.with(Keys.GUEST_TIMER_HZ, 250),
                toro.with(Keys.GUEST_TIMER_HZ, 100),
                toro.with(Keys.WORK, Duration.ofMillis(2)),
                POLLER.with(Keys.GUEST_SERVICES, false),
                linux.with(Keys.BELIEVED_MHZ, 2393),
                POLLER.with(Keys.NET_BACKEND, NetBackend.USER),
                toro.with(Keys.RATE, 5).with(Keys.CONCURRENCY, 3),
                toro.with(Keys.RATE, 5).with(Keys.BURST, Duration.ofSeconds(2)),
                toro.with(Keys.RATE, 5).withRecorded(new Arrivals.Recorded("seen", List.of(Duration.ofSeconds(1)))),
                POLLER.with(Keys.GUEST_TIMER_HZ, 100).with(Keys.REQUESTS, 7L));
        for (Specification spec : wrong) {
            assertThatThrownBy(() -> Experiments.named("study", spec))
                    .isInstanceOf(SpecException.class)
                    .hasMessageMatching(
                            "(guest|load|toro|host)[.][a-z-]+: .* the experiment study does not heed it; leave it out, value=.+");
        }
        List<Specification> right = List.of(
                linux.with(Keys.GUEST_SERVICES, false).with(Keys.NET_BACKEND, NetBackend.USER),
                POLLER.with(Keys.BELIEVED_MHZ, 2393),
                toro.with(Keys.BELIEVED_MHZ, 2393).with(Keys.NET_BACKEND, NetBackend.USER));
        for (Specification spec : right) {
            assertThat(Experiments.named("study", spec)).hasSize(1);
        }
    }

    @Test
    void policy_thatIsNone_isNamed() {
        assertThatThrownBy(() -> Keys.policyNamed("never", Path.of("x")))
                .hasMessageStartingWith("must be one of busy-poll, ");
        assertThatThrownBy(() -> Keys.policyNamed("no.Such@nowhere", Path.of("x")))
                .hasMessage("no such directory or jar: nowhere");
    }

    @Test
    void linux_withoutServices_isQuieter() {
        Specification linux = Specification.defaults()
                .with(Keys.GUEST_KIND, StudyGuest.LINUX)
                .with(Keys.DURATION, Duration.ofSeconds(60))
                .withBursts(Duration.ofSeconds(60), Duration.ofMillis(1), 0);
        double with = run(linux).figure("cpu.exact").obtained();
        assertThat(run(linux.with(Keys.GUEST_SERVICES, false))
                        .figure("cpu.exact")
                        .obtained())
                .isLessThan(with - 0.3);
    }
}
