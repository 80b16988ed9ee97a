package io.torosim.virtio.vsock;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.function.LongFunction;

/** A virtio-vsock driver: carries the packets of a guest's streams. Confined to one thread. */
public final class VsockDriver {
    private static final int BUFFER_BYTES = 1024;
    private static final int QUEUE_SIZE = 32;

    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DriverQueue rx;
    private final DriverQueue tx;
    private final VsockEndpoint guest;
    private final long[] rxBufferOf;
    private final long[] txBufferOf;
    private final long[] txFree;
    private int txFreeCount;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /**
     * Brings up the device and posts its receive buffers.
     *
     * @param transport the device
     * @param memory guest memory as the driver sees it
     * @param dma where rings and buffers go; about 80 KiB
     * @param ringFeatures ring features to accept where offered
     * @param bufferBytes receive buffer of each stream
     */
    public VsockDriver(
            VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures, int bufferBytes) {
        this(transport, memory, dma, ringFeatures, cid -> new VsockEndpoint(cid, bufferBytes));
    }

    /** For tests: with an endpoint that has faults. */
    VsockDriver(
            VirtioTransport transport,
            GuestMemory memory,
            DmaAllocator dma,
            long ringFeatures,
            LongFunction<VsockEndpoint> endpoint) {
        this.memory = memory;
        this.handshake = VirtioHandshake.begin(
                transport,
                VsockDevice.DEVICE_ID,
                ringFeatures & VirtioFeatures.ALL_QUEUE_FEATURES | VsockDevice.F_STREAM);
        this.rx = handshake.queue(VsockDevice.RX, QUEUE_SIZE, memory, dma);
        this.tx = handshake.queue(VsockDevice.TX, QUEUE_SIZE, memory, dma);
        handshake.queue(2, QUEUE_SIZE, memory, dma);
        this.guest = endpoint.apply(transport.configRead64(0));
        this.rxBufferOf = new long[rx.freeDescriptors()];
        this.txBufferOf = new long[tx.freeDescriptors()];
        this.txFree = new long[Math.min(QUEUE_SIZE, txBufferOf.length)];
        handshake.ready();
        for (int i = 0; i < Math.min(QUEUE_SIZE, rxBufferOf.length); i++) {
            post(dma.allocate(BUFFER_BYTES, 8));
        }
        while (txFreeCount < txFree.length) {
            txFree[txFreeCount++] = dma.allocate(BUFFER_BYTES, 8);
        }
        publish(rx, VsockDevice.RX);
    }

    /** Returns the guest's streams. */
    public VsockEndpoint guest() {
        return guest;
    }

    private void post(long buffer) {
        chain.clear();
        chain.addWritable(buffer, BUFFER_BYTES);
        rxBufferOf[rx.add(chain)] = buffer;
    }

    private void publish(DriverQueue queue, int index) {
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(index, queue);
        }
    }

    /**
     * Carries packets both ways as far as that goes: to be called after an interrupt, and when the guest has written or read.
     *
     * @throws IllegalStateException if a queue is broken
     */
    public void work() {
        receive();
        while (tx.poll(used)) {
            txFree[txFreeCount++] = txBufferOf[used.id()];
        }
        check(tx);
        boolean some = false;
        while (txFreeCount > 0 && guest.peek() != null) {
            VsockPacket packet = guest.poll();
            int room = BUFFER_BYTES - VsockPacket.HEADER_BYTES;
            if (packet.payload().length > room) {
                guest.unpoll(packet.part(room, packet.payload().length - room));
                packet = packet.part(0, room);
            }
            byte[] bytes = packet.encode();
            long buffer = txFree[--txFreeCount];
            memory.copyIn(buffer, bytes, 0, bytes.length);
            chain.clear();
            chain.addReadable(buffer, bytes.length);
            txBufferOf[tx.add(chain)] = buffer;
            some = true;
        }
        if (some) {
            publish(tx, VsockDevice.TX);
        }
        receive();
    }

    private void receive() {
        boolean some = false;
        while (rx.poll(used)) {
            long buffer = rxBufferOf[used.id()];
            byte[] bytes = new byte[(int) used.lengthBytes()];
            memory.copyOut(buffer, bytes, 0, bytes.length);
            post(buffer);
            some = true;
            VsockPacket packet = VsockPacket.decode(bytes);
            if (packet != null) {
                guest.receive(packet);
            }
        }
        check(rx);
        if (some) {
            publish(rx, VsockDevice.RX);
        }
    }

    private static void check(DriverQueue queue) {
        if (queue.error() != null) {
            throw new IllegalStateException("the queue is broken: " + queue.error());
        }
    }
}
