package io.torosim.virtio.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A virtqueue without bytes: plain lists of buffers that were added, published, popped, completed and reaped. What the
 * rings do is compared with it. A buffer is any object; the harness uses its own.
 *
 * @param <B> type of the buffers, compared by identity
 */
final class ReferenceModel<B> {
    private final int size;
    private final List<B> added = new ArrayList<>();
    private final Deque<B> available = new ArrayDeque<>();
    private final List<B> popped = new ArrayList<>();
    private final List<B> completed = new ArrayList<>();
    private final Deque<B> used = new ArrayDeque<>();
    private int freeDescriptors;

    /** Creates the model of an empty queue. */
    public ReferenceModel(int queueSize) {
        this.size = queueSize;
        this.freeDescriptors = queueSize;
    }

    /** Returns how many descriptors are free. */
    public int freeDescriptors() {
        return freeDescriptors;
    }

    /** Adds a buffer that takes {@code descriptors} of the ring; returns false if there is no room. */
    public boolean add(B buffer, int descriptors) {
        if (descriptors > freeDescriptors) {
            return false;
        }
        freeDescriptors -= descriptors;
        added.add(buffer);
        return true;
    }

    /** Publishes what was added. */
    public void publish() {
        available.addAll(added);
        added.clear();
    }

    /** Publishes one of the buffers that were added; returns false if it is none of them. */
    public boolean publish(B buffer) {
        if (!removeIdentical(added, buffer)) {
            return false;
        }
        available.add(buffer);
        return true;
    }

    /** Returns what was added and not published, oldest first. */
    public List<B> added() {
        return List.copyOf(added);
    }

    /** Returns how many buffers wait for the device. */
    public int availableCount() {
        return available.size();
    }

    /** Returns how many buffers the device has completed and not published. */
    public int completedCount() {
        return completed.size();
    }

    /** Returns how many buffers wait for the driver. */
    public int usedCount() {
        return used.size();
    }

    /** Returns the next available buffer, which the device takes, or null. */
    public B pop() {
        B buffer = available.poll();
        if (buffer != null) {
            popped.add(buffer);
        }
        return buffer;
    }

    /** Returns the buffers in the device's hands, oldest first. */
    public List<B> popped() {
        return List.copyOf(popped);
    }

    /** The device completes a buffer that it has in hand. */
    public void complete(B buffer) {
        if (!removeIdentical(popped, buffer)) {
            throw new IllegalStateException("completed without being popped");
        }
        completed.add(buffer);
    }

    /** The device publishes what it completed. */
    public void publishUsed() {
        used.addAll(completed);
        completed.clear();
    }

    /** The device publishes one of the buffers that it completed; returns false if it is none of them. */
    public boolean publishUsed(B buffer) {
        if (!removeIdentical(completed, buffer)) {
            return false;
        }
        used.add(buffer);
        return true;
    }

    /** Returns the buffer that the driver must find next, or null. */
    public B reap(int descriptors) {
        B buffer = used.poll();
        if (buffer != null) {
            freeDescriptors += descriptors;
        }
        return buffer;
    }

    /** Returns what the driver will find next, or null. */
    public B nextUsed() {
        return used.peek();
    }

    /** Returns how many buffers are published and not reaped. */
    public int outstanding() {
        return available.size() + popped.size() + completed.size() + used.size();
    }

    /** Returns how many buffers were added and not published. */
    public int unpublished() {
        return added.size();
    }

    /** Returns whether the queue is as new. */
    public boolean empty() {
        return outstanding() == 0 && added.isEmpty() && freeDescriptors == size;
    }

    private static <B> boolean removeIdentical(List<B> list, B buffer) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) == buffer) {
                list.remove(i);
                return true;
            }
        }
        return false;
    }
}
