package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.experiment.real.host.RealMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** The commands that hold the model against a real QEMU. */
class QemuModelCommandTest extends CommandCalls {
    @TempDir
    private Path dir;

    @BeforeEach
    void qemu() {
        assumeTrue(RealMachine.program() != null, "qemu-system-x86_64 is not installed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qemu cpu --policy sleep       | --policy must be one of busy-poll, poll-then-halt, halt-at-once, mwait, policy=sleep",
                "qemu cpu --timer-hz 1000000   | --timer-hz must be 0 or in [19, 100000] with the pit timer, timer-hz=1000000",
                "qemu cpu --timer hpet         | --timer must be pit or lapic, timer=hpet",
                "qemu cpu --window -1          | --window must be in [0, 1000000] us, window=-1",
                "qemu cpu --work-us 5 --work-loops 5 | a request is of --work-us or of --work-loops, not of both",
                "qemu cpu --work-us 5 --work-loops 0 | a request is of --work-us or of --work-loops, not of both",
                "qemu cpu --work-us 9 --burst 5/2 | --burst must be N/M with 1 <= N <= M, burst=5/2",
                "qemu boot --paths /nowhere    | /nowhere: no such file",
                "calibrate --name a.b/c        | --name must be of letters, digits, dots, hyphens and underscores, name=a.b/c",
                "calibrate --name kvm-2018     | --name must not be that of a shipped profile, name=kvm-2018",
                "qemu cpu --work-us 5 --burst 3| --burst must be N/M with 1 <= N <= M, burst=3",
                "qemu cpu --machine toaster    | --machine must be one of pc, pc-bare, q35, microvm, machine=toaster",
                "qemu cpu --accel xen          | --accel must be tcg, tcg-single or kvm, accel=xen",
                "qemu boot --accel xen         | --accel must be tcg, tcg-single or kvm, accel=xen",
                "qemu cpu --seconds 0          | --seconds must be in [1, 600], seconds=0",
                "qemu cpu --profile nowhere    | --profile must be a file or one of kvm-2018, qemu-7.2-tcg, profile=nowhere",
                "qemu cpu --burst 1/2          | --burst needs the work of a request, --work-us or --work-loops, burst=1/2",
                "qemu cpu --policy mwait --window 5 | --window is that of poll-then-halt, policy=mwait",
                "qemu cpu --csv /nowhere/x     | /nowhere/x: cannot be written: its directory does not exist",
                "qemu cpu --report /           | /: cannot be written: is a directory",
                "qemu gap --into /nowhere/x    | /nowhere/x: cannot be written: its directory does not exist",
                "calibrate --out /nowhere/x    | /nowhere/x: cannot be written: its directory does not exist",
                "qemu boot --boots 0           | --boots must be in [1, 100], boots=0",
                "qemu gap --linux /nowhere     | /nowhere: no such kernel, or not readable",
                "calibrate --runs 0            | --runs must be in [1, 50], runs=0",
                "qemu cpu --window 1000001     | --window must be in [0, 1000000] us, window=1000001",
                "qemu cpu --accel kvm --profile qemu-7.2-tcg | --profile must be of the accelerator that runs the guest, profile=qemu-7.2-tcg (tcg-multi), accel=kvm",
                "qemu cpu --profile kvm-2018   | --profile must be of the accelerator that runs the guest, profile=kvm-2018 (kvm), accel=tcg",
                "qemu boot --profile kvm-2018  | --profile must be of the accelerator that runs the guest, profile=kvm-2018 (kvm), accel=tcg",
                "qemu gap --profile kvm-2018   | --profile must be of the accelerator that runs the guest, profile=kvm-2018 (kvm), accel=tcg",
            })
    void wrongCalls_end2_inOneLine(String line, String problem) {
        assertThat(call(line.strip().split(" "))).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("torosim " + line.strip().split(" ")[0] + ": " + problem);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void twoThingsInOneFile_areRefused() throws IOException {
        String one = dir.resolve("one").toString();
        String same = dir.resolve("x").resolve("..").resolve("one").toString();
        assertThat(call("qemu", "cpu", "--csv", one, "--report", one)).isEqualTo(2);
        Files.createDirectory(dir.resolve("x"));
        assertThat(call("qemu", "cpu", "--csv", one, "--report", same)).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "torosim qemu: " + one + ": is named twice, and a file holds one thing",
                        "torosim qemu: " + same + ": is named twice, and a file holds one thing");
        forget();
        Path profile = Files.writeString(dir.resolve("profile.tsv"), "");
        assertThat(call("qemu", "cpu", "--profile", profile.toString(), "--csv", profile.toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(profile).isEmptyFile();
        assertThat(call("calibrate", "--out", profile.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(profile + ": is there already; --force replaces it");
        assertThat(dir.resolve("one")).doesNotExist();
    }

    /** Somebody else ends QEMU after the first second. */
    @Test
    void cpu_whoseQemuDies_keepsTheSecondsBefore() throws Exception {
        Path csv = dir.resolve("run.csv");
        Thread killer = new Thread(() -> {
            while (!out.toString().contains("\n   1 ")) {
                RealMachine.pause(10);
            }
            ProcessHandle.current()
                    .children()
                    .filter(p -> p.info().command().orElse("").contains("qemu-system"))
                    .forEach(ProcessHandle::destroyForcibly);
        });
        killer.start();
        assertThat(call("qemu", "cpu", "--seconds", "60", "--csv", csv.toString()))
                .isEqualTo(2);
        killer.join();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("torosim qemu: qemu-system-x86_64 ended with status 137");
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines).hasSizeBetween(3, 61);
        assertThat(lines.get(0)).startsWith("second,top,cpu,");
        assertThat(lines.get(1)).startsWith("1,");
        assertThat(lines.get(lines.size() - 1)).startsWith("# not finished: qemu-system-x86_64 ended with status 137");
    }

    @Test
    void cpu_predicts_thenMeasures() throws IOException {
        Path csv = dir.resolve("run.csv");
        Path page = dir.resolve("run.html");
        int status = call(
                "qemu",
                "cpu",
                "--window",
                "5000",
                "--seconds",
                "1",
                "--json",
                "--csv",
                csv.toString(),
                "--report",
                page.toString());
        assertThat(status).isIn(0, 3, 4);
        assertThat(err.toString()).isEmpty();
        Map<String, Object> root = JSON.std.mapFrom(out.toString());
        assertThat((Double) root.get("predictedPercent")).isBetween(49.0, 53.0);
        assertThat((Double) root.get("measuredPercent")).isBetween(2.0, 60.0);
        assertThat((List<?>) root.get("seconds")).hasSize(1);
        assertThat(Files.readAllLines(csv)).hasSize(2);
        assertThat(Files.readString(page))
                .contains("<svg", "predicted by the model before it ran", "measured", "qemu-7.2-tcg")
                .doesNotContain("Published");
    }

    @Test
    void cpu_saysWhatKvmCannotShow_withItsProfile() {
        assertThat(call("qemu", "cpu", "--accel", "kvm", "--policy", "mwait")).isZero();
        assertThat(out.toString())
                .contains("kvm-2018", "not validated", "not testable: KVM hides mwait from the guest");
    }

    @Test
    void boot_timesAPathOfOnesOwn() throws IOException {
        Path paths = dir.resolve("mine.tsv");
        Files.writeString(
                paths,
                "name\tentry\targuments\tstart\tfirmware\tuntestable\n"
                        + "mine\tpvh\t-nodefaults -machine microvm,memory-backend=ram\tboot.qemu_start_microvm\tboot.qboot\t-\n");
        assertThat(call("qemu", "boot", "--boots", "1", "--json", "--paths", paths.toString()))
                .isIn(0, 3, 4);
        Map<String, Object> root = JSON.std.mapFrom(out.toString());
        assertThat((List<?>) root.get("paths")).singleElement().satisfies(p -> {
            Map<?, ?> path = (Map<?, ?>) p;
            assertThat(path.get("path")).isEqualTo("mine");
            assertThat((Double) path.get("firstGuestLineMillis")).isPositive();
            assertThat((Double) path.get("firstInstructionMillis")).isPositive();
        });
    }

    @Test
    void boot_thatQemuRefuses_isOneLine() throws IOException {
        Path paths = dir.resolve("mine.tsv");
        Files.writeString(
                paths,
                "name\tentry\targuments\tstart\tfirmware\tuntestable\n"
                        + "mine\tpvh\t-machine toaster\tboot.qemu_start_microvm\t-\t-\n");
        assertThat(call("qemu", "boot", "--json", "--paths", paths.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("qemu-system-x86_64 ended with status 1", "unsupported machine type");
    }
}
