package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Follows a split virtqueue from its stores (rules S, A, U, C, N, I and O).
 *
 * <p>{@link VirtqueueChecker} makes it or a {@link PackedMonitor}; {@link BufferReader} reads buffers for it, {@link OrderWatch}, {@link EventDuty} and
 * {@link EarlyReads} follow one kind of rule each.
 */
final class SplitMonitor implements RingMonitor {
    private final Findings findings;
    private final GuestMemory memory;
    private final QueueLayout layout;
    private final int size;
    private final boolean eventIdx;
    private final boolean inOrder;
    private final boolean notifyOnEmpty;
    private final EarlyReads driverReads; // by slot of the used ring
    private final EarlyReads deviceReads; // by slot of the available ring
    private boolean wishKnown; // the device's: 0 at the start, or stored since by the device
    private final BufferReader reader;

    private final InFlightBuffer[] byHead;
    private final Deque<InFlightBuffer> byAge = new ArrayDeque<>();
    private final InFlightBuffer[] descriptorOwner;
    private final int[] fetched; // by descriptor: bytes that the device has loaded since exposure, a mask
    private final InFlightBuffer[] slotBuffer; // by available ring slot: what was exposed there last
    private final boolean[] usedSlotWritten;
    private int inFlight;
    private int availIdx;
    private int usedIdx;
    private long exposed;
    private long consumedBelow; // exposures below this number were certainly fetched by the device
    private long wraps;

    private final OrderWatch[] order = {new OrderWatch(), new OrderWatch()};
    private final long[] entryReturn; // by used ring slot: number of the return that it announced last
    private Listener listener = SILENT;
    private long returned;
    private int followingHead; // IN_ORDER: the descriptor behind the last one exposed
    private long operation; // of the driver
    private final EventDuty notification = new EventDuty();
    private final EventDuty interrupt = new EventDuty();
    private int notifyBase;
    private int interruptBase;

    SplitMonitor(Findings findings, GuestMemory memory, QueueLayout layout, long features) {
        this.findings = findings;
        this.memory = memory;
        this.layout = layout;
        this.size = layout.size();
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.notifyOnEmpty = VirtioFeatures.has(features, VirtioFeatures.NOTIFY_ON_EMPTY);
        this.reader = new BufferReader(findings, memory, layout, features);
        this.byHead = new InFlightBuffer[size];
        this.descriptorOwner = new InFlightBuffer[size];
        this.fetched = new int[size];
        this.slotBuffer = new InFlightBuffer[size];
        this.usedSlotWritten = new boolean[size];
        this.driverReads = new EarlyReads(size);
        this.deviceReads = new EarlyReads(size);
        this.entryReturn = new long[size];
        Arrays.fill(entryReturn, -1);
    }

    @Override
    public void listener(Listener newListener) {
        listener = newListener;
    }

    @Override
    public void begin() {
        long avail = layout.driverAddr();
        long used = layout.deviceAddr();
        int flags = memory.load16(avail);
        findings.judged(Rule.N1);
        if (flags > (eventIdx ? 0 : 1)) {
            findings.report(Side.DRIVER, Rule.N1, "avail.flags", flags, "must be initialised");
        }
        startsAtZero(Rule.A1, "avail.idx", SplitRing.availIdx(avail));
        startsAtZero(Rule.N3, "used.flags", used);
        startsAtZero(Rule.N3, "used.idx", SplitRing.usedIdx(used));
        wishKnown = !eventIdx || memory.load16(SplitRing.availEvent(used, size)) == 0;
    }

    private void startsAtZero(Rule rule, String place, long address) {
        int found = memory.load16(address);
        findings.judged(rule);
        if (found != 0) {
            findings.report(Side.DRIVER, rule, place, found, "must be 0 before the first buffer");
        }
    }

    private boolean asksForNext(Side side) {
        boolean driver = side == Side.DRIVER;
        if (!eventIdx) {
            return (memory.load16(driver ? layout.driverAddr() : layout.deviceAddr()) & 1) == 0;
        }
        return driver
                ? memory.load16(SplitRing.usedEvent(layout.driverAddr(), size)) == usedIdx
                : memory.load16(SplitRing.availEvent(layout.deviceAddr(), size)) == availIdx;
    }

    private OrderWatch order(Side side) {
        return order[side.ordinal()];
    }

    @Override
    public void fenced(Side side) {
        order(side).fence();
    }

    @Override
    public void sleeps(Side side) {
        findings.judged(side == Side.DRIVER ? Rule.N11 : Rule.N6);
        findings.judged(Rule.N15);
        if (!asksForNext(side)) {
            findings.report(
                    side,
                    side == Side.DRIVER ? Rule.N11 : Rule.N6,
                    side == Side.DRIVER ? "avail.flags, used_event" : "used.flags, avail_event",
                    side == Side.DRIVER ? usedIdx : availIdx,
                    "must ask for the next event before sleep");
        } else if (!order(side).maySleep()) {
            findings.report(
                    side,
                    Rule.N15,
                    side == Side.DRIVER ? "used.idx" : "avail.idx",
                    side == Side.DRIVER ? usedIdx : availIdx,
                    "must be read again, behind a fence, between the wish for events and sleep");
        }
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public long wraps() {
        return wraps;
    }

    private boolean in(long address, long length, long from, long bytes) {
        return InFlightBuffer.overlap(address, length, from, bytes);
    }

    private static boolean within(long address, long length, long from, long bytes) {
        return address >= from && address + length <= from + bytes;
    }

    // --- loads ---

    @Override
    public void loaded(Side side, long address, long length, boolean acquire) {
        OrderWatch mine = order(side);
        if (side == Side.DRIVER) {
            driverLoaded(mine, address, length, acquire);
            return;
        }
        long avail = layout.driverAddr();
        if (in(address, length, SplitRing.availIdx(avail), 2)) {
            mine.sawPublications(exposed, acquire);
            mine.lookedForWork();
        }
        if (in(address, length, avail, 2) || in(address, length, SplitRing.usedEvent(avail, size), 2)) {
            mine.loadedWish();
        }
        if (in(address, length, SplitRing.availSlot(avail, 0), 2L * size)) {
            int slot = (int) Math.max(0, (address - SplitRing.availSlot(avail, 0)) >> 1);
            mustBeAcquired(slotBuffer[slot], "avail.ring[" + slot + "]");
            for (int i = slot; i < size && SplitRing.availSlot(avail, i) < address + length; i++) {
                InFlightBuffer there = slotBuffer[i];
                deviceReads.loaded(i, 1, there != null && byHead[there.id] == there && mine.saw(there.exposure));
            }
        }
        if (in(address, length, layout.descAddr(), layout.descBytes())) {
            for (int i = firstIndex(address); i <= lastIndex(address, length); i++) {
                if (descriptorOwner[i] == null) {
                    continue;
                }
                mustBeAcquired(descriptorOwner[i], "desc[" + i + "]");
                findings.judged(Rule.U10);
                int mask = bytesOf(i, address, length);
                if ((fetched[i] & mask) != 0) {
                    doubleFetch("desc[" + i + "]", i);
                }
                fetched[i] |= mask;
            }
        }
        for (InFlightBuffer buffer : byAge) {
            if (buffer.overlapsTable(address, length)) {
                findings.judged(Rule.U10);
            }
            if (buffer.overlapsTable(address, length) && !buffer.noteTableFetch(address, length)) {
                doubleFetch("table of " + buffer.id, buffer.id);
            }
        }
    }

    private void driverLoaded(OrderWatch mine, long address, long length, boolean acquire) {
        long used = layout.deviceAddr();
        if (in(address, length, SplitRing.usedIdx(used), 2)) {
            mine.sawPublications(returned, acquire);
            mine.lookedForWork();
        }
        if (in(address, length, used, 2) || in(address, length, SplitRing.availEvent(used, size), 2)) {
            mine.loadedWish();
        }
        if (in(address, length, SplitRing.usedSlot(used, 0), 8L * size)) {
            int slot = (int) Math.max(0, (address - SplitRing.usedSlot(used, 0)) >> 3);
            if (entryReturn[slot] >= 0) {
                findings.judged(Rule.U11);
            }
            for (int i = slot; i < size && SplitRing.usedSlot(used, i) < address + length; i++) {
                long at = SplitRing.usedSlot(used, i);
                int from = (int) Math.max(0, address - at);
                int to = (int) Math.min(8, address + length - at);
                driverReads.loaded(i, (1 << to) - (1 << from), entryReturn[i] >= 0 && mine.saw(entryReturn[i]));
            }
            if (entryReturn[slot] >= 0 && !mine.mayRead(entryReturn[slot])) {
                findings.report(
                        Side.DRIVER,
                        Rule.U11,
                        "used.ring[" + slot + "]",
                        slot,
                        "read behind a used.idx that was not acquired");
                mine.fence(); // said once
            }
        }
    }

    @Override
    public void popped(InFlightBuffer buffer) {
        findings.judged(Rule.A7);
        int slot = (int) (buffer.exposure & (size - 1));
        if (deviceReads.unsure(slot) != 0) {
            findings.report(
                    Side.DEVICE,
                    Rule.A7,
                    "avail.ring[" + slot + "]",
                    buffer.id,
                    "is read in front of the avail.idx that covers it, and not again behind it");
        }
    }

    @Override
    public void polled(InFlightBuffer buffer) {
        if (buffer.usedSlot < 0) {
            return;
        }
        findings.judged(Rule.U11);
        if (driverReads.unsure(buffer.usedSlot) != 0) {
            findings.report(
                    Side.DRIVER,
                    Rule.U11,
                    "used.ring[" + buffer.usedSlot + "]",
                    buffer.id,
                    "is read in front of the used.idx that covers it, and not again behind it");
        }
    }

    private void mustBeAcquired(InFlightBuffer buffer, String place) {
        if (buffer != null) {
            findings.judged(Rule.A7);
        }
        if (buffer != null && !order(Side.DEVICE).mayRead(buffer.exposure)) {
            findings.report(Side.DEVICE, Rule.A7, place, buffer.id, "read behind an avail.idx that was not acquired");
            order(Side.DEVICE).fence(); // said once
        }
    }

    private void doubleFetch(String place, long value) {
        findings.remark(
                Verdict.IMPLEMENTATION, Side.DEVICE, Rule.U10, place, value, "a descriptor is read more than once");
    }

    private int firstIndex(long address) {
        return (int) Math.max(0, (address - layout.descAddr()) / 16);
    }

    private int lastIndex(long address, long length) {
        return (int) Math.min(size - 1, (address + length - 1 - layout.descAddr()) / 16);
    }

    /** Returns which of the 16 bytes of a descriptor an access touches, a bit each. */
    private int bytesOf(int index, long address, long length) {
        long at = layout.descAddr() + 16L * index;
        int from = (int) Math.max(0, address - at);
        int to = (int) Math.min(16, address + length - at);
        return (1 << to) - (1 << from);
    }

    // --- stores ---

    @Override
    public void stored(Side side, long address, long length, boolean release) {
        boolean index = in(
                address,
                length,
                side == Side.DRIVER ? SplitRing.availIdx(layout.driverAddr()) : SplitRing.usedIdx(layout.deviceAddr()),
                2);
        if (side == Side.DRIVER) {
            driverStored(address, length, release);
        } else {
            deviceStored(address, length, release);
        }
        if (!index) {
            order(side).storedBody();
        }
    }

    private void driverStored(long address, long length, boolean release) {
        boolean mine = false;
        findings.judged(Rule.S12);
        if (inFlight > 0) {
            findings.judged(Rule.S11);
            findings.judged(Rule.D1);
        }
        if (in(address, length, layout.descAddr(), layout.descBytes())) {
            mine = within(address, length, layout.descAddr(), layout.descBytes());
            for (int i = firstIndex(address); i <= lastIndex(address, length); i++) {
                if (descriptorOwner[i] != null) {
                    findings.report(
                            Side.DRIVER,
                            Rule.S11,
                            "desc[" + i + "]",
                            descriptorOwner[i].id,
                            "belongs to a buffer in flight");
                }
            }
        }
        if (in(address, length, layout.driverAddr(), layout.driverBytes())) {
            mine |= within(address, length, layout.driverAddr(), layout.driverBytes());
            availStored(address, length, release);
        }
        if (in(address, length, layout.deviceAddr(), layout.deviceBytes())) {
            findings.report(Side.DRIVER, Rule.S12, "used ring", address, "is the device's");
            mine = true;
        }
        if (!mine) {
            boolean said = false;
            for (InFlightBuffer buffer : byAge) {
                if (buffer.overlapsTable(address, length)) {
                    said = true;
                    findings.report(Side.DRIVER, Rule.S11, "table of " + buffer.id, address, "is in flight");
                } else if (buffer.overlapsElement(address, length)) {
                    said = true;
                    findings.report(
                            Side.DRIVER, Rule.D1, "data of " + buffer.id, address, "belongs to a buffer in flight");
                }
            }
            if (!said && !findings.driverMayWrite(address, length)) {
                findings.report(Side.DRIVER, Rule.S12, "store", address, "outside what belongs to the driver");
            }
        }
    }

    private void availStored(long address, long length, boolean release) {
        long avail = layout.driverAddr();
        if (in(address, length, eventIdx ? SplitRing.usedEvent(avail, size) : avail, 2)) {
            order(Side.DRIVER).storedWish();
        }
        if (in(address, length, avail, 2)) {
            findings.judged(Rule.N1);
            int flags = memory.load16(avail);
            if (flags > (eventIdx ? 0 : 1)) {
                findings.report(Side.DRIVER, Rule.N1, "avail.flags", flags, eventIdx ? "must be 0" : "must be 0 or 1");
            }
        }
        int firstSlot = (int) Math.max(0, (address - SplitRing.availSlot(avail, 0)) >> 1);
        int lastSlot = (int) Math.min(size - 1, (address + length - 1 - SplitRing.availSlot(avail, 0)) >> 1);
        for (int slot = firstSlot; slot <= lastSlot && inFlight > 0; slot++) {
            findings.judged(Rule.A3);
            findings.judged(Rule.A5);
            InFlightBuffer there = slotBuffer[slot];
            if (there != null
                    && there.exposure >= consumedBelow
                    && byHead[there.id] == there
                    && in(address, length, SplitRing.availSlot(avail, slot), 2)
                    && memory.load16(SplitRing.availSlot(avail, slot)) != there.id) {
                findings.report(
                        Side.DRIVER,
                        there.operation == operation ? Rule.A3 : Rule.A5,
                        "avail.ring[" + slot + "]",
                        memory.load16(SplitRing.availSlot(avail, slot)),
                        there.operation == operation
                                ? "was written behind the avail.idx that covers it"
                                : "was exposed and may not have been read yet");
            }
        }
        if (in(address, length, SplitRing.availIdx(avail), 2)) {
            availIdxStored(memory.load16(SplitRing.availIdx(avail)), release);
        }
        interrupt.wish(interruptWanted());
    }

    private void availIdxStored(int idx, boolean release) {
        int added = (idx - availIdx) & 0xffff;
        if (added == 0) {
            return;
        }
        findings.judged(Rule.A1);
        findings.judged(Rule.A2);
        findings.judged(Rule.A3);
        if (added > size) {
            findings.reportLost(
                    Side.DRIVER, Rule.A1, "avail.idx", idx, "must grow by at most the queue size from " + availIdx);
            return;
        }
        if (((idx - usedIdx) & 0xffff) > size) {
            findings.reportLost(
                    Side.DRIVER, Rule.A2, "avail.idx", idx, "must be at most the queue size ahead of " + usedIdx);
            return;
        }
        for (int k = 0; k < added; k++) {
            int slot = (availIdx + k) & (size - 1);
            if (!expose(slot, memory.load16(SplitRing.availSlot(layout.driverAddr(), slot)))) {
                return;
            }
        }
        wraps += idx < availIdx ? 1 : 0;
        availIdx = idx;
        if (!order(Side.DRIVER).published(release)) {
            findings.report(
                    Side.DRIVER, Rule.A3, "avail.idx", idx, "stored without release: what it covers may come later");
        }
        notification.published(notificationWanted());
    }

    private boolean expose(int slot, int head) {
        String place = "avail.ring[" + slot + "]";
        findings.judged(Rule.S4);
        findings.judged(Rule.A6);
        findings.judged(Rule.S10);
        if (inOrder) {
            findings.judged(Rule.O2);
        }
        if (head >= size) {
            findings.reportLost(Side.DRIVER, Rule.S4, place, head, "must be < the queue size " + size);
            return false;
        }
        if (byHead[head] != null) {
            findings.reportLost(Side.DRIVER, Rule.A6, place, head, "is in flight already");
            return false;
        }
        InFlightBuffer buffer = reader.split(head, exposed);
        if (buffer == null) {
            return false;
        }
        for (int i = 0; i < buffer.descriptorCount; i++) {
            int index = buffer.descriptors[i];
            if (descriptorOwner[index] != null) {
                findings.reportLost(
                        Side.DRIVER,
                        Rule.S10,
                        "desc[" + index + "]",
                        head,
                        "belongs to the buffer in flight " + descriptorOwner[index].id);
                return false;
            }
        }
        for (int i = 0; i < buffer.descriptorCount; i++) {
            descriptorOwner[buffer.descriptors[i]] = buffer;
            fetched[buffer.descriptors[i]] = 0;
        }
        if (inOrder && head != followingHead) {
            findings.report(Side.DRIVER, Rule.O2, place, head, "IN_ORDER: must be descriptor " + followingHead);
        }
        followingHead = (buffer.descriptors[buffer.descriptorCount - 1] + 1) % size;
        buffer.operation = operation;
        byHead[head] = buffer;
        byAge.addLast(buffer);
        slotBuffer[slot] = buffer;
        deviceReads.unsure(slot); // of what was there before
        inFlight++;
        exposed++;
        listener.exposed(buffer);
        return true;
    }

    private void deviceStored(long address, long length, boolean release) {
        boolean mine = false;
        if (in(address, length, layout.deviceAddr(), layout.deviceBytes())) {
            mine = within(address, length, layout.deviceAddr(), layout.deviceBytes());
            usedStored(address, length, release);
        }
        if (mine || findings.lost()) {
            return;
        }
        findings.judged(Rule.S13);
        findings.judged(Rule.S14);
        findings.judged(Rule.S15);
        long inside = 0;
        boolean readable = false;
        boolean table = false;
        for (InFlightBuffer buffer : byAge) {
            inside = Math.max(inside, buffer.noteStore(address, length));
            readable |= buffer.overlapsReadable(address, length);
            table |= buffer.overlapsTable(address, length);
        }
        if (in(address, length, layout.descAddr(), layout.descBytes()) || table) {
            findings.report(Side.DEVICE, Rule.S13, "store", address, "descriptors are the driver's");
        } else if (inside < length) {
            findings.report(
                    Side.DEVICE,
                    readable ? Rule.S14 : Rule.S15,
                    "store",
                    address,
                    length + " bytes must lie in writable elements of buffers in flight");
        }
    }

    private void usedStored(long address, long length, boolean release) {
        long used = layout.deviceAddr();
        if (in(address, length, eventIdx ? SplitRing.availEvent(used, size) : used, 2)) {
            wishKnown = true;
            order(Side.DEVICE).storedWish();
        }
        if (in(address, length, used, 2)) {
            findings.judged(Rule.N2);
            int flags = memory.load16(used);
            if (flags > (eventIdx ? 0 : 1)) {
                findings.report(Side.DEVICE, Rule.N2, "used.flags", flags, eventIdx ? "must be 0" : "must be 0 or 1");
            }
        }
        if (in(address, length, SplitRing.usedSlot(used, 0), 8L * size)) {
            int first = (int) Math.max(0, (address - SplitRing.usedSlot(used, 0)) / 8);
            int last = (int) Math.min(size - 1, (address + length - 1 - SplitRing.usedSlot(used, 0)) / 8);
            for (int slot = first; slot <= last; slot++) {
                usedSlotWritten[slot] = true;
                findings.judged(Rule.U1);
                if (((slot - usedIdx) & (size - 1)) >= inFlight) {
                    findings.report(
                            Side.DEVICE,
                            Rule.U1,
                            "used.ring[" + slot + "]",
                            slot,
                            "is not a slot of a buffer in flight: written after its used.idx, or ahead");
                }
            }
        }
        if (in(address, length, SplitRing.usedIdx(used), 2)) {
            usedIdxStored(memory.load16(SplitRing.usedIdx(used)), release);
        }
        notification.wish(notificationWanted());
    }

    private void usedIdxStored(int idx, boolean release) {
        int count = (idx - usedIdx) & 0xffff;
        if (count == 0) {
            return;
        }
        findings.judged(Rule.U1);
        findings.judged(Rule.U2);
        if (count > inFlight) {
            findings.reportLost(
                    Side.DEVICE,
                    Rule.U2,
                    "used.idx",
                    idx,
                    "must move forward by at most the " + inFlight + " buffers in flight from " + usedIdx);
            return;
        }
        int done = 0;
        while (done < count) {
            int slot = (usedIdx + done) & (size - 1);
            int returned = returned(slot, count - done);
            if (returned == 0) {
                return;
            }
            done += returned;
        }
        wraps += idx < usedIdx ? 1 : 0;
        usedIdx = idx;
        if (!order(Side.DEVICE).published(release)) {
            findings.report(
                    Side.DEVICE, Rule.U1, "used.idx", idx, "stored without release: what it covers may come later");
        }
        interrupt.published(interruptWanted());
    }

    /** Takes the used entry at a slot; returns how many buffers it returns, 0 after a violation. */
    private int returned(int slot, int most) {
        long at = SplitRing.usedSlot(layout.deviceAddr(), slot);
        int id = memory.load32(at);
        long length = memory.load32(at + 4) & 0xffff_ffffL;
        String place = "used.ring[" + slot + "]";
        if (!usedSlotWritten[slot]) {
            findings.reportLost(Side.DEVICE, Rule.U1, place, id, "must be stored before the used.idx that covers it");
            return 0;
        }
        usedSlotWritten[slot] = false;
        entryReturn[slot] = returned;
        findings.judged(Rule.U3);
        if (id < 0 || id >= size || byHead[id] == null) {
            findings.reportLost(Side.DEVICE, Rule.U3, place + ".id", id & 0xffff_ffffL, "must be a head in flight");
            return 0;
        }
        InFlightBuffer buffer = byHead[id];
        buffer.usedSlot = slot;
        List<InFlightBuffer> batch = new ArrayList<>();
        if (inOrder) {
            for (InFlightBuffer older : byAge) {
                batch.add(older);
                if (older == buffer) {
                    break;
                }
            }
            findings.judged(batch.size() > 1 && most == 1 ? Rule.O1 : Rule.O3);
            if (batch.size() > most) {
                findings.reportLost(
                        Side.DEVICE,
                        batch.size() > 1 && most == 1 ? Rule.O1 : Rule.O3,
                        place + ".id",
                        id,
                        "IN_ORDER: " + (batch.size() - 1) + " older buffers, used.idx moves by " + most);
                return 0;
            }
        } else {
            batch.add(buffer);
        }
        for (InFlightBuffer each : batch) {
            long wrote = each == buffer ? length : each.writableBytes;
            if (each == buffer) {
                ReturnedBuffer.check(findings, each, wrote, place, Rule.U4, Rule.U6, Rule.U5);
            } else {
                ReturnedBuffer.check(findings, each, wrote, place, Rule.O3, Rule.O3, Rule.O3);
            }
            returned++;
            listener.returned(each, wrote);
            byHead[each.id] = null;
            byAge.remove(each);
            consumedBelow = Math.max(consumedBelow, each.exposure + 1);
            for (int i = 0; i < each.descriptorCount; i++) {
                descriptorOwner[each.descriptors[i]] = null;
            }
        }
        inFlight -= batch.size();
        return batch.size();
    }

    // --- events ---

    private boolean notificationWanted() {
        if (eventIdx) {
            int event = memory.load16(SplitRing.availEvent(layout.deviceAddr(), size));
            return SplitRing.needEvent(event, availIdx, notifyBase);
        }
        return (memory.load16(layout.deviceAddr()) & 1) == 0;
    }

    private boolean interruptWanted() {
        if (eventIdx) {
            int event = memory.load16(SplitRing.usedEvent(layout.driverAddr(), size));
            return SplitRing.needEvent(event, usedIdx, interruptBase);
        }
        return (memory.load16(layout.driverAddr()) & 1) == 0;
    }

    @Override
    public void notified() {
        notification.sent();
    }

    @Override
    public int nextAvailable() {
        return memory.load16(SplitRing.availIdx(layout.driverAddr()));
    }

    @Override
    public void interrupted() {
        interrupt.sent();
    }

    @Override
    public void idle(Side side) {
        if (side == Side.DRIVER) {
            operation++;
            settle(notification, side, eventIdx ? Rule.N6 : Rule.N4, "notification", availIdx);
            notifyBase = availIdx;
        } else {
            settle(interrupt, side, eventIdx ? Rule.N11 : Rule.N9, "interrupt", usedIdx);
            interruptBase = usedIdx;
        }
    }

    private void settle(EventDuty duty, Side side, Rule rule, String what, int idx) {
        if (duty.pending() || duty.wasSent()) {
            findings.judged(rule);
        }
        if (duty.pending() && !duty.wasSent()) {
            findings.judged(side == Side.DRIVER ? Rule.N8 : Rule.N15);
        }
        boolean safe = order(side).decided(duty.wasSent());
        boolean blind = side == Side.DRIVER && duty.pending() && !duty.wasSent() && !wishKnown;
        int verdict = duty.settle();
        if (blind) {
            findings.report(
                    side,
                    Rule.N3,
                    "avail_event",
                    memory.load16(SplitRing.availEvent(layout.deviceAddr(), size)),
                    "is not the device's: whoever sets the queue up zeroes the used ring (4.1.5.1.3, 4.2.3.2), and a"
                            + " notification is left out by it");
        } else if (verdict > 0) {
            findings.report(side, rule, what, idx, "was asked for and not sent");
        } else if (verdict < 0 && !(notifyOnEmpty && side == Side.DEVICE)) {
            findings.remark(Verdict.SHOULD, side, rule, what, idx, "was sent though nobody asked for it");
        } else if (!safe) {
            findings.report(
                    side,
                    side == Side.DRIVER ? Rule.N8 : Rule.N15,
                    what,
                    idx,
                    "was left out without a look at the other side's wish behind a fence");
        }
    }

    @Override
    public String dump() {
        return RingDump.of(memory, layout) + "in flight: "
                + byAge.stream().map(b -> Integer.toString(b.id)).toList() + "\n";
    }
}
