package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The device's half of a virtqueue. It writes the Device Area (in a packed queue: used descriptors as well) and what
 * buffers let it write, and keeps everything else to itself.
 *
 * <p>The order of work: {@code pop} buffers, {@code complete} each, {@code publish} what was completed, and if {@code
 * interruptNeeded}, interrupt the driver. To sleep until something is available, call {@code enableNotifications}; if it
 * answers true, something has become available meanwhile.
 *
 * <p>Every field of the ring is read once, checked, and used. A broken ring stops the queue: {@code error} says why,
 * {@code pop} answers false from then on, and nothing more is written. Only a new queue (after a reset) works again. No
 * content of guest memory makes a method throw. Confined to one thread.
 */
public interface DeviceQueue {
    /**
     * Creates our implementation, strict in every rule.
     *
     * @param memory guest memory as the device sees it
     * @param layout where the ring lies; split or packed
     * @param features the negotiated features
     * @throws IllegalArgumentException if the layout breaks a rule
     */
    static DeviceQueue create(GuestMemory memory, QueueLayout layout, long features) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(layout, "layout");
        return create(memory, layout, features, EnumSet.noneOf(RingDeviation.class));
    }

    /** As {@link #create(GuestMemory, QueueLayout, long)}, with the deviations of a real device. */
    static DeviceQueue create(GuestMemory memory, QueueLayout layout, long features, Set<RingDeviation> deviations) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(deviations, "deviations");
        return layout.packed()
                ? new PackedDeviceQueue(memory, layout, features, deviations)
                : new SplitDeviceQueue(memory, layout, features, deviations);
    }

    /**
     * Takes the next available buffer.
     *
     * @param chain receives its elements and its token
     * @return false if there is none, or if the queue is broken
     */
    boolean pop(BufferChain chain);

    /**
     * Marks a buffer as used; the driver does not see it before {@link #publish}. With IN_ORDER, in the order of {@code
     * pop}.
     *
     * @param token from {@link BufferChain#token}
     * @param writtenBytes how many bytes of the writable part were written, from its first
     * @throws IllegalArgumentException if the token is not in flight or more was written than there is
     */
    void complete(int token, long writtenBytes);

    /** Makes everything completed visible to the driver, all at one instant. */
    void publish();

    /** Returns whether the driver asked to be interrupted for what was published since the last call. */
    boolean interruptNeeded();

    /** Asks for notifications; returns true if buffers wait already. */
    boolean enableNotifications();

    /** Asks for no notifications. A hint: some may still come. */
    void disableNotifications();

    /** Returns what made the queue stop, or null. */
    @Nullable
    RingError error();

    /** Makes the device half under test; {@code DeviceQueue::create} makes ours. */
    @FunctionalInterface
    public interface DeviceFactory {
        /** Creates the half. */
        DeviceQueue create(GuestMemory memory, QueueLayout layout, long features);
    }
}
