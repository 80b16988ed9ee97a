package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.virtio.layout.SplitRing;

/**
 * Sends a frame: with interrupts disabled, takes back what the device has sent, copies header and frame, posts them. A frame for which there is no
 * room after that is dropped and counted.
 */
final class EventIndexSend extends GuestCode {
    private static final int INTERRUPTS_WERE_ON = 2;
    private static final int ID = 3;
    private static final int AREA = 4;
    private static final int WORDS = 5;

    private static final int BEGIN = 0;
    private static final int LOOK = 1;
    private static final int ELEMENT = 2;
    private static final int WISH = 3;
    private static final int COPY = 4;
    private static final int POST = 5;
    private static final int END = 6;
    private static final int BACK = 7;
    private static final String[] NAMES = {
        "disable interrupts",
        "read used.idx of the transmit queue",
        "read the used element of a sent frame",
        "write used_event",
        "copy header and frame",
        "post the buffer",
        "restore interrupts",
        "return"
    };

    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private final EventIndexQueue tx;
    private final GuestCode post;
    private final GuestMemory memory;
    private final DriverCosts costs;
    private final byte[] copied = new byte[EventIndexQueue.BUFFER_BYTES];
    private long dropped;
    private long copiedBytes;

    EventIndexSend(EventIndexQueue tx, GuestMemory memory, DriverCosts costs) {
        this.tx = tx;
        this.post = new EventIndexPost(tx, costs);
        this.memory = memory;
        this.costs = costs;
    }

    /** Frames for which there was no room. */
    long dropped() {
        return dropped;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    @Override
    public String name() {
        return "send";
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
        long[] w = frame.w;
        switch (frame.entry) {
            case BEGIN -> {
                if (w[NetDriver.BYTES] > EventIndexQueue.BUFFER_BYTES - EventIndexNet.HEADER_BYTES) {
                    dropped++;
                    return StepResult.RETURN;
                }
                w[INTERRUPTS_WERE_ON] = cpu.vcpu().interruptsEnabled() ? 1 : 0;
                cpu.vcpu().interruptsEnabled(false);
                frame.entry = LOOK;
                return StepResult.NEXT;
            }
            case LOOK -> {
                if (tx.lastUsedIndex != tx.seenUsedIndex) {
                    frame.entry = ELEMENT;
                    return StepResult.NEXT;
                }
                tx.seenUsedIndex = cpu.load16(tx.used, USED_INDEX);
                frame.entry = tx.seenUsedIndex == tx.lastUsedIndex ? COPY : ELEMENT;
                return costs.sharedPs();
            }
            case ELEMENT -> {
                w[ID] = cpu.load64(tx.used, tx.usedSlot()) & 0xffff_ffffL;
                frame.entry = tx.lent(w[ID]) ? WISH : COPY; // with an id of nobody's the queue stops
                return costs.sharedPs();
            }
            case WISH -> {
                tx.giveArea(tx.back((int) w[ID]));
                cpu.store16(tx.available, tx.usedEvent, tx.lastUsedIndex);
                frame.entry = LOOK;
                return costs.sharedPs();
            }
            case COPY -> {
                w[AREA] = tx.takeArea();
                if (w[AREA] == 0) {
                    dropped++;
                    frame.entry = END;
                    return StepResult.NEXT;
                }
                int bytes = (int) w[NetDriver.BYTES];
                memory.fill(w[AREA], EventIndexNet.HEADER_BYTES, 0);
                memory.copyOut(w[NetDriver.FRAME], copied, 0, bytes);
                memory.copyIn(w[AREA] + EventIndexNet.HEADER_BYTES, copied, 0, bytes);
                copiedBytes += bytes;
                frame.entry = POST;
                return costs.code().ps(Routine.COPY_BYTES, EventIndexNet.HEADER_BYTES + bytes);
            }
            case POST -> {
                long[] to = cpu.call(post).w;
                to[EventIndexPost.AREA] = w[AREA];
                to[EventIndexPost.FIRST_BYTES] = EventIndexNet.HEADER_BYTES;
                to[EventIndexPost.SECOND_BYTES] = w[NetDriver.BYTES];
                frame.entry = END;
                return StepResult.CALL;
            }
            case END -> {
                cpu.vcpu().interruptsEnabled(w[INTERRUPTS_WERE_ON] != 0);
                frame.entry = BACK;
                return 0; // an interrupt that waited comes here
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }
}
