package io.torosim.experiment.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** Whatever a file holds: arrivals in order from 0, or the one exception that names the file. */
class ArrivalsPropertiesTest {
    private static final byte[] SHIPPED = shipped();

    @Property(tries = 1000)
    void randomBytes_areReadOrRefused(@ForAll @Size(max = 400) byte[] bytes, @ForAll boolean requests) {
        readOrRefuse(bytes, requests);
    }

    @Property(tries = 1000)
    void randomPackets_behindAGoodHeader_areReadOrRefused(
            @ForAll("linkType") int linkType, @ForAll List<@Size(max = 120) byte[]> packets, @ForAll boolean requests) {
        Captures capture = Captures.micros(linkType);
        for (byte[] packet : packets) {
            capture.packet(1, 2, packet);
        }
        readOrRefuse(capture.bytes(), requests);
    }

    @Property(tries = 1000)
    void mutationsOfARealCapture_areReadOrRefused(
            @ForAll @Size(max = 3) List<@IntRange(min = 20, max = 6000) Integer> places,
            @ForAll byte value,
            @ForAll @IntRange(max = 6000) int length,
            @ForAll boolean whole,
            @ForAll boolean requests) {
        byte[] bytes = Arrays.copyOf(SHIPPED, whole ? SHIPPED.length : length);
        for (int place : places) {
            if (place < bytes.length) {
                bytes[place] = value;
            }
        }
        boolean read = readOrRefuse(bytes, requests);
        Statistics.label("read all the same").collect(read);
        Statistics.label("read all the same").coverage(c -> c.check(true).percentage(p -> p > 10));
    }

    @Property(tries = 60)
    void randomText_isReadOrRefused(@ForAll("lines") List<String> lines) throws IOException {
        Path file = Files.createTempFile("arrivals", ".csv");
        try {
            Files.write(file, lines, StandardCharsets.UTF_8);
            check(ArrivalCsv.read(file));
        } catch (SpecException e) {
            assertThat(e).hasMessageStartingWith(file.toString()).hasMessageNotContaining("\n");
        } finally {
            Files.delete(file);
        }
    }

    @Property(tries = 60)
    void timesWritten_areTimesRead(@ForAll @Size(min = 1, max = 50) List<@IntRange(max = 1_000_000_000) Integer> micros)
            throws IOException {
        Path file = Files.createTempFile("arrivals", ".csv");
        try {
            List<String> lines = new ArrayList<>(List.of("time,path"));
            micros.forEach(m -> lines.add(m / 1_000_000 + "."
                    + String.valueOf(1_000_000 + m % 1_000_000).substring(1) + ",/"));
            Files.write(file, lines, StandardCharsets.UTF_8);
            int first = micros.stream().min(Integer::compare).orElseThrow();

            assertThat(ArrivalCsv.read(file))
                    .isEqualTo(micros.stream()
                            .sorted()
                            .map(m -> Duration.ofNanos((m - first) * 1000L))
                            .toList());
        } finally {
            Files.delete(file);
        }
    }

    @Provide
    Arbitrary<Integer> linkType() {
        return Arbitraries.of(0, 1, 12, 101, 108, 113, 228, 229, 276);
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> cell = Arbitraries.oneOf(
                Arbitraries.strings()
                        .ofMaxLength(12)
                        .excludeChars('\ud800', '\udfff')
                        .ascii(),
                Arbitraries.of(
                        "1e9",
                        "1e999999999",
                        "-1",
                        "NaN",
                        "0x10",
                        "2018-06-24T00:00:00Z",
                        "+999999999-01-01T00:00:00Z"),
                Arbitraries.doubles().map(String::valueOf));
        return cell.list().ofMaxSize(6);
    }

    /** Returns whether it was read. */
    private static boolean readOrRefuse(byte[] bytes, boolean requests) {
        try {
            check(ArrivalPcap.read("x.pcap", bytes, 8080, requests));
            return true;
        } catch (SpecException e) {
            assertThat(e).hasMessageStartingWith("x.pcap: ").hasMessageNotContaining("\n");
            return false;
        }
    }

    private static void check(List<Duration> arrivals) {
        assertThat(arrivals).isSorted().isNotEmpty();
        assertThat(arrivals.get(0)).isZero();
    }

    private static byte[] shipped() {
        try {
            return Files.readAllBytes(Path.of("..", "specs", "ab-loopback.pcap"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
