package io.torosim.virtio.device;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * virtio-net without offloads (virtio 1.2 section 5.1): queue 0 receives, queue 1 transmits; MAC, STATUS, MRG_RXBUF. A card
 * made by {@link #withControl} has a control queue behind them: receive filter, MAC address, VLAN, announcing.
 *
 * <p>Frames for the guest come through {@link #receive}. A frame for which there is no room is dropped; the buffers that
 * were looked at stay with the device for the next one. All buffers of a frame become visible at one instant.
 *
 * <p>A {@link DeviceModel} that any {@link VirtioDevice} interface carries; {@link io.torosim.virtio.driver.NetDriver NetDriver} is a driver for it,
 * {@link NetFilter} decides which frames reach the guest.
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
    /** Feature: the control queue (bit 17). */
    public static final long F_CTRL_VQ = 1L << 17;
    /** Feature: receive modes promiscuous and all multicast (bit 18). */
    public static final long F_CTRL_RX = 1L << 18;
    /** Feature: VLAN filtering (bit 19). */
    public static final long F_CTRL_VLAN = 1L << 19;
    /** Feature: further receive modes (bit 20). */
    public static final long F_CTRL_RX_EXTRA = 1L << 20;
    /** Feature: the device can ask the driver to announce itself (bit 21). */
    public static final long F_GUEST_ANNOUNCE = 1L << 21;
    /** Feature: the MAC address is set through the control queue (bit 23). */
    public static final long F_CTRL_MAC_ADDR = 1L << 23;
    /** Queue that receives. */
    public static final int RX = 0;
    /** Queue that transmits. */
    public static final int TX = 1;
    /** Control queue. */
    public static final int CONTROL = 2;

    private static final long F_CTRL_GUEST_OFFLOADS = 1L << 2;
    private static final long F_GSO = 1L << 6; // legacy
    private static final long CONTROL_FEATURES =
            F_CTRL_VQ | F_CTRL_RX | F_CTRL_VLAN | F_CTRL_RX_EXTRA | F_GUEST_ANNOUNCE | F_CTRL_MAC_ADDR;
    private static final int MOST_WAITING = 10_000; // packets in a net queue of QEMU
    private static final int CSUM = 0;
    private static final int GUEST_CSUM = 1;
    private static final int CTRL_VQ = 17;
    // feature bit, bit that it needs (section 5.1.3.1)
    private static final int[][] PREREQUISITES = {
        {7, GUEST_CSUM},
        {8, GUEST_CSUM},
        {9, 7},
        {10, GUEST_CSUM},
        {11, CSUM},
        {12, CSUM},
        {13, 11},
        {14, CSUM},
        {18, CTRL_VQ},
        {19, CTRL_VQ},
        {21, CTRL_VQ},
        {22, CTRL_VQ},
        {23, CTRL_VQ}
    };

    private final FrameSink wire;
    private final boolean control;
    private final NetFilter filter;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(); // FRAMES_WAIT_FOR_BUFFERS
    private final ArrayDeque<BufferChain> rxBuffers = new ArrayDeque<>();
    private DeviceProfile profile = DeviceProfile.STRICT;

    @SuppressWarnings("NullAway.Init") // attach comes first
    private DeviceContext context;

    private boolean linkUp = true;
    private boolean announcing;
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
        this(mac, wire, false);
    }

    /** Creates a card with a control queue; parameters as for the constructor. */
    public static NetDevice withControl(byte[] mac, FrameSink wire) {
        Objects.requireNonNull(mac, "mac");
        Objects.requireNonNull(wire, "wire");
        return new NetDevice(mac, wire, true);
    }

    private NetDevice(byte[] mac, FrameSink wire, boolean control) {
        Objects.requireNonNull(mac, "mac");
        Objects.requireNonNull(wire, "wire");
        if (mac.length != 6) {
            throw new IllegalArgumentException("mac has 6 bytes, length=" + mac.length);
        }
        this.filter = new NetFilter(mac.clone());
        this.wire = wire;
        this.control = control;
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
        return F_MAC | F_MRG_RXBUF | F_STATUS | (control ? CONTROL_FEATURES : 0);
    }

    @Override
    public long features(DeviceProfile deviceProfile) {
        // QEMU with ctrl_vq=off leaves out that one bit and nothing else
        return deviceProfile.deviates(DeviceDeviation.UNNEGOTIATED_COMMANDS_SERVED)
                ? features() | CONTROL_FEATURES & ~F_CTRL_VQ | F_CTRL_GUEST_OFFLOADS | F_GSO
                : features();
    }

    @Override
    public long legacyFeatures() {
        return F_GSO;
    }

    @Override
    public void attach(DeviceProfile deviceProfile) {
        profile = deviceProfile;
    }

    @Override
    public int configBytes() {
        return 8;
    }

    @Override
    public void featuresAgreed(long features) {
        filter.vlansFiltered(VirtioFeatures.has(features, F_CTRL_VLAN));
    }

    @Override
    public void driverReady(long features) {
        filter.vlansFiltered(VirtioFeatures.has(features, F_CTRL_VLAN));
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
        return control || profile.deviates(DeviceDeviation.UNNEGOTIATED_COMMANDS_SERVED) ? 3 : 2;
    }

    @Override
    public int configByte(int offset) {
        return offset >= 0 && offset < 6
                ? filter.mac()[offset]
                : offset == 6 ? (linkUp ? 1 : 0) | (announcing ? 2 : 0) : 0;
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

    /**
     * Asks the driver to announce itself to the network: a status bit, with a configuration interrupt, until the driver
     * acknowledges it (section 5.1.6.5.4). Does nothing where GUEST_ANNOUNCE was not negotiated.
     */
    public void announce() {
        if (context != null && VirtioFeatures.has(context.features(), F_GUEST_ANNOUNCE)) {
            announcing = true;
            context.configChanged();
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
    @SuppressWarnings("NullAway") // nothing is asked of it until it is attached again
    public void reset() {
        context = null;
        rxBuffers.clear();
        waiting.clear();
        announcing = false;
        filter.reset();
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
        } else if (queueIndex == CONTROL) {
            serveControl();
        }
        // new receive buffers are looked at when a frame comes, unless frames wait
        while (queueIndex == RX && !waiting.isEmpty() && deliver(waiting.peek())) {
            waiting.poll();
            received++;
        }
    }

    private void serveControl() {
        if (!profile.deviates(DeviceDeviation.UNNEGOTIATED_COMMANDS_SERVED)) {
            context.serveAll(CONTROL, this::command);
            return;
        }
        // QEMU never asks for no notifications here
        DeviceQueue queue = Objects.requireNonNull(context.queue(CONTROL), "a queue that notifies");
        BufferChain chain = new BufferChain();
        while (queue.pop(chain)) {
            long written = command(chain);
            if (written < 0) {
                context.fail("control command without room for an answer");
                return;
            }
            queue.complete(chain.token(), written);
        }
        context.finish(CONTROL);
    }

    private long command(BufferChain chain) {
        if (chain.readableBytes() < 2 || chain.writableBytes() < 1) {
            return -1;
        }
        byte[] command = new byte[(int) Math.min(NetFilter.LONGEST_COMMAND, chain.readableBytes())];
        chain.read(context.memory(), 0, command, 0, command.length);
        boolean all = profile.deviates(DeviceDeviation.UNNEGOTIATED_COMMANDS_SERVED);
        boolean done = command.length == chain.readableBytes()
                && (all || VirtioFeatures.has(context.features(), NetFilter.feature(command)))
                && (command[0] == NetFilter.ANNOUNCE ? acknowledged(command[1]) : filter.command(command));
        chain.write(context.memory(), 0, new byte[] {(byte) (done ? 0 : 1)}, 0, 1);
        return 1;
    }

    private boolean acknowledged(int command) {
        boolean asked = announcing && command == 0;
        announcing &= !asked;
        return asked;
    }

    private long transmit(BufferChain chain) {
        int headerBytes = headerBytes(context.features());
        boolean empty = profile.deviates(DeviceDeviation.EMPTY_FRAME_BREAKS) && chain.readableBytes() == headerBytes;
        if (chain.readableBytes() < headerBytes || empty) {
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
        return profile.deviates(DeviceDeviation.ANY_LAYOUT_ALWAYS)
                || VirtioFeatures.has(context.features(), VirtioFeatures.VERSION_1)
                || VirtioFeatures.has(context.features(), VirtioFeatures.ANY_LAYOUT);
    }

    /**
     * A frame has come for the guest.
     *
     * @return false if it was dropped: no driver, no room, link down, filtered
     */
    public boolean receive(byte[] frame) {
        if (context != null && linkUp && profile.deviates(DeviceDeviation.FRAMES_WAIT_FOR_BUFFERS)) {
            return receiveOrWait(frame);
        }
        boolean taken = context != null && linkUp && deliver(frame);
        if (taken) {
            received++;
        } else {
            dropped++;
        }
        return taken;
    }

    private boolean receiveOrWait(byte[] frame) {
        if (waiting.isEmpty() && deliver(frame)) {
            received++;
            return true;
        }
        if (context.queue(RX) == null || waiting.size() == MOST_WAITING) {
            dropped++;
            return false;
        }
        waiting.add(frame.clone());
        return true;
    }

    private boolean deliver(byte[] frame) {
        DeviceQueue queue = context.queue(RX);
        if (queue == null) {
            return false;
        }
        if (!profile.deviates(DeviceDeviation.FRAMES_WAIT_FOR_BUFFERS)) {
            return filter.passes(frame) && deliver(queue, frame);
        }
        queue.disableNotifications();
        boolean mergeable = VirtioFeatures.has(context.features(), F_MRG_RXBUF);
        boolean room = collect(queue, mergeable ? headerBytes(context.features()) + frame.length : 1) > 0;
        if (room) {
            return !filter.passes(frame) || deliver(queue, frame);
        }
        queue.enableNotifications();
        return false;
    }

    private boolean deliver(DeviceQueue queue, byte[] frame) {
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

    /** Takes Ethernet frames: the far end of a wire. */
    @FunctionalInterface
    public interface FrameSink {
        /** Takes one frame, without preamble and checksum; the array is the receiver's. */
        void frame(byte[] frame);
    }
}
