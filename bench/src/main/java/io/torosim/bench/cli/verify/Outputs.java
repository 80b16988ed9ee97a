package io.torosim.bench.cli.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares what two runs have written, line by line, without holding it in memory. */
final class Outputs {
    private static final int BEFORE = 3;
    private static final int WIDEST = 300;

    private Outputs() {}

    /** Returns a report of the first difference between two files or the files of two directories; empty if there is none. */
    static Optional<String> difference(Path first, Path second) throws IOException {
        if (!Files.isDirectory(first)) {
            return ofFiles(first, second);
        }
        List<String> names = names(first);
        List<String> others = names(second);
        if (!names.equals(others)) {
            return Optional.of("other files: " + names + " and " + others);
        }
        for (String name : names) {
            Optional<String> difference = ofFiles(first.resolve(name), second.resolve(name));
            if (difference.isPresent()) {
                return difference.map(text -> name + ": " + text);
            }
        }
        return Optional.empty();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static Optional<String> ofFiles(Path first, Path second) throws IOException {
        if (Files.mismatch(first, second) < 0) {
            return Optional.empty();
        }
        ArrayDeque<String> before = new ArrayDeque<>();
        try (BufferedReader one = Files.newBufferedReader(first, StandardCharsets.ISO_8859_1);
                BufferedReader other = Files.newBufferedReader(second, StandardCharsets.ISO_8859_1)) {
            for (long number = 1; ; number++) {
                String a = one.readLine();
                String b = other.readLine();
                if (a == null && b == null) {
                    return Optional.of("differ in their line ends only");
                }
                if (a == null || !a.equals(b)) {
                    StringBuilder report = new StringBuilder("differ from line " + number + " on\n");
                    before.forEach(
                            line -> report.append("   both:   ").append(line).append('\n'));
                    report.append("   first:  ").append(shown(a)).append('\n');
                    report.append("   second: ").append(shown(b));
                    return Optional.of(report.toString());
                }
                before.addLast(shown(a));
                if (before.size() > BEFORE) {
                    before.removeFirst();
                }
            }
        }
    }

    private static String shown(String line) {
        if (line == null) {
            return "(the end)";
        }
        return line.length() <= WIDEST ? line : line.substring(0, WIDEST) + "...";
    }
}
