package io.torosim.experiment.real.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.process.RunPlace;
import io.torosim.experiment.real.host.CpuShare.CpuTimes;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A monitor that is missing, refuses, dies or hangs ends in one line, and leaves neither process nor files. */
class RealMachineTest {
    private static final int RAM = 1 << 20;

    @TempDir
    private Path folder;

    private List<Path> before;

    @BeforeEach
    void look() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no /proc: not a Linux host");
        before = runDirectories();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(runDirectories()).as("directories of runs").isEqualTo(before);
    }

    private static List<Path> runDirectories() throws IOException {
        Path parent;
        try (RunPlace probe = RunPlace.create()) {
            parent = probe.directory().getParent();
        }
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(f -> f.getFileName()
                            .toString()
                            .startsWith(
                                    "torosim-qemu-" + ProcessHandle.current().pid() + "-"))
                    .sorted()
                    .toList();
        }
    }

    private Path script(String body) throws IOException {
        Path file = folder.resolve("fake-qemu");
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @Test
    void missing() {
        assertThatThrownBy(() -> RealMachine.start(null, List.of(), RAM, List.of()))
                .isInstanceOf(RealMachineException.class)
                .hasMessage("qemu-system-x86_64 is not installed");
    }

    @Test
    void refusesItsArguments() throws IOException {
        try (RealMachine machine =
                RealMachine.start(script("echo 'no such machine:'; echo xyz >&2; exit 1"), List.of(), RAM, List.of())) {
            assertThatThrownBy(() -> machine.memory(RAM))
                    .isInstanceOf(RealMachineException.class)
                    .hasMessage("qemu-system-x86_64 ended with status 1: xyz");
        }
    }

    @Test
    void diesWhileItRuns() throws IOException {
        try (RealMachine machine = RealMachine.start(script("kill -9 $$"), List.of(), RAM, List.of())) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            machine.cpuTimes();
                            RealMachine.pause(5);
                        }
                    })
                    .isInstanceOf(RealMachineException.class)
                    .hasMessageMatching(
                            "qemu-system-x86_64 ended with status 137: no error output|process \\d+ is gone");
        }
    }

    @Test
    void hangs_isEndedWithItsFiles() throws IOException {
        try (RealMachine machine = RealMachine.start(script("exec sleep 1000"), List.of(), RAM, List.of())) {
            machine.requireAlive();
            CpuTimes first = machine.cpuTimes();
            RealMachine.pause(30);
            CpuShare share = RealMachine.share(first, machine.cpuTimes());
            assertThat(share.percent()).isBetween(0.0, 100.0);
            assertThat(share.seconds()).isPositive();
        }
    }

    @Test
    void whatItHasStarted_isEndedToo_andNotMeasured() throws IOException {
        Path number = folder.resolve("pid");
        long started;
        try (RealMachine machine = RealMachine.start(
                script("sleep 1000 &\necho $! > " + number + ".new\nmv " + number + ".new " + number + "\nwait"),
                List.of(),
                RAM,
                List.of())) {
            while (!Files.exists(number)) {
                RealMachine.pause(5);
            }
            started = Long.parseLong(Files.readString(number).strip());
            assertThatThrownBy(machine::cpuTimes)
                    .isInstanceOf(RealMachineException.class)
                    .hasMessageContaining("starts another process and waits for it");
        }
        for (int i = 0; i < 1000 && isAlive(started); i++) {
            RealMachine.pause(5);
        }
        assertThat(isAlive(started)).isFalse();
    }

    /** Whether it runs; one that nobody has waited for yet does not. */
    private static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void garbage_isShortAndPrintable() throws IOException {
        String body = "head -c 3000000 /dev/urandom >&2; exit 3";
        try (RealMachine machine = RealMachine.start(script(body), List.of(), RAM, List.of())) {
            assertThatThrownBy(() -> machine.memory(RAM))
                    .isInstanceOf(RealMachineException.class)
                    .message()
                    .startsWith("qemu-system-x86_64 ended with status 3: ")
                    .hasSizeLessThan(600)
                    .doesNotContainPattern("[\\p{Cntrl}&&[^\\t]]");
        }
    }

    @Test
    void version_thatHangs_orNeverEnds_orFails() throws IOException {
        assertThat(RealMachine.version(script("echo QEMU emulator version 7; echo Copyright")))
                .isEqualTo("QEMU emulator version 7");
        Path failing = script("echo no such library >&2; exit 127");
        assertThatThrownBy(() -> RealMachine.version(failing))
                .hasMessage("qemu-system-x86_64 --version ended with status 127: no such library");
        Path endless = script("exec tr '\\0' x < /dev/zero");
        assertThatThrownBy(() -> RealMachine.version(endless))
                .isInstanceOf(RealMachineException.class)
                .hasMessage("qemu-system-x86_64 hangs: --version did not end within 5 s");
    }

    /** Another JVM with a guest on a real QEMU, killed as {@code kill -9} and a host without memory do it: nothing of it can tell anybody. */
    @Test
    void aKilledJvm_leavesNeitherQemuNorFiles() throws Exception {
        assumeTrue(RealMachine.program() != null, "no qemu-system-x86_64");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        KilledRun.class.getName())
                .redirectErrorStream(true)
                .start();
        String line = jvm.inputReader().readLine();
        assertThat(line).matches("\\d+ /.*");
        long qemu = Long.parseLong(line.split(" ")[0]);
        Path directory = Path.of(line.split(" ")[1]);
        assertThat(directory).exists();
        assertThat(isAlive(qemu)).isTrue();
        jvm.destroyForcibly();
        assertThat(jvm.waitFor()).isEqualTo(137);
        for (int i = 0; i < 2000 && (isAlive(qemu) || Files.exists(directory)); i++) {
            RealMachine.pause(5);
        }
        assertThat(isAlive(qemu)).isFalse();
        assertThat(directory).doesNotExist();
    }

    private static String classPath() throws Exception {
        List<String> places = new java.util.ArrayList<>();
        for (Class<?> type : List.of(KilledRun.class, RealMachine.class, RunPlace.class)) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(java.io.File.pathSeparator, places);
    }

    /** Runs a guest until it is killed. */
    static final class KilledRun {
        private KilledRun() {}

        public static void main(String[] arguments) throws Exception {
            try (RealMachine machine = RealMachine.start(
                    List.of("-S", "-machine", "pc,memory-backend=ram,accel=tcg"), RAM << 4, List.of())) {
                machine.memory(RAM << 4);
                ProcessHandle qemu = ProcessHandle.current()
                        .children()
                        .filter(p -> p.info().command().orElse("").contains("qemu"))
                        .findAny()
                        .orElseThrow();
                try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
                    String prefix = "torosim-qemu-" + ProcessHandle.current().pid() + "-";
                    System.out.println(qemu.pid() + " "
                            + files.filter(f -> f.getFileName().toString().startsWith(prefix))
                                    .findAny()
                                    .orElseThrow());
                }
                RealMachine.pause(600_000);
            }
        }
    }
}
