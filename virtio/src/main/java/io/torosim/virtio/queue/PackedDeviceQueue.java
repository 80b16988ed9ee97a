package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.PackedRing;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Device half of a packed virtqueue (virtio 1.2 section 2.8).
 *
 * <p>Used descriptors of a batch are complete in memory except for the flags of the first one; storing those publishes
 * the batch (sections 2.8.9 and 2.8.15), since the driver reads the ring in order.
 *
 * <p>The token of a buffer is a record of this half, in {@code [0, queue size)}: buffer ids are the driver's and may be
 * any 16-bit number.
 *
 * <p>The device's half; {@link DeviceQueue} makes it. What lies where says {@link PackedRing}, {@link PackedListWalker} follows a buffer's descriptors
 * into a {@link BufferChain}; {@link PackedDriverQueue} is the other half.
 */
final class PackedDeviceQueue implements DeviceQueue {
    private final GuestMemory memory;
    private final int size;
    private final RingWindow ring;
    private final boolean eventIdx;
    private final boolean inOrder;
    private final boolean duplicatesServed;
    private final int writtenFlag;
    private final boolean firstInterruptAlways;
    private final boolean lengthBeyondBuffer;
    private final PackedListWalker walker;

    private final long[] idsInFlight = new long[1024]; // one bit for each of 2^16 ids
    private final long[] bufferOf; // by token; see buffer(); -1: not in flight
    private final int[] freeTokens; // ring: first freed, first taken, so with IN_ORDER tokens go round
    private int freeFrom;
    private int inFlight;

    private int availSlot;
    private int availBits = PackedRing.availableBits(true); // AVAIL and USED of the lap that availSlot is in
    private int usedSlot;
    private int usedBits = PackedRing.usedBits(true);
    private int heldSlot; // first used descriptor of the batch, its flags held back
    private int heldFlags;
    private boolean holding;
    private int completedSlots; // of the batch
    private long passedSlots; // published since the last decision to interrupt
    private boolean unsignalled; // FIRST_INTERRUPT_ALWAYS: no decision since the start, or since the ring wrapped

    private int batchToken = -1; // IN_ORDER: last buffer of the open used descriptor, -1: none
    private int batchId;
    private long batchWritable; // bytes of that buffer
    private int batchSlots;
    private long batchLength;
    private @Nullable RingError error;

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
        this.ring = new RingWindow(memory, layout);
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.duplicatesServed = deviations.contains(RingDeviation.DUPLICATE_HEAD_SERVED);
        this.writtenFlag = deviations.contains(RingDeviation.PACKED_WRITE_MISSING) ? 0 : PackedRing.DESC_F_WRITE;
        this.lengthBeyondBuffer = deviations.contains(RingDeviation.LENGTH_BEYOND_BUFFER);
        this.firstInterruptAlways = eventIdx && deviations.contains(RingDeviation.FIRST_INTERRUPT_ALWAYS);
        this.unsignalled = firstInterruptAlways;
        this.walker = new PackedListWalker(memory, layout, features, deviations);
        this.bufferOf = new long[size];
        Arrays.fill(bufferOf, -1);
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
        int flags = ring.loadAcquire16(ring.desc + 16 * availSlot + 14);
        if ((flags & PackedRing.BOTH) != availBits) {
            return false;
        }
        RingError bad = walker.walk(ring, availSlot, flags, chain);
        int id = walker.id();
        long[] ids = idsInFlight;
        if (bad != null || inFlight == size || (ids[id >>> 6] >>> id & 1) != 0 && !duplicatesServed) {
            return fail(bad != null ? bad : refused(id), chain);
        }
        ids[id >>> 6] |= 1L << id;
        int token = freeTokens[freeFrom];
        freeFrom = index(freeFrom + 1);
        inFlight++;
        bufferOf[token] = buffer(id, chain.slots, chain.writableBytes);
        chain.token = token;
        availSlot += chain.slots;
        if (availSlot >= size) {
            availSlot -= size;
            availBits ^= PackedRing.BOTH;
        }
        return true;
    }

    private boolean fail(RingError ringError, BufferChain chain) {
        error = ringError;
        chain.clear();
        return false;
    }

    /** What is kept of a buffer in flight: writable bytes (33 bits), id (16), slots less one (15); never -1. */
    private static long buffer(int id, int slots, long writableBytes) {
        return writableBytes | (long) id << 33 | (long) (slots - 1) << 49;
    }

    private static long writableBytes(long buffer) {
        return buffer & (1L << 33) - 1;
    }

    private static int id(long buffer) {
        return (int) (buffer >>> 33) & 0xffff;
    }

    private static int slots(long buffer) {
        return (int) (buffer >>> 49) + 1;
    }

    private RingError refused(int id) {
        String place = "desc[" + availSlot + "].id";
        return inFlight == size
                ? new RingError(Rule.P10, place, id, "all slots are in flight already")
                : new RingError(Rule.P16, place, id, "is in flight already");
    }

    @Override
    public void complete(int token, long writtenBytes) {
        long[] buffers = bufferOf; // as long as the queue: one compare with its length is the check of both
        if (token < 0 || token >= buffers.length || buffers[token] == -1) {
            throw new IllegalArgumentException("token is not in flight, token=" + token);
        }
        long buffer = buffers[token];
        if (writtenBytes < 0 || writtenBytes > writableBytes(buffer) && !lengthBeyondBuffer) {
            throw new IllegalArgumentException(
                    "writtenBytes must be in [0, " + writableBytes(buffer) + "], writtenBytes=" + writtenBytes);
        }
        if (inOrder) {
            completeInOrder(token, buffer, writtenBytes);
        } else {
            writeUsed(id(buffer), writtenBytes, slots(buffer));
        }
        release(token, id(buffer));
    }

    private void completeInOrder(int token, long buffer, long writtenBytes) {
        int oldest = freeTokens[index(freeFrom + size - inFlight)];
        if (oldest != token) {
            throw new IllegalArgumentException("IN_ORDER: token " + oldest + " comes before " + token);
        }
        // only a buffer that was filled to its end may be skipped: the driver takes it as fully used (section 2.8.8)
        if (batchToken >= 0 && batchLength != batchWritable) {
            closeBatch();
        }
        batchToken = token;
        batchId = id(buffer);
        batchWritable = writableBytes(buffer);
        batchSlots += slots(buffer);
        batchLength = writtenBytes;
    }

    private void closeBatch() {
        if (batchToken >= 0) {
            writeUsed(batchId, batchLength, batchSlots);
            batchToken = -1;
            batchSlots = 0;
        }
    }

    private void release(int token, int id) {
        idsInFlight[id >>> 6] &= ~(1L << id);
        bufferOf[token] = -1;
        freeTokens[index(freeFrom + size - inFlight)] = token;
        inFlight--;
    }

    /** Stores a used descriptor; the first of a batch without its flags, the others are behind it for the driver. */
    private void writeUsed(int id, long length, int slots) {
        if (error == null) {
            int at = ring.desc + 16 * usedSlot;
            int flags = length > 0 ? usedBits | writtenFlag : usedBits;
            if (holding) {
                ring.store64(at + 8, length & 0xffff_ffffL | (long) id << 32 | (long) flags << 48);
            } else {
                ring.store32(at + 8, (int) length);
                ring.store16(at + 12, id);
                holding = true;
                heldSlot = usedSlot;
                heldFlags = flags;
            }
        }
        completedSlots += slots;
        usedSlot += slots;
        if (usedSlot >= size) {
            usedSlot -= size;
            usedBits ^= PackedRing.BOTH;
            unsignalled = firstInterruptAlways;
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
            ring.storeRelease16(ring.desc + 16 * heldSlot + 14, heldFlags);
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
        boolean wrap = ((holding ? heldFlags : usedBits) & PackedRing.DESC_F_AVAIL) != 0;
        int wish = ring.load32(ring.driver);
        boolean first = unsignalled && (wish >>> 16 & 3) != PackedRing.EVENT_DISABLE;
        unsignalled = false;
        return first || PackedRing.needEvent(wish, eventIdx, size, slot, wrap, passed);
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        if (eventIdx) {
            int wrap = (availBits & PackedRing.DESC_F_AVAIL) != 0 ? 0x8000 : 0;
            ring.store16(ring.device, availSlot | wrap);
            ring.storeRelease16(ring.device + 2, PackedRing.EVENT_DESC);
        } else {
            ring.store16(ring.device + 2, PackedRing.EVENT_ENABLE);
        }
        memory.fullFence(); // the wish before the second look
        return (ring.loadAcquire16(ring.desc + 16 * availSlot + 14) & PackedRing.BOTH) == availBits;
    }

    @Override
    public void disableNotifications() {
        if (error == null) {
            ring.store16(ring.device + 2, PackedRing.EVENT_DISABLE);
        }
    }

    private int index(int i) {
        return i >= size ? i - size : i;
    }

    @Override
    public @Nullable RingError error() {
        return error;
    }
}
