package io.torosim.guest.stack;

import io.torosim.guest.code.Routine;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.GuestThread;

/**
 * The packet thread (Network.pas: {@code ProcessNetworksPackets}): takes packets off the queue and hands them on; with none it
 * calls {@code SysThreadSwitch(True)}. It drains the queue without yielding in between.
 */
final class PacketProgram extends StepProgram {
    private final ToroStack stack;
    private final TcpInput tcpInput;
    private boolean looked;

    PacketProgram(ToroStack stack, TcpInput tcpInput) {
        this.stack = stack;
        this.tcpInput = tcpInput;
    }

    @Override
    protected long idle(GuestThread self) {
        if (looked) {
            looked = false;
            return self.switchIdle();
        }
        if (stack.incoming().isEmpty()) {
            looked = true;
            return self.poll(stack.emptyReadPs());
        }
        self.active();
        byte[] frame = stack.receive();
        thenRun(() -> dispatch(frame));
        return self.compute(stack.code().ps(Routine.DISPATCH_PACKET, 1));
    }

    private void dispatch(byte[] frame) {
        if (!Ipv4.isWhole(frame)) {
            stack.freeReceived();
            return;
        }
        switch (Ipv4.protocol(frame)) {
            case Ipv4.ICMP -> icmp(frame);
            case Ipv4.TCP -> tcp(frame);
            default -> stack.freeReceived();
        }
    }

    private void icmp(byte[] frame) {
        boolean whole = Icmp.isWhole(frame);
        if (whole && Icmp.type(frame) == Icmp.ECHO_REQUEST) {
            stack.freeReceived();
            stack.counters().echoesAnswered++;
            stack.transmit(this, Icmp.reply(frame, GuestNic.MAC));
        } else if (whole && Icmp.type(frame) == Icmp.ECHO_REPLY && stack.keepEchoReply()) {
            return;
        } else {
            stack.freeReceived();
        }
    }

    private void tcp(byte[] frame) {
        if (!Tcp.isWhole(frame)) {
            stack.freeReceived();
            return;
        }
        int flags = Tcp.flags(frame);
        if (flags == Tcp.SYN) {
            tcpInput.request(this, frame);
        } else if ((flags & (Tcp.ACK | Tcp.RST)) != 0) {
            tcpInput.segment(this, frame);
        } else {
            stack.leakOrFree();
        }
    }
}
