package io.torosim.virtio.nic;

import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.transport.RegisterSpace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Toro's ne2000 driver of 2018: one port access a byte, one packet in flight. */
final class Ne2000Nic implements Nic {
    private static final int TX_PAGE = 0x40;
    private static final int RX_START = 0x46;
    private static final int RX_STOP = 0xc0;

    private final AccessMeter meter;
    private final Ne2000Device device;
    private final RegisterSpace ports;
    private final RegisterSpace pic;
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private int next = RX_START + 1;
    private long framesOut;
    private long copied;

    Ne2000Nic(AccessMeter meter, AccessMeter picMeter, FrameSink wire) {
        this.meter = meter;
        this.device = new Ne2000Device(f -> {
            framesOut++;
            wire.frame(f);
        });
        this.ports = new MeteredSpace(device, MeteredSpace.Kind.PORT_IO, meter);
        this.pic = new MeteredSpace(Pic.PORTS, MeteredSpace.Kind.PORT_IO, picMeter);
        out(Ne2000Device.CR, 0x21);
        out(Ne2000Device.PSTART, RX_START);
        out(Ne2000Device.PSTOP, RX_STOP);
        out(Ne2000Device.BNRY, RX_START);
        out(Ne2000Device.CR, 0x61);
        out(Ne2000Device.CURR, next);
        out(Ne2000Device.CR, 0x22);
        out(Ne2000Device.IMR, Ne2000Device.ISR_PRX | Ne2000Device.ISR_PTX);
    }

    private void out(int port, int value) {
        ports.write(port, 1, value);
    }

    private int in(int port) {
        return (int) ports.read(port, 1);
    }

    @Override
    public AccessMeter meter() {
        return meter;
    }

    @Override
    public boolean arrive(byte[] frame) {
        return device.receive(frame);
    }

    @Override
    public boolean interruptPending() {
        return device.interruptPending();
    }

    @Override
    public boolean send(byte[] frame) {
        outgoing.add(frame);
        if (outgoing.size() == 1) {
            transmit(frame);
        }
        return true;
    }

    /** Five accesses, one for each byte, four. */
    private void transmit(byte[] frame) {
        remote(TX_PAGE << 8, frame.length, 0x12);
        for (byte b : frame) {
            out(Ne2000Device.DATA, b);
        }
        copied += frame.length;
        out(Ne2000Device.TPSR, TX_PAGE);
        out(Ne2000Device.TBCR0, frame.length & 0xff);
        out(Ne2000Device.TBCR1, frame.length >>> 8);
        out(Ne2000Device.CR, 0x26);
    }

    private void remote(int address, int bytes, int command) {
        out(Ne2000Device.RBCR0, bytes & 0xff);
        out(Ne2000Device.RBCR1, bytes >>> 8);
        out(Ne2000Device.RSAR0, address & 0xff);
        out(Ne2000Device.RSAR1, address >>> 8);
        out(Ne2000Device.CR, command);
    }

    private int currentPage() {
        out(Ne2000Device.CR, 0x62);
        int page = in(Ne2000Device.CURR);
        out(Ne2000Device.CR, 0x22);
        return page;
    }

    @Override
    public List<byte[]> handleInterrupt() {
        List<byte[]> received = new ArrayList<>();
        int cause = in(Ne2000Device.ISR);
        out(Ne2000Device.ISR, cause);
        if ((cause & Ne2000Device.ISR_PRX) != 0) {
            int current = currentPage();
            while (current != next) {
                received.add(readPacket());
                current = currentPage();
            }
        }
        if ((cause & Ne2000Device.ISR_PTX) != 0 && !outgoing.isEmpty()) {
            outgoing.poll();
            if (!outgoing.isEmpty()) {
                transmit(outgoing.peek());
            }
        }
        pic.write(0xa0, 1, 0x20);
        pic.write(0x20, 1, 0x20);
        return received;
    }

    private byte[] readPacket() {
        remote(next << 8, 4, 0x0a);
        in(Ne2000Device.DATA);
        int following = in(Ne2000Device.DATA);
        int total = in(Ne2000Device.DATA);
        total |= in(Ne2000Device.DATA) << 8;
        out(Ne2000Device.ISR, Ne2000Device.ISR_RDC);
        byte[] frame = new byte[Math.max(0, total - 4)];
        remote((next << 8) + 4, frame.length, 0x0a);
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (byte) in(Ne2000Device.DATA);
        }
        copied += frame.length;
        out(Ne2000Device.ISR, Ne2000Device.ISR_RDC);
        next = following;
        out(Ne2000Device.BNRY, next == RX_START ? RX_STOP - 1 : next - 1);
        return frame;
    }

    @Override
    public long copiedBytes() {
        return copied;
    }

    @Override
    public long framesOut() {
        return framesOut;
    }
}
