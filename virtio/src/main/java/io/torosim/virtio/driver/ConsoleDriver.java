package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A virtio-console driver with one port. */
public final class ConsoleDriver {
    private static final int BUFFER_BYTES = 64;
    private static final int BUFFERS = 4;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DriverQueue rx;
    private final DriverQueue tx;
    private final DmaPool rxBuffers;
    private final DmaPool txBuffers;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /** Brings up the device and posts its receive buffers. */
    public ConsoleDriver(VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures) {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(dma, "dma");
        this.transport = transport;
        this.memory = memory;
        this.handshake = VirtioHandshake.begin(
                transport, 3, ringFeatures & VirtioFeatures.ALL_QUEUE_FEATURES | ConsoleDevice.F_SIZE);
        this.rx = handshake.queue(ConsoleDevice.RX, BUFFERS, memory, dma);
        this.tx = handshake.queue(ConsoleDevice.TX, BUFFERS, memory, dma);
        this.rxBuffers = pool(dma, rx);
        this.txBuffers = pool(dma, tx);
        handshake.ready();
        for (long buffer = rxBuffers.take(); buffer != DmaPool.NONE; buffer = rxBuffers.take()) {
            post(buffer);
        }
        kick(rx, ConsoleDevice.RX);
    }

    private static DmaPool pool(DmaAllocator dma, DriverQueue queue) {
        int size = queue.freeDescriptors();
        return new DmaPool(dma, BUFFER_BYTES, 8, Math.min(BUFFERS, size), size);
    }

    private void post(long buffer) {
        chain.clear();
        chain.addWritable(buffer, BUFFER_BYTES);
        int id = rx.add(chain);
        if (id >= 0) {
            rxBuffers.lend(id, buffer);
        }
    }

    private void kick(DriverQueue queue, int index) {
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(index, queue);
        }
    }

    /**
     * Writes bytes in pieces of 64; a piece stays in a buffer of its own until the device has used it.
     *
     * @return how many bytes the device has now or had; the others found no free buffer
     * @throws IllegalStateException if the queue is broken
     */
    public int write(byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            while (tx.poll(used)) {
                txBuffers.give(txBuffers.back(used.id()));
            }
            check(tx);
            long buffer = txBuffers.take();
            if (buffer == DmaPool.NONE) {
                return done;
            }
            int part = Math.min(BUFFER_BYTES, bytes.length - done);
            memory.copyIn(buffer, bytes, done, part);
            chain.clear();
            chain.addReadable(buffer, part);
            txBuffers.lend(tx.add(chain), buffer); // as many buffers as the queue has room for
            kick(tx, ConsoleDevice.TX);
            done += part;
        }
        return done;
    }

    /**
     * Returns the next bytes typed, or null.
     *
     * @throws IllegalStateException if the queue is broken
     */
    public byte @Nullable [] read() {
        if (!rx.poll(used)) {
            check(rx);
            return null;
        }
        long buffer = rxBuffers.back(used.id());
        byte[] bytes = new byte[(int) used.lengthBytes()];
        memory.copyOut(buffer, bytes, 0, bytes.length);
        post(buffer);
        kick(rx, ConsoleDevice.RX);
        return bytes;
    }

    private static void check(DriverQueue queue) {
        if (queue.error() != null) {
            throw new IllegalStateException("the queue is broken: " + queue.error());
        }
    }

    /** Returns the width of the window in characters. */
    public int columns() {
        return (int) transport.configRead(0, 2);
    }

    /** Returns the height of the window in characters. */
    public int rows() {
        return (int) transport.configRead(2, 2);
    }
}
