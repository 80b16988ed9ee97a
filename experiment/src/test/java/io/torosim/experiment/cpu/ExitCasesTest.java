package io.torosim.experiment.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code run cpu-usage} prints of exits and memory is what the guest's vCPUs and its heap counted while it was watched. */
final class ExitCasesTest {
    private static final Duration WATCHED = Duration.ofMillis(700);

    private static double value(List<CaseResult> cases, String key) {
        return cases.stream()
                .filter(c -> c.key().equals(key))
                .mapToDouble(CaseResult::obtained)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"toro", "linux"})
    void exits_areThoseThatTheVcpusCounted(String name) {
        Specification spec = Specification.defaults()
                .withBursts(Duration.ofMillis(350), Duration.ofMillis(50), 20)
                .with(Keys.SHARED_CPUS, 1)
                .with(Keys.TOP_DELAY, Duration.ofMillis(100));
        boolean toro = name.equals("toro");
        GuestKind guest = toro
                ? GuestKind.toro(spec.kernel().withIdlePolicy(IdlePolicy.busyPoll()))
                : GuestKind.linux(LinuxConfig.defaults());
        GuestOutcome outcome = CpuRun.on(spec, guest)
                .load(CpuRun.load(spec.arrivals(), 1))
                .seed(1)
                .watched(WATCHED)
                .run();
        List<CaseResult> cases = ExitCases.of(spec, name, "guest", CpuRun.of(outcome));

        double seconds = WATCHED.toMillis() / 1e3;
        int printed = 0;
        double sum = 0;
        for (ExitCause cause : ExitCause.values()) {
            String key = name + ".exits-" + CaseResult.part(cause);
            long counted = outcome.usage().stream()
                    .mapToLong(u -> u.exitsByCause().get(cause))
                    .sum();
            assertThat(value(cases, key) * seconds).as(key).isCloseTo(counted, within(1e-6));
            assertThat(cases.stream().anyMatch(c -> c.key().equals(key))).isEqualTo(counted > 0);
            printed += counted > 0 ? 1 : 0;
            sum += value(cases, key) * seconds;
        }
        assertThat(printed).isGreaterThan(2);
        assertThat(sum)
                .as("all causes together")
                .isCloseTo(outcome.usage().stream().mapToLong(VcpuUsage::exits).sum(), within(1e-6));

        assertThat(outcome.heapHighWaterBytes().isPresent()).isEqualTo(toro);
        assertThat(value(cases, name + ".heap-high-water") * 1024)
                .isEqualTo(toro ? outcome.heapHighWaterBytes().orElseThrow() : 0);
        double waited = outcome.usage().stream().mapToLong(VcpuUsage::waitingPs).sum() / 1e12;
        assertThat(waited > 0.1).as("both cores of Toro poll on one CPU").isEqualTo(toro);
        assertThat(value(cases, name + ".steal")).isCloseTo(100 * waited / seconds, within(1e-6));
        assertThat(cases).hasSize(printed + (toro ? 2 : 1));
    }
}
