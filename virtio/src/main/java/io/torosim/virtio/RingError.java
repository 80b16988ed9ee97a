package io.torosim.virtio;

import java.util.Locale;
import java.util.Objects;

/**
 * What was wrong with a ring: the rule that was broken, the place and the value that was found there. A value, not an
 * exception: a broken ring is the other side's mistake, and a queue that meets one stops and keeps this.
 *
 * @param rule the broken rule
 * @param place where, in the specification's words, such as {@code "avail.ring[3]"}
 * @param value what was found there
 * @param detail what was expected
 */
public record RingError(Rule rule, String place, long value, String detail) {
    /** Checks that nothing is missing. */
    public RingError {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(detail, "detail");
    }

    /** Returns the error in one line: rule, section, place, value, expectation. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s (%s): %s = %d (0x%x): %s", rule, rule.section(), place, value, value, detail);
    }
}
