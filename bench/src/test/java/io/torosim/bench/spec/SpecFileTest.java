package io.torosim.bench.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecFileTest {
    private static final Path SPECS = Path.of("..", "specs");

    @TempDir
    private Path dir;

    @Test
    void shippedDefaults_areTheBuiltInOnes() {
        assertThat(SpecFile.read(SPECS.resolve("default.toml"))).isEqualTo(SpecFile.defaults());
    }

    @Test
    void shippedRecording_givesTheRequestsOfAb() {
        Arrivals arrivals = SpecFile.read(SPECS.resolve("recorded-ab.toml")).arrivals();

        assertThat(((Arrivals.Recorded) arrivals).offsets()).hasSize(160);
        assertThat(((Arrivals.Recorded) arrivals).source()).isEqualTo("ab-loopback.pcap");
    }

    @Test
    void everyKey_reachesItsField() throws IOException {
        Files.writeString(
                dir.resolve("costs.tsv"),
                """
                name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource
                kvm.ipi\t3000\tns\t2000\t5000\tchosen\thigh\tthis test
                """);
        Specification spec = read(
                """
                costs-file = "costs.tsv"
                [machine]
                vcpus = 4
                ram-mib-per-vcpu = 64
                tsc-mhz = 3000
                [host]
                vcpu-mode = "tcg-multi"
                cpus = 16
                net-backend = "user"
                [top]
                mode = "solaris"
                delay = "1.5 s"
                [load]
                duration = "1 min"
                concurrency = 3
                heavy-concurrency = 9
                period = "20s"
                burst = "200 ms"
                requests = 70
                [boot]
                vcpus = 2
                ram-mib = 128
                [costs]
                "load.client_think" = 300
                toro.scan = 12
                """);

        assertThat(spec.get(Keys.VCPUS)).isEqualTo(4);
        assertThat(spec.get(Keys.RAM_PER_VCPU)).isEqualTo(64);
        assertThat(spec.tscHz()).isEqualTo(3_000_000_000L);
        assertThat(spec.vcpuMode()).isEqualTo(VcpuMode.TCG_MULTI);
        assertThat(spec.get(Keys.HOST_CPUS)).isEqualTo(16);
        assertThat(spec.get(Keys.NET_BACKEND)).isEqualTo(NetBackend.USER);
        assertThat(spec.get(Keys.HALT_POLLING)).isFalse();
        assertThat(read("[host]\nhalt-polling = true\n").get(Keys.HALT_POLLING)).isTrue();
        assertThat(spec.get(Keys.TOP_MODE)).isEqualTo(TopMode.SOLARIS);
        assertThat(spec.get(Keys.TOP_DELAY)).isEqualTo(Duration.ofMillis(1500));
        assertThat(spec.get(Keys.DURATION)).isEqualTo(Duration.ofMinutes(1));
        assertThat(spec.get(Keys.CONCURRENCY)).isEqualTo(3);
        assertThat(spec.get(Keys.HEAVY_CONCURRENCY)).isEqualTo(9);
        assertThat(spec.arrivals())
                .isEqualTo(new Arrivals.ClosedLoop(Duration.ofSeconds(20), Duration.ofMillis(200), 70));
        assertThat(spec.get(Keys.BOOT_VCPUS)).isEqualTo(2);
        assertThat(spec.get(Keys.BOOT_RAM)).isEqualTo(128);
        assertThat(spec.costs().parameter("load.client_think").value()).isEqualByComparingTo(BigDecimal.valueOf(300));
        assertThat(spec.costs().parameter("toro.scan").value()).isEqualByComparingTo("12");
        assertThat(spec.costs().parameter("kvm.ipi").source()).isEqualTo("this test");
        assertThat(spec.changed()).contains("machine.vcpus", "top.delay").doesNotContain("toro.believed-mhz");
    }

    @Test
    void hostProfile_bringsItsCostsAndItsAccelerator() throws IOException {
        Specification spec = read("[host]\nprofile = \"qemu-7.2-tcg\"\n[costs]\n\"boot.seabios\" = 60\n");

        assertThat(spec.vcpuMode()).isEqualTo(VcpuMode.TCG_MULTI);
        assertThat(spec.costs().permille("tcg.slowdown")).isEqualTo(5100);
        assertThat(spec.costs().parameter("boot.seabios").value()).isEqualByComparingTo("60");
    }

    @Test
    void hostProfile_canBeAFileBesideTheSpecification() throws IOException {
        Files.writeString(
                dir.resolve("mine.tsv"),
                "# profile: mine\n# accelerator: tcg-single\nname\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n");
        Specification spec = read("[host]\nprofile = \"mine.tsv\"\nvcpu-mode = \"kvm\"\n");

        assertThat(spec.profile().name()).isEqualTo("mine");
        assertThat(spec.vcpuMode()).isEqualTo(VcpuMode.KVM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # file (; = new line)                          | message after the file's name
            [machine];vcpus = 0                            | :2: machine.vcpus: must be in [1, 8], value=0
            [machine];vcpus = 9                            | :2: machine.vcpus: must be in [1, 8], value=9
            [machine];vcpus = "2"                          | :2: machine.vcpus: must be a whole number, value="2"
            [machine];vcpus.x = 1                          | :2: machine.vcpus: must be a whole number, value=a table
            [machine];vcpu = 2                             | :2: machine.vcpu: no such key; nearest are machine.vcpus, machine.tsc-mhz, value=2
            [machine];ram-mib-per-vcpu = 15                | :2: machine.ram-mib-per-vcpu: must be in [16, 65536], value=15
            [machine];tsc-mhz = 99                         | :2: machine.tsc-mhz: must be in [100, 10000], value=99
            [machine];tsc-mhz = 1e3                        | :2: machine.tsc-mhz: must be a whole number, value=1000.0
            [machina]                                      | :1: machina: no such table; there are boot, costs, guest, host, load, machine, top, toro, value=a table
            [machina];vcpus = 2                            | :1: machina: no such table; there are boot, costs, guest, host, load, machine, top, toro, value=a table
            [[machine]];vcpus = 2                          | :1: machine: must be a table, value=an array
            machine = 3                                    | :1: machine: must be a table, value=3
            duration = "3 s"                               | :1: duration: no such key; nearest are load.duration, value="3 s"
            speed = 3                                      | :1: speed: no such key; nearest are top.mode, top.delay, value=3
            [host];vcpu-mode = "xen"                       | :2: host.vcpu-mode: must be one of kvm, tcg-single, tcg-multi, value="xen"
            [host];cpus = 0                                | :2: host.cpus: must be in [1, 256], value=0
            [host];net-backend = "tap"                     | :2: host.net-backend: must be one of vhost, user, value="tap"
            [host];halt-polling = "yes"                    | :2: host.halt-polling: must be true or false, value="yes"
            [host];vcpu-mode = "tcg-multi";halt-polling = true | :3: host.halt-polling: is KVM's, and does nothing where host.vcpu-mode is tcg-multi, value=true
            [host];halt-polling = true;vcpu-mode = "tcg-single" | :2: host.halt-polling: is KVM's, and does nothing where host.vcpu-mode is tcg-single, value=true
            [host];profile = "qemu-7.2-tcg";halt-polling = true | :3: host.halt-polling: is KVM's, and does nothing where host.vcpu-mode is tcg-multi, value=true
            [host];vcpu-mode = "tcg-single";shared-cpus = 2 | :3: host.shared-cpus: does nothing where host.vcpu-mode is tcg-single, which has one thread for all vCPUs, value=2
            [top];mode = "bsd"                             | :2: top.mode: must be one of irix, solaris, value="bsd"
            [top];delay = "1 ns"                           | :2: top.delay: must be at least 10 ms, value="1 ns"
            [load];period = "1 us"                         | :2: load.period: must be at least 1 ms, value="1 us"
            [host];profile = "xen"                         | :2: host.profile: must be one of kvm-2018, qemu-7.2-tcg or a file (no such file), value="xen"
            [load];duration = "1000 h"                     | :2: load.duration: load.duration must hold at most 100000 samples of top.delay, samples=1200000, value="1000 h"
            [load];duration = "1 h";[top];delay = "10 ms"  | :4: top.delay: load.duration must hold at most 100000 samples of top.delay, samples=360000, value="10 ms"
            [top];delay = "0 s"                            | :2: top.delay: must be longer than 0, value="0 s"
            [load];duration = "-3 s"                       | :2: load.duration: must be longer than 0, value="-3 s"
            [load];duration = 3                            | :2: load.duration: must be a duration such as "30 s" or "200 ms", value=3
            [load];duration = "3 weeks"                    | :2: load.duration: must be a duration such as "30 s" or "200 ms", value="3 weeks"
            [load];duration = "9999999 h"                  | :2: load.duration: must be at most 106 days, value="9999999 h"
            [load];concurrency = 0                         | :2: load.concurrency: must be in [1, 10000], value=0
            [load];heavy-concurrency = -1                  | :2: load.heavy-concurrency: must be in [1, 10000], value=-1
            [load];requests = -1                           | :2: load.requests: must be in [0, 1000000000], value=-1
            [load];burst = "61 s"                          | :2: load.burst: must be at most load.period, value="61 s"
            [load];period = "10 s"                         | :2: load.period: must be at least load.burst, 30 s, value="10 s"
            [load.arrivals];port = 80                      | :2: load.arrivals.port: goes with load.arrivals.pcap only, value=80
            [load.arrivals];pcap = "b";csv = "a"           | :2: load.arrivals.pcap: does not go with load.arrivals.csv, value="b"
            [load];burst = "1 s";arrivals.csv = "a"        | :2: load.burst: does not go with load.arrivals, value="1 s"
            [load.arrivals];pcap = "none.pcap"             | :2: load.arrivals.pcap: no such file, value="none.pcap"
            [load.arrivals];csv = "none.csv"               | :2: load.arrivals.csv: no such file, value="none.csv"
            [load.arrivals];csv = ""                       | :2: load.arrivals.csv: no such file, value=""
            [load.arrivals];csv = "."                      | :2: load.arrivals.csv: not a file, value="."
            [load.arrivals];csv = "a\\u0000b"              | :2: load.arrivals.csv: no file can have that name, value="a?b"
            [load.arrivals];port = 0;pcap = "spec.toml"    | :2: load.arrivals.port: must be in [1, 65535], value=0
            [load.arrivals];pcap = "spec.toml";port = 65536 | :3: load.arrivals.port: must be in [1, 65535], value=65536
            [load.arrivals];pcap = "spec.toml";port = -1   | :3: load.arrivals.port: must be in [1, 65535], value=-1
            [load.arrivals];pcap = "spec.toml";port = "80" | :3: load.arrivals.port: must be a whole number, value="80"
            [load.arrivals];pcap = "spec.toml";count = "x" | :3: load.arrivals.count: must be one of syn, get, value="x"
            [load.arrivals]                                | :1: load.arrivals: must have csv or pcap, value=a table
            [load];arrivals = {}                           | :2: load.arrivals: must have csv or pcap, value=a table
            [load.arrivals];count = "x";pcap = "spec.toml" | :2: load.arrivals.count: must be one of syn, get, value="x"
            costs-file = "none.tsv"                        | :1: costs-file: no such file, value="none.tsv"
            costs = 5                                      | :1: costs: must be a table, value=5
            [costs];kvm.nope = 5                           | :2: costs.kvm.nope: no such cost parameter, value=5
            [costs];"kvm.nope" = 5                         | :2: costs."kvm.nope": no such cost parameter, value=5
            [costs];kvm.ipi = 5                            | :2: costs.kvm.ipi: must be in [2000, 5000], value=5
            [costs];"kvm.ipi" = 5                          | :2: costs."kvm.ipi": must be in [2000, 5000], value=5
            [costs];kvm.ipi = "fast"                       | :2: costs.kvm.ipi: must be a number, value="fast"
            [costs];kvm.ipi = nan                          | :2: costs.kvm.ipi: must be a number, value=NaN
            [boot];vcpus = 0                               | :2: boot.vcpus: must be in [1, 8], value=0
            [boot];ram-mib = 8                             | :2: boot.ram-mib: must be in [16, 1048576], value=8
            [machine                                       | :1: not TOML: Unexpected end of input, expected ]
            a = 1;a = 2                                    | :2: not TOML: a previously defined at line 1, column 1
            """)
    void mistake_isNamedWithFileLineKeyRuleAndValue(String content, String message) throws IOException {
        Path file = dir.resolve("spec.toml");
        Files.writeString(file, content.replace(';', '\n'));

        assertThatThrownBy(() -> SpecFile.read(file))
                .isInstanceOf(SpecException.class)
                .hasMessage(file + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[load];concurrency = 0;[machine];vcpus = 9 | :2: load.concurrency: must be in",
                "nope = 1;[boot];vcpus = 9;[machine];vcpus = 9 | :1: nope: no such key",
                "[costs];kvm.nope = 5;[boot];vcpus = 9;[top];mode = \"x\" | :2: costs.kvm.nope",
                "[top];mode = \"x\";delay = \"y\";[host];cpus = 0 | :2: top.mode",
                "[load.arrivals];csv = \"spec.toml\";[machine];vcpus = 9 | :1:1: not a timestamp",
                "[machine];vcpus = 9;[load.arrivals];csv = \"spec.toml\" | :2: machine.vcpus",
            })
    void ofSeveralMistakes_theFirstInTheFileIsReported(String content, String message) throws IOException {
        Path file = Files.writeString(dir.resolve("spec.toml"), content.replace(';', '\n'));

        assertThatThrownBy(() -> SpecFile.read(file)).hasMessageStartingWith(file + message);
    }

    @Test
    void byteOrderMark_isAccepted_ofSpecificationAndCosts() throws IOException {
        Files.writeString(
                dir.resolve("costs.tsv"),
                "\ufeffname\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n"
                        + "kvm.ipi\t3000\tns\t2000\t5000\tchosen\thigh\tthis test\n");
        Specification spec = read("\ufeffcosts-file = \"costs.tsv\"\n[machine]\nvcpus = 4\n");

        assertThat(spec.get(Keys.VCPUS)).isEqualTo(4);
        assertThat(spec.costs().parameter("kvm.ipi").value()).isEqualByComparingTo("3000");
    }

    @Test
    void wrongCostFile_namesItsOwnLineAndParameter() throws IOException {
        Path costs = dir.resolve("costs.tsv");
        Files.writeString(
                costs,
                """
                name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource
                kvm.ipi\t9\tns\t2000\t5000\tchosen\thigh\tthis test
                """);

        assertThatThrownBy(() -> read("costs-file = \"costs.tsv\""))
                .isInstanceOf(SpecException.class)
                .hasMessage(costs + ":2: kvm.ipi: value must be in [2000, 5000], value=9");
    }

    @Test
    void missingFile_isNamed() {
        Path file = dir.resolve("none.toml");

        assertThatThrownBy(() -> SpecFile.read(file))
                .isInstanceOf(SpecException.class)
                .hasMessage(file + ": no such file");
    }

    @Test
    void binaryFile_isRefused() throws IOException {
        Path file = dir.resolve("spec.toml");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThatThrownBy(() -> SpecFile.read(file))
                .isInstanceOf(SpecException.class)
                .hasMessage(file + ": not UTF-8 text");
    }

    private Specification read(String content) throws IOException {
        Path file = dir.resolve("spec.toml");
        Files.writeString(file, content);
        return SpecFile.read(file);
    }
}
