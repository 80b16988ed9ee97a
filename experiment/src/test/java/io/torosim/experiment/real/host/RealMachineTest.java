package io.torosim.experiment.real.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
        Path probe = RealMachine.newDirectory();
        Files.delete(probe);
        try (Stream<Path> files = Files.list(probe.getParent())) {
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
}
