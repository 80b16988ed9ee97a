package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.virtio.layout.SplitRing;

/**
 * The interrupt of the receive queue, a message of its own (MSI-X): no status to read, no end of interrupt that exits. Every received buffer becomes
 * a packet of the stack and is posted again; at the end the driver says from where on it wants to hear more, and looks once more.
 */
final class EventIndexHandler extends GuestCode {
    private static final int ID = 0;
    private static final int LENGTH = 1;
    private static final int AREA = 2;
    private static final int PACKET = 3;
    private static final int RECEIVED = 4;
    private static final int WORDS = 5;

    private static final int LOOK = 0;
    private static final int ELEMENT = 1;
    private static final int WISH = 2;
    private static final int ALLOCATE = 3;
    private static final int COPY = 4;
    private static final int REPOST = 5;
    private static final int ENQUEUE = 6;
    private static final int ENABLE = 7;
    private static final int FENCE = 8;
    private static final int LOOK_AGAIN = 9;
    private static final int BACK = 10;
    private static final String[] NAMES = {
        "read used.idx of the receive queue",
        "read the used element",
        "write used_event",
        "allocate a packet",
        "copy the frame",
        "post the buffer again",
        "hand the packet to the stack",
        "write used_event: tell of the next one",
        "mfence",
        "read used.idx once more",
        "return"
    };

    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private final EventIndexQueue rx;
    private final GuestCode post;
    private final KernelHeap heap;
    private final GuestMemory memory;
    private final DriverCosts costs;
    private final byte[] copied = new byte[EventIndexQueue.BUFFER_BYTES];

    @SuppressWarnings("NullAway.Init") // receiver() comes first
    private GuestCode receiver;

    private long droppedWithoutMemory;
    private long copiedBytes;

    EventIndexHandler(EventIndexQueue rx, KernelHeap heap, DriverCosts costs) {
        this.rx = rx;
        this.post = new EventIndexPost(rx, costs);
        this.heap = heap;
        this.memory = heap.memory();
        this.costs = costs;
    }

    void receiver(GuestCode routine) {
        receiver = routine;
    }

    long droppedWithoutMemory() {
        return droppedWithoutMemory;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    @Override
    public String name() {
        return "interrupt of the receive queue";
    }

    @Override
    public int words() {
        return WORDS;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        long ps;
        do {
            ps = frame.entry >= ALLOCATE && frame.entry <= ENQUEUE ? packet(cpu, frame) : ring(cpu, frame);
        } while (ps >= 0 && cpu.goOn(ps));
        return ps;
    }

    private long ring(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case LOOK -> {
                if (rx.lastUsedIndex != rx.seenUsedIndex) {
                    frame.entry = ELEMENT;
                    return StepResult.NEXT;
                }
                rx.seenUsedIndex = cpu.load16(rx.used, USED_INDEX);
                frame.entry = rx.seenUsedIndex == rx.lastUsedIndex ? ENABLE : ELEMENT;
                return costs.sharedPs();
            }
            case ELEMENT -> {
                long element = cpu.load64(rx.used, rx.usedSlot());
                w[ID] = element & 0xffff_ffffL;
                w[LENGTH] = element >>> 32;
                frame.entry = rx.lent(w[ID]) ? WISH : BACK; // with an id of nobody's the queue stops
                return costs.sharedPs();
            }
            case WISH -> {
                w[AREA] = rx.back((int) w[ID]);
                cpu.store16(rx.available, rx.usedEvent, rx.lastUsedIndex);
                frame.entry = ALLOCATE;
                return costs.sharedPs();
            }
            case ENABLE -> {
                cpu.store16(rx.available, rx.usedEvent, rx.lastUsedIndex);
                frame.entry = FENCE;
                return costs.sharedPs();
            }
            case FENCE -> {
                cpu.fence();
                frame.entry = LOOK_AGAIN;
                return costs.fencePs();
            }
            case LOOK_AGAIN -> {
                boolean more = cpu.load16(rx.used, USED_INDEX) != rx.lastUsedIndex;
                frame.entry = more ? LOOK : BACK;
                return costs.sharedPs();
            }
            default -> {
                if (w[RECEIVED] == 0) {
                    cpu.vcpu().changedNothing(); // what it was to tell of had been seen before
                }
                return StepResult.RETURN;
            }
        }
    }

    private long packet(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case ALLOCATE -> {
                w[LENGTH] = Math.min(w[LENGTH], EventIndexQueue.BUFFER_BYTES) - EventIndexNet.HEADER_BYTES;
                w[PACKET] = w[LENGTH] < 0 ? 0 : heap.get(cpu.vcpu().id(), PacketBlock.RECORD_BYTES + w[LENGTH]);
                if (w[LENGTH] >= 0 && w[PACKET] == 0) {
                    droppedWithoutMemory++;
                }
                frame.entry = w[PACKET] == 0 ? REPOST : COPY;
                return costs.code().ps(Routine.ALLOCATE, 1);
            }
            case COPY -> {
                int bytes = (int) w[LENGTH];
                PacketBlock.begin(memory, w[PACKET], bytes);
                memory.copyOut(w[AREA] + EventIndexNet.HEADER_BYTES, copied, 0, bytes);
                memory.copyIn(w[PACKET] + PacketBlock.RECORD_BYTES, copied, 0, bytes);
                copiedBytes += bytes;
                w[RECEIVED]++;
                frame.entry = REPOST;
                return costs.code().ps(Routine.COPY_BYTES, bytes);
            }
            case REPOST -> {
                long[] to = cpu.call(post).w;
                to[EventIndexPost.WRITABLE] = 1;
                to[EventIndexPost.AREA] = w[AREA];
                to[EventIndexPost.FIRST_BYTES] = EventIndexQueue.BUFFER_BYTES;
                frame.entry = w[PACKET] == 0 ? LOOK : ENQUEUE;
                return StepResult.CALL;
            }
            default -> {
                cpu.call(receiver).w[NetDriver.PACKET] = w[PACKET];
                frame.entry = LOOK;
                return StepResult.CALL;
            }
        }
    }
}
