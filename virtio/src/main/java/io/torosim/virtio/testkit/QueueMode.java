package io.torosim.virtio.testkit;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * One combination of what a queue can be.
 *
 * @param packed packed, else split
 * @param legacy legacy layout and features (split only, no IN_ORDER)
 * @param indirect INDIRECT_DESC negotiated
 * @param eventIdx EVENT_IDX negotiated
 * @param inOrder IN_ORDER negotiated
 * @param size queue size; a power of two if split
 */
public record QueueMode(boolean packed, boolean legacy, boolean indirect, boolean eventIdx, boolean inOrder, int size) {
    /** Checks that the combination exists. */
    public QueueMode {
        if (legacy && (packed || inOrder)) {
            throw new IllegalArgumentException("legacy has neither packed rings nor IN_ORDER");
        }
        if (size < 1 || size > SplitRing.MAX_SIZE || (!packed && Integer.bitCount(size) != 1)) {
            throw new IllegalArgumentException("size must be in [1, 32768], a power of two if split, size=" + size);
        }
    }

    /** Returns all 20 combinations for a queue size that is a power of two: 4 legacy, 8 split, 8 packed. */
    public static List<QueueMode> all(int size) {
        List<QueueMode> modes = new ArrayList<>();
        for (int bits = 0; bits < 32; bits++) {
            boolean packed = (bits & 16) != 0;
            boolean legacy = (bits & 8) != 0;
            boolean inOrder = (bits & 4) != 0;
            if (legacy && (packed || inOrder)) {
                continue;
            }
            modes.add(new QueueMode(packed, legacy, (bits & 2) != 0, (bits & 1) != 0, inOrder, size));
        }
        return List.copyOf(modes);
    }

    /** Returns this mode with another queue size. */
    public QueueMode withSize(int newSize) {
        return new QueueMode(packed, legacy, indirect, eventIdx, inOrder, newSize);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if the text is no mode
     */
    public static QueueMode parse(String text) {
        String[] words = text.trim().split(" q=");
        List<String> parts = List.of(words[0].split("\\+"));
        List<String> known = List.of("packed", "legacy", "split", "indirect", "event_idx", "in_order");
        if (words.length != 2
                || !known.subList(0, 3).contains(parts.get(0))
                || !known.containsAll(parts)
                || !words[1].matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("not a mode such as \"split+event_idx q=8\": " + text.trim());
        }
        return new QueueMode(
                parts.contains("packed"),
                parts.contains("legacy"),
                parts.contains("indirect"),
                parts.contains("event_idx"),
                parts.contains("in_order"),
                Integer.parseInt(words[1]));
    }

    /** Returns the feature bits. */
    public long features() {
        return (legacy ? 0 : VirtioFeatures.VERSION_1)
                | (packed ? VirtioFeatures.RING_PACKED : 0)
                | (indirect ? VirtioFeatures.INDIRECT_DESC : 0)
                | (eventIdx ? VirtioFeatures.EVENT_IDX : 0)
                | (inOrder ? VirtioFeatures.IN_ORDER : 0);
    }

    /** Returns the layout with its first byte at {@code base}, a multiple of 4096. */
    public QueueLayout layout(long base) {
        return packed
                ? QueueLayout.packed(base, size)
                : legacy ? QueueLayout.legacy(base, size) : QueueLayout.split(base, size);
    }

    /** Returns the mode in a few words, such as {@code "split+event_idx q=8"}. */
    @Override
    public String toString() {
        return (packed ? "packed" : legacy ? "legacy" : "split")
                + (indirect ? "+indirect" : "")
                + (eventIdx ? "+event_idx" : "")
                + (inOrder ? "+in_order" : "")
                + " q="
                + size;
    }
}
