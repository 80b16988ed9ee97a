package io.torosim.experiment.load;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.torosim.experiment.spec.SpecException;
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
 * as a decimal number or an ISO 8601 instant. A first line that begins with a letter is a heading. The earliest arrival is time 0.
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
     * @throws SpecException if a line is no timestamp, naming file, line and text
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
        List<Duration> times = new ArrayList<>();
        String content = text.startsWith("\ufeff") ? text.substring(1) : text;
        DecimalCommas commas = new DecimalCommas(file);
        try (CsvReader<CsvRecord> records = CsvReader.builder()
                .allowExtraFields(true) // of other columns nothing is wanted
                .allowMissingFields(true)
                .ofCsvRecord(content)) {
            for (CsvRecord line : records) {
                add(times, line, file, commas);
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

    private static void add(List<Duration> times, CsvRecord line, Path file, DecimalCommas commas) {
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
            times.add(time);
            commas.timestamp(line, cell);
        } else if (number == 1 && isHeading(cell)) {
            commas.heading(line);
        } else {
            throw new SpecException(file + ":" + number + ": not a timestamp: \"" + cell + "\"");
        }
    }

    /** A timestamp with a slip of the pen is no heading: it begins with a digit, a sign or a point, or is no number. */
    private static boolean isHeading(String cell) {
        return Character.isLetter(cell.charAt(0)) && !cell.matches("(?i)nan|inf(inity)?");
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
            if (!sane || seconds.abs().compareTo(BigDecimal.valueOf(1_000_000_000_000L)) > 0) {
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
