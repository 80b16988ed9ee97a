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
import org.junit.jupiter.params.provider.CsvSource;
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
    void linesOfDifferentLength_areRead_anOpenQuoteIsNot() throws IOException {
        assertThat(read("time\n1.0,/a\n2.5\n3.0,/b,x\n"))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1500), Duration.ofSeconds(2));
        assertThatThrownBy(() -> read("1\n\"2\"x\n"))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith(dir.resolve("a.csv") + ": no comma-separated values: ")
                .hasMessageContaining(" 2");
    }

    @Test
    void secondHeading_isNoHeading() {
        assertThatThrownBy(() -> read("time\nseconds\n1\n")).hasMessageContaining("a.csv:2: not a timestamp");
    }

    @Test
    void emptyFile_isRefused() {
        assertThatThrownBy(() -> read("time\n")).hasMessage(dir.resolve("a.csv") + ": no timestamps");
    }

    /** Half a second would be lost without a word. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12,5~13,25~           | 1:3 | 12,5",
                "Zeit~12,5~            | 2:3 | 12,5",
                "Zeit;Pfad~12,5;/a~    | 2:3 | 12,5;/a",
                "12~13,5~              | 2:3 | 13,5",
                "t,n~12,5;/a~          | 2:3 | 12,5;/a",
                "1000,5~               | 1:5 | 1000,5",
                "12,5,0~               | 1:3 | 12,5",
                "t~12,200~12.5~        | 2:3 | 12,200",
            })
    void decimalComma_isRefusedWithLineAndColumn(String content, String place, String value) {
        assertThatThrownBy(() -> read(content.replace('~', '\n')))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir.resolve("a.csv") + ":" + place
                        + ": a comma between digits; decimals take a point, and where it separates columns a first line"
                        + " names them, value=\"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time,status\n12,200\n13,404\n", // a heading names two columns
                "12.0,200\n13,404\n", // a point elsewhere
                "12,200\n13.0,404\n",
                "12,/5\n13,5a\n", // no digits
                "12,\n13,\n",
                "2018-06-24T10:00:00Z,200\n2018-06-24T10:00:01Z,404\n"
            })
    void commaThatSeparatesColumns_isNone(String content) throws IOException {
        assertThat(read(content)).containsExactly(Duration.ZERO, Duration.ofSeconds(1));
    }

    private List<Duration> read(String content) throws IOException {
        Path file = dir.resolve("a.csv");
        Files.writeString(file, content);
        return ArrivalCsv.read(file);
    }
}
