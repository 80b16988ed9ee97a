package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.VirtioFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The driver's half of a virtqueue. It writes the Descriptor Area and the Driver Area, reads the Device Area and keeps
 * everything else to itself.
 *
 * <p>The order of work: {@code add} any number of buffers, {@code publish} them, and if {@code notificationNeeded},
 * notify the device. To sleep until something is used, call {@code enableInterrupts}; if it answers true, something has
 * been used meanwhile: poll again instead.
 *
 * <p>Halves never trust what the other side wrote. When they meet nonsense they stop: {@code error} then says why, and
 * they do nothing more. Confined to one thread.
 *
 * <p>{@link SplitDriverQueue} and {@link PackedDriverQueue} implement it; {@link DeviceQueue} is the other half, and a {@link BufferChain} what goes
 * between them.
 */
public interface DriverQueue {
    /**
     * Creates our implementation and initialises the ring in memory.
     *
     * @param memory guest memory as the driver sees it
     * @param layout where the ring lies; split or packed
     * @param features the negotiated features
     * @throws IllegalArgumentException if the layout breaks a rule
     */
    static DriverQueue create(GuestMemory memory, QueueLayout layout, long features) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(layout, "layout");
        if (layout.packed() != VirtioFeatures.has(features, VirtioFeatures.RING_PACKED)) {
            throw new IllegalArgumentException("layout and RING_PACKED disagree");
        }
        return layout.packed()
                ? new PackedDriverQueue(memory, layout, features)
                : new SplitDriverQueue(memory, layout, features);
    }

    /**
     * Describes a buffer in the ring; the device does not see it before {@link #publish}.
     *
     * @param chain its elements, at least one
     * @return the id of the buffer, in {@code [0, queue size)}, or -1 if there is no room now
     * @throws IllegalArgumentException if the buffer could never fit
     */
    int add(BufferChain chain);

    /**
     * As {@link #add}, through an indirect table: takes one slot of the ring.
     *
     * @param chain its elements, at least one and at most the queue size
     * @param tableAddr where the table goes; 16 bytes an element that stay the device's until the buffer is used
     */
    int addIndirect(BufferChain chain, long tableAddr);

    /** Makes everything added visible to the device. */
    void publish();

    /** Returns whether the device asked to be notified of what was published since the last call. */
    boolean notificationNeeded();

    /**
     * Returns what a notification says of this queue where NOTIFICATION_DATA was negotiated (section 2.9): the 16-bit
     * available index of a split queue; slot and, in bit 15, wrap counter of the next available descriptor of a packed
     * one. Of what was published, not of what was only added.
     *
     * @throws UnsupportedOperationException if this half has no such thing
     */
    default int nextAvailable() {
        throw new UnsupportedOperationException("NOTIFICATION_DATA");
    }

    /**
     * Takes the next used buffer.
     *
     * @return false if there is none, or if the queue is broken
     */
    boolean poll(UsedBuffer used);

    /** Asks for interrupts; returns true if used buffers wait already. */
    boolean enableInterrupts();

    /** Asks for no interrupts. A hint: some may still come. */
    void disableInterrupts();

    /** Returns how many descriptors can be added now, 0 if the queue is broken. */
    int freeDescriptors();

    /** Returns what made the queue stop, or null. */
    @Nullable
    RingError error();

    /** What a driver learns of a buffer that the device has used. Reusable: the driver half fills it. */
    final class UsedBuffer {
        int id;
        long lengthBytes;
        long reportedLength;

        /** Creates an empty result. */
        public UsedBuffer() {}

        /** Sets what a driver half found; for driver halves. */
        public void set(int bufferId, long usableBytes, long reportedBytes) {
            id = bufferId;
            lengthBytes = usableBytes;
            reportedLength = reportedBytes;
        }

        /** Returns the id that {@code add} gave to the buffer. */
        public int id() {
            return id;
        }

        /** Returns how many bytes of the writable part may be looked at: what the device said, at most what there is. */
        public long lengthBytes() {
            return lengthBytes;
        }

        /** Returns what the device said it wrote, as it stands in the ring. */
        public long reportedLength() {
            return reportedLength;
        }
    }

    /** Makes the driver half under test; {@code DriverQueue::create} makes ours. */
    @FunctionalInterface
    public interface DriverFactory {
        /** Creates the half and initialises the ring. */
        DriverQueue create(GuestMemory memory, QueueLayout layout, long features);
    }

    /**
     * A buffer as a value: convenient where a few dozen nanoseconds and a few objects a buffer do not matter. The reusable
     * form is {@link BufferChain}.
     *
     * @param token what the device half calls it
     * @param elements its elements, readable ones first
     */
    record VirtqueueBuffer(int token, List<Element> elements) {
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
}
