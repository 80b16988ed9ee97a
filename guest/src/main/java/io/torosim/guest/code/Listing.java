package io.torosim.guest.code;

import io.torosim.guest.spec.OptimisationLevel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The compiler's output for a few routines of a kernel: instructions and labels. A value. */
final class Listing {
    /** Those of the levels, read when first asked for: every guest wants one. */
    private static final Map<OptimisationLevel, Listing> READ = new EnumMap<>(OptimisationLevel.class);

    private final List<Instruction> instructions;
    private final Map<String, Integer> labels;

    private Listing(String text, String name) {
        List<Instruction> read = new ArrayList<>();
        Map<String, Integer> positions = new TreeMap<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (line.endsWith(":")) {
                positions.put(line.substring(0, line.length() - 1), read.size());
                continue;
            }
            try {
                read.add(Instruction.parse(line));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ":" + number + ": " + e.getMessage(), e);
            }
        }
        instructions = List.copyOf(read);
        labels = Collections.unmodifiableMap(positions);
    }

    /** Parses assembly text; errors name the line. */
    static Listing parse(String text, String name) {
        return new Listing(text, name);
    }

    /** Returns the listing that Free Pascal 3.2.2 made of routines.pas at a level. */
    static synchronized Listing of(OptimisationLevel level) {
        return READ.computeIfAbsent(level, l -> parse(text(l), name(l)));
    }

    /** Returns its text. */
    static String text(OptimisationLevel level) {
        String name = name(level);
        try (InputStream in = Listing.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(OptimisationLevel level) {
        return switch (level) {
            case NONE -> "routines-none.s";
            case O1 -> "routines-o1.s";
            case O2, O3 -> "routines-o2.s"; // the compiler makes the same code
        };
    }

    Instruction at(int position) {
        return instructions.get(position);
    }

    int size() {
        return instructions.size();
    }

    /** Returns where a label is, or -1 for one that is not in the listing. */
    int position(String label) {
        return labels.getOrDefault(label, -1);
    }
}
