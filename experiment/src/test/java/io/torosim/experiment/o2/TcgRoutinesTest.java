package io.torosim.experiment.o2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.guest.spec.OptimisationLevel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TcgRoutinesTest {
    private static final String PLACES =
            "torosim-qemu-" + ProcessHandle.current().pid() + "-";

    @AfterEach
    void nothingIsLeft() throws IOException {
        for (Path folder : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> left = Files.list(folder)) {
                    assertThat(left.map(p -> p.getFileName().toString()).filter(n -> n.startsWith(PLACES)))
                            .isEmpty();
                }
            }
        }
        assertThat(ProcessHandle.current().descendants().map(TcgRoutinesTest::program))
                .noneMatch(p -> p.contains("qemu-system"));
    }

    private static String program(ProcessHandle process) {
        return process.info().command().orElse("");
    }

    @Test
    void measuresEveryRoutine_andLeavesNeitherDirectoryNorQemu() throws Exception {
        for (String tool : List.of("gcc", "ld", "objcopy", "qemu-system-x86_64")) {
            assumeTrue(isInstalled(tool), tool + " is not installed");
        }
        assertThat(TcgRoutines.measure(OptimisationLevel.O2))
                .containsKeys("COPY_BYTES", "CHECKSUM")
                .allSatisfy((routine, cycles) -> assertThat(cycles).isPositive());
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}
