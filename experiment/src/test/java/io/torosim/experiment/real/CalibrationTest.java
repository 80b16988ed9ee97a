package io.torosim.experiment.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.core.time.Picos;
import io.torosim.experiment.real.GapTable.GapRow;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.probe.ProbePage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
    private static final HostFacts HOST = new HostFacts("a CPU", 2_000_000_000L, 2, "6.1");

    private static String line(String parameter, double... samples) {
        return new MeasuredCost(CostModel.standard().parameter(parameter), samples, "a test").line();
    }

    @Test
    void aMeasuredCost_isItsMedianAndItsSpread() {
        assertThat(line("tcg.wake_vcpu_1ms", 10, 12, 11, 50, 9))
                .isEqualTo("tcg.wake_vcpu_1ms\t11.0\tus\t9.20\t42.4\tmeasured\tlow\ta test; median of 5, spread 302 %");
        assertThat(line("boot.seabios", 55.04, 55.06, 55.05)).contains("\t55.1\tms\t55.0\t55.1\tmeasured\thigh\t");
        assertThat(line("qemu.main_loop_wake_hz", 1)).startsWith("qemu.main_loop_wake_hz\t1.00\thz\t1.00\t1.00\t");
    }

    /** Values far outside the shipped ranges are read back, as measured ones may be. */
    @Test
    void theLines_areAProfile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("host.tsv");
        Files.writeString(
                file,
                "# profile: mine\n# accelerator: tcg-multi\n# origin: a test\n# validated: no\n"
                        + "name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n"
                        + line("tcg.wake_main_loop_10ms", 500, 510) + "\n" + line("tcg.slowdown", 1.95) + "\n"
                        + line("qemu.main_loop_wake_hz", 1) + "\n# not measured, as shipped: qemu.packet_user\n");
        HostProfile profile = HostProfile.read(file);
        assertThat(profile.costs().ps("tcg.wake_main_loop_10ms")).isEqualTo(505 * Picos.PER_MICRO);
        assertThat(profile.costs().permille("tcg.slowdown")).isEqualTo(1950);
        assertThat(profile.costs().count("qemu.main_loop_wake_hz")).isEqualTo(1);
        assertThat(profile.isValidated()).isFalse();
    }

    @Test
    void latencies_areQuantilesOfTheGuestsTable() {
        int[] table = new int[ProbePage.LATENCY_ENTRIES];
        table[10] = 5;
        table[20] = 90;
        table[1000] = 5;
        double entryMicros = ProbePage.LATENCY_COUNTS / 1.193182;
        assertThat(Calibration.quantileMicros(table, 0.5)).isCloseTo(20.5 * entryMicros, within(1e-6));
        assertThat(Calibration.quantileMicros(table, 0.04)).isCloseTo(10.5 * entryMicros, within(1e-6));
        assertThat(Calibration.quantileMicros(table, 0.96)).isCloseTo(1000.5 * entryMicros, within(1e-6));
    }

    @Test
    void theGapTable_hasItsRows() throws Exception {
        assertThat(GapTable.specs()).hasSizeGreaterThanOrEqualTo(25);
        assertThat(GapTable.specs()).anyMatch(s -> s.vcpus() == 2).anyMatch(s -> s.load()
                .pauses());
        GapTable table = new GapTable(HostProfile.qemu72Tcg(), List.of(GapRow.of("mwait", "% CPU", 1, "a reason")));
        String text = table.markdown(
                new io.torosim.experiment.real.host.HostFacts("a CPU", 2_000_000_000L, 2, "6.1"), "QEMU 7.2", "today");
        assertThat(text).contains("0 of 0 figures inside", "| mwait |  | 1.00 % CPU |  | not testable | a reason |");
    }

    /** A guest that hangs costs its own figures; what is no number is none. */
    @Test
    void aGuestThatFails_isNamed_andTheRestGoesOn() throws Exception {
        Calibration calibration = new Calibration(HOST, Accelerator.TCG, 3, step -> {});
        calibration.attempt("halting at 100 Hz", 1, () -> {
            throw new RealMachineException("the guest hangs: so it does");
        });
        calibration.put("tcg.wake_vcpu_10ms", new double[] {Double.NaN, Double.POSITIVE_INFINITY}, "nothing");
        calibration.put("tcg.exit", new double[] {Double.NaN, 90}, "one");
        assertThat(calibration.failures())
                .containsExactly("halting at 100 Hz, run 2 of 3: the guest hangs: so it does");
        assertThat(calibration.unmeasured()).contains("tcg.wake_vcpu_10ms").doesNotContain("tcg.exit");
        String text = calibration.profile("mine", "QEMU", "today");
        assertThat(text)
                .contains("# failed: halting at 100 Hz, run 2 of 3: the guest hangs: so it does\n")
                .contains("tcg.exit\t90.0\tns\t90.0\t90.0\tmeasured\t")
                .doesNotContain("NaN");
    }

    @Test
    void aQemuThatAlwaysFails_isGivenUp() throws Exception {
        Calibration calibration = new Calibration(HOST, Accelerator.TCG, 9, step -> {});
        Calibration.Step failing = () -> {
            throw new RealMachineException("died");
        };
        for (int i = 0; i < 3; i++) {
            calibration.attempt("accesses", i, failing);
        }
        assertThatThrownBy(() -> calibration.attempt("accesses", 3, failing))
                .isInstanceOf(RealMachineException.class)
                .hasMessage("calibration given up after 4 failures, the last accesses, run 4 of 9: died");
    }
}
