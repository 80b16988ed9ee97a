package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/**
 * A driver of a modern virtio-net card in the manner of Linux (drivers/net/virtio_net.c of 4.x): the receive queue is polled while there are
 * frames, with its interrupt off, and filled up again when half of it is empty; what was sent is taken back when the next packet is sent, without
 * an interrupt of its own unless the queue is full. Every ring word and register is a step of a routine.
 *
 * <p>Works with {@link NapiReceive}, {@link NapiRefill}, {@link NapiComplete} on the one CPU that receives; with {@link NapiTransmit} and a {@link
 * Qdisc} on any CPU. Frames lie in guest memory from {@code base} on. The bring-up is done at once: its time belongs to the boot.
 *
 * <p>Not modelled: mergeable buffers and offloads (they are not negotiated), several queue pairs, headers that are copied out of their page.
 */
public final class NapiNet {
    /** Bytes of guest memory for rings and frames. */
    public static final long MEMORY_BYTES = 4L << 20;
    /** The longest frame. */
    public static final int MOST_FRAME_BYTES = EventIndexQueue.BUFFER_BYTES - EventIndexNet.HEADER_BYTES;

    private static final int QUEUE_SIZE = 256;
    /** As many packets may wait in front of the transmit queue: txqueuelen. */
    private static final int MOST_WAITING = 1000;

    private static final int ALIGNMENT = 4096;

    private final GuestMemory memory;
    private final EventIndexQueue rx;
    private final EventIndexQueue tx;
    private final Qdisc qdisc = new Qdisc();
    private final NapiReceive receive;
    private final NapiComplete complete;
    private final GuestCode refill;
    private final GuestCode transmit;
    private long dropped;

    /**
     * Brings the card up.
     *
     * @param config its PCI configuration space
     * @param bar its memory BAR, as the start-up code sees it
     * @param notifyAddress guest-physical address of the notification register of the receive queue; that of the transmit queue is {@code
     *     notifyStride} behind
     * @param memory the machine's
     * @param base where {@value #MEMORY_BYTES} bytes of it are the driver's
     * @param costs what ring words and fences take
     * @throws io.torosim.virtio.driver.VirtioHandshake.HandshakeException if the device does not agree
     */
    public NapiNet(
            RegisterSpace config,
            RegisterSpace bar,
            long notifyAddress,
            long notifyStride,
            GuestMemory memory,
            long base,
            DriverCosts costs) {
        this.memory = memory;
        DmaAllocator area = new DmaAllocator(base, MEMORY_BYTES);
        ModernPciTransport transport = new ModernPciTransport(config, number -> bar);
        VirtioHandshake handshake =
                VirtioHandshake.begin(transport, 1, NetDevice.F_MAC | NetDevice.F_STATUS | VirtioFeatures.EVENT_IDX);
        rx = EventIndexNet.queue(
                NetDevice.RX,
                QUEUE_SIZE,
                QUEUE_SIZE,
                handshake,
                transport,
                notifyAddress,
                memory,
                bytes -> area.allocate(bytes, ALIGNMENT));
        tx = EventIndexNet.queue(
                NetDevice.TX,
                QUEUE_SIZE,
                QUEUE_SIZE + MOST_WAITING,
                handshake,
                transport,
                notifyAddress + notifyStride,
                memory,
                bytes -> area.allocate(bytes, ALIGNMENT));
        EventIndexNet.fillAndStart(rx, handshake, transport);
        receive = new NapiReceive(rx, costs);
        complete = new NapiComplete(rx, costs);
        refill = new NapiRefill(rx, costs);
        transmit = new NapiTransmit(tx, qdisc, costs);
    }

    // ---- the CPU that receives

    /** Returns the routine that looks for the next frame; then comes {@link #takeReceived}. */
    public GuestCode receive() {
        return receive;
    }

    /**
     * Takes the frame that {@link #receive} has found; its memory is the driver's again.
     *
     * @param into at least {@link #MOST_FRAME_BYTES} long
     * @return its bytes; -1 if there was none
     */
    public int takeReceived(byte[] into) {
        if (receive.area == 0) {
            return -1;
        }
        memory.copyOut(receive.area + EventIndexNet.HEADER_BYTES, into, 0, receive.bytes);
        rx.giveArea(receive.area);
        receive.area = 0;
        return receive.bytes;
    }

    /** Returns whether half of the receive queue is empty. */
    public boolean needsRefill() {
        return rx.freeDescriptors > rx.size / 2;
    }

    /** Returns the routine that fills the receive queue up. */
    public GuestCode refill() {
        return refill;
    }

    /** Returns the routine that turns the interrupt of the receive queue on; then comes {@link #moreReceived}. */
    public GuestCode complete() {
        return complete;
    }

    /** Returns whether {@link #complete} has found a frame that came meanwhile. */
    public boolean moreReceived() {
        return complete.more;
    }

    // ---- every CPU

    /**
     * Copies a frame into a packet and queues it; the caller then asks {@link #mustTransmit}. With more than {@value #MOST_WAITING} that wait it
     * is dropped.
     *
     * @param frame holds it at its beginning
     * @param bytes at most {@link #MOST_FRAME_BYTES}
     */
    public void queue(byte[] frame, int bytes) {
        long area = tx.takeArea();
        if (area == 0) {
            dropped++;
            return;
        }
        memory.fill(area, EventIndexNet.HEADER_BYTES, 0);
        memory.copyIn(area + EventIndexNet.HEADER_BYTES, frame, 0, bytes);
        qdisc.add(area, bytes);
    }

    /** Returns whether packets wait that nobody sends: then the caller has to execute {@link #transmit}. */
    public boolean mustTransmit() {
        if (qdisc.running || qdisc.stopped || qdisc.isEmpty()) {
            return false;
        }
        qdisc.running = true;
        return true;
    }

    /** Returns the routine that sends what is queued, for a CPU of which {@link #mustTransmit} has said that it must. */
    public GuestCode transmit() {
        return transmit;
    }

    /** The interrupt of the transmit queue: there is room in it again. */
    public void transmitInterrupt() {
        qdisc.stopped &= qdisc.running; // who sends just now sees the room himself
    }

    /** Returns how many packets were dropped because too many waited. */
    public long dropped() {
        return dropped;
    }
}
