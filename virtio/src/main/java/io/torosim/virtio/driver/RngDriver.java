package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.util.Objects;

/**
 * A virtio-rng driver: asks for bytes. A buffer that is not filled in time stays the device's, and the next request uses
 * another one.
 */
public final class RngDriver {
    private static final int MOST_BYTES = 256;
    private static final int MOST_WAITS = 100_000;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DeviceWait wait;
    private final DriverQueue queue;
    private final DmaPool buffers;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /** Brings up the device; parameters as for {@link BlkDriver}. */
    public RngDriver(
            VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures, DeviceWait wait) {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(dma, "dma");
        Objects.requireNonNull(wait, "wait");
        this.transport = transport;
        this.memory = memory;
        this.wait = wait;
        this.handshake = VirtioHandshake.begin(transport, 4, ringFeatures & VirtioFeatures.ALL_QUEUE_FEATURES);
        this.queue = handshake.queue(0, 8, memory, dma);
        int size = queue.freeDescriptors();
        this.buffers = new DmaPool(dma, MOST_BYTES, 8, size, size);
        handshake.ready();
    }

    /**
     * Returns random bytes; at least one, perhaps fewer than asked for.
     *
     * @param bytes how many, in {@code [1, 256]}
     * @throws IllegalStateException if the device does not answer, or answers nonsense
     */
    public byte[] random(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1, bytes=" + bytes);
        }
        long buffer = buffer();
        chain.clear();
        chain.addWritable(buffer, Math.min(bytes, MOST_BYTES));
        int id = queue.add(chain);
        if (id < 0) {
            throw broken();
        }
        buffers.lend(id, buffer);
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(0, queue);
        }
        for (int i = 0; i < MOST_WAITS; i++) {
            while (queue.poll(used)) {
                buffers.give(buffers.back(used.id()));
                if (used.id() == id) {
                    return answer(buffer);
                }
            }
            if (queue.error() != null) {
                throw broken();
            }
            wait.await();
        }
        throw new IllegalStateException("no answer; device status " + transport.status());
    }

    private long buffer() {
        long buffer = buffers.take();
        while (buffer == DmaPool.NONE && queue.poll(used)) {
            buffers.give(buffers.back(used.id())); // filled too late: not asked for any more
            buffer = buffers.take();
        }
        if (buffer == DmaPool.NONE) {
            throw queue.error() != null
                    ? broken()
                    : new IllegalStateException("no buffer is free; device status " + transport.status());
        }
        return buffer;
    }

    private byte[] answer(long buffer) {
        if (used.lengthBytes() == 0) {
            throw new IllegalStateException("a buffer came back empty (5.4.6.1)");
        }
        byte[] result = new byte[(int) used.lengthBytes()];
        memory.copyOut(buffer, result, 0, result.length);
        return result;
    }

    private IllegalStateException broken() {
        return new IllegalStateException("the queue is broken: " + queue.error());
    }
}
