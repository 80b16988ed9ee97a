package io.torosim.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel.CostModelException;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.cost.CostModel.CostParameter.Basis;
import io.torosim.core.cost.CostModel.CostParameter.CostUnit;
import io.torosim.core.time.Picos;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CostModelTest {
    private static final String HEADING = "name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("costs.tsv"), text);
    }

    @Test
    void standard_everyParameterTellsItsRangeAndSource() {
        assertThat(CostModel.standard().parameters()).hasSizeGreaterThan(50).allSatisfy(p -> {
            assertThat(p.source()).isNotBlank();
            assertThat(p.low()).isLessThanOrEqualTo(p.value());
            assertThat(p.high()).isGreaterThanOrEqualTo(p.value());
        });
    }

    @Test
    void standard_guessesHaveARange() {
        assertThat(CostModel.standard().parameters())
                .filteredOn(CostParameter::isAssumed)
                .allSatisfy(p -> assertThat(p.low()).isLessThan(p.high()));
    }

    @Test
    void ps_convertsUnits() {
        CostModel costs = CostModel.standard();
        assertThat(costs.ps("toro.poll_window")).isEqualTo(200 * Picos.PER_MILLI);
        assertThat(costs.ps("qemu.packet_user")).isEqualTo(4_500_000);
        assertThat(costs.cyclesPs("cpu.rdtsc", 2_500_000_000L)).isEqualTo(10_000);
    }

    @Test
    void overlaidBy_replacesByName() throws IOException {
        Path overlay = file(HEADING + "kvm.hlt_exit\t1500\tns\t800\t2000\tmeasured\thigh\tmy own machine\n");
        CostModel costs = CostModel.standard().overlaidBy(overlay);
        assertThat(costs.ps("kvm.hlt_exit")).isEqualTo(1500 * Picos.PER_NANO);
        assertThat(costs.parameter("kvm.hlt_exit").basis()).isEqualTo(Basis.MEASURED);
        assertThat(costs).isNotEqualTo(CostModel.standard());
    }

    @Test
    void with_keepsToTheRange() {
        assertThatThrownBy(() -> CostModel.standard().with("kvm.hlt_exit", new BigDecimal(9999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kvm.hlt_exit")
                .hasMessageContaining("9999");
    }

    @Test
    void with_refusesAPartOfWhatIsCounted() {
        assertThatThrownBy(() -> CostModel.standard().with("code.issue_width", new BigDecimal("4.5")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("code.issue_width: value must be a whole number of count, value=4.5");
        assertThat(CostModel.standard()
                        .with("code.issue_width", new BigDecimal("5.0"))
                        .count("code.issue_width"))
                .isEqualTo(5);
    }

    @Test
    void used_isWhatWasAskedOfThisObject() {
        CostModel costs = CostModel.standard();
        assertThat(costs.used()).isEmpty();
        costs.ps("kvm.hlt_exit");
        costs.parameter("toro.scan");
        assertThat(costs.used()).extracting(CostParameter::name).containsExactly("kvm.hlt_exit");
        assertThat(costs.with("toro.scan", new BigDecimal(11)).used()).isEmpty();
        assertThat(costs.unasked().used()).isEmpty();
        assertThat(costs.unasked()).isEqualTo(costs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kvm.hlt_exit;1500;ns;800                       | 8 tab-separated cells, cells=4",
                "kvm.hlt_exit;x;ns;800;2000;guess;low;s         | kvm.hlt_exit: not a number: 'x'",
                "kvm.hlt_exit;1500;fortnights;1;2;guess;low;s   | no such unit: fortnights",
                "kvm.hlt_exit;1500;ns;1600;2000;guess;low;s     | value must be in [1600, 2000], value=1500",
                "kvm.hlt_exit;1500;ns;800;2000;hunch;low;s      | no such basis: 'hunch'",
                "kvm.hlt_exit;1500;ns;800;2000;guess;some;s     | no such confidence: 'some'",
                "kvm.hlt_exit;1500;count;800;2000;guess;low;s   | unit must be like ns",
                "kvm.halt_exit;1500;ns;800;2000;guess;low;s     | no such parameter: kvm.halt_exit",
            })
    void overlaidBy_namesFileLineAndValueOfABadLine(String line, String problem) throws IOException {
        Path overlay = file(HEADING + line.strip().replace(';', '\t') + "\n");
        assertThatThrownBy(() -> CostModel.standard().overlaidBy(overlay))
                .isInstanceOf(CostModelException.class)
                .hasMessageContaining(overlay.toString())
                .hasMessageContaining(problem);
    }

    /** A measured value may leave the range, and still be none that the model cannot reckon with: every parameter, by its kind. */
    @Test
    void overlaidBy_refusesWhatNoMachineHas_ofEveryParameter() throws IOException {
        for (CostParameter p : CostModel.standard().parameters()) {
            boolean price = p.unit().isTime() || p.unit() == CostUnit.CYCLES || p.unit() == CostUnit.MW;
            assertThat(refusal(p, "0")).as(p.name()).isEqualTo(!price && p.low().signum() > 0);
            String most = p.high().multiply(new BigDecimal(1000)).toPlainString();
            assertThat(refusal(p, most)).as(p.name()).isFalse();
            assertThat(refusal(p, new BigDecimal(most).add(BigDecimal.ONE).toPlainString()))
                    .as(p.name())
                    .isTrue();
            assertThat(refusal(p, "9223372036854775808")).as(p.name()).isTrue();
        }
    }

    private boolean refusal(CostParameter p, String value) throws IOException {
        Path overlay = file(HEADING + "# a line before\n"
                + String.join("\t", p.name(), value, p.unit().symbol(), "0", value, "measured", "low", "s") + "\n");
        try {
            CostModel.standard().overlaidBy(overlay);
            return false;
        } catch (CostModelException e) {
            assertThat(e)
                    .hasMessageStartingWith(overlay + ":3: " + p.name() + ": must be ")
                    .hasMessageContaining(value);
            return true;
        }
    }

    @Test
    void overlaidBy_showsNoControlCharacters_andNoNumbersWithoutEnd() throws IOException {
        Path escapes = file(HEADING + "kvm.hlt_exit\t\u001b[31m1\tns\t1\t2\tmeasured\tlow\ts\n");
        assertThatThrownBy(() -> CostModel.standard().overlaidBy(escapes))
                .hasMessage(escapes + ":2: kvm.hlt_exit: not a number: '\\u001b[31m1'");
        Path huge = file(HEADING + "kvm.hlt_exit\t1e999999999\tns\t1\t2\tmeasured\tlow\ts\n");
        assertThatThrownBy(() -> CostModel.standard().overlaidBy(huge))
                .hasMessage(huge + ":2: kvm.hlt_exit: not a number of a cost: '1e999999999'");
    }

    @Test
    void overlaidBy_refusesAFileWithoutHeading() throws IOException {
        Path overlay = file("kvm.hlt_exit\t1500\tns\t800\t2000\tguess\tlow\ts\n");
        assertThatThrownBy(() -> CostModel.standard().overlaidBy(overlay)).hasMessageContaining(":1: the first line");
    }
}
