package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.Objects;

/**
 * Brings a device up in the order of virtio 1.2 section 3.1: reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK, queues,
 * DRIVER_OK.
 *
 * <pre>{@code
 * VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, BlkDevice.F_FLUSH);
 * DriverQueue queue = handshake.queue(0, 64, memory, dma);
 * handshake.ready();
 * }</pre>
 *
 * <p>A driver makes one over a {@link VirtioTransport} and gets its {@link DriverQueue}s from it.
 * {@link io.torosim.virtio.testkit.HandshakeChecker HandshakeChecker} follows what such a driver does.
 */
public final class VirtioHandshake {
    private static final int RESET_READS = 1000; // a device that is still not reset after so many is broken

    // bit 30 is offered by old devices, QEMU's too, to catch drivers that accept whatever is there
    private static final long LEGACY_BITS = 0xffff_ffffL & ~(1L << 30);

    private final VirtioTransport transport;
    private final long features;

    private VirtioHandshake(VirtioTransport transport, long features) {
        this.transport = transport;
        this.features = features;
    }

    /**
     * Resets a device and agrees on features.
     *
     * @param transport the device
     * @param deviceId what it must be
     * @param wanted the features to accept where they are offered; on a modern transport VERSION_1 is added, and what
     *     only the legacy interface has is left out
     * @throws HandshakeException if the device is another one, never finishes its reset, lacks VERSION_1, or refuses
     */
    public static VirtioHandshake begin(VirtioTransport transport, int deviceId, long wanted) {
        Objects.requireNonNull(transport, "transport");
        if (transport.deviceId() != deviceId) {
            throw new HandshakeException(Rule.F1, "device id is " + transport.deviceId() + ", not " + deviceId);
        }
        reset(transport);
        transport.status(VirtioStatus.ACKNOWLEDGE);
        transport.status(VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER);
        long offered = transport.deviceFeatures();
        long accepted = offered & (transport.legacy() ? wanted & LEGACY_BITS : modern(transport, wanted));
        if (transport.legacy()) {
            transport.driverFeatures(accepted);
            return new VirtioHandshake(transport, accepted);
        }
        if (!VirtioFeatures.has(accepted, VirtioFeatures.VERSION_1)) {
            fail(transport, Rule.F13, "VERSION_1 is not offered");
        }
        transport.driverFeatures(accepted);
        int status = VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER | VirtioStatus.FEATURES_OK;
        transport.status(status);
        if ((transport.status() & VirtioStatus.FEATURES_OK) == 0) {
            fail(transport, Rule.F10, "the device refuses the features 0x" + Long.toHexString(accepted));
        }
        return new VirtioHandshake(transport, accepted);
    }

    /**
     * Resets a device and waits until it says so (section 2.4).
     *
     * @throws HandshakeException if it never does
     */
    public static void reset(VirtioTransport transport) {
        Objects.requireNonNull(transport, "transport");
        transport.status(0);
        for (int i = 0; transport.status() != 0; i++) {
            if (i == RESET_READS) {
                throw new HandshakeException(Rule.F6, "status does not become 0 after reset");
            }
        }
    }

    /** A transitional device offers bits of the legacy interface on the modern one too: they are not for us. */
    private static long modern(VirtioTransport transport, long wanted) {
        long without = VirtioFeatures.NOTIFY_ON_EMPTY
                | VirtioFeatures.ANY_LAYOUT
                | (transport.namesQueues() ? 0 : VirtioFeatures.NOTIF_CONFIG_DATA);
        return wanted & ~without | VirtioFeatures.VERSION_1;
    }

    private static void fail(VirtioTransport transport, Rule rule, String message) {
        transport.status(transport.status() | VirtioStatus.FAILED);
        throw new HandshakeException(rule, message);
    }

    /** Returns the features agreed on. */
    public long features() {
        return features;
    }

    /**
     * Sets up a queue.
     *
     * @param queueIndex its number
     * @param wantedSize size to use where the driver may choose; reduced to what the device offers
     * @param memory guest memory as the driver sees it
     * @param dma where the ring goes
     * @throws HandshakeException if the device has no such queue
     */
    public DriverQueue queue(int queueIndex, int wantedSize, GuestMemory memory, DmaAllocator dma) {
        QueueLayout layout = layout(queueIndex, wantedSize, dma);
        DriverQueue queue = DriverQueue.create(memory, layout, features);
        transport.enableQueue(queueIndex, layout);
        return queue;
    }

    /**
     * As {@link #queue(int, int, GuestMemory, DmaAllocator)}, for a driver whose longest buffer has so many elements.
     *
     * @param leastSize the longest buffer, in elements; a smaller queue cannot hold it, not even as an indirect table
     *     (section 2.7.5.3.1)
     * @throws HandshakeException if the device has no such queue, or only a smaller one
     */
    DriverQueue queue(int queueIndex, int wantedSize, int leastSize, GuestMemory memory, DmaAllocator dma) {
        int max = transport.queueSizeMax(queueIndex);
        if (max > 0 && max < leastSize) {
            fail(
                    transport,
                    Rule.I4,
                    "queue " + queueIndex + " has size " + max + ", a buffer up to " + leastSize + " elements");
        }
        return queue(queueIndex, wantedSize, memory, dma);
    }

    /** As {@link #queue}, but only allocates: for a driver half of your own. */
    public QueueLayout layout(int queueIndex, int wantedSize, DmaAllocator dma) {
        int max = transport.queueSizeMax(queueIndex);
        if (max == 0) {
            throw new HandshakeException(Rule.F21, "there is no queue " + queueIndex);
        }
        if (transport.legacy()) {
            return QueueLayout.legacy(dma.allocate(QueueLayout.legacyBytes(max), QueueLayout.LEGACY_ALIGN), max);
        }
        int size = Math.min(wantedSize, max);
        if (VirtioFeatures.has(features, VirtioFeatures.RING_PACKED)) {
            QueueLayout shape = QueueLayout.packed(0, size);
            return QueueLayout.packed(dma.allocate(shape.endAddr(), 16), size);
        }
        size = Integer.highestOneBit(size);
        QueueLayout shape = QueueLayout.split(0, size);
        return QueueLayout.split(dma.allocate(shape.endAddr(), 16), size);
    }

    /**
     * Notifies a queue, with the place of its next available entry where NOTIFICATION_DATA was agreed on (section 2.9).
     *
     * @param queueIndex its number
     * @param queue its driver half
     */
    public void notifyQueue(int queueIndex, DriverQueue queue) {
        if (VirtioFeatures.has(features, VirtioFeatures.NOTIFICATION_DATA)) {
            transport.notifyQueue(queueIndex, queue.nextAvailable());
        } else {
            transport.notifyQueue(queueIndex);
        }
    }

    /** Says DRIVER_OK: the device is live. */
    public void ready() {
        transport.status(VirtioStatus.ACKNOWLEDGE
                | VirtioStatus.DRIVER
                | VirtioStatus.DRIVER_OK
                | (transport.legacy() ? 0 : VirtioStatus.FEATURES_OK));
    }

    /** A device with which a driver cannot agree. It names the rule that stands in the way. */
    public static final class HandshakeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Rule rule;

        /** Creates one that names the rule. */
        public HandshakeException(Rule rule, String message) {
            super(rule + " (" + rule.section() + "): " + message);
            this.rule = rule;
        }

        /** Returns the rule. */
        public Rule rule() {
            return rule;
        }
    }

    /** Hands out guest memory for rings and buffers, from a fixed area upwards; nothing is given back. */
    public static final class DmaAllocator {
        private final long end;
        private long next;

        /** Creates an allocator over {@code [base, base + lengthBytes)}. */
        public DmaAllocator(long base, long lengthBytes) {
            this.next = base;
            this.end = base + lengthBytes;
        }

        /**
         * Returns the address of fresh bytes.
         *
         * @param bytes how many
         * @param alignment a power of two
         * @throws IllegalStateException if the area is full
         */
        public long allocate(long bytes, int alignment) {
            if (!fits(bytes, alignment)) {
                throw new IllegalStateException("no room for " + bytes + " bytes of DMA memory");
            }
            long at = aligned(alignment);
            next = at + bytes;
            return at;
        }

        /** Returns whether {@link #allocate} would find room. */
        boolean fits(long bytes, int alignment) {
            return aligned(alignment) + bytes <= end;
        }

        private long aligned(int alignment) {
            return (next + alignment - 1) & -(long) alignment;
        }
    }
}
