package io.torosim.experiment.load;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.torosim.experiment.spec.Specification.SpecException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds decimal commas in comma-separated values, where {@code 12,5} is 12 in one column and 5 in the next: half a second lost without a
 * word. A comma between whole seconds and digits is taken for one unless something says that it separates columns; a line with more fields than
 * the heading has one somewhere.
 */
final class DecimalCommas {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+([;\\t].*)?", Pattern.DOTALL);

    private final Path file;
    private boolean columnsAreKnown;
    private int columns = Integer.MAX_VALUE;
    private @Nullable SpecException first;

    DecimalCommas(Path file) {
        this.file = file;
    }

    void heading(CsvRecord line) {
        columns = line.getFieldCount();
        columnsAreKnown = columns > 1;
    }

    /** A line that begins with a timestamp, its first cell without spaces. */
    void timestamp(CsvRecord line, String cell) {
        boolean isWhole = WHOLE.matcher(cell).matches();
        boolean digitsFollow =
                line.getFieldCount() > 1 && DIGITS.matcher(line.getField(1)).matches();
        boolean isTable = digitsFollow && !WHOLE.matcher(line.getField(1)).matches(); // 12,5;/index.html
        boolean isAlone = columns == 1;
        if (isWhole && digitsFollow && (first == null || isTable || isAlone)) {
            SpecException found = new SpecException(file + ":" + line.getStartingLineNumber() + ":"
                    + (line.getField(0).length() + 1)
                    + ": a comma between digits; decimals take a point, and where it separates columns a first line"
                    + " names them, value=\"" + cell + "," + line.getField(1) + "\"");
            if (isTable || isAlone) {
                throw found;
            }
            first = found;
        }
        if (filled(line) > columns) {
            throw new SpecException(file + ":" + line.getStartingLineNumber() + ": " + filled(line)
                    + " fields under a heading of " + columns + "; decimals take a point, value=\""
                    + String.join(",", line.getFields()) + "\"");
        }
        columnsAreKnown |= !isWhole && line.getFieldCount() > 1;
    }

    /** Fields without the empty ones at the end of the line. */
    private static int filled(CsvRecord line) {
        int count = line.getFieldCount();
        while (count > 1 && line.getField(count - 1).isBlank()) {
            count--;
        }
        return count;
    }

    /** Throws {@link SpecException} for the first such comma. */
    void end() {
        if (first != null && !columnsAreKnown) {
            throw first;
        }
    }
}
