package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.transport.RegisterSpace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Toro's e1000 driver of 2018: one packet in flight, a byte loop for each copy, four accesses a received packet. */
final class E1000Nic implements Nic {
    private static final int ENTRIES = 256;
    private static final int BUFFER_BYTES = 2048;
    private static final long RX_RING = 0x10000;
    private static final long TX_RING = 0x12000;
    private static final long RX_BUFFERS = 0x100000;
    private static final long TX_BUFFERS = 0x200000;

    private final GuestMemory memory;
    private final AccessMeter meter;
    private final E1000Device device;
    private final RegisterSpace bar;
    private final RegisterSpace pic;
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private long copied;
    private long framesOut;

    E1000Nic(GuestMemory memory, AccessMeter meter, AccessMeter picMeter, FrameSink wire) {
        this.memory = memory;
        this.meter = meter;
        this.device = new E1000Device(memory, new byte[] {0x52, 0x54, 0, 0, 0, 1}, f -> {
            framesOut++;
            wire.frame(f);
        });
        this.bar = new MeteredSpace(device, MeteredSpace.Kind.MMIO, meter);
        this.pic = new MeteredSpace(Pic.PORTS, MeteredSpace.Kind.PORT_IO, picMeter);
        initialise();
    }

    private void initialise() {
        bar.write(E1000Device.CTRL, 4, 1 << 26);
        bar.write(E1000Device.CTRL, 4, 1 << 6);
        for (int i = 0; i < 64; i++) {
            bar.write(0x4000 + 4 * i, 4, 0);
        }
        for (int word = 0; word < 3; word++) {
            bar.write(E1000Device.EERD, 4, word << 8 | 1);
            bar.read(E1000Device.EERD, 4);
        }
        for (int i = 0; i < 128; i++) {
            bar.write(0x5200 + 4 * i, 4, 0);
        }
        for (int i = 0; i < ENTRIES; i++) {
            memory.store64(RX_RING + 16L * i, RX_BUFFERS + (long) i * BUFFER_BYTES);
            memory.store64(TX_RING + 16L * i, TX_BUFFERS + (long) i * BUFFER_BYTES);
        }
        bar.write(E1000Device.RDBAL, 4, RX_RING);
        bar.write(E1000Device.RDLEN, 4, 16 * ENTRIES);
        bar.write(E1000Device.RDH, 4, 0);
        bar.write(E1000Device.RDT, 4, ENTRIES - 1);
        bar.write(E1000Device.TDBAL, 4, TX_RING);
        bar.write(E1000Device.TDLEN, 4, 16 * ENTRIES);
        bar.write(E1000Device.TDH, 4, 0);
        bar.write(E1000Device.TDT, 4, 0);
        bar.write(E1000Device.RCTL, 4, 2);
        bar.write(E1000Device.TCTL, 4, 2);
        bar.write(E1000Device.IMS, 4, 0xc7);
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

    /** {@code DoSendPacket}: read TDH, read TDT, copy, write TDT. */
    private void transmit(byte[] frame) {
        bar.read(E1000Device.TDH, 4);
        int tail = (int) bar.read(E1000Device.TDT, 4);
        memory.copyIn(TX_BUFFERS + (long) tail * BUFFER_BYTES, frame, 0, frame.length);
        copied += frame.length;
        long at = TX_RING + 16L * tail;
        memory.store16(at + 8, frame.length);
        memory.store8(at + 11, 0x0b); // EOP, IFCS, RS
        memory.store8(at + 12, 0);
        bar.write(E1000Device.TDT, 4, (tail + 1) % ENTRIES);
    }

    @Override
    public List<byte[]> handleInterrupt() {
        List<byte[]> received = new ArrayList<>();
        int cause = (int) bar.read(E1000Device.ICR, 4);
        if ((cause & (E1000Device.CAUSE_RXO | E1000Device.CAUSE_RXT0)) != 0) {
            emptyReadRing(received);
        }
        if ((cause & (E1000Device.CAUSE_TXQE | E1000Device.CAUSE_TXDW)) != 0 && !outgoing.isEmpty()) {
            outgoing.poll();
            if (!outgoing.isEmpty()) {
                transmit(outgoing.peek());
            }
        }
        pic.write(0xa0, 1, 0x20);
        pic.write(0x20, 1, 0x20);
        return received;
    }

    private void emptyReadRing(List<byte[]> received) {
        int head = (int) bar.read(E1000Device.RDH, 4);
        int tail = (int) bar.read(E1000Device.RDT, 4);
        while ((tail + 1) % ENTRIES != head) {
            int index = (tail + 1) % ENTRIES;
            long at = RX_RING + 16L * index;
            byte[] frame = new byte[memory.load16(at + 8)];
            memory.copyOut(memory.load64(at), frame, 0, frame.length);
            copied += frame.length;
            memory.store8(at + 12, 1);
            received.add(frame);
            bar.read(E1000Device.RDT, 4);
            bar.write(E1000Device.RDT, 4, index);
            head = (int) bar.read(E1000Device.RDH, 4);
            tail = (int) bar.read(E1000Device.RDT, 4);
        }
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
