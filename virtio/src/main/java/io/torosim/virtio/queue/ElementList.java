package io.torosim.virtio.queue;

import io.torosim.virtio.queue.DriverQueue.VirtqueueBuffer;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The elements of a buffer as values, made when they are asked for: where the caller only looks at them, no object is. The words
 * are not copied, so they belong to this list from now on.
 */
final class ElementList extends AbstractList<VirtqueueBuffer.Element> implements RandomAccess {
    private final long[] words; // two an element, as in BufferChain
    private final int count;
    private final int readableCount;

    ElementList(long[] words, int count, int readableCount) {
        this.words = words;
        this.count = count;
        this.readableCount = readableCount;
    }

    @Override
    public VirtqueueBuffer.Element get(int index) {
        Objects.checkIndex(index, count);
        return new VirtqueueBuffer.Element(
                words[2 * index], words[2 * index + 1] & BufferChain.LENGTH, index >= readableCount);
    }

    @Override
    public int size() {
        return count;
    }
}
