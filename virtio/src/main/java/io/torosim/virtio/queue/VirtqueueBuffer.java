package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A buffer as a value: convenient where a few dozen nanoseconds and a few objects a buffer do not matter. The reusable
 * form is {@link BufferChain}.
 *
 * @param token what the device half calls it
 * @param elements its elements, readable ones first
 */
public record VirtqueueBuffer(int token, List<Element> elements) {
    /** Most bytes that {@link #read} returns. */
    public static final int MOST_READ_BYTES = 1 << 24;

    /**
     * One element.
     *
     * @param address guest-physical address
     * @param lengthBytes its size
     * @param writable whether the device writes it
     */
    public record Element(long address, long lengthBytes, boolean writable) {}

    /** Copies the list; one made here cannot change. */
    public VirtqueueBuffer {
        elements = elements instanceof ElementList ? elements : List.copyOf(elements);
    }

    /** Pops the next available buffer, or returns null. */
    public static @Nullable VirtqueueBuffer pop(DeviceQueue queue) {
        BufferChain chain = new BufferChain();
        return queue.pop(chain) ? of(chain, chain.words) : null; // nobody else has the chain
    }

    /** Returns the content of a chain as a value. */
    public static VirtqueueBuffer of(BufferChain chain) {
        return of(chain, Arrays.copyOf(chain.words, 2 * chain.count));
    }

    private static VirtqueueBuffer of(BufferChain chain, long[] words) {
        return new VirtqueueBuffer(chain.token, new ElementList(words, chain.count, chain.readableCount));
    }

    /**
     * Returns the readable bytes as one run, at most the first {@value #MOST_READ_BYTES}: a guest may give 4 GiB (rule
     * S7), in elements that lie over each other. Longer buffers are read in pieces, with {@link BufferChain#read}.
     */
    public byte[] read(GuestMemory memory) {
        BufferChain chain = chain();
        byte[] bytes = new byte[(int) Math.min(MOST_READ_BYTES, chain.readableBytes())];
        chain.read(memory, 0, bytes, 0, bytes.length);
        return bytes;
    }

    /** Writes bytes from the first of the writable part; returns how many had room. */
    public int write(GuestMemory memory, byte[] bytes) {
        return chain().write(memory, 0, bytes, 0, bytes.length);
    }

    /** Returns the elements as a chain, such as {@link DriverQueue#add} takes. */
    public BufferChain chain() {
        BufferChain chain = new BufferChain();
        chain.clear();
        for (Element element : elements) {
            if (element.writable()) {
                chain.addWritable(element.address(), element.lengthBytes());
            } else {
                chain.addReadable(element.address(), element.lengthBytes());
            }
        }
        chain.token(token);
        return chain;
    }
}
