package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.ArrayList;
import java.util.List;

/**
 * A driver half that sees what a driver need not see: how many buffers are used before it takes them, and WRITE in used
 * descriptors of a packed ring.
 */
final class ScriptQueue<T> {
    /** A buffer that came back, in the order of the ring. */
    record Used<T>(T tag, long length, boolean writeFlag) {}

    private record InFlight<T>(T tag, int descriptors) {}

    private final VirtioTransport transport;
    private final GuestMemory memory;
    private final QueueLayout layout;
    private final int index;
    private final DriverQueue queue;
    private final List<InFlight<T>> byId = new ArrayList<>();
    private final boolean[] writeFlag;
    private final UsedBuffer used = new UsedBuffer();
    private int unpublished;
    private int published;
    private int usedSoFar;
    private int walkSlot;
    private boolean walkWrap = true;

    ScriptQueue(VirtioTransport transport, GuestMemory memory, QueueLayout layout, long features, int index) {
        this.transport = transport;
        this.memory = memory;
        this.layout = layout;
        this.index = index;
        this.queue = DriverQueue.create(memory, layout, features);
        this.writeFlag = new boolean[layout.size()];
        for (int i = 0; i < layout.size(); i++) {
            byId.add(null);
        }
    }

    /** Adds a buffer, through a table if that has an address; returns false if there is no room. */
    boolean add(BufferChain chain, long table, T tag) {
        int descriptors = table == 0 ? chain.count() : 1;
        if (chain.count() > layout.size() || queue.freeDescriptors() < descriptors) {
            return false;
        }
        int id = table == 0 ? queue.add(chain) : queue.addIndirect(chain, table);
        if (id < 0) {
            return false;
        }
        byId.set(id, new InFlight<>(tag, descriptors));
        unpublished++;
        return true;
    }

    /** Publishes what was added, and notifies if asked to; returns whether it was. */
    boolean publish() {
        queue.publish();
        boolean notify = queue.notificationNeeded();
        published += unpublished;
        unpublished = 0;
        if (notify) {
            transport.notifyQueue(index);
        }
        return notify;
    }

    /** Returns how many buffers the device has not used yet. */
    int inFlight() {
        return published - usedCount();
    }

    /** Returns how many buffers the device has used. */
    int usedCount() {
        if (!layout.packed()) {
            int idx = memory.load16(SplitRing.usedIdx(layout.deviceAddr()));
            usedSoFar += idx - usedSoFar & 0xffff;
            return usedSoFar;
        }
        while (usedSoFar < published) {
            long at = layout.descAddr() + (long) PackedRing.DESC_BYTES * walkSlot;
            int flags = memory.load16(at + 14);
            if (!PackedRing.isUsed(flags, walkWrap)) {
                break;
            }
            int id = memory.load16(at + 12);
            if (id >= byId.size() || byId.get(id) == null) {
                throw new IllegalStateException("used id " + id + " is not in flight");
            }
            writeFlag[id] = (flags & PackedRing.DESC_F_WRITE) != 0;
            usedSoFar++;
            walkSlot += byId.get(id).descriptors();
            if (walkSlot >= layout.size()) {
                walkSlot -= layout.size();
                walkWrap = !walkWrap;
            }
        }
        return usedSoFar;
    }

    /** Takes all that is used. */
    List<Used<T>> reap() {
        usedCount();
        List<Used<T>> reaped = new ArrayList<>();
        while (queue.poll(used)) {
            InFlight<T> buffer = byId.set(used.id(), null);
            reaped.add(new Used<>(buffer.tag(), used.reportedLength(), layout.packed() && writeFlag[used.id()]));
        }
        return reaped;
    }

    /** Asks for interrupts or for none; says whether used buffers waited. */
    String interrupts(boolean on) {
        if (on) {
            return "on, used buffers wait: " + queue.enableInterrupts();
        }
        queue.disableInterrupts();
        return "off";
    }

    /** Returns what the device asks for: event area of a packed ring, flags and {@code avail_event} of a split one. */
    String deviceArea() {
        if (layout.packed()) {
            return Integer.toHexString(memory.load32(layout.deviceAddr()));
        }
        int availEvent = memory.load16(SplitRing.availEvent(layout.deviceAddr(), layout.size()));
        return memory.load16(layout.deviceAddr()) + "/" + availEvent;
    }

    String error() {
        return queue.error() == null ? "" : ", broken ring: " + queue.error();
    }
}
