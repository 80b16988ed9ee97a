package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.ArrayDeque;

/** A virtio-net driver without offloads: frames out, frames in, mergeable buffers where agreed. */
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
    private final long[] rxAddr = new long[65536];
    private final long[] txAddr = new long[65536];
    private final ArrayDeque<Long> txFree = new ArrayDeque<>();
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
     * @param extraFeatures ring features, and NetDevice.F_MRG_RXBUF, to accept where offered
     * @param mergeableBytes size of receive buffers where MRG_RXBUF is agreed, at least 12
     * @throws HandshakeException if the device does not agree
     */
    public NetDriver(
            VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long extraFeatures, int mergeableBytes) {
        this.transport = transport;
        this.memory = memory;
        long wanted = FEATURES & ~NetDevice.F_MRG_RXBUF | extraFeatures;
        this.handshake = VirtioHandshake.begin(transport, 1, wanted);
        this.features = handshake.features();
        this.headerBytes = NetDevice.headerBytes(features);
        boolean mergeable = VirtioFeatures.has(features, NetDevice.F_MRG_RXBUF);
        this.rxBytes = mergeable ? mergeableBytes : WHOLE_FRAME_BYTES;
        this.headerApart = transport.legacy() && !VirtioFeatures.has(features, VirtioFeatures.ANY_LAYOUT);
        this.rx = handshake.queue(NetDevice.RX, QUEUE_SIZE, memory, dma);
        this.tx = handshake.queue(NetDevice.TX, QUEUE_SIZE, memory, dma);
        int perBuffer = headerApart && !mergeable ? 2 : 1;
        int buffers = Math.min(QUEUE_SIZE, rx.freeDescriptors()) / perBuffer;
        for (int i = 0; i < buffers; i++) {
            post(dma.allocate(rxBytes, 8));
        }
        for (int i = 0; i < Math.min(QUEUE_SIZE, tx.freeDescriptors()) / 2; i++) {
            txFree.add(dma.allocate(WHOLE_FRAME_BYTES, 8));
        }
        handshake.ready();
        rx.publish();
        if (rx.notificationNeeded()) {
            handshake.notifyQueue(NetDevice.RX, rx);
        }
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
            rxAddr[id] = address;
        }
    }

    /** Returns the features agreed on. */
    public long features() {
        return features;
    }

    /** Returns the MAC address of the card; zeros if it has none. */
    public byte[] mac() {
        return VirtioFeatures.has(features, NetDevice.F_MAC) ? DeviceConfig.readBytes(transport, 0, 6) : new byte[6];
    }

    /**
     * Sends a frame.
     *
     * @param frame at most 1514 bytes
     * @return false if the queue is full even after reaping
     */
    public boolean send(byte[] frame) {
        if (frame.length > WHOLE_FRAME_BYTES - 12) {
            throw new IllegalArgumentException("frame has at most 1514 bytes, length=" + frame.length);
        }
        reapSent();
        Long address = txFree.poll();
        if (address == null) {
            return false;
        }
        memory.fill(address, headerBytes, 0);
        memory.copyIn(address + headerBytes, frame, 0, frame.length);
        chain.clear();
        chain.addReadable(address, headerBytes);
        chain.addReadable(address + headerBytes, frame.length);
        int id = tx.add(chain);
        if (id < 0) {
            txFree.addFirst(address);
            return false;
        }
        txAddr[id] = address;
        tx.publish();
        if (tx.notificationNeeded()) {
            handshake.notifyQueue(NetDevice.TX, tx);
        }
        return true;
    }

    private void reapSent() {
        while (tx.poll(used)) {
            txFree.add(txAddr[used.id()]);
        }
    }

    /** Returns the next received frame, or null. Frames whose header makes no sense are counted and left out. */
    public byte[] receive() {
        while (rx.poll(used)) {
            byte[] frame = assemble();
            rx.publish();
            if (rx.notificationNeeded()) {
                handshake.notifyQueue(NetDevice.RX, rx);
            }
            if (frame != null) {
                return frame;
            }
            badHeaders++;
        }
        return null;
    }

    /** Builds the frame whose first buffer was just polled; null if its header makes no sense. */
    private byte[] assemble() {
        long first = rxAddr[used.id()];
        long length = used.lengthBytes();
        int buffers = VirtioFeatures.has(features, NetDevice.F_MRG_RXBUF) && length >= headerBytes
                ? memory.load16(first + 10)
                : 1;
        byte[] frame = new byte[0];
        for (int i = 0; i < buffers; i++) {
            if (i > 0 && !rx.poll(used)) {
                return null; // the device promised more buffers than it gave
            }
            long address = rxAddr[used.id()];
            int skip = i == 0 ? headerBytes : 0;
            int part = (int) Math.max(0, used.lengthBytes() - skip);
            byte[] longer = java.util.Arrays.copyOf(frame, frame.length + part);
            memory.copyOut(address + skip, longer, frame.length, part);
            frame = longer;
            post(address);
        }
        return length < headerBytes || buffers == 0 ? null : frame;
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
