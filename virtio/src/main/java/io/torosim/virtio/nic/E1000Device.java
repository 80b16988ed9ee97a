package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.transport.RegisterSpace;

/**
 * An 82540EM as far as Toro's driver touches it: interrupt cause and mask, one receive and one transmit ring of 16-byte
 * descriptors, EEPROM words (Intel 8254x Software Developer's Manual, chapter 13). Other registers keep what is written.
 *
 * <p>Frames go out within the write of TDT, as in QEMU. Not modelled: moderation, offloads, filtering.
 */
final class E1000Device implements RegisterSpace {
    static final int CTRL = 0x0000;
    static final int EERD = 0x0014;
    static final int ICR = 0x00c0;
    static final int IMS = 0x00d0;
    static final int RCTL = 0x0100;
    static final int TCTL = 0x0400;
    static final int RDBAL = 0x2800;
    static final int RDLEN = 0x2808;
    static final int RDH = 0x2810;
    static final int RDT = 0x2818;
    static final int TDBAL = 0x3800;
    static final int TDLEN = 0x3808;
    static final int TDH = 0x3810;
    static final int TDT = 0x3818;
    static final int CAUSE_TXDW = 1;
    static final int CAUSE_TXQE = 2;
    static final int CAUSE_RXO = 0x40;
    static final int CAUSE_RXT0 = 0x80;
    private static final int SPACE_BYTES = 0x20000;
    private static final int MAX_FRAME = 16_384;

    private final GuestMemory memory;
    private final byte[] mac;
    private final FrameSink wire;
    private final int[] registers = new int[SPACE_BYTES / 4];
    private long dropped;

    /**
     * Creates the card.
     *
     * @param memory guest memory as the card sees it
     * @param mac its address, 6 bytes
     * @param wire where frames go
     */
    public E1000Device(GuestMemory memory, byte[] mac, FrameSink wire) {
        this.memory = memory;
        this.mac = mac.clone();
        this.wire = wire;
    }

    private int register(int offset) {
        return registers[offset / 4];
    }

    private void set(int offset, int value) {
        registers[offset / 4] = value;
    }

    @Override
    public long read(int offset, int widthBytes) {
        if (offset < 0 || offset >= SPACE_BYTES) {
            return 0;
        }
        int value = register(offset);
        if (offset == ICR) {
            set(ICR, 0);
        }
        return value & 0xffff_ffffL;
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        if (offset < 0 || offset >= SPACE_BYTES) {
            return;
        }
        int bits = (int) value;
        switch (offset) {
            case CTRL -> {
                if ((bits & 1 << 26) != 0) {
                    java.util.Arrays.fill(registers, 0);
                } else {
                    set(CTRL, bits);
                }
            }
            case EERD -> {
                int word = bits >>> 8 & 0xff;
                int data = word < 3 ? mac[2 * word] & 0xff | (mac[2 * word + 1] & 0xff) << 8 : 0;
                set(EERD, data << 16 | 1 << 4);
            }
            case IMS -> set(IMS, register(IMS) | bits);
            case ICR -> set(ICR, register(ICR) & ~bits);
            case TDT -> {
                set(TDT, bits);
                transmit();
            }
            default -> set(offset, bits);
        }
    }

    /** Returns whether a cause that the driver enabled is pending. */
    public boolean interruptPending() {
        return (register(ICR) & register(IMS)) != 0;
    }

    /** Returns how many frames were dropped for want of descriptors. */
    public long dropped() {
        return dropped;
    }

    private void transmit() {
        int count = register(TDLEN) / 16;
        boolean any = false;
        for (int i = 0; i < count && register(TDH) != register(TDT); i++) {
            long at = (register(TDBAL) & 0xffff_ffffL) + 16L * register(TDH);
            if (!inside(at, 16)) {
                return;
            }
            long address = memory.load64(at);
            int length = memory.load16(at + 8);
            if (inside(address, length)) {
                byte[] frame = new byte[length];
                memory.copyOut(address, frame, 0, length);
                wire.frame(frame);
            }
            memory.store8(at + 12, memory.load8(at + 12) | 1);
            set(TDH, (register(TDH) + 1) % count);
            any = true;
        }
        if (any) {
            set(ICR, register(ICR) | CAUSE_TXDW | CAUSE_TXQE);
        }
    }

    private boolean inside(long address, long bytes) {
        return address >= 0 && address <= memory.sizeBytes() - bytes;
    }

    /** A frame comes from the wire; returns false if it was dropped. */
    public boolean receive(byte[] frame) {
        int count = register(RDLEN) / 16;
        long at = (register(RDBAL) & 0xffff_ffffL) + 16L * register(RDH);
        boolean room = count > 0 && register(RDH) != register(RDT) && frame.length <= MAX_FRAME && inside(at, 16);
        if (!room || !inside(memory.load64(at), frame.length)) {
            dropped++;
            set(ICR, register(ICR) | CAUSE_RXO);
            return false;
        }
        memory.copyIn(memory.load64(at), frame, 0, frame.length);
        memory.store16(at + 8, frame.length);
        memory.store8(at + 12, 3);
        set(RDH, (register(RDH) + 1) % count);
        set(ICR, register(ICR) | CAUSE_RXT0);
        return true;
    }
}
