package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.HostProfile;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroQuirks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The study in the README is this code, and prints what the README says; then the same policy over three loads. */
final class GuestStudyTest {
    private final List<String> printed = new ArrayList<>();

    private void printf(String format, Object... args) {
        printed.add(String.format(Locale.ROOT, format, args).strip());
    }

    @Test
    void study_printsWhatTheReadmeSays() throws IOException {
        // README: begin
        IdlePolicy[] policies = {IdlePolicy.busyPoll(), IdlePolicy.pollThenHalt(), new AdaptiveWindow()};
        for (IdlePolicy policy : policies) {
            GuestOutcome run = GuestRun.of(GuestKind.toro(policy), HostProfile.kvm2018())
                    .vcpus(1)
                    .load(Load.open(2))
                    .watched(Duration.ofSeconds(30))
                    .seed(42)
                    .run();
            printf("%s: top %.0f %%, %.0f mW%n", policy.name(), run.topPercent(), 1000 * run.watts());
        }
        // README: end
        String readme = readme();
        assertThat(printed).hasSize(3);
        for (String line : printed) {
            assertThat(readme).contains(line);
        }
    }

    @Test
    void readme_holdsTheStudyWordForWord() throws IOException {
        Path source = root().resolve("src/test/java/io/torosim/system/docs/GuestStudyTest.java");
        String code = Files.readString(source, StandardCharsets.UTF_8);
        String example = code.substring(code.indexOf("// README: begin"), code.indexOf("// README: end"));
        String expected =
                words(example.substring("// README: begin".length()).replace("printf(", "System.out.printf("));
        assertThat(words(readme())).contains(expected);
    }

    /** Rare, dense and bursty requests: less energy than Toro's window where they are rare, no slower where they are dense. */
    @Test
    void adaptiveWindow_overThreeLoads() {
        for (double perSecond : new double[] {1, 20, 1000}) {
            GuestOutcome toro = over(IdlePolicy.pollThenHalt(), Load.open(perSecond));
            GuestOutcome adaptive = over(new AdaptiveWindow(), Load.open(perSecond));
            assertThat(adaptive.answered()).isEqualTo(toro.answered());
            assertThat(adaptive.joules()).as("energy at %s/s", perSecond).isLessThanOrEqualTo(toro.joules() * 1.001);
            if (perSecond == 1) {
                assertThat(adaptive.joules()).isLessThan(0.8 * toro.joules());
                assertThat(adaptive.latencyMicros()).isGreaterThanOrEqualTo(toro.latencyMicros());
            }
            // a wake-up takes 17 us: whatever it saves, it costs no more than that a request
            assertThat(adaptive.latencyMicros(50) - toro.latencyMicros(50)).isBetween(-20.0, 20.0);
        }
    }

    private static GuestOutcome over(IdlePolicy policy, Load load) {
        KernelConfig config = KernelConfig.defaults().withIdlePolicy(policy).withQuirks(ToroQuirks.repaired());
        return GuestRun.of(GuestKind.poller(config), HostProfile.kvm2018())
                .vcpus(1)
                .load(load)
                .work(Duration.ofNanos(100_000))
                .watched(Duration.ofSeconds(10))
                .run();
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static String readme() throws IOException {
        return Files.readString(root().resolve("README.md"), StandardCharsets.UTF_8);
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
