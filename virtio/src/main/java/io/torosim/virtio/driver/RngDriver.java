package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;

/** A virtio-rng driver: asks for bytes. */
public final class RngDriver {
    private static final int MOST_BYTES = 256;
    private static final int MOST_WAITS = 100_000;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DeviceWait wait;
    private final DriverQueue queue;
    private final long buffer;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /** Brings up the device; parameters as for {@link BlkDriver}. */
    public RngDriver(
            VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures, DeviceWait wait) {
        this.transport = transport;
        this.memory = memory;
        this.wait = wait;
        this.handshake = VirtioHandshake.begin(transport, 4, ringFeatures);
        this.queue = handshake.queue(0, 8, memory, dma);
        this.buffer = dma.allocate(MOST_BYTES, 8);
        handshake.ready();
    }

    /**
     * Returns random bytes; at least one, perhaps fewer than asked for.
     *
     * @param bytes how many, in {@code [1, 256]}
     * @throws IllegalStateException if the device does not answer
     */
    public byte[] random(int bytes) {
        chain.clear();
        chain.addWritable(buffer, Math.min(bytes, MOST_BYTES));
        if (queue.add(chain) < 0) {
            throw new IllegalStateException("the queue is broken: " + queue.error());
        }
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(0, queue);
        }
        for (int i = 0; i < MOST_WAITS; i++) {
            if (queue.poll(used)) {
                byte[] result = new byte[(int) used.lengthBytes()];
                memory.copyOut(buffer, result, 0, result.length);
                return result;
            }
            wait.await();
        }
        throw new IllegalStateException("no answer; device status " + transport.status());
    }
}
