package io.torosim.guest.stack;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.driver.NetDriver;
import io.torosim.guest.driver.PacketBlock;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Tcp;

/**
 * {@code EnqueueIncomingPacket}, called by the card's interrupt handler: ARP is answered here, in the interrupt; everything else waits for
 * the packet thread.
 */
final class IncomingPacket extends GuestCode {
    private static final int REPLY = 1;
    private static final int WORDS = 2;

    private static final int LOOK = 0;
    private static final int ARP = 1;
    private static final int SEND = 2;
    private static final int FREE = 3;
    private static final int BACK = 4;
    private static final String[] NAMES = {
        "look at the packet's type", "answer or learn", "send the answer", "free the answer", "return"
    };

    private final ToroStack stack;
    /** Of the packet that is looked at. */
    private final byte[] headers = new byte[Tcp.DATA];

    IncomingPacket(ToroStack stack) {
        this.stack = stack;
    }

    @Override
    public String name() {
        return "EnqueueIncomingPacket";
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
            case LOOK -> {
                long packet = w[NetDriver.PACKET];
                int frameBytes = stack.frameBytes(packet);
                int type = header(packet, frameBytes);
                stack.counters().framesIn++;
                stack.counters().packetsAllocated++;
                stack.trace(TraceKind.PACKET_IN, headers, frameBytes);
                long ps = stack.code().ps(Routine.RECEIVE_FRAME, 1);
                if (type == Ethernet.TYPE_ARP) {
                    frame.entry = ARP;
                    return ps;
                }
                stack.incoming().add(packet);
                cpu.leaves();
                return ps + stack.machine().costs().lapicIdReadPs();
            }
            case ARP -> {
                return arp(w, frame);
            }
            case SEND -> {
                long[] to = cpu.call(stack.nic().driver().send()).w;
                to[NetDriver.FRAME] = w[REPLY] + PacketBlock.RECORD_BYTES;
                to[NetDriver.BYTES] = Arp.FRAME_BYTES;
                frame.entry = FREE;
                return StepResult.CALL;
            }
            case FREE -> {
                stack.heap().free(0, w[REPLY]);
                frame.entry = BACK;
                return StepResult.NEXT; // the call of the allocator is in what the answer cost
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }

    /** Copies the headers; returns the type, -1 of a frame that is too short to have one. */
    private int header(long packet, int frameBytes) {
        stack.copyFrame(packet, headers, Math.min(frameBytes, headers.length));
        return frameBytes < Ethernet.HEADER_BYTES ? -1 : Ethernet.type(headers);
    }

    private long arp(long[] w, Frame frame) {
        long packet = w[NetDriver.PACKET];
        byte[] bytes = stack.bytes(packet);
        frame.entry = BACK;
        boolean known =
                Arp.isWhole(bytes) && (Arp.operation(bytes) == Arp.REQUEST || Arp.operation(bytes) == Arp.REPLY);
        if (!known) {
            stack.leakOrFree(packet);
            return 0;
        }
        stack.freePacket(packet);
        if (Arp.targetIp(bytes) != stack.addresses().ip()) {
            return 0;
        }
        if (Arp.operation(bytes) == Arp.REPLY) {
            stack.learn(Arp.senderIp(bytes), Arp.senderMac(bytes));
            return stack.code().ps(Routine.ALLOCATE, 1);
        }
        byte[] reply = Arp.reply(bytes, GuestNic.MAC);
        w[REPLY] = stack.block(reply);
        if (w[REPLY] != 0) {
            stack.counters().framesOut++;
            stack.trace(TraceKind.PACKET_OUT, reply);
            frame.entry = SEND;
        }
        return stack.buildPs(Arp.FRAME_BYTES);
    }
}
