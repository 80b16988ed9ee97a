package io.torosim.core.cost;

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

    private final String file;
    private int line;

    private CostModelReader(String file) {
        this.file = file;
    }

    static Map<String, CostParameter> read(BufferedReader reader, String file) throws IOException {
        return new CostModelReader(file).readAll(reader);
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
        try {
            return new BigDecimal(cell);
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

    private CostModelException problem(String what) {
        return new CostModelException(file, line, what);
    }
}
