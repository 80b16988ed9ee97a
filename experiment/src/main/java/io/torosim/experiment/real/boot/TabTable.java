package io.torosim.experiment.real.boot;

import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of tab-separated text under a heading; lines that begin with # are comments. */
public final class TabTable {
    private TabTable() {}

    /** Reads a resource of {@code owner}. */
    public static List<String[]> ofResource(Class<?> owner, String name, List<String> heading) throws IOException {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), name, heading);
        }
    }

    /** Reads a file; throws {@link RealMachineException} naming file, line and what is wrong. */
    public static List<String[]> ofFile(Path file, List<String> heading) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RealMachineException(
                    file + ": " + (Files.isDirectory(file) ? "is a directory, not a table" : "no such file"));
        }
        List<String[]> rows;
        try {
            rows = parse(Files.readString(file), file.toString(), heading);
        } catch (MalformedInputException e) {
            throw new RealMachineException(file + ": not UTF-8 text");
        }
        if (rows.isEmpty()) {
            throw new RealMachineException(file + ": has no row under the heading " + String.join(" ", heading));
        }
        return rows;
    }

    static List<String[]> parse(String text, String name, List<String> heading) throws IOException {
        List<String[]> rows = new ArrayList<>();
        boolean headed = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            if (!headed) {
                if (!List.of(cells).equals(heading)) {
                    throw new RealMachineException(
                            name + ":" + number + ": the heading must be " + String.join(" ", heading));
                }
                headed = true;
            } else if (cells.length != heading.size()) {
                throw new RealMachineException(name + ":" + number + ": a line must have " + heading.size()
                        + " columns, columns=" + cells.length);
            } else {
                rows.add(cells);
            }
        }
        return rows;
    }
}
