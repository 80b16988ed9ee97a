package io.torosim.experiment.load;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Request arrivals from a file of timestamps, one a line in the first column of comma-separated values (RFC 4180, quoted or not): seconds
 * as a decimal number in [-10^10, 10^10] or an ISO 8601 instant, all of them within 100 days. They are
 * sorted, for a log has them in the order in which requests ended; the earliest arrival is time 0.
 *
 * <p>A first line is a heading if its first field is a word: it begins with a letter, has no digit, and is not what programs write for a value that
 * is missing ({@code n/a}, {@code NaN}). No line below a heading has more fields than it. Anything else that is no timestamp is refused: the first
 * request would be lost without a word.
 *
 * <p>Decimals take a point. Whole seconds, a comma and digits, as in {@code 12,5}, are refused unless it is known that the comma separates two
 * columns: because a heading names several, or because another time of the file has a point or is an instant.
 */
public final class ArrivalCsv {
    private static final int MAX_LINES = 10_000_000;

    private ArrivalCsv() {}

    /**
     * Reads the arrivals of {@code file} as offsets from the first, in order.
     *
     * @throws SpecException if a line is no timestamp, has more fields than the heading or a quotation mark that nothing closes, or lies more than
     *     100 days from another, naming file, line and text
     */
    public static List<Duration> read(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new SpecException(file + ": no such file");
        } catch (IOException e) {
            throw new SpecException(file + ": cannot be read as text: " + e.getMessage());
        }
        String content = text.startsWith("\ufeff") ? text.substring(1) : text;
        OpenQuote.refuse(content, file);
        List<Duration> times = new ArrayList<>();
        ArrivalSpan span = new ArrivalSpan(file);
        DecimalCommas commas = new DecimalCommas(file);
        try (CsvReader<CsvRecord> records = CsvReader.builder()
                .allowExtraFields(true) // of other columns nothing is wanted
                .allowMissingFields(true)
                .ofCsvRecord(content)) {
            for (CsvRecord line : records) {
                add(times, line, file, commas, span);
            }
            commas.end();
        } catch (CsvParseException e) {
            String what = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
            throw new SpecException(file + ": no comma-separated values: " + e.getMessage() + what);
        } catch (IOException e) {
            throw new SpecException(file + ": cannot be read: " + e.getMessage());
        }
        if (times.isEmpty()) {
            throw new SpecException(file + ": no timestamps");
        }
        return sinceFirst(times);
    }

    private static void add(List<Duration> times, CsvRecord line, Path file, DecimalCommas commas, ArrivalSpan span) {
        long number = line.getStartingLineNumber();
        if (number > MAX_LINES) {
            throw new SpecException(file + ": more than " + MAX_LINES + " lines");
        }
        String cell = line.getField(0).strip();
        if (cell.isEmpty()) {
            return;
        }
        Duration time = parse(cell);
        if (time != null) {
            span.add(time, number);
            times.add(time);
            commas.timestamp(line, cell);
        } else if (number == 1 && HeadingWord.is(cell)) {
            commas.heading(line);
        } else {
            int column = 1 + line.getField(0).indexOf(cell);
            throw new SpecException(file + ":" + number + ":" + column + ": not a timestamp: \"" + cell + "\"");
        }
    }

    static List<Duration> sinceFirst(List<Duration> times) {
        List<Duration> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        Duration first = sorted.get(0);
        sorted.replaceAll(t -> t.minus(first));
        return sorted;
    }

    private static @Nullable Duration parse(String cell) {
        try {
            BigDecimal seconds = new BigDecimal(cell);
            boolean sane = seconds.precision() < 40 && Math.abs(seconds.scale()) < 40;
            if (!sane || seconds.abs().compareTo(BigDecimal.valueOf(10_000_000_000L)) > 0) {
                return null;
            }
            long whole = seconds.longValue();
            int nanos = seconds.subtract(BigDecimal.valueOf(whole))
                    .movePointRight(9)
                    .intValue();
            return Duration.ofSeconds(whole, nanos);
        } catch (NumberFormatException e) {
            // perhaps an instant
        }
        try {
            Instant instant = Instant.parse(cell);
            return Duration.ofSeconds(instant.getEpochSecond(), instant.getNano());
        } catch (DateTimeException e) {
            return null;
        }
    }
}
