package io.torosim.virtio.testkit;

import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import java.util.Objects;

/**
 * A rule that one side broke, as somebody saw it who looks at memory only, or at registers only.
 *
 * @param side who broke it
 * @param error rule, place, value and expectation
 * @param access number of the memory access at which it was seen, counted from 1 over both sides; or of the register
 *     access
 */
public record Violation(Side side, RingError error, long access) {
    /** Checks that nothing is missing. */
    public Violation {
        Objects.requireNonNull(side, "side");
        Objects.requireNonNull(error, "error");
    }

    /** Returns the rule. */
    public Rule rule() {
        return error.rule();
    }

    @Override
    public String toString() {
        return side + " at access " + access + ": " + error;
    }
}
