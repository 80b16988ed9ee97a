package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.driver.VirtioHandshake.HandshakeException;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.EnumSet;
import java.util.Set;

/**
 * Toro's VirtIONet of 2018, over the legacy I/O BAR, register access for register access: every send asks for a
 * completion interrupt, nothing is suppressed, every packet is copied.
 *
 * <p>Its quirks are switches. Not modelled: the time that its byte loops take (the caller knows the bytes).
 *
 * <p>Its two queues are {@link ToroVirtQueue}s, its defects {@link ToroVirtioQuirk}s. In a guest the same accesses are steps ({@code
 * guest.driver.VirtioNet}), and a test holds the two to each other; {@link io.torosim.virtio.driver.NetDriver NetDriver} is the library's own driver.
 */
public final class ToroNetDriver {
    /** Bits that Toro clears; it accepts all others offered: CSUM, MAC, TSO, UFO, MRG_RXBUF, CTRL_VQ, INDIRECT, EVENT. */
    public static final long CLEARED_FEATURES =
            1L << 0 | 1L << 5 | 1L << 7 | 1L << 8 | 1L << 10 | 1L << 15 | 1L << 17 | 1L << 28 | 1L << 29;

    private static final int HEADER_BYTES = 10;
    private static final int MAX_PACKET_BYTES = 1792;
    private static final int FEATURES = 0;
    private static final int DRIVER_FEATURES = 4;
    private static final int QUEUE_PFN = 8;
    private static final int QUEUE_SIZE = 12;
    private static final int QUEUE_SELECT = 14;
    private static final int NOTIFY = 16;
    private static final int STATUS = 18;
    private static final int ISR = 19;
    private static final int MAC = 20;

    private final RegisterSpace bar;
    private final RegisterSpace pic;
    private final GuestMemory memory;
    private final FrameSink stack;
    private final Set<ToroVirtioQuirk> quirks;
    private final byte[] mac = new byte[6];
    private final ToroVirtQueue rx;
    private final ToroVirtQueue tx;
    private long oversized;
    private long overruns;
    private long refused;
    private int inFlight; // transmit descriptors

    /**
     * Brings up the card.
     *
     * @param bar the I/O BAR 0
     * @param pic the interrupt controller's ports, 0x20 and 0xa0, for the end of interrupt
     * @param memory guest memory as the driver sees it
     * @param dma where rings and buffers go; about 900 KiB for queues of 256
     * @param quirks the quirks to keep
     * @param stack takes received frames
     * @throws HandshakeException if the device refuses the features
     */
    public ToroNetDriver(
            RegisterSpace bar,
            RegisterSpace pic,
            GuestMemory memory,
            DmaAllocator dma,
            Set<ToroVirtioQuirk> quirks,
            FrameSink stack) {
        this.bar = bar;
        this.pic = pic;
        this.memory = memory;
        this.stack = stack;
        this.quirks = quirks.isEmpty() ? EnumSet.noneOf(ToroVirtioQuirk.class) : EnumSet.copyOf(quirks);
        bar.write(STATUS, 1, 0);
        bar.write(STATUS, 1, VirtioStatus.ACKNOWLEDGE);
        bar.write(STATUS, 1, VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER);
        long offered = bar.read(FEATURES, 4);
        bar.write(DRIVER_FEATURES, 4, offered & ~CLEARED_FEATURES);
        int status = VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER | VirtioStatus.FEATURES_OK;
        bar.write(STATUS, 1, status);
        if ((bar.read(STATUS, 1) & VirtioStatus.FEATURES_OK) == 0) {
            throw new HandshakeException(Rule.F10, "FEATURES_OK does not stay");
        }
        ToroVirtQueue[] queues = new ToroVirtQueue[2];
        int[] sizes = new int[2];
        for (int i = 0; i < 16; i++) {
            bar.write(QUEUE_SELECT, 2, i);
            int size = (int) bar.read(QUEUE_SIZE, 2);
            if (size == 0) {
                continue;
            }
            QueueLayout layout = QueueLayout.legacy(dma.allocate(ringRequest(size), QueueLayout.LEGACY_ALIGN), size);
            ToroVirtQueue queue = new ToroVirtQueue(memory, layout, this.quirks);
            if (i < 2) {
                queues[i] = queue;
                sizes[i] = size;
            }
            bar.write(QUEUE_PFN, 4, layout.descAddr() / QueueLayout.LEGACY_ALIGN);
        }
        if (queues[0] == null || queues[1] == null) {
            throw new HandshakeException(Rule.F21, "receive or transmit queue is missing");
        }
        rx = queues[0];
        tx = queues[1];
        boolean okFirst = this.quirks.contains(ToroVirtioQuirk.DRIVER_OK_BEFORE_BUFFERS);
        if (okFirst) {
            bar.write(STATUS, 1, status | VirtioStatus.DRIVER_OK);
        }
        rx.buffer(dma.allocate((long) sizes[0] * ToroVirtQueue.FRAME_SIZE + 4096, 4096));
        tx.buffer(dma.allocate((long) sizes[1] * ToroVirtQueue.FRAME_SIZE + 4096, 4096));
        if (okFirst) {
            bar.write(NOTIFY, 2, 0);
        }
        for (int i = 0; i < sizes[0]; i++) {
            long[] address = {rx.chunk(i)};
            int[] length = {ToroVirtQueue.FRAME_SIZE};
            if (okFirst) {
                sendBuffer(rx, 0, address, length, true);
            } else {
                rx.send(address, length, true); // no notification before DRIVER_OK (rule F4)
            }
        }
        if (!okFirst) {
            bar.write(STATUS, 1, status | VirtioStatus.DRIVER_OK);
            bar.write(NOTIFY, 2, 0);
        }
        bar.write(NOTIFY, 2, 1);
        for (int i = 0; i < 6; i++) {
            mac[i] = (byte) bar.read(MAC + i, 1);
        }
    }

    /** Bytes that Toro asked for (its class rounding then gave 16 KiB for 256 entries), or what a queue really takes. */
    private long ringRequest(int size) {
        if (quirks.contains(ToroVirtioQuirk.RING_REQUEST_TOO_SMALL)) {
            long asked = SplitRing.descBytes(size) + SplitRing.availBytes(size) + SplitRing.usedBytes(size) + 4096;
            return Math.max(4096, Long.highestOneBit(asked - 1) << 1); // the allocator's next power of two
        }
        return QueueLayout.legacyBytes(size);
    }

    private void sendBuffer(ToroVirtQueue queue, int index, long[] addresses, int[] lengths, boolean writable) {
        queue.send(addresses, lengths, writable);
        if (queue.notificationNeeded()) {
            bar.write(NOTIFY, 2, index);
        }
    }

    /** Returns the MAC address. */
    public byte[] mac() {
        return mac.clone();
    }

    /** Returns how many packets above 1792 bytes were dropped. */
    public long oversized() {
        return oversized;
    }

    /** Returns how often a descriptor in flight was overwritten (only possible with the quirk). */
    public long overruns() {
        return overruns;
    }

    /** Returns how many packets were refused since no descriptors were free (only with the quirk repaired). */
    public long refused() {
        return refused;
    }

    /**
     * Sends a packet: {@code virtIOSend}, two descriptors, both copied, not waited for.
     *
     * @return false if it was not sent
     * @throws IllegalArgumentException if it is above 1792 bytes and that quirk is repaired
     */
    public boolean send(byte[] frame) {
        if (frame.length > MAX_PACKET_BYTES) {
            if (!quirks.contains(ToroVirtioQuirk.OVERSIZED_DROPPED)) {
                throw new IllegalArgumentException("packet has at most 1792 bytes, length=" + frame.length);
            }
            oversized++;
            return false;
        }
        if (!tx.room(2)) {
            refused++;
            return false;
        }
        inFlight += 2;
        if (inFlight > tx.size()) {
            overruns++;
        }
        long chunk = tx.chunk(tx.nextBuffer());
        memory.fill(chunk, HEADER_BYTES, 0);
        memory.copyIn(chunk + HEADER_BYTES, frame, 0, frame.length);
        sendBuffer(tx, 1, new long[] {chunk, chunk + HEADER_BYTES}, new int[] {HEADER_BYTES, frame.length}, false);
        return true;
    }

    /** Handles an interrupt: {@code VirtIOHandler}. One read of the ISR, two writes to the interrupt controller. */
    public void interrupt() {
        if ((bar.read(ISR, 1) & 1) != 0) {
            processRx();
            processTx();
        }
        pic.write(0xa0, 1, 0x20);
        pic.write(0x20, 1, 0x20);
    }

    private void processRx() {
        memory.fullFence();
        while (rx.usedWaiting()) {
            int id = rx.usedId();
            int length = rx.usedLength();
            boolean inOrder = quirks.contains(ToroVirtioQuirk.RX_ASSUMES_IN_ORDER);
            if (id < 0 || id >= rx.size()) {
                return; // Toro would read beyond its rings here; the simulation stops the queue
            }
            long address = memory.load64(rx.descriptor(id));
            int bytes = Math.min(length - HEADER_BYTES, ToroVirtQueue.FRAME_SIZE - HEADER_BYTES);
            byte[] frame = new byte[Math.max(0, bytes)];
            memory.copyOut(address + HEADER_BYTES, frame, 0, frame.length);
            rx.advanceUsed();
            if (!inOrder) {
                rx.nextBuffer(id);
            }
            sendBuffer(rx, 0, new long[] {address}, new int[] {ToroVirtQueue.FRAME_SIZE}, true);
            stack.frame(frame);
        }
        memory.fullFence();
    }

    private void processTx() {
        while (tx.usedWaiting()) {
            tx.advanceUsed();
            inFlight -= 2;
        }
    }
}
