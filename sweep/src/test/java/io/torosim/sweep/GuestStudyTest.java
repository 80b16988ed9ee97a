package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.cpu.StudyExperiment;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.sched.IdlePolicy;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.model.BuiltInStudies;
import io.torosim.sweep.model.GuestRunModel;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A guest's run as the base of a study, in Java and by the keys of a specification: the same figures. */
class GuestStudyTest {
    private static final long SEED = 11;
    private static final Specification SPEC = Specification.defaults()
            .with(Keys.RATE, 50)
            .with(Keys.DURATION, Duration.ofSeconds(2))
            .with(Keys.TOP_DELAY, Duration.ofSeconds(1));

    private static GuestRun run(double rate, double wakeUp) {
        HostProfile host = HostProfile.kvm2018();
        return GuestRun.of(
                        GuestKind.toro(IdlePolicy.pollThenHalt()),
                        host.withCosts(host.costs().with("kvm.wake_from_block", BigDecimal.valueOf((long) wakeUp))))
                .load(Load.open(rate))
                .watched(Duration.ofSeconds(2));
    }

    @Test
    void everyFigureOfTheExperiment_isAnOutputInJava() throws Exception {
        ExperimentResult experiment = new StudyExperiment(SPEC).run(SEED, Experiment.Progress.NONE);
        String[] keys = experiment.cases().stream().map(CaseResult::key).toArray(String[]::new);
        assertThat(keys).contains("cpu.top", "awake.vcpu1", "latency.p99", "power.watts");
        double wakeUp = SPEC.costs().parameter("kvm.wake_from_block").value().doubleValue();
        GuestRunModel model = new GuestRunModel(cell -> run(50, wakeUp), List.of(keys));
        double[] figures = model.run(new Cell(0, 0, 0, SEED, List.of(), List.of()));
        for (int i = 0; i < keys.length; i++) {
            assertThat(figures[i])
                    .as(keys[i])
                    .isEqualTo(experiment.figure(keys[i]).obtained());
        }
    }

    @Test
    void factorsOverLoadAndCosts_giveTheSameStudyInJavaAndBySpecification() {
        Factor[] factors = {
            Factor.list("load.rate", List.of("20", "200")),
            Factor.list("costs.kvm.wake_from_block", List.of("5000", "12000"))
        };
        Study java = GuestRunModel.study(
                        "own",
                        cell -> run(
                                Double.parseDouble(cell.text("load.rate")),
                                Double.parseDouble(cell.text("costs.kvm.wake_from_block"))),
                        "latency.mean",
                        "cpu.exact")
                .factors(factors)
                .replications(2)
                .build();
        Study keys = Study.of(
                        "keys",
                        BuiltInStudies.experiment(
                                "study",
                                Map.of("load.duration", "2 s", "top.delay", "1 s"),
                                List.of("latency.mean", "cpu.exact")),
                        "latency.mean",
                        "cpu.exact")
                .factors(factors)
                .replications(2)
                .build();
        StudyResults inJava = StudyRun.inMemory(java);
        StudyResults byKeys = StudyRun.inMemory(keys);
        assertThat(inJava.errors()).isEmpty();
        for (String output : java.outputs()) {
            assertThat(inJava.means(output)).as(output).containsExactly(byKeys.means(output));
        }
        double[] latency = inJava.means("latency.mean");
        assertThat(latency[1]).as("rare requests wait for a longer wake-up").isGreaterThan(latency[0]);
    }

    @Test
    void unknownOutput_isRefusedAtOnce_anotherVcpuIsAFailedRun() {
        assertThatThrownBy(() -> GuestRunModel.study("x", cell -> run(1, 7_000), "latency.p101"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outputs: no such figure of a guest; nearest are latency.p")
                .hasMessageContaining("value=latency.p101");
        Study study = GuestRunModel.study("x", cell -> run(10, 7_000).watched(Duration.ofMillis(1500)), "awake.vcpu7")
                .build();
        assertThat(StudyRun.inMemory(study).errors().get(0L)).contains("the guest has 2 vCPUs, output=awake.vcpu7");
    }
}
