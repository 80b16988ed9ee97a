package io.torosim.virtio.testkit;

import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule that one side broke, as somebody saw it who looks at memory only, or at registers only.
 *
 * @param verdict how much it weighs
 * @param side who broke it
 * @param error rule, place, value and expectation
 * @param access number of the memory access at which it was seen, counted from 1 over both sides; or of the register
 *     access
 * @param cause what was thrown out of that side's half, if that is what is wrong, or null
 */
public record Violation(Verdict verdict, Side side, RingError error, long access, @Nullable Throwable cause) {
    /** Checks that nothing is missing. */
    public Violation {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(side, "side");
        Objects.requireNonNull(error, "error");
    }

    /** Something that was not thrown. */
    public Violation(Verdict verdict, Side side, RingError error, long access) {
        this(verdict, side, error, access, null);
    }

    /** Something that must not be. */
    public Violation(Side side, RingError error, long access) {
        this(Verdict.MUST, side, error, access);
    }

    /** Returns the rule. */
    public Rule rule() {
        return error.rule();
    }

    /** Returns the violations that weigh at least so much, in their order. */
    public static List<Violation> atLeast(Verdict verdict, List<Violation> violations) {
        return violations.stream()
                .filter(v -> v.verdict.compareTo(verdict) <= 0)
                .toList();
    }

    /** Returns the first thing that was thrown, one with a trace if there is one, or null. */
    static @Nullable Throwable cause(List<Violation> violations) {
        return violations.stream()
                .map(Violation::cause)
                .filter(Objects::nonNull)
                .min(java.util.Comparator.comparing(cause -> cause.getStackTrace().length == 0))
                .orElse(null);
    }

    /** Returns the violations a line a rule and side: the first of each, and how many more there are. */
    public static String summary(List<Violation> violations) {
        return violations.stream()
                .collect(Collectors.groupingBy(
                        v -> v.side + " " + v.rule() + " " + v.verdict,
                        java.util.LinkedHashMap::new,
                        Collectors.toList()))
                .values()
                .stream()
                .map(same -> same.get(0) + (same.size() > 1 ? " (and " + (same.size() - 1) + " more)" : ""))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return side + (verdict == Verdict.MUST ? "" : " (" + verdict.name().toLowerCase(java.util.Locale.ROOT) + ")")
                + " at access " + access + ": " + error;
    }

    /** Who touched memory. */
    public enum Side {
        /** The guest's driver. */
        DRIVER,
        /** The device. */
        DEVICE
    }

    /** How much a finding weighs. */
    public enum Verdict {
        /** The specification forbids it, or nothing could work with it. Fails a test. */
        MUST,
        /** The specification advises against it: an event that nobody asked for, say. Shown; fails only where asked. */
        SHOULD,
        /**
         * Neither: a habit of an implementation, such as to look at the next buffer early, or to call an error by another
         * rule. Shown; fails only where asked.
         */
        IMPLEMENTATION
    }
}
