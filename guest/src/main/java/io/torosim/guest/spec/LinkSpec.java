package io.torosim.guest.spec;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * What a wire does to frames, the same in both directions: a value. What stands at the guest's end of it are {@link NicCard}, the card, and {@link
 * NetBackend}, who moves its packets.
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

    /** Who moves packets between the guest's queues and the host's network. */
    public enum NetBackend {
        /** A kernel thread of the host (vhost-net): its time is not the QEMU process's. */
        VHOST,
        /** QEMU's main loop, inside the process. */
        USER;

        /** Returns the name as it is written in specifications: {@code vhost} or {@code user}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Returns the backend of that label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static NetBackend ofLabel(String label) {
            for (NetBackend backend : values()) {
                if (backend.label().equals(label)) {
                    return backend;
                }
            }
            throw new IllegalArgumentException("net backend must be vhost or user, backend=" + label);
        }
    }

    /** A network card of a guest, with the driver that it has. */
    public enum NicCard {
        /** virtio-net with Toro's driver of 2018. */
        VIRTIO_TORO("virtio-net, Toro 2018"),
        /** virtio-net with event index and no completion interrupts. */
        VIRTIO_EVENT_IDX("virtio-net, event index"),
        /** e1000 with Toro's driver of 2018. */
        E1000("e1000, Toro 2018"),
        /** ne2000 with Toro's driver of 2018. */
        NE2000("ne2000, Toro 2018");

        private final String label;

        NicCard(String label) {
            this.label = label;
        }

        /** Returns the name for tables. */
        public String label() {
            return label;
        }
    }
}
