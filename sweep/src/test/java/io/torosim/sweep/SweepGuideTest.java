package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.HostProfile;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.sched.IdlePolicy;
import io.torosim.sweep.analysis.Estimates;
import io.torosim.sweep.model.GuestRunModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Java of docs/sweep.md is this code. */
class SweepGuideTest {
    @Test
    void studyOfAFunction_isAsTheGuideSays() throws Exception {
        // guide: begin
        Study study = Study.of("mine", cell -> new double[] {cell.value("x") * 2}, "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.LatinHypercube(100))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        Estimates.Interval median = Estimates.quantile(results.means("y"), 0.5, 0.95);
        // guide: end
        assertThat(median.contains(1)).isTrue();
        assertThat(median.high() - median.low()).isBetween(0.2, 0.6);
        inGuide("studyOfAFunction_isAsTheGuideSays");
    }

    @Test
    void studyOfAGuest_isAsTheGuideSays() throws Exception {
        // guide: begin
        Study windows = GuestRunModel.study(
                        "windows",
                        cell -> GuestRun.of(
                                        GuestKind.toro(IdlePolicy.named(cell.text("policy"))), HostProfile.kvm2018())
                                .load(Load.open(cell.value("rate")))
                                .watched(Duration.ofSeconds(2)),
                        "cpu.exact",
                        "latency.p99.9")
                .factors(Factor.list("policy", List.of("poll-then-halt", "busy-poll")), Factor.range("rate", 2, 200))
                .design(new Design.Grid(2))
                .replications(2)
                .build();
        // guide: end
        StudyResults results = StudyRun.inMemory(windows);
        assertThat(results.failedCount()).as(results.errors().toString()).isZero();
        assertThat(results.means("cpu.exact")[2]).as("busy").isGreaterThan(results.means("cpu.exact")[0]);
        inGuide("studyOfAGuest_isAsTheGuideSays");
    }

    private static void inGuide(String test) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/sweep.md"))) {
            root = root.getParent();
        }
        String code = Files.readString(root.resolve("sweep/src/test/java/io/torosim/sweep/SweepGuideTest.java"));
        String of = code.substring(code.indexOf("void " + test));
        String example = of.substring(of.indexOf("// guide: begin") + 15, of.indexOf("// guide: end"));
        assertThat(Files.readString(root.resolve("docs/sweep.md")).replaceAll("\\s+", ""))
                .contains(example.replaceAll("\\s+", ""));
    }
}
