package io.torosim.virtio.device;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.profile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayDeque;

/**
 * virtio-net without offloads (virtio 1.2 section 5.1): queue 0 receives, queue 1 transmits; MAC, STATUS, MRG_RXBUF.
 *
 * <p>Frames for the guest come through {@link #receive}. A frame for which there is no room is dropped; the buffers that
 * were looked at stay with the device for the next one. All buffers of a frame become visible at one instant.
 */
public final class NetDevice implements DeviceModel {
    /** Feature: the device has a MAC address (bit 5). */
    public static final long F_MAC = 1L << 5;
    /** Feature: received frames may be spread over buffers (bit 15). */
    public static final long F_MRG_RXBUF = 1L << 15;
    /** Feature: the configuration space has a link status (bit 16). */
    public static final long F_STATUS = 1L << 16;
    /**
     * Most bytes of a frame that is sent: 65535 of a segment or packet, the Ethernet header and two VLAN tags. A longer one
     * is against NET8 whatever was negotiated; it is dropped.
     */
    public static final int MOST_FRAME_BYTES = 65_535 + 14 + 8;
    /** Queue that receives. */
    public static final int RX = 0;
    /** Queue that transmits. */
    public static final int TX = 1;

    private static final int F_CSUM = 0;
    private static final int F_GUEST_CSUM = 1;
    private static final int F_CTRL_VQ = 17;
    // feature bit, bit that it needs (section 5.1.3.1)
    private static final int[][] PREREQUISITES = {
        {7, F_GUEST_CSUM},
        {8, F_GUEST_CSUM},
        {9, 7},
        {10, F_GUEST_CSUM},
        {11, F_CSUM},
        {12, F_CSUM},
        {13, 11},
        {14, F_CSUM},
        {18, F_CTRL_VQ},
        {19, F_CTRL_VQ},
        {21, F_CTRL_VQ},
        {22, F_CTRL_VQ},
        {23, F_CTRL_VQ}
    };

    private final byte[] mac;
    private final FrameSink wire;
    private final ArrayDeque<BufferChain> rxBuffers = new ArrayDeque<>();
    private DeviceContext context;
    private boolean linkUp = true;
    private long sent;
    private long received;
    private long dropped;
    private long headerViolations;

    /**
     * Creates a card.
     *
     * @param mac its address, 6 bytes
     * @param wire where transmitted frames go
     */
    public NetDevice(byte[] mac, FrameSink wire) {
        if (mac.length != 6) {
            throw new IllegalArgumentException("mac has 6 bytes, length=" + mac.length);
        }
        this.mac = mac.clone();
        this.wire = wire;
    }

    /** Returns the bytes of the header before each frame under these features (section 5.1.9). */
    public static int headerBytes(long features) {
        return VirtioFeatures.has(features, VirtioFeatures.VERSION_1) || VirtioFeatures.has(features, F_MRG_RXBUF)
                ? 12
                : 10;
    }

    @Override
    public int deviceId() {
        return 1;
    }

    @Override
    public long features() {
        return F_MAC | F_MRG_RXBUF | F_STATUS;
    }

    @Override
    public boolean acceptable(long features) {
        for (int[] rule : PREREQUISITES) {
            if ((features >>> rule[0] & 1) != 0 && (features >>> rule[1] & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int queueCount() {
        return 2;
    }

    @Override
    public int configByte(int offset) {
        return offset >= 0 && offset < 6 ? mac[offset] : offset == 6 && linkUp ? 1 : 0;
    }

    /** Plugs the cable in or out: the status field changes, with a configuration interrupt. */
    public void link(boolean up) {
        if (up != linkUp) {
            linkUp = up;
            if (context != null) {
                context.configChanged();
            }
        }
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void queueReset(int queueIndex) {
        if (queueIndex == RX) {
            rxBuffers.clear();
        }
    }

    @Override
    public void reset() {
        context = null;
        rxBuffers.clear();
    }

    /** Returns how many frames went out. */
    public long sent() {
        return sent;
    }

    /** Returns how many frames reached the guest's buffers. */
    public long received() {
        return received;
    }

    /** Returns how many frames for the guest were dropped. */
    public long dropped() {
        return dropped;
    }

    /** Returns how many transmitted frames asked for an offload that was not negotiated, or are too long (rule NET8). */
    public long headerViolations() {
        return headerViolations;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex == TX) {
            context.serveAll(TX, this::transmit);
        }
        // new receive buffers are looked at when a frame comes
    }

    private long transmit(BufferChain chain) {
        int headerBytes = headerBytes(context.features());
        if (chain.readableBytes() < headerBytes) {
            return -1;
        }
        if (!anyLayout() && chain.length(0) != headerBytes) {
            context.fail("L9: without ANY_LAYOUT the header has an element of its own");
            return 0;
        }
        byte[] header = new byte[headerBytes];
        chain.read(context.memory(), 0, header, 0, headerBytes);
        if (header[0] != 0 || header[1] != 0) {
            headerViolations++;
        }
        if (chain.readableBytes() - headerBytes > MOST_FRAME_BYTES) {
            headerViolations++;
            return 0;
        }
        byte[] frame = new byte[(int) (chain.readableBytes() - headerBytes)];
        chain.read(context.memory(), headerBytes, frame, 0, frame.length);
        if (frame.length > 0 && linkUp) {
            sent++;
            wire.frame(frame);
        }
        return 0;
    }

    private boolean anyLayout() {
        return VirtioFeatures.has(context.features(), VirtioFeatures.VERSION_1)
                || VirtioFeatures.has(context.features(), VirtioFeatures.ANY_LAYOUT);
    }

    /**
     * A frame has come for the guest.
     *
     * @return false if it was dropped: no driver, no room, link down
     */
    public boolean receive(byte[] frame) {
        boolean taken = context != null && linkUp && deliver(frame);
        if (taken) {
            received++;
        } else {
            dropped++;
        }
        return taken;
    }

    private boolean deliver(byte[] frame) {
        DeviceQueue queue = context.queue(RX);
        if (queue == null) {
            return false;
        }
        boolean mergeable = VirtioFeatures.has(context.features(), F_MRG_RXBUF);
        int headerBytes = headerBytes(context.features());
        int total = headerBytes + frame.length;
        int count = collect(queue, mergeable ? total : 1);
        if (count == 0 || !fits(headerBytes, total, mergeable)) {
            if (queue.error() != null) {
                context.finish(RX); // breaks the device
            }
            return false;
        }
        byte[] bytes = new byte[total];
        System.arraycopy(frame, 0, bytes, headerBytes, frame.length);
        boolean numBuffers =
                mergeable || headerBytes == 12 && !context.profile().deviates(DeviceDeviation.NUM_BUFFERS_UNWRITTEN);
        if (numBuffers) {
            bytes[10] = (byte) count;
            bytes[11] = (byte) (count >>> 8);
        }
        int done = 0;
        for (int i = 0; i < count; i++) {
            BufferChain chain = rxBuffers.poll();
            int part = (int) Math.min(chain.writableBytes(), total - done);
            writePart(chain, bytes, done, part, i == 0 && headerBytes == 12 && !numBuffers);
            queue.complete(chain.token(), part);
            done += part;
        }
        context.finish(RX);
        return true;
    }

    /** Writes a part of header and frame; a device that leaves {@code num_buffers} alone skips bytes 10 and 11. */
    private void writePart(BufferChain chain, byte[] bytes, int from, int length, boolean skipNumBuffers) {
        GuestMemory memory = context.memory();
        if (skipNumBuffers) {
            chain.write(memory, 0, bytes, 0, 10);
            chain.write(memory, 12, bytes, 12, length - 12);
        } else {
            chain.write(memory, 0, bytes, from, length);
        }
    }

    /** Makes sure that buffers for {@code bytes} are at hand, if there are so many; returns how many buffers that is. */
    private int collect(DeviceQueue queue, long bytes) {
        long room = 0;
        int count = 0;
        for (BufferChain chain : rxBuffers) {
            if (room >= bytes) {
                return count;
            }
            room += chain.writableBytes();
            count++;
        }
        while (room < bytes) {
            BufferChain chain = new BufferChain();
            if (!queue.pop(chain)) {
                return room < bytes ? 0 : count;
            }
            if (chain.writableBytes() == 0) {
                context.fail("NET7: receive buffer without a writable byte");
                return 0;
            }
            rxBuffers.add(chain);
            room += chain.writableBytes();
            count++;
        }
        return count;
    }

    private boolean fits(int headerBytes, int total, boolean mergeable) {
        BufferChain first = rxBuffers.peek();
        if (first.writableBytes() < headerBytes) {
            context.fail("NET7: receive buffer of " + first.writableBytes() + " bytes has no room for the header");
            return false;
        }
        if (!anyLayout() && !mergeable && first.count() > 1 && first.length(first.readableCount()) != headerBytes) {
            context.fail("L9: without ANY_LAYOUT the header has an element of its own");
            return false;
        }
        return mergeable || first.writableBytes() >= total;
    }
}
