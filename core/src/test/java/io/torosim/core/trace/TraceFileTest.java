package io.torosim.core.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void fileThatCannotBeWritten_isToldAtOnce() {
        assertThatThrownBy(() -> TraceFile.begin(new TraceBus(), directory.resolve("no/such/run.json")))
                .isInstanceOf(IOException.class);
    }
}
