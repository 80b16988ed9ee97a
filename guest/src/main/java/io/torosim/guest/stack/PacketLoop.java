package io.torosim.guest.stack;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.GuestProgram.ThreadProgram;
import java.util.Arrays;

/**
 * The packet thread (Network.pas: {@code ProcessNetworksPackets}): takes packets off the queue and hands them on; with none it
 * calls {@code SysThreadSwitch(True)}, after it has taken what the driver's handler may have left in the card ({@link
 * io.torosim.guest.driver.NetDriver#rest}), which Toro's never do. It drains the queue without yielding in between.
 */
final class PacketLoop extends GuestCode {
    static final int LOOK = 0;
    private static final int IDLE = 1;
    private static final int DISPATCH = 2;
    /** Data were taken: they are copied and acknowledged. */
    static final int TAKEN = 3;
    /** The answer to a SYN was taken: it is acknowledged. */
    static final int CONNECTED = 4;

    private static final String[] NAMES = {
        "look at the queue", "SysThreadSwitch(True)", "look at a packet", "copy the data", "acknowledge the connection"
    };

    private final ToroStack stack;
    private final ThreadProgram thread;
    private final SegmentOutput output;
    private final TcpInput tcp;
    private byte[] frame = new byte[2048];

    PacketLoop(ToroStack stack, ThreadProgram thread, SegmentOutput output) {
        this.stack = stack;
        this.thread = thread;
        this.output = output;
        this.tcp = new TcpInput(stack, output);
    }

    @Override
    public String name() {
        return "ProcessNetworksPackets";
    }

    @Override
    public int words() {
        return TcpInput.WORDS;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public long run(GuestCpu cpu, Frame f) {
        switch (f.entry) {
            case LOOK -> {
                if (stack.incoming().isEmpty()) {
                    GuestCode rest = stack.nic().driver().rest();
                    if (rest != null) {
                        thread.self().active();
                        cpu.call(rest);
                        return StepResult.CALL;
                    }
                    long ps = thread.poll(stack.emptyReadPs());
                    if (cpu.goOn(ps)) {
                        return thread.self().switchIdle();
                    }
                    f.entry = IDLE;
                    return ps;
                }
                thread.self().active();
                stack.takeIncoming();
                f.entry = DISPATCH;
                return stack.code().ps(Routine.DISPATCH_PACKET, 1);
            }
            case IDLE -> {
                f.entry = LOOK;
                return thread.self().switchIdle();
            }
            case DISPATCH -> {
                f.entry = LOOK;
                return dispatch(cpu, f);
            }
            case TAKEN -> {
                f.entry = LOOK;
                return tcp.acknowledgeData(cpu, f);
            }
            default -> {
                f.entry = LOOK;
                return tcp.acknowledgeConnection(cpu, f);
            }
        }
    }

    private long dispatch(GuestCpu cpu, Frame f) {
        int frameBytes = stack.frameBytes(stack.received());
        if (frameBytes > frame.length) {
            frame = new byte[frameBytes];
        }
        stack.copyFrame(stack.received(), frame, frameBytes);
        if (Tcp.isWhole(frame, frameBytes)) {
            return tcp.segment(cpu, f, frame);
        }
        if (Icmp.isWhole(frame, frameBytes)) {
            return icmp(cpu, frameBytes);
        }
        stack.freeReceived();
        return StepResult.NEXT;
    }

    private long icmp(GuestCpu cpu, int frameBytes) {
        if (Icmp.type(frame) == Icmp.ECHO_REQUEST) {
            stack.freeReceived();
            stack.counters().echoesAnswered++;
            byte[] reply = Icmp.reply(Arrays.copyOf(frame, frameBytes), GuestNic.MAC);
            long packet = stack.block(reply);
            return packet == 0
                    ? stack.buildPs(reply.length)
                    : output.ready(cpu, packet, reply.length, Ethernet.TYPE_IPV4);
        }
        if (Icmp.type(frame) != Icmp.ECHO_REPLY || !stack.keepEchoReply()) {
            stack.freeReceived();
        }
        return StepResult.NEXT;
    }
}
