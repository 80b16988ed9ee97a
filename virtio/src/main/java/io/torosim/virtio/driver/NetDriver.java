package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.driver.VirtioHandshake.HandshakeException;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A virtio-net driver without offloads: frames out, frames in, mergeable buffers where agreed.
 *
 * <p>{@link VirtioHandshake} begins it, its queues are {@link DriverQueue}s with {@link BufferChain}s in them; it reaches its card by a
 * {@link VirtioTransport}. {@link NetDevice} is a card that it may have.
 */
public final class NetDriver {
    /** What this driver accepts where offered. */
    public static final long FEATURES = NetDevice.F_MAC | NetDevice.F_MRG_RXBUF | NetDevice.F_STATUS;

    private static final int WHOLE_FRAME_BYTES = 1526; // section 5.1.6.3.1
    private static final int QUEUE_SIZE = 64;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DriverQueue rx;
    private final DriverQueue tx;
    private final long features;
    private final int headerBytes;
    private final int rxBytes;
    private final DmaPool rxBuffers;
    private final DmaPool txBuffers;
    private final boolean headerApart;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private long badHeaders;

    /**
     * Brings up a card and posts its receive buffers.
     *
     * @param transport the device
     * @param memory guest memory as the driver sees it
     * @param dma where rings and buffers go; about 256 KiB
     * @param extraFeatures ring features, and NetDevice.F_MRG_RXBUF, to accept where offered; other bits are left out
     * @param mergeableBytes size of receive buffers where MRG_RXBUF is agreed, at least 12
     * @throws HandshakeException if the device does not agree
     */
    public NetDriver(
            VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long extraFeatures, int mergeableBytes) {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(dma, "dma");
        this.transport = transport;
        this.memory = memory;
        long wanted = FEATURES & ~NetDevice.F_MRG_RXBUF
                | extraFeatures & (VirtioFeatures.ALL_QUEUE_FEATURES | NetDevice.F_MRG_RXBUF);
        this.handshake = VirtioHandshake.begin(transport, 1, wanted);
        this.features = handshake.features();
        this.headerBytes = NetDevice.headerBytes(features);
        boolean mergeable = VirtioFeatures.has(features, NetDevice.F_MRG_RXBUF);
        this.rxBytes = mergeable ? mergeableBytes : WHOLE_FRAME_BYTES;
        this.headerApart = transport.legacy() && !VirtioFeatures.has(features, VirtioFeatures.ANY_LAYOUT);
        int perBuffer = headerApart && !mergeable ? 2 : 1;
        this.rx = handshake.queue(NetDevice.RX, QUEUE_SIZE, perBuffer, memory, dma);
        this.tx = handshake.queue(NetDevice.TX, QUEUE_SIZE, 2, memory, dma);
        this.rxBuffers = pool(dma, rxBytes, rx, perBuffer);
        this.txBuffers = pool(dma, WHOLE_FRAME_BYTES, tx, 2);
        for (long buffer = rxBuffers.take(); buffer != DmaPool.NONE; buffer = rxBuffers.take()) {
            post(buffer);
        }
        handshake.ready();
        publishReceiveBuffers();
    }

    private static DmaPool pool(DmaAllocator dma, int bytes, DriverQueue queue, int descriptorsEach) {
        int size = queue.freeDescriptors();
        return new DmaPool(dma, bytes, 8, Math.min(QUEUE_SIZE, size) / descriptorsEach, size);
    }

    private void post(long address) {
        chain.clear();
        if (headerApart && !VirtioFeatures.has(features, NetDevice.F_MRG_RXBUF)) {
            chain.addWritable(address, headerBytes);
            chain.addWritable(address + headerBytes, rxBytes - headerBytes);
        } else {
            chain.addWritable(address, rxBytes);
        }
        int id = rx.add(chain);
        if (id >= 0) {
            rxBuffers.lend(id, address);
        }
    }

    private void publishReceiveBuffers() {
        rx.publish();
        if (rx.notificationNeeded()) {
            handshake.notifyQueue(NetDevice.RX, rx);
        }
    }

    /** Returns the features agreed on. */
    public long features() {
        return features;
    }

    /** Returns the MAC address of the card; zeros if it has none. */
    public byte[] mac() {
        return VirtioFeatures.has(features, NetDevice.F_MAC) ? transport.configBytes(0, 6) : new byte[6];
    }

    /**
     * Sends a frame.
     *
     * @param frame at most 1514 bytes
     * @return false if the queue is full even after reaping
     * @throws IllegalStateException if the queue is broken
     */
    public boolean send(byte[] frame) {
        if (frame.length > WHOLE_FRAME_BYTES - 12) {
            throw new IllegalArgumentException("frame has at most 1514 bytes, length=" + frame.length);
        }
        while (tx.poll(used)) {
            txBuffers.give(txBuffers.back(used.id()));
        }
        check(tx);
        long address = txBuffers.take();
        if (address == DmaPool.NONE) {
            return false;
        }
        memory.fill(address, headerBytes, 0);
        memory.copyIn(address + headerBytes, frame, 0, frame.length);
        chain.clear();
        chain.addReadable(address, headerBytes);
        chain.addReadable(address + headerBytes, frame.length);
        txBuffers.lend(tx.add(chain), address); // as many buffers as the queue has room for
        tx.publish();
        if (tx.notificationNeeded()) {
            handshake.notifyQueue(NetDevice.TX, tx);
        }
        return true;
    }

    private static void check(DriverQueue queue) {
        if (queue.error() != null) {
            throw new IllegalStateException("the queue is broken: " + queue.error());
        }
    }

    /**
     * Returns the next received frame, or null. Frames whose header makes no sense are counted and left out.
     *
     * @throws IllegalStateException if the queue is broken
     */
    public byte @Nullable [] receive() {
        while (rx.poll(used)) {
            byte[] frame = assemble();
            publishReceiveBuffers();
            if (frame != null) {
                return frame;
            }
            badHeaders++;
        }
        check(rx);
        return null;
    }

    /**
     * Builds the frame whose first buffer was just polled; null if its header makes no sense. Every buffer that was polled
     * is posted again, whatever stood in it.
     */
    private byte @Nullable [] assemble() {
        long first = rxBuffers.back(used.id());
        long length = used.lengthBytes();
        int buffers = 1;
        boolean sensible = length >= headerBytes;
        if (sensible && VirtioFeatures.has(features, NetDevice.F_MRG_RXBUF)) {
            buffers = memory.load16(first + 10);
            sensible = buffers >= 1 && buffers <= rxBuffers.allocated();
        }
        byte[] frame = new byte[0];
        if (sensible) {
            frame = append(frame, first + headerBytes, (int) length - headerBytes);
        }
        post(first);
        for (int i = 1; i < buffers && sensible; i++) {
            if (!rx.poll(used)) {
                return null; // the device promised more buffers than it gave
            }
            long address = rxBuffers.back(used.id());
            frame = append(frame, address, (int) used.lengthBytes());
            post(address);
        }
        return sensible ? frame : null;
    }

    private byte[] append(byte[] frame, long address, int bytes) {
        byte[] longer = Arrays.copyOf(frame, frame.length + bytes);
        memory.copyOut(address, longer, frame.length, bytes);
        return longer;
    }

    /** Returns how many received headers made no sense. */
    public long badHeaders() {
        return badHeaders;
    }

    /** Asks for interrupts on reception; returns true if frames wait already. */
    public boolean enableInterrupts() {
        return rx.enableInterrupts();
    }

    /** Reads and clears the interrupt status. */
    public int interruptStatus() {
        return transport.interruptStatus();
    }
}
