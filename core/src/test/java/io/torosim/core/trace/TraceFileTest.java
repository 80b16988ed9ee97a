package io.torosim.core.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceFile.TraceNames;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
    @TempDir
    Path directory;

    private final TraceNames names =
            new TraceNames().place(0, "counter").entity(7, "customer \"7\"").states(List.of("idle", "busy"));

    private static void scene(TraceBus bus) {
        bus.emit(1_500, 0, TraceKind.VCPU_STATE, 1, 0);
        bus.emit(2_000, 0, TraceKind.USER, 7, 3);
        bus.emit(2_500, 1, TraceKind.THREAD_SWITCH, 8, 7);
        bus.emit(3_000, -1, TraceKind.SAMPLE, 7, 1);
    }

    @Test
    void text_hasNamesWhereThereAreSome() throws IOException {
        TraceBus bus = new TraceBus();
        Path file = directory.resolve("run.txt");
        try (TraceFile trace = TraceFile.begin(bus, file, names)) {
            scene(bus);
            assertThat(file).as("not before its end").doesNotExist();
            end(trace);
            scene(bus);
        }
        assertThat(Files.readString(file))
                .isEqualTo("1.500 counter VCPU_STATE busy(1) 0\n2.000 counter USER customer \"7\"(7) 3\n"
                        + "2.500 vcpu1 THREAD_SWITCH 8 7\n3.000 machine SAMPLE 7 1\n");
        assertThat(directory.toFile().list()).containsExactly("run.txt");
    }

    private static void end(TraceFile trace) throws IOException {
        trace.close();
    }

    /** Nothing need happen at the end of a run: the states last up to there all the same. */
    @Test
    void lastStates_lastAsFarAsTheRunHasCome() throws IOException {
        TraceBus bus = new TraceBus();
        StringWriter timeline = new StringWriter();
        StringWriter waves = new StringWriter();
        try (TraceFile json = TraceFile.timeline(bus, timeline, names);
                TraceFile vcd = TraceFile.waves(bus, waves, 1, names)) {
            bus.emit(1_500, 0, TraceKind.VCPU_STATE, 1, 0);
            bus.reached(500_000_000);
            bus.reached(400_000_000); // an earlier time is no news
            assertThat(List.of(json, vcd)).hasSize(2);
        }
        assertThat(timeline.toString())
                .contains("\"name\":\"busy\",\"ph\":\"X\"")
                .contains("\"dur\":499.9985");
        assertThat(waves.toString()).endsWith("#500000000\n");
    }

    @Test
    void aMachineSaysHowFarItHasRun() throws IOException {
        StringWriter timeline = new StringWriter();
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build());
                TraceFile trace = TraceFile.timeline(machine.trace(), timeline, names)) {
            machine.vcpu(0).start(vcpu -> Picos.PER_MILLI, vector -> vcpu -> Activity.DONE);
            machine.runUntil(Duration.ofMillis(500));
            assertThat(trace).isNotNull();
        }
        assertThat(timeline.toString()).contains("\"dur\":500000");
    }

    @Test
    void json_isATimelineWithNames_andReplacesWhatWasThere() throws IOException {
        Path file = directory.resolve("run.json");
        Files.writeString(file, "old");
        TraceBus bus = new TraceBus();
        try (TraceFile trace = TraceFile.begin(bus, file, names)) {
            scene(bus);
            assertThat(trace).isNotNull();
        }
        assertThat(Files.readString(file))
                .startsWith("[")
                .endsWith("]\n")
                .contains("{\"name\":\"counter\"}", "\"name\":\"busy\",\"ph\":\"X\"", "\"of\":\"customer \\\"7\\\"\"");
    }

    @Test
    void names_changeNoDigest() throws IOException {
        TraceBus plain = new TraceBus();
        scene(plain);
        TraceBus traced = new TraceBus();
        try (TraceFile trace = TraceFile.begin(traced, directory.resolve("t"))) {
            scene(traced);
            assertThat(trace).isNotNull();
        }
        assertThat(traced.digest().hex()).isEqualTo(plain.digest().hex());
    }

    /** Of the file beside nobody but the class knows. */
    @Test
    void fileThatCannotBeWritten_isToldAtOnce_byItsOwnName() throws IOException {
        Path lost = directory.resolve("no/such/run.json");
        assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), lost))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(lost + ": its directory does not exist");
        Path folder = Files.createDirectory(directory.resolve("folder.json"));
        assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), folder)).hasMessage(folder + ": is a directory");
        Path below = Files.createFile(directory.resolve("file")).resolve("run.json");
        assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), below)).hasMessage(below + ": Not a directory");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), Path.of("/proc/x")))
                    .hasMessage("/proc/x: no file can be made there");
        }
        Path longest = directory.resolve("x".repeat(256));
        assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), longest)).hasMessage(longest + ": File name too long");
    }

    @Test
    void nameOfAWaveFile_isRefused_forItWouldHoldText() {
        Path waves = directory.resolve("x.vcd");
        assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), waves))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waves are written by TraceFile.waves, this would be text, file=" + waves);
        assertThat(waves).doesNotExist();
    }

    @Test
    void fullDisk_isToldWithTheFile_duringTheRunAndAtItsEnd() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
        TraceBus bus = new TraceBus();
        TraceFile endless = TraceFile.timeline(bus, full, names);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        scene(bus);
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("No space left on device")
                .cause()
                .hasMessage("/dev/full: No space left on device");
        endless.discard();
        for (String name : List.of("json", "txt")) {
            TraceBus brief = new TraceBus();
            TraceFile small =
                    name.equals("json") ? TraceFile.timeline(brief, full, names) : TraceFile.begin(brief, full, names);
            scene(brief);
            assertThatThrownBy(small::close).hasMessage("/dev/full: No space left on device");
            small.close(); // once is enough
        }
    }

    @Test
    void symbolicLink_staysOne_andWhatIsDiscardedLeavesTheOldFile() throws IOException {
        Path file = directory.resolve("real.json");
        Files.writeString(file, "old");
        Path link = Files.createSymbolicLink(directory.resolve("link.json"), file);
        TraceBus bus = new TraceBus();
        TraceFile lost = TraceFile.begin(bus, link);
        scene(bus);
        lost.discard();
        lost.close();
        assertThat(file).hasContent("old");
        try (TraceFile trace = TraceFile.begin(bus, link)) {
            scene(bus);
            assertThat(trace).isNotNull();
        }
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file)).startsWith("[");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("real.json", "link.json");
    }
}
