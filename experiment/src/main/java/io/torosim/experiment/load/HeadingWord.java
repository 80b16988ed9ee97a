package io.torosim.experiment.load;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells the name of a column from a timestamp that has gone wrong: {@code time (s)} is one, {@code Jan 5 12:00} and {@code n/a} are none. */
final class HeadingWord {
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}_\\-()\\[\\].%/\\s]*");
    /** What programs write where there is no value. */
    private static final List<String> NO_VALUE = List.of("n/a", "na", "nan", "null", "none", "inf", "infinity");

    private HeadingWord() {}

    /** Returns whether {@code cell} is the name of a column, or of several between semicolons or tabs. */
    static boolean is(String cell) {
        String word = cell.split("[;\t]", 2)[0].strip();
        return WORD.matcher(word).matches() && !NO_VALUE.contains(word.toLowerCase(Locale.ROOT));
    }
}
