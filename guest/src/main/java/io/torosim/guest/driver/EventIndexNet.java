package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.function.LongUnaryOperator;

/**
 * A driver of a modern virtio-net card with event index, as one would write it today and Toro never had it, as guest code: every word of a ring and
 * every register is a step. The accesses are those of {@code io.torosim.virtio.driver.NetDriver}, which is plain Java.
 *
 * <p>Works with {@link EventIndexSend}, {@link EventIndexHandler}, {@link EventIndexPost}. The bring-up is done at once, with the library's
 * {@link VirtioHandshake}, since its time belongs to the boot.
 */
public final class EventIndexNet implements NetDriver {
    static final int HEADER_BYTES = 12;

    private static final int QUEUE_SIZE = 64;
    private static final int MOST_PARTS = 2;
    private static final int RING_BYTES = 8192;

    private final EventIndexSend send;
    private final EventIndexHandler handler;

    /**
     * Brings the card up.
     *
     * @param config its PCI configuration space
     * @param bar its memory BAR, as the start-up code sees it
     * @param notifyAddress guest-physical address of the notification register of the receive queue; that of the transmit queue is {@code
     *     notifyStride} behind
     * @param heap gives rings and buffers
     * @param costs what the routines take
     * @throws io.torosim.virtio.driver.VirtioHandshake.HandshakeException if the device does not agree
     */
    public EventIndexNet(
            RegisterSpace config,
            RegisterSpace bar,
            long notifyAddress,
            long notifyStride,
            KernelHeap heap,
            DriverCosts costs) {
        GuestMemory memory = heap.memory();
        ModernPciTransport transport = new ModernPciTransport(config, number -> bar);
        VirtioHandshake handshake =
                VirtioHandshake.begin(transport, 1, NetDevice.F_MAC | NetDevice.F_STATUS | VirtioFeatures.EVENT_IDX);
        LongUnaryOperator blocks = bytes -> block(heap, bytes);
        EventIndexQueue rx =
                queue(NetDevice.RX, QUEUE_SIZE, QUEUE_SIZE, handshake, transport, notifyAddress, memory, blocks);
        EventIndexQueue tx = queue(
                NetDevice.TX,
                QUEUE_SIZE,
                QUEUE_SIZE / 2,
                handshake,
                transport,
                notifyAddress + notifyStride,
                memory,
                blocks);
        fillAndStart(rx, handshake, transport);
        send = new EventIndexSend(tx, memory, costs);
        handler = new EventIndexHandler(rx, heap, costs);
    }

    /**
     * Brings a queue up, nothing in it.
     *
     * @param size descriptors, if the device has so many
     * @param buffers how many it has memory for
     * @param blocks gives memory, by bytes
     */
    static EventIndexQueue queue(
            int index,
            int size,
            int buffers,
            VirtioHandshake handshake,
            ModernPciTransport transport,
            long notifyAddress,
            GuestMemory memory,
            LongUnaryOperator blocks) {
        if (transport.queueSizeMax(index) < MOST_PARTS) {
            throw new IllegalStateException("virtio-net: queue " + index + " has no room for a buffer of 2 parts");
        }
        DmaAllocator rings = new DmaAllocator(blocks.applyAsLong(RING_BYTES), RING_BYTES);
        QueueLayout layout = handshake.layout(index, size, rings);
        memory.fill(layout.descAddr(), SplitRing.descBytes(layout.size()), 0);
        memory.fill(layout.driverAddr(), SplitRing.availBytes(layout.size()), 0);
        memory.fill(layout.deviceAddr(), SplitRing.usedBytes(layout.size()), 0);
        transport.enableQueue(index, layout);
        long areas = blocks.applyAsLong((long) buffers * EventIndexQueue.areaBytes());
        return new EventIndexQueue(index, layout, memory, notifyAddress, areas, buffers);
    }

    /** Posts buffers for all areas and tells the device that the driver is ready. */
    static void fillAndStart(EventIndexQueue rx, VirtioHandshake handshake, ModernPciTransport transport) {
        while (rx.freeDescriptors > 0) {
            long area = rx.takeArea();
            if (area == 0) {
                break;
            }
            post(rx, area);
        }
        handshake.ready();
        rx.available.store16((int) SplitRing.availIdx(0), rx.availableIndex);
        if (rx.wantsNotification(rx.used.load16(rx.availableEvent))) {
            transport.notifyQueue(rx.index);
        }
    }

    private static long block(KernelHeap heap, long bytes) {
        long block = heap.get(0, bytes);
        if (block == 0) {
            throw new IllegalStateException("virtio-net: no memory for " + bytes + " bytes");
        }
        return block;
    }

    /** A receive buffer during the bring-up; the index follows when all are there. */
    private static void post(EventIndexQueue rx, long area) {
        int at = VirtioQueueRecord.offset(rx.freeHead);
        long next = rx.next(rx.freeHead);
        rx.descriptors.store64(at, area);
        rx.descriptors.store64(at + 8, EventIndexQueue.BUFFER_BYTES | (long) SplitRing.DESC_F_WRITE << 32 | next << 48);
        rx.available.store16(rx.availableSlot(), rx.freeHead);
        rx.lend(rx.freeHead, 1, area);
        rx.availableIndex = rx.availableIndex + 1 & 0xffff;
    }

    @Override
    public GuestCode send() {
        return send;
    }

    @Override
    public GuestCode handler() {
        return handler;
    }

    @Override
    public void receiver(GuestCode routine) {
        handler.receiver(routine);
    }

    @Override
    public long droppedWithoutMemory() {
        return handler.droppedWithoutMemory();
    }

    @Override
    public long copiedBytes() {
        return send.copiedBytes() + handler.copiedBytes();
    }

    /** Returns how many frames there was no room for in the transmit queue. */
    public long droppedWithoutRoom() {
        return send.dropped();
    }
}
