package io.torosim.guest.stack;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.driver.NetDriver;
import io.torosim.guest.driver.PacketBlock;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.stack.TcpSocket.Segment;
import io.torosim.guest.wire.Tcp;

/**
 * {@code TCPSendPacket} and {@code IPSendPacket} up to the card: a segment's headers as they were when it was asked for, its packet, the call
 * of the driver. A packet made for it is freed when the driver has taken it; one that may be sent again is kept. All state is in the frame.
 *
 * <p>{@link ToroStack} has one; {@link TcpInput}, {@link PacketLoop} and {@link ServiceLoop} call it for a {@link TcpSocket}. The packet is a
 * {@link PacketBlock}, which the card's {@link NetDriver} takes.
 */
final class SegmentOutput extends GuestCode {
    /** What {@link #DELAY} holds where the segment follows at once. */
    static final long AT_ONCE = StepResult.NEXT;

    /** Word: what the step takes that asks for the segment, or {@link #AT_ONCE}. */
    static final int DELAY = 0;

    private static final int PACKET = 1;
    private static final int FRAME_BYTES = 2;
    /** Whether the packet stays with its connection. */
    private static final int KEPT = 3;

    private static final int FLAGS = 4;
    private static final int SEQUENCE = 5;
    private static final int ACKNOWLEDGEMENT = 6;
    private static final int WINDOW = 7;
    private static final int REMOTE_MAC = 8;
    private static final int LOCAL_IP = 9;
    private static final int REMOTE_IP = 10;
    private static final int LOCAL_PORT = 11;
    private static final int REMOTE_PORT = 12;
    /** The type of a frame that is ready, 0 of a segment. */
    private static final int TYPE = 13;

    /** How much of the delay, its end, is work that an interrupt may come into. */
    private static final int DELAY_WORK = 14;

    private static final int WORDS = 15;

    private static final int ASKED = 0;
    private static final int HEADERS = 1;
    private static final int PACK = 2;
    private static final int SEND = 3;
    private static final int SENT = 4;
    private static final int BACK = 5;
    private static final String[] NAMES = {
        "what comes before",
        "fill the segment's headers",
        "put it into its packet",
        "call the driver",
        "free the packet",
        "return"
    };

    private final ToroStack stack;
    private final GuestMemory memory;
    private final byte[] bytes = new byte[Tcp.DATA + ToroStack.MTU];

    SegmentOutput(ToroStack stack) {
        this.stack = stack;
        this.memory = stack.heap().memory();
    }

    /** Calls it for a segment without data, with the numbers that its connection has now; {@code workPs} of the delay are work. Returns the step result. */
    long control(GuestCpu cpu, TcpSocket socket, int flags, long delayPs, long workPs) {
        long[] w = begin(cpu, socket, flags, socket.lastSequence, delayPs);
        w[DELAY_WORK] = workPs;
        w[FRAME_BYTES] = Tcp.DATA;
        return StepResult.CALL;
    }

    /** Calls it for a segment with data, whose packet is kept. */
    long data(GuestCpu cpu, TcpSocket socket, Segment segment) {
        int flags = Tcp.ACK | (segment.push ? Tcp.PSH : 0);
        long[] w = begin(cpu, socket, flags, segment.sequence, AT_ONCE);
        w[PACKET] = segment.packet;
        w[FRAME_BYTES] = Tcp.DATA + segment.bytes;
        w[KEPT] = 1;
        return StepResult.CALL;
    }

    /** Calls it for a frame that lies in a packet of its own. */
    long ready(GuestCpu cpu, long packet, int frameBytes, int type) {
        long[] w = cpu.call(this).w;
        w[DELAY] = stack.buildPs(frameBytes);
        w[DELAY_WORK] = stack.checksumPs(frameBytes);
        w[PACKET] = packet;
        w[FRAME_BYTES] = frameBytes;
        w[TYPE] = type;
        return StepResult.CALL;
    }

    private long[] begin(GuestCpu cpu, TcpSocket socket, int flags, int sequence, long delayPs) {
        long[] w = cpu.call(this).w;
        w[DELAY] = delayPs;
        w[FLAGS] = flags;
        w[SEQUENCE] = sequence;
        w[ACKNOWLEDGEMENT] = socket.lastAck;
        w[WINDOW] = socket.window();
        w[REMOTE_MAC] = socket.remoteMac;
        w[LOCAL_IP] = socket.localIp();
        w[REMOTE_IP] = socket.remoteIp();
        w[LOCAL_PORT] = socket.localPort();
        w[REMOTE_PORT] = socket.remotePort();
        return w;
    }

    @Override
    public String name() {
        return "IPSendPacket";
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
            case ASKED -> {
                frame.entry = w[KEPT] != 0 ? PACK : w[TYPE] != 0 ? SEND : HEADERS;
                cpu.work(w[DELAY_WORK]);
                return w[DELAY];
            }
            case HEADERS -> {
                frame.entry = PACK;
                return stack.code().ps(Routine.TCP_OUTPUT, 1);
            }
            case PACK -> {
                cpu.work(stack.checksumPs((int) w[FRAME_BYTES]));
                return pack(frame);
            }
            case SEND -> {
                count(w);
                long[] to = cpu.call(stack.nic().driver().send()).w;
                to[NetDriver.FRAME] = w[PACKET] + PacketBlock.RECORD_BYTES;
                to[NetDriver.BYTES] = w[FRAME_BYTES];
                frame.entry = SENT;
                return StepResult.CALL;
            }
            case SENT -> {
                if (w[KEPT] == 0) {
                    stack.heap().free(0, w[PACKET]);
                }
                return StepResult.RETURN;
            }
            default -> {
                return StepResult.RETURN; // there was no memory
            }
        }
    }

    private long pack(Frame frame) {
        long[] w = frame.w;
        int frameBytes = (int) w[FRAME_BYTES];
        boolean kept = w[KEPT] != 0;
        if (!kept) {
            w[PACKET] = stack.emptyBlock(frameBytes);
        }
        frame.entry = w[PACKET] == 0 ? BACK : SEND;
        if (w[PACKET] != 0) {
            long at = w[PACKET] + PacketBlock.RECORD_BYTES;
            if (kept) {
                memory.copyOut(at + Tcp.DATA, bytes, Tcp.DATA, frameBytes - Tcp.DATA);
            }
            Tcp.fill(
                    bytes,
                    frameBytes,
                    GuestNic.MAC,
                    w[REMOTE_MAC],
                    (int) w[LOCAL_IP],
                    (int) w[REMOTE_IP],
                    (int) w[LOCAL_PORT],
                    (int) w[REMOTE_PORT],
                    (int) w[FLAGS],
                    (int) w[SEQUENCE],
                    (int) w[ACKNOWLEDGEMENT],
                    (int) w[WINDOW]);
            memory.copyIn(at, bytes, 0, Tcp.DATA);
        }
        return stack.buildPs(frameBytes);
    }

    private void count(long[] w) {
        stack.counters().framesOut++;
        if (w[TYPE] != 0) {
            stack.trace(TraceKind.PACKET_OUT, 0, w[TYPE], w[FRAME_BYTES]);
        } else {
            stack.trace(TraceKind.PACKET_OUT, w[LOCAL_PORT] + (w[REMOTE_PORT] << 16), w[FLAGS], w[FRAME_BYTES]);
        }
    }
}
