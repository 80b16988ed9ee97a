package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.MemoryWindow;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import java.util.Set;

/**
 * Device half of a packed virtqueue (virtio 1.2 section 2.8).
 *
 * <p>Used descriptors of a batch are complete in memory except for the flags of the first one; storing those publishes
 * the batch (sections 2.8.9 and 2.8.15), since the driver reads the ring in order.
 *
 * <p>The token of a buffer is a record of this half, in {@code [0, queue size)}: buffer ids are the driver's and may be
 * any 16-bit number.
 */
public final class PackedDeviceQueue implements DeviceQueue {
    private final GuestMemory memory;
    private final int size;
    private final MemoryWindow ring;
    private final MemoryWindow driverArea;
    private final MemoryWindow deviceArea;
    private final boolean eventIdx;
    private final boolean inOrder;
    private final boolean duplicatesServed;
    private final PackedListWalker walker;

    private final long[] idsInFlight = new long[1024]; // one bit for each of 2^16 ids
    private final int[] idOf; // by token
    private final int[] slotsOf; // by token; 0: not in flight
    private final long[] writableOf; // by token, bytes
    private final int[] freeTokens; // ring: first freed, first taken, so with IN_ORDER tokens go round
    private int freeFrom;
    private int inFlight;

    private int availSlot;
    private boolean availWrap = true;
    private int usedSlot;
    private boolean usedWrap = true;
    private int heldSlot; // first used descriptor of the batch, its flags held back
    private int heldFlags;
    private boolean holding;
    private int completedSlots; // of the batch
    private long passedSlots; // published since the last decision to interrupt

    private int batchToken = -1; // IN_ORDER: last buffer of the open used descriptor, -1: none
    private int batchSlots;
    private long batchLength;
    private RingError error;

    /** Creates the half; see {@link DeviceQueue#create}. */
    public PackedDeviceQueue(GuestMemory memory, QueueLayout layout, long features, Set<RingDeviation> deviations) {
        RingError bad = layout.packed()
                ? layout.check(memory.sizeBytes())
                : new RingError(Rule.P2, "layout", 0, "must be packed");
        if (bad != null) {
            throw new IllegalArgumentException(bad.toString());
        }
        this.memory = memory;
        this.size = layout.size();
        this.ring = MemoryWindow.of(memory, layout.descAddr(), (int) layout.descBytes());
        this.driverArea = MemoryWindow.of(memory, layout.driverAddr(), (int) layout.driverBytes());
        this.deviceArea = MemoryWindow.of(memory, layout.deviceAddr(), (int) layout.deviceBytes());
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.duplicatesServed = deviations.contains(RingDeviation.DUPLICATE_HEAD_SERVED);
        this.walker = new PackedListWalker(memory, layout, features, deviations);
        this.idOf = new int[size];
        this.slotsOf = new int[size];
        this.writableOf = new long[size];
        this.freeTokens = new int[size];
        for (int i = 0; i < size; i++) {
            freeTokens[i] = i;
        }
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (error != null) {
            return false;
        }
        int flags = ring.loadAcquire16(16 * availSlot + 14);
        if (!PackedRing.isAvailable(flags, availWrap)) {
            return false;
        }
        RingError bad = walker.walk(availSlot, availWrap, flags, chain);
        int id = walker.id();
        if (bad != null || inFlight == size || (idsInFlight[id >>> 6] >>> id & 1) != 0 && !duplicatesServed) {
            error = bad != null ? bad : refused(id);
            return false;
        }
        idsInFlight[id >>> 6] |= 1L << id;
        int token = freeTokens[freeFrom];
        freeFrom = index(freeFrom + 1);
        inFlight++;
        idOf[token] = id;
        slotsOf[token] = chain.slots;
        writableOf[token] = chain.writableBytes;
        chain.token = token;
        availSlot += chain.slots;
        if (availSlot >= size) {
            availSlot -= size;
            availWrap = !availWrap;
        }
        return true;
    }

    private RingError refused(int id) {
        String place = "desc[" + availSlot + "].id";
        return inFlight == size
                ? new RingError(Rule.P10, place, id, "all slots are in flight already")
                : new RingError(Rule.P16, place, id, "is in flight already");
    }

    @Override
    public void complete(int token, long writtenBytes) {
        if (token < 0 || token >= size || slotsOf[token] == 0) {
            throw new IllegalArgumentException("token is not in flight, token=" + token);
        }
        if (writtenBytes < 0 || writtenBytes > writableOf[token]) {
            throw new IllegalArgumentException(
                    "writtenBytes must be in [0, " + writableOf[token] + "], writtenBytes=" + writtenBytes);
        }
        if (inOrder) {
            completeInOrder(token, writtenBytes);
        } else {
            writeUsed(idOf[token], writtenBytes, slotsOf[token]);
            release(token);
        }
    }

    private void completeInOrder(int token, long writtenBytes) {
        int oldest = freeTokens[index(freeFrom + size - inFlight)];
        if (oldest != token) {
            throw new IllegalArgumentException("IN_ORDER: token " + oldest + " comes before " + token);
        }
        // only a buffer that was filled to its end may be skipped: the driver takes it as fully used (section 2.8.8)
        if (batchToken >= 0 && batchLength != writableOf[batchToken]) {
            closeBatch();
        }
        batchToken = token;
        batchSlots += slotsOf[token];
        batchLength = writtenBytes;
        release(token);
    }

    private void closeBatch() {
        if (batchToken >= 0) {
            writeUsed(idOf[batchToken], batchLength, batchSlots);
            batchToken = -1;
            batchSlots = 0;
        }
    }

    private void release(int token) {
        int id = idOf[token];
        idsInFlight[id >>> 6] &= ~(1L << id);
        slotsOf[token] = 0;
        freeTokens[index(freeFrom + size - inFlight)] = token;
        inFlight--;
    }

    private void writeUsed(int id, long length, int slots) {
        if (error == null) {
            int at = 16 * usedSlot;
            ring.store32(at + 8, (int) length);
            ring.store16(at + 12, id);
            int flags = PackedRing.usedBits(usedWrap) | (length > 0 ? PackedRing.DESC_F_WRITE : 0);
            if (holding) {
                ring.storeRelease16(at + 14, flags);
            } else {
                holding = true;
                heldSlot = usedSlot;
                heldFlags = flags;
            }
        }
        completedSlots += slots;
        usedSlot += slots;
        if (usedSlot >= size) {
            usedSlot -= size;
            usedWrap = !usedWrap;
        }
    }

    @Override
    public void publish() {
        if (error != null) {
            return;
        }
        closeBatch();
        if (holding) {
            holding = false;
            passedSlots += completedSlots;
            completedSlots = 0;
            ring.storeRelease16(16 * heldSlot + 14, heldFlags);
        }
    }

    @Override
    public boolean interruptNeeded() {
        if (passedSlots == 0) {
            return false;
        }
        memory.fullFence(); // used flags before the driver's wish
        long passed = passedSlots;
        passedSlots = 0;
        int slot = holding ? heldSlot : usedSlot;
        boolean wrap = holding ? (heldFlags & PackedRing.DESC_F_AVAIL) != 0 : usedWrap;
        return PackedRing.needEvent(driverArea.load32(0), eventIdx, size, slot, wrap, passed);
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        if (eventIdx) {
            deviceArea.store16(0, availSlot | (availWrap ? 0x8000 : 0));
            deviceArea.storeRelease16(2, PackedRing.EVENT_DESC);
        } else {
            deviceArea.store16(2, PackedRing.EVENT_ENABLE);
        }
        memory.fullFence(); // the wish before the second look
        return PackedRing.isAvailable(ring.loadAcquire16(16 * availSlot + 14), availWrap);
    }

    @Override
    public void disableNotifications() {
        if (error == null) {
            deviceArea.store16(2, PackedRing.EVENT_DISABLE);
        }
    }

    private int index(int i) {
        return i >= size ? i - size : i;
    }

    @Override
    public RingError error() {
        return error;
    }
}
