package io.torosim.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostModelException;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.time.Picos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostProfileTest {
    private static final String HEAD = "# profile: mine\n# accelerator: tcg-single\n# origin: a test\n";
    private static final String HEADING = "name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("host.tsv"), text);
    }

    @Test
    void kvm2018_isTheCostModelAsShipped() {
        HostProfile profile = HostProfile.kvm2018();
        assertThat(profile.name()).isEqualTo("kvm-2018");
        assertThat(profile.mode()).isEqualTo(VcpuMode.KVM);
        assertThat(profile.costs()).isEqualTo(CostModel.standard());
        assertThat(profile.isValidated()).isFalse();
        assertThat(profile.label()).isEqualTo("kvm-2018 (not validated)");
    }

    @Test
    void qemu72Tcg_hasItsFirmwareAndItsScreen() {
        HostProfile profile = HostProfile.qemu72Tcg();
        assertThat(profile.mode()).isEqualTo(VcpuMode.TCG_MULTI);
        assertThat(profile.costs().ps("boot.seabios")).isEqualTo(55 * Picos.PER_MILLI);
        assertThat(profile.costs().ps("vga.cell_access_trapped")).isEqualTo(120 * Picos.PER_NANO);
        assertThat(profile.costs().permille("tcg.slowdown")).isEqualTo(5100);
        assertThat(profile.isValidated()).isTrue();
    }

    @Test
    void read_takesHeadAndMeasuredValuesBeyondTheShippedRange() throws IOException {
        HostProfile profile = HostProfile.read(
                file(HEAD + HEADING + "boot.seabios\t0.2\ts\t0.19\t0.3\tmeasured\tmedium\tmy laptop\n"));
        assertThat(profile.name()).isEqualTo("mine");
        assertThat(profile.origin()).isEqualTo("a test");
        assertThat(profile.validated()).isEqualTo("no");
        assertThat(profile.mode()).isEqualTo(VcpuMode.TCG_SINGLE);
        assertThat(profile.costs().ps("boot.seabios")).isEqualTo(200 * Picos.PER_MILLI);
    }

    @Test
    void read_refusesAGuessBeyondTheShippedRange() throws IOException {
        Path file = file(HEAD + HEADING + "boot.seabios\t0.2\ts\t0.19\t0.3\tguess\tlow\tmy laptop\n");
        assertThatThrownBy(() -> HostProfile.read(file))
                .isInstanceOf(CostModelException.class)
                .hasMessage(
                        file + ":5: boot.seabios: must be in [11, 165] ms unless its basis is measured, value=0.2 s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# accelerator: kvm                            | :1: a host profile must begin with a line '# profile: ...'",
                "# profile: x                                  | :1: a host profile must begin with a line '# accelerator: ...'",
                "# profile: x;# accelerator: xen               | :2: accelerator: vcpu mode must be kvm, tcg-single or tcg-multi",
                "# a note;# profile: kvm-2018;# accelerator: kvm | :2: a file must not call itself like a shipped profile, profile=kvm-2018",
                "# profile: x;# accelerator: kvm;# profile: y  | :3: the head names its profile twice",
            })
    void read_namesWhatIsWrongWithTheHead(String head, String problem) throws IOException {
        Path file = file(head.strip().replace(';', '\n') + "\n" + HEADING);
        assertThatThrownBy(() -> HostProfile.read(file))
                .isInstanceOf(CostModelException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(problem);
    }

    @Test
    void named_namesTheShippedOnesWhereThereIsNone() {
        assertThatThrownBy(() -> HostProfile.named("xen"))
                .hasMessage("host profile must be one of kvm-2018, qemu-7.2-tcg, profile=xen");
    }

    @Test
    void aDamagedFile_isOneLine(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("host.tsv");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 3});
        assertThatThrownBy(() -> HostProfile.read(file)).hasMessage(file + ": not UTF-8 text");
        Files.writeString(file, "a\0b");
        assertThatThrownBy(() -> HostProfile.read(file)).hasMessage(file + ": not text: it holds a zero byte");
        Files.writeString(file, "# profile: \u001b[31mred\n# accelerator: kvm\n");
        assertThatThrownBy(() -> HostProfile.read(file))
                .hasMessage(file + ":1: a line of the head must not hold control characters");
        Files.writeString(
                file,
                "# profile: kvm-2018\n# accelerator: kvm\nname\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n");
        assertThatThrownBy(() -> HostProfile.read(file))
                .hasMessage(file + ":1: a file must not call itself like a shipped profile, profile=kvm-2018");
    }
}
