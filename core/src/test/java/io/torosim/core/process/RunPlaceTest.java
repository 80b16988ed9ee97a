package io.torosim.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunPlaceTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void onLinux() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no /proc: not a Linux host");
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

    private static void awaitEnd(long pid, Path directory) throws InterruptedException {
        for (int i = 0; i < 2000 && (isAlive(pid) || Files.exists(directory)); i++) {
            Thread.sleep(5);
        }
        assertThat(isAlive(pid)).isFalse();
        assertThat(directory).doesNotExist();
    }

    /** Another JVM with a run under way: Ctrl-C and {@code kill} tell it to end, {@code kill -9} does not. */
    @ParameterizedTest
    @ValueSource(ints = {143, 137})
    void anEndedJvm_leavesNothing(int status) throws Exception {
        Path script = folder.resolve("fake (a b) qemu");
        Files.writeString(script, "#!/bin/sh\nsleep 1000; true\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        place(EndedRun.class) + File.pathSeparator + place(RunPlace.class),
                        EndedRun.class.getName(),
                        script.toString())
                .redirectErrorStream(true)
                .start();
        String line = jvm.inputReader().readLine();
        assertThat(line).matches("\\d+ \\d+ /.*");
        long parent = Long.parseLong(line.split(" ")[0]);
        long child = Long.parseLong(line.split(" ")[1]);
        Path directory = Path.of(line.split(" ")[2]);
        assertThat(directory).exists();
        assertThat(isAlive(parent) && isAlive(child)).isTrue();
        Consumer<Process> end = status == 143 ? Process::destroy : Process::destroyForcibly;
        end.accept(jvm);
        assertThat(jvm.waitFor()).isEqualTo(status);
        awaitEnd(parent, directory);
        awaitEnd(child, directory);
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** Starts a run and goes on until it is ended. */
    static final class EndedRun {
        private EndedRun() {}

        public static void main(String[] arguments) throws Exception {
            RunPlace place = RunPlace.create();
            Files.writeString(place.directory().resolve("ram"), "x");
            Process process = place.start(new ProcessBuilder(arguments[0]));
            while (process.children().findAny().isEmpty()) {
                Thread.sleep(5);
            }
            System.out.println(process.pid() + " "
                    + process.children().findAny().orElseThrow().pid() + " " + place.directory());
            while (true) {
                Files.writeString(place.directory().resolve("ram"), "more");
            }
        }
    }

    @Test
    void closing_endsTheProcess_andDeletesTheDirectory_twiceToo() throws Exception {
        RunPlace place = RunPlace.create();
        Process process = place.start(new ProcessBuilder("sleep", "1000"));
        assertThat(place.directory()).isDirectory();
        place.close();
        assertThat(process.isAlive()).isFalse();
        assertThat(place.directory()).doesNotExist();
        place.close();
    }

    /** Somebody else's process has the number by then: the time of its start is another. */
    @Test
    void aNumberThatAnotherHasTaken_isLeftAlone() throws Exception {
        Process other = new ProcessBuilder("sleep", "1000").start();
        Process same = new ProcessBuilder("sleep", "1000").start();
        try {
            assertThat(Guardian.started(other.pid())).matches("\\d+");
            Path directory = Files.createDirectory(folder.resolve("run of another"));
            abandoned(directory, other.pid(), Guardian.started(other.pid()) + "0");
            assertThat(other.isAlive()).isTrue();
            directory = Files.createDirectory(folder.resolve("run of the same"));
            abandoned(directory, same.pid(), Guardian.started(same.pid()));
            same.waitFor();
        } finally {
            other.destroyForcibly().waitFor();
            same.destroyForcibly();
        }
        assertThat(Guardian.started(other.pid())).isEmpty();
    }

    /** A guardian whose pipe ends without a word, as when its JVM is killed; waits until the directory is gone. */
    private static void abandoned(Path directory, long pid, String start) throws Exception {
        Guardian guardian = Guardian.over(directory);
        guardian.tell(pid, start);
        guardian.abandon();
        for (int i = 0; i < 2000 && Files.exists(directory); i++) {
            Thread.sleep(5);
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void aGuardianThatIsSentAway_touchesNothing() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("kept"));
        Process process = new ProcessBuilder("sleep", "1000").start();
        Guardian guardian = Guardian.over(directory);
        guardian.watch(process.toHandle());
        guardian.close();
        guardian.awaitEnd();
        assertThat(directory).exists();
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor();
    }
}
