package io.torosim.experiment.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.spec.Specification.SpecException;
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
                .hasMessage(dir.resolve("a.csv") + ":3:1: not a timestamp: \"soon\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12.5x",
                "2018-06-24 10:00:00",
                "+-1",
                ".",
                "-",
                "NaN",
                "inf",
                "Infinity",
                "-inf",
                "n/a",
                "NA",
                "null",
                "None",
                "Jan 5 12:00:00",
                "noon 12:00",
                "t0",
                "n/a;x",
                "99999999999",
                "1e999999999"
            })
    void badFirstLine_isNoHeading(String line) {
        assertThatThrownBy(() -> read(line + "\n1\n"))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir.resolve("a.csv") + ":1:1: not a timestamp: \"" + line + "\"");
    }

    @Test
    void quotedCells_areReadAsSpreadsheetsWriteThem() throws IOException {
        assertThat(read("\"when\",\"what, and\nwhy\"\r\n\"1.5\",\"a\"\r\n\"3\",\"say \"\"b\"\"\"\r\n"))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1500));
        assertThatThrownBy(() -> read("\"a\nb\"\n\"soon\"\n"))
                .hasMessage(dir.resolve("a.csv") + ":3:1: not a timestamp: \"soon\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "time (s)", "t[ms]", "timestamp_ms", "Zeit/s", "load %", "Name of it", " when "})
    void wordWithoutADigit_isAHeading(String word) throws IOException {
        assertThat(read(word + "\n1\n3\n")).containsExactly(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void column_isThatOfTheText() {
        assertThatThrownBy(() -> read("1\n  noon\n"))
                .hasMessage(dir.resolve("a.csv") + ":2:3: not a timestamp: \"noon\"");
    }

    @Test
    void moreFieldsThanTheHeading_areRefused_emptyOnesAtTheEndAreNone() throws IOException {
        assertThatThrownBy(() -> read("time,size\n2,7\n0,1,5\n"))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir.resolve("a.csv")
                        + ":3: 3 fields under a heading of 2; decimals take a point, value=\"0,1,5\"");
        assertThat(read("time,size\n2,7,\n4,1, ,\n")).containsExactly(Duration.ZERO, Duration.ofSeconds(2));
        assertThat(read("time\n2,\n4,\n")).containsExactly(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void timesFurtherApartThanTheClockReaches_areRefusedWithTheirLine() throws IOException {
        assertThat(read("0\n8640000\n")).containsExactly(Duration.ZERO, Duration.ofDays(100));
        assertThatThrownBy(() -> read("0\n5\n8640000.1\n"))
                .hasMessageContaining("a.csv:3: more than 100 days from line 1");
        assertThatThrownBy(() -> read("2018-06-24T10:00:00Z\n5\n"))
                .hasMessageContaining("a.csv:2: more than 100 days from line 1");
        assertThatThrownBy(() -> read("0\n99999999999\n")).hasMessageContaining("a.csv:2:1: not a timestamp");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {"1~2,\"a~3~4~ | 2", "\"1~2~ | 1", "1,\"a\"\"~\"~2,\"~3~ | 3", "1^2^3,\"^4 | 3"})
    void openQuote_isRefusedWithItsLine(String content, int line) {
        assertThatThrownBy(() -> read(content.replace('~', '\n').replace("^", "\r\n")))
                .isInstanceOf(SpecException.class)
                .hasMessage(dir.resolve("a.csv") + ":" + line + ": a quotation mark that nothing closes");
    }

    @Test
    void quoteInTheMiddleOfAField_isText() throws IOException {
        assertThat(read("1,5\" disk\n2,\"a\"\"b\"\n")).containsExactly(Duration.ZERO, Duration.ofSeconds(1));
    }

    @Test
    void byteOrderMark_isAccepted() throws IOException {
        assertThat(read("\ufeff10\n11\n")).containsExactly(Duration.ZERO, Duration.ofSeconds(1));
        assertThat(read("\ufefftime\n11\n")).containsExactly(Duration.ZERO);
    }

    @Test
    void linesOfDifferentLength_areRead_textBehindAQuoteIsNot() throws IOException {
        assertThat(read("time,path,agent\n1.0,/a\n2.5\n3.0,/b,x\n"))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1500), Duration.ofSeconds(2));
        assertThatThrownBy(() -> read("1\n\"2\"x\n"))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith(dir.resolve("a.csv") + ": no comma-separated values: ")
                .hasMessageContaining(" 2");
    }

    @Test
    void secondHeading_isNoHeading() {
        assertThatThrownBy(() -> read("time\nseconds\n1\n")).hasMessageContaining("a.csv:2:1: not a timestamp");
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
