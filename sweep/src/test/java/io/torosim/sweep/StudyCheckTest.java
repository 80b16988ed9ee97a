package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.Study.Stopping;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.model.BuiltInStudies;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before the first run. */
class StudyCheckTest {
    private static final String BOOT = "qemu-lite.qemu-start-first-thread";

    private static Study boot(String output, Factor... factors) {
        return Study.of("boot", BuiltInStudies.experiment("boot", Map.of(), List.of(output)), output)
                .factors(factors)
                .build();
    }

    @Test
    void outputThatNoRunGives_isRefusedWithTheNearest() {
        assertThatThrownBy(() -> StudyRun.inMemory(
                        boot("qemu-lite.qemu-start-first-tread", Factor.list("boot.ram-mib", List.of("256", "512")))))
                .isInstanceOf(StudyException.class)
                .hasMessageStartingWith("outputs: boot has no such figure; there are " + BOOT + ", ")
                .hasMessageEndingWith(", value=qemu-lite.qemu-start-first-tread");
    }

    @Test
    void figureThatExistsAtSomePointsOnly_isNoFigureElsewhere_andExitsThatDidNotOccurAreNone() {
        Map<String, String> said = Map.of("load.duration", "2 s", "top.delay", "1 s");
        Study study = Study.of(
                        "guest",
                        BuiltInStudies.experiment("study", said, List.of("awake.vcpu2", "exits.mwait")),
                        "awake.vcpu2",
                        "exits.mwait")
                .factors(Factor.list("machine.vcpus", List.of("2", "3")))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        assertThat(results.failedCount()).as(results.errors().toString()).isZero();
        assertThat(results.figure(0, "awake.vcpu2")).isNaN();
        assertThat(results.figure(1, "awake.vcpu2")).isNotNaN();
        assertThat(results.figure(0, "exits.mwait"))
                .as("this Toro halts by hlt")
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boot.ram-mib | 256,-5 | factors.boot.ram-mib: must be in [16, 1048576], value=-5",
                "boot.ram-mib | 256,1.5 | factors.boot.ram-mib: must be a whole number, value=1.5",
                "boot.pit | true,maybe | factors.boot.pit: must be true or false, value=maybe",
                "boot.ram | 256 | factors.boot.ram: no such key of a specification; nearest are boot.pit, boot.ram-mib",
                "load.rate | 256 | factors.load.rate: the experiment boot does not heed it; leave it out, value=256",
                "costs.kvm.exit_pio_user | 2000,9000000 | factors.costs.kvm.exit_pio_user: must be in [2000, 5000], value=9000000",
                "costs.kvm.exit_pio_user | slow | factors.costs.kvm.exit_pio_user: must be a number, value=slow",
            })
    void everyValueOfAList_isCheckedFirst(String name, String values, String message) {
        assertThatThrownBy(() -> StudyRun.inMemory(boot(BOOT, Factor.list(name, List.of(values.split(","))))))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(message);
    }

    @Test
    void endsOfARange_andDraws_areChecked() {
        assertThatThrownBy(() -> StudyRun.inMemory(
                        boot(BOOT, Factor.range("boot.ram-mib", 16, 2e6).wholeNumbers())))
                .hasMessage("factors.boot.ram-mib: must be in [16, 1048576], value=2000000");
        Study study = Study.of("boot", BuiltInStudies.experiment("boot", Map.of(), List.of(BOOT)), BOOT)
                .factors(new Factor.Drawn("costs.kvm.exit_pio_user", Factor.Shape.NORMAL, 3000, 4000, 0, ""))
                .design(new Design.RandomDraws(50))
                .build();
        assertThatThrownBy(() -> StudyRun.inMemory(study))
                .hasMessageStartingWith("factors.costs.kvm.exit_pio_user: must be in [2000, 5000], value=")
                .hasMessageContaining(" at point ");
    }

    @Test
    void whatDoesNotGoTogether_isSaidOfItsPoint() {
        Study study = Study.of("guest", BuiltInStudies.experiment("study", Map.of(), List.of("cpu.exact")), "cpu.exact")
                .factors(
                        Factor.list("load.burst", List.of("10 s", "90 s")),
                        Factor.list("load.period", List.of("20 s", "100 s")))
                .build();
        assertThatThrownBy(() -> StudyRun.inMemory(study))
                .isInstanceOf(StudyException.class)
                .hasMessage("factors: point 2 (load.burst = 90 s, load.period = 20 s): load.burst must be at most"
                        + " load.period, load.burst=90 s, load.period=20 s");
    }

    private static Study guest(Map<String, ?> said, Factor... factors) {
        return Study.of("guest", BuiltInStudies.experiment("study", said, List.of("cpu.exact")), "cpu.exact")
                .factors(factors)
                .design(new Design.Grid(62))
                .build();
    }

    /** As the command line and a specification refuse it: no cell runs as if it had not been said. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host.vcpu-mode | kvm,tcg-multi | host.halt-polling | false,true"
                        + "| host.halt-polling: is KVM's, and does nothing where host.vcpu-mode is tcg-multi, value=true",
                "host.profile | kvm-2018,qemu-7.2-tcg | host.halt-polling | false,true"
                        + "| host.halt-polling: is KVM's, and does nothing where host.vcpu-mode is tcg-multi, value=true",
                "host.vcpu-mode | kvm,tcg-single | host.shared-cpus | 0,1"
                        + "| host.shared-cpus: does nothing where host.vcpu-mode is tcg-single, which has one thread for"
                        + " all vCPUs, value=1",
                "guest.policy | poll-then-halt,busy-poll | host.halt-polling | false,true"
                        + "| host.halt-polling: with the guest toro and the policy busy-poll, which never halts by hlt, the"
                        + " experiment study does not heed it; leave it out, value=true",
                "guest.policy | halt-at-once,mwait | host.halt-polling | false,true"
                        + "| host.halt-polling: with the guest toro and the policy mwait, which never halts by hlt, the"
                        + " experiment study does not heed it; leave it out, value=true",
            })
    void aSettingWithoutEffectInSomeCells_isRefusedByName(
            String name, String values, String other, String others, String message) {
        String last = values.split(",")[1];
        String lastOther = others.split(",")[1];
        assertThatThrownBy(() -> StudyRun.inMemory(guest(
                        Map.of("load.duration", "3 s"),
                        Factor.list(name, List.of(values.split(","))),
                        Factor.list(other, List.of(others.split(","))))))
                .isInstanceOf(StudyException.class)
                .hasMessage("factors: point 3 (" + name + " = " + last + ", " + other + " = " + lastOther + "): "
                        + message);
        assertThatThrownBy(() -> StudyRun.inMemory(guest(
                        Map.of(
                                "load.duration",
                                "3 s",
                                other,
                                lastOther.equals("true") ? Boolean.TRUE : Long.valueOf(lastOther)),
                        Factor.list(name, List.of(values.split(","))))))
                .hasMessage("factors: point 1 (" + name + " = " + last + "): " + message);
    }

    /** Of a design with more points than are looked at too, where every second one is passed over. */
    @Test
    void whereNotEveryPointIsLookedAt_everyCombinationOfListedValuesIs() {
        Study study = guest(
                Map.of("load.duration", "3 s"),
                Factor.range("load.rate", 1, 100).wholeNumbers(),
                Factor.range("costs.kvm.wake_from_block", 5000, 12000),
                Factor.list("host.vcpu-mode", List.of("kvm", "tcg-multi")),
                Factor.list("host.halt-polling", List.of("false", "true")));
        assertThatThrownBy(() -> StudyRun.inMemory(study))
                .hasMessageStartingWith("factors: point 3 (load.rate = 1, ")
                .hasMessageContaining("host.halt-polling: is KVM's");
    }

    @Test
    void haltPollingOfPoliciesThatHalt_acts() {
        Study study = guest(
                Map.of("load.duration", "2 s", "load.rate", 3000L),
                Factor.list("guest.policy", List.of("halt-at-once")),
                Factor.list("host.halt-polling", List.of("false", "true")));
        StudyResults results = StudyRun.inMemory(study);
        assertThat(results.errors()).isEmpty();
        assertThat(results.figure(0, "cpu.exact")).isLessThan(results.figure(1, "cpu.exact"));
    }

    @Test
    void exactExperiment_isNotRepeated() {
        Study study = Study.of("boot", BuiltInStudies.experiment("boot", Map.of(), List.of(BOOT)), BOOT)
                .replications(3)
                .build();
        assertThatThrownBy(() -> StudyRun.inMemory(study))
                .hasMessage(
                        "replications: boot is exact: the seed changes nothing, one run of a point says all, value=3");
    }

    @Test
    void parameters_areNamedWithTheirValues() {
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.NORMAL, 5, -1, 0, ""))
                .hasMessage("factors.x: normal: b, the deviation, must be above 0, a=5, b=-1");
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.TRIANGULAR, 5, 1, 9, ""))
                .hasMessage("factors.x: triangular: must rise from a over b to c, a=5, b=1, c=9");
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.EXPONENTIAL, 0, 0, 0, ""))
                .hasMessage("factors.x: exponential: a, the mean, must be above 0, a=0");
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.LOG_NORMAL, Double.NaN, 1, 0, ""))
                .hasMessageContaining("a=NaN, b=1");
        assertThatThrownBy(() -> Factor.list("x", List.of("256", "256.0")))
                .hasMessage("factors.x: a list takes one value at least and none twice, value=[256, 256.0]");
        assertThatThrownBy(() -> Factor.logRange("x", 0, 4))
                .hasMessage(
                        "factors.x: low must be positive where ratios are equally likely (scale = log): low=0, high=4");
        assertThatThrownBy(() -> Factor.range("x", 1.5, 4).wholeNumbers()).hasMessageContaining("must be whole");
        assertThatThrownBy(() -> Factor.range("x", 1, 4).withNominal(9))
                .hasMessage("factors.x: nominal must lie within the range: low=1, high=4, value=9");
        assertThatThrownBy(() -> new Stopping(2, 9, 2, 0.95)).hasMessageContaining("such as 0.02 for 2 %, value=2");
        assertThatThrownBy(() -> new Stopping(1, 9, 0.1, 0.95))
                .hasMessageStartingWith("replications: must be at least 2");
        assertThatThrownBy(() -> new Stopping(5, 4, 0, 0.95))
                .hasMessage("max-replications: must be at least replications, 5, value=4");
        assertThatThrownBy(() -> Study.of("m", cell -> new double[1], "y")
                        .factors(Factor.range("x", 0, 4))
                        .design(new Design.Refine("y", 0.5, 3, 4))
                        .build())
                .hasMessage("width: must be below the length of the first factor's range, 4, value=4");
    }

    @Test
    void words_haveNoValue_numbersDo() {
        Study study = Study.of("words", cell -> new double[] {cell.value("x")}, "y")
                .factors(Factor.list("x", List.of("1 ms", "200 ms")))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        assertThat(results.failedCount()).isEqualTo(2);
        assertThat(results.errors().get(1L))
                .isEqualTo("java.lang.IllegalArgumentException: not a number, use text: the list has words"
                        + " (numbers are such as 3, -0.5, 2e9), factor=x, value=200 ms");
        for (List<String> words : List.of(List.of("1", "1e999"), List.of("1", "NaN"), List.of("1", "+2"))) {
            assertThat(StudyRun.inMemory(Study.of("w", cell -> new double[] {cell.value("x")}, "y")
                                    .factors(Factor.list("x", words))
                                    .build())
                            .failedCount())
                    .isEqualTo(2);
        }
        assertThat(StudyRun.inMemory(Study.of("n", cell -> new double[] {cell.value("x")}, "y")
                                .factors(Factor.list("x", List.of("-0.5", "2e9")))
                                .build())
                        .means("y"))
                .containsExactly(-0.5, 2e9);
    }

    @Test
    void valuesBeyondWhatANumberHolds_areRefusedByName() {
        assertThatThrownBy(() -> Factor.range("x", -1.7e308, 1.7e308))
                .hasMessageStartingWith("factors.x: the range is longer than a number can hold: low=-1.7E+308");
        assertThatThrownBy(() -> Factor.logRange("x", 1e-300, 1e300))
                .hasMessageStartingWith("factors.x: high by low is more than a number can hold: low=1E-300");
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.LOG_NORMAL, 1000, 2, 0, ""))
                .hasMessage("factors.x: log-normal: some of its values are beyond what a number can hold, a=1000, b=2");
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.EXPONENTIAL, 1e308, 0, 0, ""))
                .hasMessageStartingWith("factors.x: exponential: some of its values are beyond");
        assertThatThrownBy(() -> new Factor.Drawn("x", Factor.Shape.LOG_NORMAL, 1, 0, 0, ""))
                .hasMessage(
                        "factors.x: log-normal: b, the deviation of the natural logarithm, must be above 0, a=1, b=0");
        assertThat(new Factor.Drawn("x", Factor.Shape.LOG_NORMAL, 2, 0.5, 0, "").nominal())
                .as("half lies above e^2")
                .isEqualTo(7.38905609893);
    }

    @Test
    void factorWithoutAName_isRefusedUnderTheKeyOfAFile() {
        assertThatThrownBy(() -> Factor.range("", 0, 1))
                .isInstanceOfSatisfying(
                        StudyException.class, e -> assertThat(e.key()).hasValue("factors"))
                .hasMessage("factors: a factor needs a name");
    }

    @Test
    void columnsOfCellsCsv_haveDifferentNames() {
        for (String fixed : List.of("cell", "point", "replication", "seed", "error")) {
            assertThatThrownBy(() -> Study.of("m", cell -> new double[1], "y")
                            .factors(Factor.range(fixed, 0, 1))
                            .build())
                    .hasMessage("factors." + fixed + ": cells.csv has a column of that name already");
            assertThatThrownBy(() -> Study.of("m", cell -> new double[1], fixed).build())
                    .hasMessage("outputs: cells.csv has a column of that name already, value=" + fixed);
        }
        assertThatThrownBy(() -> Study.of("m", cell -> new double[1], "y")
                        .factors(Factor.range("y", 0, 1))
                        .build())
                .hasMessage("factors.y: an output has the same name");
        assertThatThrownBy(() -> new Design.Saltelli(1))
                .hasMessage("points: must be at least 2: the indices are shares of a variance, value=1");
    }
}
