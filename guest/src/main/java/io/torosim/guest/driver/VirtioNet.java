package io.torosim.guest.driver;

import io.torosim.core.bus.Bus;
import io.torosim.core.code.GuestCode;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.nic.ToroNetDriver;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.queue.QueueLayout;
import java.util.EnumSet;
import java.util.Set;

/**
 * VirtIONet.pas of 2018 as guest code over the legacy I/O BAR: its record of the card, the bring-up, and the routines {@code virtIOSend},
 * {@code VirtIOSendBuffer} and {@code VirtIOHandler}. Rings and buffers come from the kernel's heap and lie in guest memory.
 *
 * <p>Works with {@link SendBuffer}, {@link VirtioSend}, {@link VirtioHandler}; the device at the other end knows it through memory and
 * registers only. The bring-up is done at once, since its time belongs to the boot ({@code io.torosim.guest.boot}).
 */
public final class VirtioNet implements NetDriver {
    static final int HEADER_BYTES = 10;
    static final int MAX_PACKET_BYTES = 1792;

    static final int FEATURES = 0;
    static final int DRIVER_FEATURES = 4;
    static final int QUEUE_PFN = 8;
    static final int QUEUE_SIZE = 12;
    static final int QUEUE_SELECT = 14;
    static final int NOTIFY = 16;
    static final int STATUS = 18;
    static final int ISR = 19;
    static final int MAC = 20;

    private static final int MOST_QUEUES = 16;

    private final int base;
    private final KernelHeap heap;
    private final EnumSet<ToroVirtioQuirk> quirks;
    private final VirtioQueueRecord rx;
    private final VirtioQueueRecord tx;
    private final VirtioSend send;
    private final VirtioHandler handler;

    /**
     * Brings the card up.
     *
     * @param bus where its I/O BAR is
     * @param base the first port of the BAR
     * @param heap gives rings and buffers
     * @param costs what the routines take
     * @param quirks the defects that are on
     * @throws IllegalStateException if the device refuses the features or has no queues
     */
    public VirtioNet(Bus bus, int base, KernelHeap heap, DriverCosts costs, Set<ToroVirtioQuirk> quirks) {
        this.base = base;
        this.heap = heap;
        this.quirks = quirks.isEmpty() ? EnumSet.noneOf(ToroVirtioQuirk.class) : EnumSet.copyOf(quirks);
        VirtioQueueRecord[] queues = handshake(bus);
        rx = queues[0];
        tx = queues[1];
        boolean okFirst = this.quirks.contains(ToroVirtioQuirk.DRIVER_OK_BEFORE_BUFFERS);
        int status = VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER | VirtioStatus.FEATURES_OK;
        if (okFirst) {
            bus.out(base + STATUS, 1, status | VirtioStatus.DRIVER_OK);
        }
        rx.buffer = pages((long) rx.size * VirtioQueueRecord.FRAME_SIZE + 4096);
        tx.buffer = pages((long) tx.size * VirtioQueueRecord.FRAME_SIZE + 4096);
        if (okFirst) {
            bus.out(base + NOTIFY, 2, rx.index);
        }
        for (int i = 0; i < rx.size; i++) {
            post(i);
            if (okFirst && (heap.memory().load16(rx.used) & SplitRing.USED_F_NO_NOTIFY) == 0) {
                bus.out(base + NOTIFY, 2, rx.index);
            }
        }
        if (!okFirst) {
            bus.out(base + STATUS, 1, status | VirtioStatus.DRIVER_OK);
            bus.out(base + NOTIFY, 2, rx.index);
        }
        bus.out(base + NOTIFY, 2, tx.index);
        for (int i = 0; i < 6; i++) {
            bus.in(base + MAC + i, 1);
        }
        SendBuffer sendBuffer = new SendBuffer(tx, base + NOTIFY, costs, this.quirks);
        send = new VirtioSend(tx, sendBuffer, heap.memory(), costs, this.quirks);
        handler = new VirtioHandler(
                base, rx, tx, new SendBuffer(rx, base + NOTIFY, costs, this.quirks), heap, costs, this.quirks);
    }

    private VirtioQueueRecord[] handshake(Bus bus) {
        bus.out(base + STATUS, 1, 0);
        bus.out(base + STATUS, 1, VirtioStatus.ACKNOWLEDGE);
        bus.out(base + STATUS, 1, VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER);
        long offered = bus.in(base + FEATURES, 4) & 0xffff_ffffL;
        bus.out(base + DRIVER_FEATURES, 4, (int) (offered & ~ToroNetDriver.CLEARED_FEATURES));
        bus.out(base + STATUS, 1, VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER | VirtioStatus.FEATURES_OK);
        if ((bus.in(base + STATUS, 1) & VirtioStatus.FEATURES_OK) == 0) {
            throw new IllegalStateException("virtio-net: FEATURES_OK does not stay");
        }
        VirtioQueueRecord[] queues = new VirtioQueueRecord[MOST_QUEUES];
        for (int i = 0; i < MOST_QUEUES; i++) {
            bus.out(base + QUEUE_SELECT, 2, i);
            int size = bus.in(base + QUEUE_SIZE, 2);
            if (size != 0) {
                queues[i] = new VirtioQueueRecord(i, QueueLayout.legacy(pages(ringRequest(size)), size), heap.memory());
                clear(queues[i]);
                bus.out(base + QUEUE_PFN, 4, (int) (queues[i].descriptors / QueueLayout.LEGACY_ALIGN));
            }
        }
        if (queues[0] == null || queues[1] == null) {
            throw new IllegalStateException("virtio-net: receive or transmit queue is missing");
        }
        return queues;
    }

    /** Memory that begins at a page: 4096 bytes more are asked for than needed. */
    private long pages(long bytes) {
        long block = heap.get(0, bytes);
        if (block == 0) {
            throw new IllegalStateException("virtio-net: no memory for " + bytes + " bytes");
        }
        return block + 4095 & -4096L;
    }

    /** Bytes that Toro asked for, too few but for the allocator's classes, or what a queue really takes. */
    private long ringRequest(int size) {
        if (quirks.contains(ToroVirtioQuirk.RING_REQUEST_TOO_SMALL)) {
            return SplitRing.descBytes(size) + SplitRing.availBytes(size) + SplitRing.usedBytes(size) + 4096;
        }
        return QueueLayout.legacyBytes(size) + 4096;
    }

    private void clear(VirtioQueueRecord queue) {
        GuestMemory memory = heap.memory();
        memory.fill(queue.descriptors, SplitRing.descBytes(queue.size), 0);
        memory.fill(queue.available, SplitRing.availBytes(queue.size), 0);
        memory.fill(queue.used, SplitRing.usedBytes(queue.size), 0);
    }

    /** Receive buffer {@code i} during the bring-up. */
    private void post(int i) {
        GuestMemory memory = heap.memory();
        memory.store16(rx.availableSlot(), rx.nextBuffer);
        memory.store64(rx.descriptor(rx.nextBuffer), rx.chunk(i));
        long next = rx.nextBuffer + 1 & rx.mask;
        memory.store64(
                rx.descriptor(rx.nextBuffer) + 8,
                VirtioQueueRecord.FRAME_SIZE | (long) SplitRing.DESC_F_WRITE << 32 | next << 48);
        rx.countOf[rx.nextBuffer] = 1;
        rx.nextBuffer = (int) next;
        rx.freeDescriptors--;
        rx.availableIndex = rx.availableIndex + 1 & 0xffff;
        memory.store16(SplitRing.availIdx(rx.available), rx.availableIndex);
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
}
