package io.torosim.guest.spec;

import java.time.Duration;
import java.util.Objects;

/**
 * What a wire does to frames, the same in both directions: a value.
 *
 * @param delay from one end to the other, at least 0
 * @param jitter added to each frame's delay, uniform from 0, at least 0; frames stay in order unless they are reordered
 * @param lossPerMillion frames lost of a million, in [0, 1000000]
 * @param duplicatePerMillion frames that arrive twice of a million, in [0, 1000000]
 * @param reorderPerMillion frames of a million that later ones overtake, in [0, 1000000]
 * @param reorderDelay what is added to the delay of such a frame, at least 0
 */
public record LinkSpec(
        Duration delay,
        Duration jitter,
        int lossPerMillion,
        int duplicatePerMillion,
        int reorderPerMillion,
        Duration reorderDelay) {
    /** Checks the ranges. */
    public LinkSpec {
        check("delay", delay);
        check("jitter", jitter);
        check("reorderDelay", reorderDelay);
        check("lossPerMillion", lossPerMillion);
        check("duplicatePerMillion", duplicatePerMillion);
        check("reorderPerMillion", reorderPerMillion);
    }

    private static void check(String name, Duration value) {
        Objects.requireNonNull(value, name);
        if (value.isNegative() || value.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(name + " must be in [0, 60 s], " + name + "=" + value);
        }
    }

    private static void check(String name, int value) {
        if (value < 0 || value > 1_000_000) {
            throw new IllegalArgumentException(name + " must be in [0, 1000000], " + name + "=" + value);
        }
    }

    /** Returns a wire without delay that loses nothing. */
    public static LinkSpec perfect() {
        return new LinkSpec(Duration.ZERO, Duration.ZERO, 0, 0, 0, Duration.ofMillis(1));
    }

    /** Returns this with another delay and jitter. */
    public LinkSpec withDelay(Duration newDelay, Duration newJitter) {
        return new LinkSpec(newDelay, newJitter, lossPerMillion, duplicatePerMillion, reorderPerMillion, reorderDelay);
    }

    /** Returns this with another loss. */
    public LinkSpec withLoss(int perMillion) {
        return new LinkSpec(delay, jitter, perMillion, duplicatePerMillion, reorderPerMillion, reorderDelay);
    }

    /** Returns this with another share of duplicates. */
    public LinkSpec withDuplicates(int perMillion) {
        return new LinkSpec(delay, jitter, lossPerMillion, perMillion, reorderPerMillion, reorderDelay);
    }

    /** Returns this with another share of frames that come late. */
    public LinkSpec withReordering(int perMillion, Duration by) {
        return new LinkSpec(delay, jitter, lossPerMillion, duplicatePerMillion, perMillion, by);
    }
}
