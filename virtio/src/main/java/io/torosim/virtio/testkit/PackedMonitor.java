package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/**
 * Follows a packed virtqueue from its stores (rules P, E and those that both kinds share).
 *
 * <p>{@link VirtqueueChecker} makes it or a {@link SplitMonitor}; {@link BufferReader} reads buffers for it, {@link OrderWatch}, {@link EventDuty} and
 * {@link EarlyReads} follow one kind of rule each.
 */
final class PackedMonitor implements RingMonitor {
    private final Findings findings;
    private final GuestMemory memory;
    private final QueueLayout layout;
    private final int size;
    private final boolean eventIdx;
    private final boolean inOrder;
    private final BufferReader reader;

    private final TreeMap<Integer, InFlightBuffer> byId = new TreeMap<>();
    private final Deque<InFlightBuffer> byAge = new ArrayDeque<>();
    private final int[] fetched;
    private int freeSlots;
    private int availSlot;
    private boolean availWrap = true;
    private int usedSlot;
    private boolean usedWrap = true;
    private long exposed;
    private long wraps;

    private final OrderWatch[] order = {new OrderWatch(), new OrderWatch()};
    private final InFlightBuffer[] slotBuffer; // by slot: the list that was exposed there last
    private final long[] slotReturn; // by slot: number of the return that it announced last
    private final boolean[] deviceWrote; // by slot, since it was exposed
    private final EarlyReads driverReads;
    private final EarlyReads deviceReads;
    private final boolean[] driverSaw; // by slot: the flags, when it last looked at the body
    private final boolean[] deviceSaw;
    private final int[] lastFlags; // by slot, before the store that is looked at
    private boolean wishKnown; // the device's: 0 at the start, or stored since by the device
    private Listener listener = SILENT;
    private long returned;
    private final EventDuty notification = new EventDuty();
    private final EventDuty interrupt = new EventDuty();
    private long notifyPassed;
    private long interruptPassed;

    PackedMonitor(Findings findings, GuestMemory memory, QueueLayout layout, long features) {
        this.findings = findings;
        this.memory = memory;
        this.layout = layout;
        this.size = layout.size();
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.reader = new BufferReader(findings, memory, layout, features);
        this.fetched = new int[size];
        this.freeSlots = size;
        this.slotBuffer = new InFlightBuffer[size];
        this.slotReturn = new long[size];
        this.deviceWrote = new boolean[size];
        this.lastFlags = new int[size];
        this.driverReads = new EarlyReads(size);
        this.deviceReads = new EarlyReads(size);
        this.driverSaw = new boolean[size];
        this.deviceSaw = new boolean[size];
        Arrays.fill(slotReturn, -1);
    }

    @Override
    public void listener(Listener newListener) {
        listener = newListener;
    }

    @Override
    public void begin() {
        findings.judged(Rule.P3);
        findings.judged(Rule.E1);
        for (long i = 0; i < layout.descBytes(); i++) {
            int found = memory.load8(layout.descAddr() + i);
            if (found != 0) {
                findings.report(
                        Side.DRIVER,
                        Rule.P3,
                        "desc[" + i / 16 + "] byte " + i % 16,
                        found,
                        "must be 0 before the first buffer");
                break;
            }
        }
        checkEvent(Side.DRIVER, layout.driverAddr());
        int device = memory.load16(layout.deviceAddr() + 2);
        wishKnown = device == 0;
        if (device > (eventIdx ? 2 : 1)) {
            findings.report(Side.DRIVER, Rule.E1, "device event flags", device, "must be initialised");
        }
    }

    private boolean asksForNext(long area, int slot, boolean wrap) {
        int next = slot + 1 == size ? 0 : slot + 1;
        return PackedRing.needEvent(memory.load32(area), eventIdx, size, next, next == 0 ? !wrap : wrap, 1);
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
        findings.judged(Rule.E4);
        findings.judged(Rule.E7);
        boolean asks = side == Side.DRIVER
                ? asksForNext(layout.driverAddr(), usedSlot, usedWrap)
                : asksForNext(layout.deviceAddr(), availSlot, availWrap);
        if (!asks) {
            findings.report(
                    side,
                    Rule.E4,
                    side == Side.DRIVER ? "driver event area" : "device event area",
                    memory.load32(side == Side.DRIVER ? layout.driverAddr() : layout.deviceAddr()),
                    "must ask for the next event before sleep: slot " + (side == Side.DRIVER ? usedSlot : availSlot));
        } else if (!order(side).maySleep()) {
            findings.report(
                    side,
                    Rule.E7,
                    "desc[" + (side == Side.DRIVER ? usedSlot : availSlot) + "].flags",
                    0,
                    "must be read again, behind a fence, between the wish for events and sleep");
        }
    }

    @Override
    public int inFlight() {
        return byId.size();
    }

    @Override
    public long wraps() {
        return wraps;
    }

    private static boolean in(long address, long length, long from, long bytes) {
        return InFlightBuffer.overlap(address, length, from, bytes);
    }

    /** Whether a slot lies between the device's used position and the driver's available position. */
    private boolean owedToDevice(int slot) {
        return Math.floorMod(slot - usedSlot, size) < size - freeSlots;
    }

    private int flags(int slot) {
        return memory.load16(layout.descAddr() + 16L * slot + 14);
    }

    private static boolean sameLap(int flags, int before) {
        return ((flags ^ before) & (PackedRing.DESC_F_AVAIL | PackedRing.DESC_F_USED)) == 0;
    }

    private int firstSlot(long address) {
        return (int) Math.max(0, (address - layout.descAddr()) / 16);
    }

    private int lastSlot(long address, long length) {
        return (int) Math.min(size - 1, (address + length - 1 - layout.descAddr()) / 16);
    }

    // --- loads ---

    @Override
    public void loaded(Side side, long address, long length, boolean acquire) {
        OrderWatch mine = order(side);
        if (in(address, length, side == Side.DRIVER ? layout.deviceAddr() : layout.driverAddr(), 4)) {
            mine.loadedWish();
        }
        boolean descriptors = in(address, length, layout.descAddr(), layout.descBytes());
        if (descriptors) {
            for (int i = firstSlot(address); i <= lastSlot(address, length); i++) {
                noteOrder(side, i, address, length, acquire);
                noteBody(side, i, address, length);
            }
        }
        if (side != Side.DEVICE) {
            return;
        }
        if (descriptors) {
            for (int i = firstSlot(address); i <= lastSlot(address, length); i++) {
                if (!owedToDevice(i)) {
                    continue;
                }
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
                mayRead(Side.DEVICE, buffer.exposure, "table of " + buffer.id, buffer.id);
                findings.judged(Rule.U10);
                if (!buffer.noteTableFetch(address, length)) {
                    doubleFetch("table of " + buffer.id, buffer.id);
                }
            }
        }
    }

    /** Notes what is read of a descriptor's body, and whether its flags have said by then that it may be. */
    private void noteBody(Side side, int slot, long address, long length) {
        int body = bytesOf(slot, address, length);
        if (body == 0) {
            return;
        }
        boolean torn = length > 8 && in(address, length, layout.descAddr() + 16L * slot + 14, 2);
        if (side == Side.DRIVER) {
            boolean seen = slotReturn[slot] >= 0 && order(side).saw(slotReturn[slot]);
            driverReads.loaded(slot, body, seen && !(torn && !driverSaw[slot]));
            driverSaw[slot] = seen;
        } else {
            InFlightBuffer buffer = slotBuffer[slot];
            boolean seen = buffer != null
                    && byId.get(buffer.id) == buffer
                    && order(side).saw(buffer.exposure);
            deviceReads.loaded(slot, body, seen && !(torn && !deviceSaw[slot]));
            deviceSaw[slot] = seen;
        }
    }

    @Override
    public void popped(InFlightBuffer buffer) {
        findings.judged(Rule.P27);
        for (int i = 0; i < buffer.descriptorCount; i++) {
            int slot = buffer.descriptors[i];
            readEarly(Side.DEVICE, slot, deviceReads.unsure(slot) & 0xfff, "address and length");
            deviceSaw[slot] = false;
        }
    }

    @Override
    public void polled(InFlightBuffer buffer) {
        if (buffer.usedSlot >= 0) {
            findings.judged(Rule.P27);
            int counts = buffer.lengthCounts ? 0x3f00 : 0x3000;
            readEarly(Side.DRIVER, buffer.usedSlot, driverReads.unsure(buffer.usedSlot) & counts, "id and length");
            driverSaw[buffer.usedSlot] = false;
        }
    }

    private void readEarly(Side side, int slot, int bytes, String what) {
        if (bytes != 0) {
            findings.report(
                    side,
                    Rule.P27,
                    "desc[" + slot + "]",
                    slot,
                    what + " are read in front of the flags, and not again behind them");
        }
    }

    private void doubleFetch(String place, long value) {
        findings.remark(
                Verdict.IMPLEMENTATION, Side.DEVICE, Rule.U10, place, value, "a descriptor is read more than once");
    }

    /** A load of a descriptor: of its flags, which say whose it is, or of what is only true behind them. */
    private void noteOrder(Side side, int slot, long address, long length, boolean acquire) {
        OrderWatch mine = order(side);
        boolean flags = in(address, length, layout.descAddr() + 16L * slot + 14, 2);
        if (side == Side.DEVICE) {
            InFlightBuffer buffer = slotBuffer[slot];
            if (flags) {
                if (buffer != null && buffer.descriptors[0] == slot) {
                    mine.sawPublications(buffer.exposure + 1, acquire);
                }
                if (slot == availSlot) {
                    mine.lookedForWork();
                }
            } else if (buffer != null && owedToDevice(slot)) {
                mayRead(side, buffer.exposure, "desc[" + slot + "]", slot);
            }
        } else if (flags) {
            if (slotReturn[slot] >= 0) {
                mine.sawPublications(slotReturn[slot] + 1, acquire);
            }
            if (slot == usedSlot) {
                mine.lookedForWork();
            }
        } else if (slotReturn[slot] >= 0) {
            mayRead(side, slotReturn[slot], "desc[" + slot + "]", slot);
        }
    }

    private void mayRead(Side side, long number, String place, long value) {
        findings.judged(Rule.P27);
        if (!order(side).mayRead(number)) {
            findings.report(side, Rule.P27, place, value, "read behind flags that were not acquired");
            order(side).fence(); // said once
        }
    }

    /** Returns which of the 16 bytes of a descriptor an access touches, a bit each. */
    private int bytesOf(int index, long address, long length) {
        long at = layout.descAddr() + 16L * index;
        int from = (int) Math.max(0, address - at);
        int to = (int) Math.min(16, address + length - at);
        return (1 << to) - (1 << from) & 0x3fff; // flags are polled, so only the other fields count
    }

    // --- stores ---

    @Override
    public void stored(Side side, long address, long length, boolean release) {
        long published = side == Side.DRIVER ? exposed : returned;
        if (side == Side.DRIVER) {
            driverStored(address, length);
        } else {
            deviceStored(address, length);
        }
        if (in(address, length, layout.descAddr(), layout.descBytes())) {
            for (int i = firstSlot(address); i <= lastSlot(address, length); i++) {
                lastFlags[i] = flags(i);
            }
        }
        if (findings.lost()) {
            return;
        }
        if ((side == Side.DRIVER ? exposed : returned) == published) {
            order(side).storedBody();
            return;
        }
        findings.judged(side == Side.DRIVER ? Rule.P7 : Rule.P15);
        if (!order(side).published(release)) {
            findings.report(
                    side,
                    side == Side.DRIVER ? Rule.P7 : Rule.P15,
                    "desc[" + (address - layout.descAddr()) / 16 + "].flags",
                    0,
                    "stored without release: what they cover may come later");
        }
    }

    private void driverStored(long address, long length) {
        boolean mine = false;
        findings.judged(Rule.S12);
        findings.judged(Rule.E6);
        if (!byId.isEmpty()) {
            findings.judged(Rule.P12);
            findings.judged(Rule.S11);
            findings.judged(Rule.D1);
        }
        if (in(address, length, layout.descAddr(), layout.descBytes())) {
            mine = true;
            for (int i = firstSlot(address); i <= lastSlot(address, length); i++) {
                if (owedToDevice(i)) {
                    findings.report(Side.DRIVER, Rule.P12, "desc[" + i + "]", i, "belongs to a buffer in flight");
                } else if (coversFlags(i, address, length)) {
                    boolean wrap = i >= availSlot ? availWrap : !availWrap;
                    findings.judged(Rule.P4);
                    boolean inNoLap =
                            !PackedRing.isAvailable(flags(i), true) && !PackedRing.isAvailable(flags(i), false);
                    if (sameLap(flags(i), lastFlags[i])) {
                        continue; // written back as it was: nothing becomes available
                    } else if (inNoLap) {
                        findings.remark(
                                Verdict.IMPLEMENTATION,
                                Side.DRIVER,
                                Rule.P4,
                                "desc[" + i + "].flags",
                                flags(i),
                                "written and available in no lap");
                    } else if (!PackedRing.isAvailable(flags(i), wrap)) {
                        findings.report(
                                Side.DRIVER,
                                Rule.P4,
                                "desc[" + i + "].flags",
                                flags(i),
                                "AVAIL must equal, USED must differ from the wrap counter " + (wrap ? 1 : 0));
                    }
                }
            }
            boolean any = false;
            while (!findings.lost()
                    && freeSlots > 0
                    && PackedRing.isAvailable(flags(availSlot), availWrap)
                    && expose()) {
                any = true;
            }
            if (any) {
                notification.published(notificationWanted());
            }
        }
        if (in(address, length, layout.driverAddr(), PackedRing.EVENT_BYTES)) {
            mine = true;
            checkEvent(Side.DRIVER, layout.driverAddr());
            order(Side.DRIVER).storedWish();
            interrupt.wish(interruptWanted());
        }
        if (in(address, length, layout.deviceAddr(), PackedRing.EVENT_BYTES)) {
            mine = true;
            findings.report(Side.DRIVER, Rule.E6, "device event area", address, "is the device's");
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

    private boolean expose() {
        InFlightBuffer buffer = reader.packed(availSlot, availWrap, exposed);
        if (buffer == null) {
            return false;
        }
        findings.judged(Rule.P16);
        findings.judged(Rule.P10);
        if (byId.containsKey(buffer.id)) {
            findings.reportLost(Side.DRIVER, Rule.P16, "desc[" + availSlot + "].id", buffer.id, "is in flight already");
            return false;
        }
        if (buffer.descriptorCount > freeSlots) {
            findings.reportLost(
                    Side.DRIVER,
                    Rule.P10,
                    "desc[" + availSlot + "]",
                    buffer.descriptorCount,
                    "a list takes at most the " + freeSlots + " free slots");
            return false;
        }
        for (int i = 0; i < buffer.descriptorCount; i++) {
            fetched[buffer.descriptors[i]] = 0;
            slotBuffer[buffer.descriptors[i]] = buffer;
            slotReturn[buffer.descriptors[i]] = -1;
            driverReads.unsure(buffer.descriptors[i]); // of its last life
            deviceReads.unsure(buffer.descriptors[i]);
            deviceSaw[buffer.descriptors[i]] = false;
            driverSaw[buffer.descriptors[i]] = false;
            deviceWrote[buffer.descriptors[i]] = false;
        }
        byId.put(buffer.id, buffer);
        byAge.addLast(buffer);
        exposed++;
        freeSlots -= buffer.descriptorCount;
        notifyPassed += buffer.descriptorCount;
        availSlot += buffer.descriptorCount;
        if (availSlot >= size) {
            availSlot -= size;
            availWrap = !availWrap;
            wraps++;
        }
        listener.exposed(buffer);
        return true;
    }

    /** Whether a store writes both bytes of a slot's flags; of one of them alone nobody can be said to mean it. */
    private boolean coversFlags(int slot, long address, long length) {
        long flags = layout.descAddr() + 16L * slot + 14;
        return address <= flags && address + length >= flags + 2;
    }

    private void deviceStored(long address, long length) {
        boolean mine = false;
        findings.judged(Rule.E6);
        if (in(address, length, layout.descAddr(), layout.descBytes())) {
            mine = true;
            for (int i = firstSlot(address); i <= lastSlot(address, length); i++) {
                usedDescriptorStored(i, address, length);
            }
            boolean any = false;
            while (!findings.lost() && !byId.isEmpty() && PackedRing.isUsed(flags(usedSlot), usedWrap) && returned()) {
                any = true;
            }
            if (any && !findings.lost()) {
                interrupt.published(interruptWanted());
            }
        }
        if (in(address, length, layout.deviceAddr(), PackedRing.EVENT_BYTES)) {
            mine = true;
            wishKnown = true;
            checkEvent(Side.DEVICE, layout.deviceAddr());
            order(Side.DEVICE).storedWish();
            notification.wish(notificationWanted());
        }
        if (in(address, length, layout.driverAddr(), PackedRing.EVENT_BYTES)) {
            mine = true;
            findings.report(Side.DEVICE, Rule.E6, "driver event area", address, "is the driver's");
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
        if (table) {
            findings.report(Side.DEVICE, Rule.S13, "store", address, "indirect tables are the driver's");
        } else if (inside < length) {
            findings.report(
                    Side.DEVICE,
                    readable ? Rule.S14 : Rule.S15,
                    "store",
                    address,
                    length + " bytes must lie in writable elements of buffers in flight");
        }
    }

    private void usedDescriptorStored(int slot, long address, long length) {
        findings.judged(Rule.P13);
        if (!owedToDevice(slot)) {
            findings.report(Side.DEVICE, Rule.P13, "desc[" + slot + "]", slot, "is not the device's now");
            return;
        }
        deviceWrote[slot] = true;
        if (coversFlags(slot, address, length)) {
            boolean wrap = slot >= usedSlot ? usedWrap : !usedWrap;
            findings.judged(Rule.P5);
            if (!PackedRing.isUsed(flags(slot), wrap)) {
                findings.report(
                        Side.DEVICE,
                        Rule.P5,
                        "desc[" + slot + "].flags",
                        flags(slot),
                        "AVAIL and USED must equal the wrap counter " + (wrap ? 1 : 0));
            }
        }
    }

    private boolean returned() {
        long at = layout.descAddr() + 16L * usedSlot;
        int id = memory.load16(at + 12);
        boolean wrote = (flags(usedSlot) & PackedRing.DESC_F_WRITE) != 0;
        long length = wrote ? memory.load32(at + 8) & 0xffff_ffffL : 0;
        String place = "desc[" + usedSlot + "]";
        InFlightBuffer buffer = byId.get(id);
        findings.judged(Rule.P16);
        if (buffer == null) {
            findings.reportLost(Side.DEVICE, Rule.P16, place + ".id", id, "must be the id of a buffer in flight");
            return false;
        }
        List<InFlightBuffer> batch = new ArrayList<>();
        if (inOrder) {
            for (InFlightBuffer older : byAge) {
                batch.add(older);
                if (older == buffer) {
                    break;
                }
            }
        } else {
            batch.add(buffer);
        }
        slotReturn[usedSlot] = returned + batch.size() - 1;
        buffer.usedSlot = usedSlot;
        buffer.lengthCounts = wrote;
        int slots = batch.stream().mapToInt(b -> b.descriptorCount).sum();
        for (int i = 1; i < slots; i++) {
            int skipped = (usedSlot + i) % size;
            findings.judged(Rule.P14);
            if (deviceWrote[skipped]) {
                findings.report(
                        Side.DEVICE,
                        Rule.P14,
                        "desc[" + skipped + "]",
                        skipped,
                        "a list, or a batch, is returned by one used descriptor: the other slots are skipped");
            }
            deviceWrote[skipped] = false;
        }
        for (InFlightBuffer each : batch) {
            if (each == buffer) {
                ReturnedBuffer.check(findings, each, length, place, Rule.U4, Rule.P17, Rule.U5);
                findings.judged(Rule.P17);
                if (wrote && length == 0) {
                    findings.report(
                            Side.DEVICE, Rule.P17, place + ".flags", flags(usedSlot), "WRITE, and nothing written");
                } else if (!wrote && each.anythingWritten()) {
                    findings.report(
                            Side.DEVICE,
                            Rule.P17,
                            place + ".flags",
                            flags(usedSlot),
                            "the buffer was written, and WRITE is not set");
                }
            } else {
                ReturnedBuffer.check(findings, each, each.writableBytes, place, Rule.P24, Rule.P24, Rule.P24);
            }
            returned++;
            each.unmarkedLength = each == buffer && !wrote ? memory.load32(at + 8) & 0xffff_ffffL : 0;
            listener.returned(each, each == buffer ? length : each.writableBytes);
            byId.remove(each.id);
            byAge.remove(each);
            freeSlots += each.descriptorCount;
            interruptPassed += each.descriptorCount;
            usedSlot += each.descriptorCount;
            if (usedSlot >= size) {
                usedSlot -= size;
                usedWrap = !usedWrap;
                wraps++;
            }
        }
        return true;
    }

    // --- events ---

    private void checkEvent(Side side, long area) {
        int flags = memory.load16(area + 2);
        int offset = memory.load16(area) & 0x7fff;
        findings.judged(Rule.E1);
        if (flags == PackedRing.EVENT_DESC) {
            findings.judged(Rule.E2);
        }
        if (flags > (eventIdx ? 2 : 1)) {
            findings.report(side, Rule.E1, "event flags", flags, eventIdx ? "must be 0, 1 or 2" : "must be 0 or 1");
        } else if (flags == PackedRing.EVENT_DESC && offset >= size) {
            findings.report(side, Rule.E2, "event offset", offset, "must be < the queue size " + size);
        }
    }

    private boolean notificationWanted() {
        return PackedRing.needEvent(
                memory.load32(layout.deviceAddr()), eventIdx, size, availSlot, availWrap, notifyPassed);
    }

    private boolean interruptWanted() {
        return PackedRing.needEvent(
                memory.load32(layout.driverAddr()), eventIdx, size, usedSlot, usedWrap, interruptPassed);
    }

    @Override
    public void notified() {
        notification.sent();
    }

    @Override
    public int nextAvailable() {
        return availSlot | (availWrap ? 0x8000 : 0);
    }

    @Override
    public void interrupted() {
        interrupt.sent();
    }

    @Override
    public void idle(Side side) {
        boolean desc = eventIdx
                && memory.load16((side == Side.DRIVER ? layout.deviceAddr() : layout.driverAddr()) + 2)
                        == PackedRing.EVENT_DESC;
        Rule rule = desc ? Rule.E4 : Rule.E3;
        EventDuty duty = side == Side.DRIVER ? notification : interrupt;
        if (duty.pending() || duty.wasSent()) {
            findings.judged(rule);
        }
        if (duty.pending() && !duty.wasSent()) {
            findings.judged(side == Side.DRIVER ? Rule.E5 : Rule.E7);
        }
        boolean safe = order(side).decided(duty.wasSent());
        boolean blind = side == Side.DRIVER && duty.pending() && !duty.wasSent() && !wishKnown;
        int verdict = duty.settle();
        if (blind) {
            findings.report(
                    side,
                    Rule.E1,
                    "device event flags",
                    memory.load16(layout.deviceAddr() + 2),
                    "are not the device's: whoever sets the queue up makes them 0, and a notification is left out by them");
        } else if (verdict > 0) {
            findings.report(
                    side, rule, "event", side == Side.DRIVER ? availSlot : usedSlot, "was asked for and not sent");
        } else if (verdict < 0) {
            findings.remark(
                    Verdict.SHOULD,
                    side,
                    rule,
                    "event",
                    side == Side.DRIVER ? availSlot : usedSlot,
                    "was sent though nobody asked for it");
        } else if (!safe) {
            findings.report(
                    side,
                    side == Side.DRIVER ? Rule.E5 : Rule.E7,
                    "event",
                    side == Side.DRIVER ? availSlot : usedSlot,
                    "was left out without a look at the other side's wish behind a fence");
        }
        if (side == Side.DRIVER) {
            notifyPassed = 0;
        } else {
            interruptPassed = 0;
        }
    }

    @Override
    public String dump() {
        return RingDump.of(memory, layout) + "in flight: "
                + byAge.stream().map(b -> Integer.toString(b.id)).toList() + "\n";
    }
}
