package io.torosim.guest.nic;

import io.torosim.core.event.EventHandler;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of a virtio-net card between guest memory and a {@link Link}: one worker that takes a certain time for each frame, in
 * the order in which frames came from the wire and notifications from the guest. It looks at a ring when it gets to it, at that instant; while
 * it has frames of the guest to send it asks for no notifications. Frames for which the guest has no buffer wait, up to a thousand (the queue of a
 * tap device), until it makes one available.
 *
 * <p>On a machine with surprises the worker may get to a frame later ({@code "host.worker"}), and where it may return buffers in any order it
 * fills the second of two before the first ({@code "host.order"}), as a device without IN_ORDER may.
 *
 * <p>With {@code vhost} the worker is a thread of the host's kernel; without, it is QEMU's main loop, whose time it takes. Confined to the
 * simulation thread.
 */
final class VhostNet implements DeviceModel, EventHandler {
    private static final int RX = 0;
    private static final int TX = 1;
    private static final int MOST_FRAME_BYTES = 1 << 16;
    /** txqueuelen of a tap device. */
    private static final int MOST_WAITING = 1000;

    private static final long F_MAC = 1L << 5;
    private static final long F_STATUS = 1L << 16;
    /** Stands in the worker's queue for: look at what the guest has to send. */
    private static final byte[] GUEST_HAS_SENT = {};

    private final byte[] mac;
    private final Machine machine;
    private final @Nullable QemuProcess mainLoop;
    private final Link link;
    private final long framePs;
    private final boolean anyOrder;
    private final ArrayDeque<byte[]> work = new ArrayDeque<>();
    /** Frames that wait for a buffer of the guest, in order, while {@link #starving}. */
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();

    private final BufferChain chain = new BufferChain();
    /** Zeros, and the number of buffers of a modern header. */
    private final byte[] header = new byte[12];

    private int headerBytes;
    private @Nullable DeviceContext context;
    private boolean working;
    private boolean sending;
    private boolean starving;
    private long dropped;

    /**
     * Creates the model.
     *
     * @param mainLoop the process whose main loop does the work, null where a kernel thread does
     * @param framePs the worker's time for a frame
     * @param anyOrder whether receive buffers may be returned in another order than they were made available
     */
    VhostNet(byte[] mac, Machine machine, @Nullable QemuProcess mainLoop, Link link, long framePs, boolean anyOrder) {
        this.mac = mac.clone();
        this.machine = machine;
        this.mainLoop = mainLoop;
        this.link = link;
        this.framePs = framePs;
        this.anyOrder = anyOrder && machine.hasChoices();
    }

    @Override
    public int deviceId() {
        return 1;
    }

    @Override
    public long features() {
        return F_MAC | F_STATUS;
    }

    @Override
    public int queueCount() {
        return 2;
    }

    @Override
    public int configByte(int offset) {
        return offset >= 0 && offset < 6 ? mac[offset] : offset == 6 ? 1 : 0;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
        headerBytes = NetDevice.headerBytes(newContext.features());
        header[10] = 1;
    }

    @Override
    public void reset() {
        context = null;
        work.clear();
        waiting.clear();
        sending = false;
        starving = false;
    }

    /** Frames that were too many or too long for the guest's buffers. */
    long dropped() {
        return dropped;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex == TX && !sending) {
            DeviceQueue queue = queue(TX);
            if (queue != null) {
                queue.disableNotifications();
                sending = true;
                give(GUEST_HAS_SENT);
            }
        } else if (queueIndex == RX && starving) {
            goOnDelivering();
        }
    }

    /** A frame comes from the wire. */
    void fromWire(byte[] frame) {
        if (starving) {
            waits(frame);
        } else {
            give(frame);
        }
    }

    private void waits(byte[] frame) {
        if (waiting.size() < MOST_WAITING) {
            waiting.add(frame);
        } else {
            dropped++;
            link.giveBack(frame);
        }
    }

    /** There is no buffer for this frame: it waits, and those behind it with it. */
    private void starve(DeviceQueue queue, byte[] frame) {
        starving = true;
        waits(frame);
        int behind = work.size();
        for (int i = 0; i < behind; i++) {
            byte[] item = work.poll();
            if (item == GUEST_HAS_SENT) {
                work.add(item);
            } else {
                waits(item);
            }
        }
        if (queue.enableNotifications()) {
            goOnDelivering(); // a buffer has come meanwhile
        }
    }

    private void goOnDelivering() {
        starving = false;
        work.addAll(waiting);
        waiting.clear();
        if (!working && !work.isEmpty()) {
            working = true;
            begin();
        }
    }

    private void give(byte[] item) {
        work.add(item);
        if (!working) {
            working = true;
            begin();
        }
    }

    private void begin() {
        long latePs = machine.deliveryDelayPs("host.worker");
        machine.simulation().at(machine.simulation().nowPs() + framePs + latePs, Machine.DEVICE_PRIORITY, this, 0, 0);
    }

    /** The worker's time for the oldest item is over. */
    @Override
    public void onEvent(int op, long arg) {
        try {
            byte[] item = work.poll();
            if (item != null) {
                work(item);
            }
        } finally {
            working = !work.isEmpty();
            if (working) {
                begin();
            }
        }
    }

    private void work(byte[] item) {
        if (mainLoop != null) {
            mainLoop.mainLoopWorks(framePs);
        }
        if (item == GUEST_HAS_SENT) {
            sendOne();
        } else {
            deliver(item);
        }
    }

    private @Nullable DeviceQueue queue(int index) {
        return context == null ? null : context.queue(index);
    }

    private void sendOne() {
        DeviceContext context = this.context;
        DeviceQueue queue = context == null ? null : context.queue(TX);
        if (context == null || queue == null) {
            return;
        }
        if (queue.pop(chain)) {
            long bytes = chain.readableBytes() - headerBytes;
            if (bytes < 0) {
                context.fail("virtio-net: a frame without room for its header");
                return;
            }
            byte[] frame = link.frame((int) Math.min(bytes, MOST_FRAME_BYTES));
            chain.read(context.memory(), headerBytes, frame, 0, frame.length);
            queue.complete(chain.token(), 0);
            if (frame.length > 0) {
                link.fromGuest(frame);
            }
        }
        context.finish(TX);
        if (queue(TX) == queue) { // finishing may have reset the device
            if (queue.enableNotifications()) {
                queue.disableNotifications();
                work.add(GUEST_HAS_SENT);
            } else {
                sending = false;
            }
        }
    }

    /** Takes two buffers and returns the second one first: each with the frame that came for it. */
    private boolean deliverSecondFirst(DeviceContext context, DeviceQueue queue, byte[] frame) {
        byte[] following = work.peek();
        boolean two = following != null && following != GUEST_HAS_SENT;
        if (!two || machine.choices().choose("host.order", 2) == 0) {
            return false;
        }
        work.poll();
        BufferChain first = new BufferChain();
        if (!queue.pop(first)) {
            work.addFirst(following);
            return false;
        }
        if (queue.pop(chain)) {
            fill(context, queue, chain, following);
        } else {
            work.addFirst(following);
        }
        fill(context, queue, first, frame);
        context.finish(RX);
        return true;
    }

    private void deliver(byte[] frame) {
        DeviceContext context = this.context;
        if (context == null) {
            dropped++;
            link.giveBack(frame);
            return;
        }
        DeviceQueue queue = context.queue(RX);
        if (queue != null && anyOrder && deliverSecondFirst(context, queue, frame)) {
            link.giveBack(frame);
            return;
        }
        if (queue != null && !queue.pop(chain) && queue.error() == null) {
            starve(queue, frame);
            return;
        }
        if (queue == null || queue.error() != null) {
            dropped++;
            if (queue != null) {
                context.finish(RX); // breaks the device
            }
        } else {
            fill(context, queue, chain, frame);
            context.finish(RX);
        }
        link.giveBack(frame);
    }

    private void fill(DeviceContext context, DeviceQueue queue, BufferChain into, byte[] frame) {
        int written = 0;
        if (into.writableBytes() >= headerBytes + frame.length) {
            into.write(context.memory(), 0, header, 0, headerBytes);
            into.write(context.memory(), headerBytes, frame, 0, frame.length);
            written = headerBytes + frame.length;
        } else {
            dropped++;
        }
        queue.complete(into.token(), written);
    }
}
