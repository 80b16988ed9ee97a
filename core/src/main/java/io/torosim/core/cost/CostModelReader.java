package io.torosim.core.cost;

import io.torosim.core.cost.CostModel.CostModelException;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.cost.CostModel.CostParameter.Basis;
import io.torosim.core.cost.CostModel.CostParameter.Confidence;
import io.torosim.core.cost.CostModel.CostParameter.CostUnit;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads parameters from tab-separated lines: name, value, unit, low, high, basis, confidence, source. Lines that are
 * empty or begin with {@code #} are passed over; the first other line is the heading.
 */
final class CostModelReader {
    private static final String HEADING = "name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource";

    private static final int MOST_SHOWN = 200;
    private static final int MOST_DIGITS = 30;

    private final String file;
    private final Map<String, Integer> lines;
    private int line;

    private CostModelReader(String file, Map<String, Integer> lines) {
        this.file = file;
        this.lines = lines;
    }

    /**
     * Reads all.
     *
     * @param lines takes the line of each parameter
     */
    static Map<String, CostParameter> read(BufferedReader reader, String file, Map<String, Integer> lines)
            throws IOException {
        return new CostModelReader(file, lines).readAll(reader);
    }

    private Map<String, CostParameter> readAll(BufferedReader reader) throws IOException {
        Map<String, CostParameter> parameters = new LinkedHashMap<>();
        boolean headed = false;
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
            line++;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            if (!headed) {
                if (!text.equals(HEADING)) {
                    throw problem("the first line must be the heading '" + HEADING.replace('\t', ' ') + "'");
                }
                headed = true;
                continue;
            }
            CostParameter parameter = parse(text);
            if (parameters.put(parameter.name(), parameter) != null) {
                throw problem("parameter is there twice: " + parameter.name());
            }
            lines.put(parameter.name(), line);
        }
        if (!headed) {
            throw problem("no heading: the file is empty");
        }
        return parameters;
    }

    private CostParameter parse(String text) {
        String[] cells = text.split("\t", -1);
        if (cells.length != 8) {
            throw problem("a line must have 8 tab-separated cells, cells=" + cells.length);
        }
        CostUnit unit = CostUnit.ofSymbol(cells[2]);
        if (unit == null) {
            throw problem(cells[0] + ": no such unit: " + cells[2]);
        }
        try {
            return new CostParameter(
                    cells[0],
                    number(cells[0], cells[1]),
                    unit,
                    number(cells[0], cells[3]),
                    number(cells[0], cells[4]),
                    constant(Basis.class, cells[0], cells[5]),
                    constant(Confidence.class, cells[0], cells[6]),
                    cells[7]);
        } catch (CostModelException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    private BigDecimal number(String name, String cell) {
        if (cell.length() > MOST_DIGITS) {
            throw problem(name + ": a number must have at most " + MOST_DIGITS + " characters: '" + cell + "'");
        }
        try {
            BigDecimal number = new BigDecimal(cell);
            if (Math.abs((long) number.scale()) > MOST_DIGITS) {
                throw problem(name + ": not a number of a cost: '" + cell + "'"); // 1e999999999 has all memory's digits
            }
            return number;
        } catch (NumberFormatException e) {
            throw problem(name + ": not a number: '" + cell + "'");
        }
    }

    private <E extends Enum<E>> E constant(Class<E> type, String name, String cell) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(cell)) {
                return constant;
            }
        }
        throw problem(name + ": no such " + type.getSimpleName().toLowerCase(Locale.ROOT) + ": '" + cell + "'");
    }

    /** A damaged file is shown, not let loose on the terminal: control characters as their numbers, and not without end. */
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < MOST_SHOWN; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) ? String.format(Locale.ROOT, "\\u%04x", (int) c) : c);
        }
        return text.length() > MOST_SHOWN ? shown + "..." : shown.toString();
    }

    private CostModelException problem(String what) {
        return new CostModelException(file, line, printable(what));
    }
}
