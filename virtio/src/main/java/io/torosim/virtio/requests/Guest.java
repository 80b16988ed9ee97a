package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The guest of a device under examination: puts requests into its queues, sees what comes back and what else changes.
 *
 * <p>{@link BlkGuest}, {@link NetGuest}, {@link VsockGuest} and others say what is asked; {@link VirtioHandshake} begins the device, {@link Sent} is a
 * request under way, {@link Wrong} what is thrown when the device is.
 */
abstract class Guest {
    static final int QUEUE_SIZE = 64;
    static final int POISON = 0xee;
    private static final int RINGS = 0x10000; // bytes of memory for rings, from there on buffers
    private static final int RING_BYTES = 0x40000;
    private static final int MEMORY_BYTES = 4 << 20;
    private static final int BUFFERS = RINGS + RING_BYTES;
    private static final int PER_BUFFER = 1024; // guards and a table
    private static final int LATEST = 24;
    private static final int MOST_WORK = 8;
    private static final int TAKEN_BACK = 0x5a;

    final FlatMemory low = new FlatMemory(MEMORY_BYTES);
    final GuestMemory memory = new RoomyMemory(low);
    final Devices.Device examined;
    final VirtioDevice device;
    final ModernPciTransport transport;
    private final long wanted;
    private final int queueCount;
    private final List<Sent> all = new ArrayList<>();
    private final List<Map<Integer, Sent>> inFlight = new ArrayList<>();
    private final UsedBuffer used = new UsedBuffer();
    VirtioHandshake handshake;
    private DmaAllocator dma;
    private DriverQueue[] queues;
    private long next;
    private long top; // of all memory that was used in this life
    private int interrupts;

    Guest(Devices.Device examined, long wanted, int queueCount) {
        this.examined = examined;
        this.wanted = wanted;
        this.queueCount = queueCount;
        this.device = new VirtioDevice(
                examined.model(), memory, DeviceProfile.STRICT, (cause, queue) -> interrupt(cause, queue));
        ModernPciDevice pci = new ModernPciDevice(device);
        this.transport = new ModernPciTransport(pci.configSpace(), bar -> pci.bar());
        up();
    }

    /** Brings the device up. */
    final void up() {
        all.clear();
        inFlight.clear();
        next = BUFFERS;
        top = next;
        dma = new DmaAllocator(RINGS, RING_BYTES);
        handshake = VirtioHandshake.begin(transport, examined.model().deviceId(), wanted | VirtioFeatures.RING_RESET);
        queues = new DriverQueue[queueCount];
        for (int i = 0; i < queueCount; i++) {
            inFlight.add(new TreeMap<>());
            queues[i] = handshake.queue(i, QUEUE_SIZE, memory, dma);
        }
        handshake.ready();
    }

    private void interrupt(int cause, int queueIndex) {
        interrupts += cause == InterruptSink.QUEUE ? 1 : 0;
        if (cause == InterruptSink.QUEUE && queues != null) {
            interrupted(queueIndex);
        }
    }

    /** The device interrupts for a queue, and may not have finished what it does. */
    void interrupted(int queueIndex) {}

    boolean has(long feature) {
        return VirtioFeatures.has(handshake.features(), feature);
    }

    int interrupts() {
        return interrupts;
    }

    boolean broken() {
        return (device.status() & VirtioStatus.DEVICE_NEEDS_RESET) != 0;
    }

    /** Finds room for so many bytes in one piece; memory is used again once what was there has come back. */
    private void reserve(long bytes) {
        if (next + bytes > MEMORY_BYTES) {
            check();
            all.removeIf(Sent::isBack);
            next = BUFFERS;
        }
        for (boolean moved = true; moved; ) {
            moved = false;
            for (Sent sent : all) {
                if (next < sent.end && sent.begin < next + bytes) {
                    next = sent.end;
                    moved = true;
                }
            }
        }
        if (next + bytes > MEMORY_BYTES) {
            throw new IllegalStateException("no room for " + bytes + " bytes");
        }
    }

    private long place(int bytes) {
        low.fill(next, bytes + 2L * Sent.GUARD, 0xa5);
        long at = next + Sent.GUARD;
        next += bytes + 2L * Sent.GUARD;
        top = Math.max(top, next);
        return at;
    }

    /** Sizes of pieces of so many bytes; one piece if {@code cut} is 0, else as it says. */
    static int[] pieces(int bytes, int cut) {
        if (bytes == 0) {
            return new int[0];
        }
        int[] sizes = {bytes};
        int seed = cut;
        while (seed != 0 && sizes.length < 6) {
            int which = Math.floorMod(seed, sizes.length);
            if (sizes[which] > 1) {
                int[] more = Arrays.copyOf(sizes, sizes.length + 1);
                System.arraycopy(sizes, which + 1, more, which + 2, sizes.length - which - 1);
                int first = 1 + Math.floorMod(seed * 31, Math.min(sizes[which] - 1, 1 << 14));
                more[which] = first;
                more[which + 1] = sizes[which] - first;
                sizes = more;
            }
            seed /= 7;
        }
        return sizes;
    }

    /** Puts a buffer into a queue; the device does not know of it yet. Null: there is no room. */
    final @Nullable Sent send(int queueIndex, byte[] readable, int writable, int cut) {
        BufferChain chain = new BufferChain();
        chain.clear();
        int from = 0;
        reserve(readable.length + writable + PER_BUFFER);
        long begin = next;
        for (int size : pieces(readable.length, cut)) {
            long at = place(size);
            low.copyIn(at, readable, from, size);
            chain.addReadable(at, size);
            from += size;
        }
        for (int size : pieces(writable, cut * 17)) {
            long at = place(size);
            low.fill(at, size, POISON);
            chain.addWritable(at, size);
        }
        int id = add(queueIndex, chain, cut);
        if (id < 0) {
            return null;
        }
        Sent sent = new Sent(queueIndex, chain, readable, begin, next);
        inFlight.get(queueIndex).put(id, sent);
        all.add(sent);
        return sent;
    }

    private int add(int queueIndex, BufferChain chain, int cut) {
        if (has(VirtioFeatures.INDIRECT_DESC) && cut % 2 != 0) {
            return queues[queueIndex].addIndirect(chain, place(16 * chain.count()) + 7 & -8L);
        }
        return queues[queueIndex].add(chain);
    }

    /** A buffer of {@code bytes} bytes behind all that is there, more than an int holds. */
    final void sendHuge(int queueIndex, byte[] readable, long bytes, boolean writable) {
        BufferChain chain = new BufferChain();
        chain.clear();
        reserve(readable.length + PER_BUFFER);
        if (readable.length > 0) {
            long at = place(readable.length);
            low.copyIn(at, readable, 0, readable.length);
            chain.addReadable(at, readable.length);
        }
        for (long left = bytes; left > 0; left -= 1L << 30) {
            long size = Math.min(left, 1L << 30);
            if (writable) {
                chain.addWritable(1L << 32, size);
            } else {
                chain.addReadable(1L << 32, size);
            }
        }
        if (!writable && readable.length > 0) {
            chain.addWritable(place(1), 1);
        }
        queues[queueIndex].add(chain);
        kick(queueIndex);
        settle();
        queues[queueIndex].poll(used);
        restart(); // what was in that buffer is nobody's business
    }

    /** Shows the device what was sent, with an interrupt wanted. */
    final void kick(int queueIndex) {
        queues[queueIndex].enableInterrupts();
        queues[queueIndex].publish();
        if (queues[queueIndex].notificationNeeded()) {
            handshake.notifyQueue(queueIndex, queues[queueIndex]);
        }
    }

    /** Lets the device do all that it has to do. */
    final void settle() {
        for (int i = 0; i < MOST_WORK; i++) {
            device.serviceKicks();
            examined.work();
        }
    }

    /** Takes the next buffer that the device has used, or null. */
    final @Nullable Sent poll(int queueIndex) {
        if (!queues[queueIndex].poll(used)) {
            if (queues[queueIndex].error() != null) {
                throw new Wrong("the ring of queue " + queueIndex + " is broken: " + queues[queueIndex].error());
            }
            return null;
        }
        Sent sent =
                Objects.requireNonNull(inFlight.get(queueIndex).remove(used.id()), "the queue gives what is in flight");
        sent.back(memory, used.reportedLength());
        return sent;
    }

    final int inFlight(int queueIndex) {
        return inFlight.get(queueIndex).size();
    }

    /** Looks at the latest buffers; the older ones have their turn at the end. */
    final void checkLatest() {
        for (Sent sent : all.subList(Math.max(0, all.size() - LATEST), all.size())) {
            sent.check(memory);
        }
    }

    /** Looks at every buffer that there ever was. */
    final void check() {
        for (Sent sent : all) {
            sent.check(memory);
        }
    }

    /** The device is reset with whatever is in flight; nothing of this life may be touched again. */
    final void restart() {
        transport.status(0);
        low.fill(RINGS, top - RINGS, TAKEN_BACK);
        examined.work();
        device.serviceKicks();
        atLeisure();
        untouched(RINGS, top - RINGS, "the device's reset");
        up();
    }

    /** The host's side does something that has nothing to do with the queue, while it is reset. */
    void atLeisure() {}

    /** One queue is reset with whatever is in flight, and begins again. */
    final void resetQueue(int queueIndex) {
        if (!transport.resetQueue(queueIndex)) {
            throw new Wrong("F24: queue_reset does not read back 0");
        }
        List<Sent> forgotten = new ArrayList<>(inFlight.get(queueIndex).values());
        inFlight.get(queueIndex).clear();
        for (Sent sent : forgotten) {
            all.remove(sent);
            for (int i = 0; i < sent.chain.count(); i++) {
                low.fill(sent.chain.address(i), sent.chain.length(i), TAKEN_BACK);
            }
        }
        settle();
        atLeisure();
        for (Sent sent : forgotten) {
            for (int i = 0; i < sent.chain.count(); i++) {
                untouched(sent.chain.address(i), sent.chain.length(i), "the reset of queue " + queueIndex);
            }
        }
        queues[queueIndex] = handshake.queue(queueIndex, QUEUE_SIZE, memory, dma);
        settle();
        atLeisure();
        for (Sent sent : forgotten) {
            for (int i = 0; i < sent.chain.count(); i++) {
                untouched(sent.chain.address(i), sent.chain.length(i), "the reset of queue " + queueIndex);
            }
        }
        if (poll(queueIndex) != null) {
            throw new Wrong("F24: a buffer comes back through a queue that was reset");
        }
    }

    private void untouched(long from, long bytes, String event) {
        byte[] now = new byte[(int) bytes];
        low.copyOut(from, now, 0, now.length);
        for (byte b : now) {
            if (b != TAKEN_BACK) {
                throw new Wrong("F24: memory that was the device's before " + event + " is written after it");
            }
        }
    }

    /** The script is over. */
    void end() {
        settle();
        check();
    }

    static String show(byte[] bytes, int at) {
        return at < bytes.length ? Integer.toHexString(bytes[at] & 0xff) : "nothing";
    }
}
