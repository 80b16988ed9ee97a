package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.util.Set;

/**
 * {@code VirtIOHandler}: reads the interrupt status, turns every received buffer into a packet of the stack and posts its memory again, passes
 * over what was sent, and ends the interrupt at both interrupt controllers. Runs with interrupts disabled.
 *
 * <p>{@link VirtioNet} installs it. Its queues are {@link VirtioQueueRecord}s, a packet is a {@link PacketBlock} of the {@link KernelHeap},
 * {@link SendBuffer} posts memory again.
 */
final class VirtioHandler extends GuestCode {
    private static final int ID = 0;
    private static final int LENGTH = 1;
    private static final int BUFFER = 2;
    private static final int PACKET = 3;
    private static final int RECEIVED = 4;
    private static final int WORDS = 5;

    private static final int STATUS = 0;
    private static final int RX_FENCE = 1;
    private static final int RX_INDEX = 2;
    private static final int RX_ELEMENT = 3;
    private static final int RX_DESCRIPTOR = 4;
    private static final int RX_ALLOCATE = 5;
    private static final int RX_COPY = 6;
    private static final int RX_REPOST = 7;
    private static final int RX_ENQUEUE = 8;
    private static final int RX_END = 9;
    private static final int TX_INDEX = 10;
    private static final int TX_ELEMENT = 11;
    private static final int TX_MARK = 12;
    private static final int EOI_SLAVE = 13;
    private static final int EOI_MASTER = 14;
    /** Behind the last entry: the handler is over. */
    private static final int BACK = 15;

    private static final String[] NAMES = {
        "read the interrupt status",
        "mfence",
        "read used.idx of the receive queue",
        "read the used element",
        "read the descriptor's address",
        "allocate a packet",
        "copy the frame",
        "post the buffer again",
        "hand the packet to the stack",
        "mfence at the end",
        "read used.idx of the transmit queue",
        "read the used element of a sent frame",
        "mark the descriptor as free",
        "end of interrupt to the slave",
        "end of interrupt to the master"
    };

    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private static final int SLAVE_COMMAND = 0xa0;
    private static final int MASTER_COMMAND = 0x20;
    private static final int END_OF_INTERRUPT = 0x20;

    private final int base;
    private final VirtioQueueRecord rx;
    private final VirtioQueueRecord tx;
    private final GuestCode sendBuffer;
    private final KernelHeap heap;
    private final GuestMemory memory;
    private final DriverCosts costs;
    private final boolean inOrder;
    private final byte[] copied = new byte[VirtioQueueRecord.FRAME_SIZE];

    @SuppressWarnings("NullAway.Init") // receiver() comes first
    private GuestCode receiver;

    private long droppedWithoutMemory;
    private long copiedBytes;

    VirtioHandler(
            int base,
            VirtioQueueRecord rx,
            VirtioQueueRecord tx,
            GuestCode sendBuffer,
            KernelHeap heap,
            DriverCosts costs,
            Set<ToroVirtioQuirk> quirks) {
        this.base = base;
        this.rx = rx;
        this.tx = tx;
        this.sendBuffer = sendBuffer;
        this.heap = heap;
        this.memory = heap.memory();
        this.costs = costs;
        this.inOrder = quirks.contains(ToroVirtioQuirk.RX_ASSUMES_IN_ORDER);
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
        return "VirtIOHandler";
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
            if (frame.entry == RX_FENCE || frame.entry == RX_INDEX) {
                ahead(cpu, frame);
            }
            ps = frame.entry >= TX_INDEX || frame.entry == STATUS ? rest(cpu, frame) : receive(cpu, frame);
        } while (ps >= 0 && frame.entry != BACK && cpu.goOn(ps));
        return ps;
    }

    /** All looks at the rings up to the next frame, or to the end, at once, where nothing can come between them. */
    private void ahead(GuestCpu cpu, Frame frame) {
        long roomPs = cpu.roomPs();
        if (roomPs <= 0 || !rx.usedRing.direct() || !tx.usedRing.direct()) {
            return;
        }
        int entries = frame.entry == RX_FENCE ? 1 : 0;
        long ps = entries * costs.fencePs();
        if (rx.usedRing.load16(USED_INDEX) != rx.lastUsedIndex) {
            ps += 2 * costs.sharedPs() + costs.storePs();
            long element = rx.usedRing.load64(rx.usedOffset());
            int id = (int) element;
            if (ps < roomPs && id >= 0 && id < rx.size) {
                frame.w[ID] = id;
                frame.w[LENGTH] = (int) (element >>> 32);
                frame.w[BUFFER] = rx.descriptorTable.load64(VirtioQueueRecord.offset(id));
                frame.entry = RX_ALLOCATE;
                cpu.passed(ps, entries + 3);
            }
            return;
        }
        int sent = tx.usedRing.load16(USED_INDEX) - tx.lastUsedIndex & 0xffff;
        ps += 2 * costs.sharedPs() + costs.fencePs() + sent * (2 * costs.sharedPs() + costs.storePs());
        if (ps < roomPs) {
            for (int i = 0; i < sent; i++) {
                frame.w[ID] = tx.usedRing.load32(tx.usedOffset());
                markSent(cpu, frame.w[ID]);
            }
            frame.entry = EOI_SLAVE;
            cpu.passed(ps, entries + 3 + 3 * sent);
        }
    }

    private void markSent(GuestCpu cpu, long id) {
        if (id >= 0 && id < tx.size) {
            cpu.store32(tx.descriptorTable, VirtioQueueRecord.offset(id) + 8, 0); // never read by anybody
        }
        tx.passUsed((int) id);
    }

    private long receive(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case RX_FENCE -> {
                cpu.fence();
                frame.entry = RX_INDEX;
                return costs.fencePs();
            }
            case RX_INDEX -> {
                int index = cpu.load16(rx.usedRing, USED_INDEX);
                frame.entry = index == rx.lastUsedIndex ? RX_END : RX_ELEMENT;
                return costs.sharedPs();
            }
            case RX_ELEMENT -> {
                long element = cpu.load64(rx.usedRing, rx.usedOffset());
                w[ID] = (int) element;
                w[LENGTH] = (int) (element >>> 32);
                // Toro would read beyond its rings with such an id; here the queue stops
                frame.entry = w[ID] < 0 || w[ID] >= rx.size ? RX_END : RX_DESCRIPTOR;
                return costs.sharedPs();
            }
            case RX_DESCRIPTOR -> {
                w[BUFFER] = cpu.load64(rx.descriptorTable, VirtioQueueRecord.offset(w[ID]));
                frame.entry = RX_ALLOCATE;
                return costs.storePs();
            }
            case RX_ALLOCATE -> {
                long bytes = Math.max(0, Math.min(w[LENGTH], VirtioQueueRecord.FRAME_SIZE) - VirtioNet.HEADER_BYTES);
                w[LENGTH] = bytes;
                w[PACKET] = heap.get(cpu.vcpu().id(), PacketBlock.RECORD_BYTES + bytes);
                if (w[PACKET] == 0) {
                    droppedWithoutMemory++;
                }
                frame.entry = w[PACKET] == 0 ? RX_REPOST : RX_COPY;
                return costs.code().ps(Routine.ALLOCATE, 1);
            }
            case RX_COPY -> {
                int bytes = (int) w[LENGTH];
                PacketBlock.begin(memory, w[PACKET], bytes);
                memory.copyOut(w[BUFFER] + VirtioNet.HEADER_BYTES, copied, 0, bytes);
                memory.copyIn(w[PACKET] + PacketBlock.RECORD_BYTES, copied, 0, bytes);
                copiedBytes += bytes;
                w[RECEIVED]++;
                frame.entry = RX_ENQUEUE;
                return costs.code().ps(Routine.COPY_BYTES, bytes);
            }
            case RX_ENQUEUE -> {
                cpu.call(receiver).w[NetDriver.PACKET] = w[PACKET];
                frame.entry = RX_REPOST;
                return StepResult.CALL;
            }
            case RX_REPOST -> {
                rx.passUsed((int) w[ID]);
                if (!inOrder) {
                    rx.nextBuffer = (int) w[ID];
                }
                long[] to = cpu.call(sendBuffer).w;
                to[SendBuffer.WRITABLE] = 1;
                to[SendBuffer.PARTS] = 1;
                to[SendBuffer.FIRST_PART] = w[BUFFER];
                to[SendBuffer.FIRST_PART + 1] = VirtioQueueRecord.FRAME_SIZE;
                frame.entry = RX_INDEX;
                return StepResult.CALL;
            }
            default -> {
                cpu.fence();
                frame.entry = TX_INDEX;
                return costs.fencePs();
            }
        }
    }

    private long rest(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case STATUS -> {
                boolean ours = (cpu.in(base + VirtioNet.ISR, 1) & 1) != 0;
                frame.entry = ours ? RX_FENCE : EOI_SLAVE;
                return 0;
            }
            case TX_INDEX -> {
                int index = cpu.load16(tx.usedRing, USED_INDEX);
                frame.entry = index == tx.lastUsedIndex ? EOI_SLAVE : TX_ELEMENT;
                return costs.sharedPs();
            }
            case TX_ELEMENT -> {
                w[ID] = cpu.load32(tx.usedRing, tx.usedOffset());
                frame.entry = TX_MARK;
                return costs.sharedPs();
            }
            case TX_MARK -> {
                markSent(cpu, w[ID]);
                frame.entry = TX_INDEX;
                return costs.storePs();
            }
            case EOI_SLAVE -> {
                cpu.out(SLAVE_COMMAND, 1, END_OF_INTERRUPT);
                frame.entry = EOI_MASTER;
                return 0;
            }
            default -> {
                cpu.out(MASTER_COMMAND, 1, END_OF_INTERRUPT);
                if (w[RECEIVED] == 0) {
                    cpu.vcpu().changedNothing(); // it told of a frame that has been sent
                }
                frame.entry = BACK;
                cpu.leaves();
                return 0;
            }
        }
    }
}
