package io.torosim.experiment.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalCsvTest {
    @TempDir
    private Path dir;

    @Test
    void seconds_areOffsetsFromTheEarliest() throws IOException {
        assertThat(read("time,url\n12.5,/a\n10,/b\n\n10.000000001,/c\n"))
                .containsExactly(Duration.ZERO, Duration.ofNanos(1), Duration.ofMillis(2500));
    }

    @Test
    void instants_doAsWell() throws IOException {
        assertThat(read("2018-06-24T10:00:00Z\n2018-06-24T10:00:01.250Z\n"))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1250));
    }

    @Test
    void otherText_isNamedWithItsLine() {
        assertThatThrownBy(() -> read("time\n1\nsoon\n"))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir.resolve("a.csv") + ":3: not a timestamp: \"soon\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.5x", "2018-06-24 10:00:00", "+-1", ".", "-", "NaN", "inf", "1e999999999"})
    void badFirstLine_isNoHeading(String line) {
        assertThatThrownBy(() -> read(line + "\n1\n"))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir.resolve("a.csv") + ":1: not a timestamp: \"" + line + "\"");
    }

    @Test
    void quotedCells_areReadAsSpreadsheetsWriteThem() throws IOException {
        assertThat(read("\"when\",\"what, and\nwhy\"\r\n\"1.5\",\"a\"\r\n\"3\",\"say \"\"b\"\"\"\r\n"))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1500));
        assertThatThrownBy(() -> read("\"a\nb\"\n\"soon\"\n"))
                .hasMessage(dir.resolve("a.csv") + ":3: not a timestamp: \"soon\"");
    }

    @Test
    void byteOrderMark_isAccepted() throws IOException {
        assertThat(read("\ufeff10\n11\n")).containsExactly(Duration.ZERO, Duration.ofSeconds(1));
        assertThat(read("\ufefftime\n11\n")).containsExactly(Duration.ZERO);
    }

    @Test
    void secondHeading_isNoHeading() {
        assertThatThrownBy(() -> read("time\nseconds\n1\n")).hasMessageContaining("a.csv:2: not a timestamp");
    }

    @Test
    void emptyFile_isRefused() {
        assertThatThrownBy(() -> read("time\n")).hasMessage(dir.resolve("a.csv") + ": no timestamps");
    }

    private List<Duration> read(String content) throws IOException {
        Path file = dir.resolve("a.csv");
        Files.writeString(file, content);
        return ArrivalCsv.read(file);
    }
}
