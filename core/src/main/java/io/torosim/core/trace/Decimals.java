package io.torosim.core.trace;

import java.io.IOException;

/** Exact decimal fractions without floating point. */
final class Decimals {
    private Decimals() {}

    /** Appends {@code value / divisor}, the divisor a power of ten, with all decimals. */
    static void append(Appendable out, long value, long divisor) throws IOException {
        out.append(Long.toString(value / divisor)).append('.');
        String rest = Long.toString(divisor + value % divisor);
        out.append(rest, 1, rest.length());
    }
}
