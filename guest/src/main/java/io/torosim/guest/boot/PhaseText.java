package io.torosim.guest.boot;

import io.torosim.core.time.Picos;
import java.util.Locale;

/** Times as they stand in the driver column. */
final class PhaseText {
    private PhaseText() {}

    static String micros(long ps) {
        return String.format(Locale.ROOT, "%.1f us", ps / (double) Picos.PER_MICRO);
    }

    static String millis(long ps) {
        return String.format(Locale.ROOT, "%.2f ms", ps / (double) Picos.PER_MILLI);
    }
}
