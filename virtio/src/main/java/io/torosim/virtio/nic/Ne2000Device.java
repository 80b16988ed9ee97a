package io.torosim.virtio.nic;

import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.transport.RegisterSpace;

/**
 * An NE2000 (RTL8029) with byte-wide programmed I/O: 32 KiB of card memory behind a remote-DMA port, a receive ring of
 * 256-byte pages (National Semiconductor DP8390 data sheet). Frames go out within the command that starts them.
 */
final class Ne2000Device implements RegisterSpace {
    static final int CR = 0;
    static final int PSTART = 1;
    static final int PSTOP = 2;
    static final int BNRY = 3;
    static final int TPSR = 4;
    static final int TBCR0 = 5;
    static final int TBCR1 = 6;
    static final int ISR = 7;
    static final int CURR = 7; // page 1
    static final int RSAR0 = 8;
    static final int RSAR1 = 9;
    static final int RBCR0 = 10;
    static final int RBCR1 = 11;
    static final int IMR = 15;
    static final int DATA = 16;
    static final int ISR_PRX = 1;
    static final int ISR_PTX = 2;
    static final int ISR_OVW = 0x10;
    static final int ISR_RDC = 0x40;
    private static final int RAM_START = 0x4000;
    private static final int RAM_END = 0xc000;

    private final FrameSink wire;
    private final byte[] ram = new byte[RAM_END - RAM_START];
    private final int[] page0 = new int[16];
    private int command = 0x21;
    private int isr;
    private int current;
    private int remoteAddress;
    private int remoteCount;
    private long dropped;

    /** Creates the card; {@code wire} takes its frames. */
    public Ne2000Device(FrameSink wire) {
        this.wire = wire;
    }

    private static boolean inRam(int address) {
        return address >= RAM_START && address < RAM_END;
    }

    @Override
    public long read(int offset, int widthBytes) {
        if (offset == DATA) {
            int value = inRam(remoteAddress) ? ram[remoteAddress - RAM_START] & 0xff : 0;
            step();
            return value;
        }
        if (offset == CR) {
            return command;
        }
        if (offset == 7) {
            return command >>> 6 == 1 ? current : isr;
        }
        return offset > 0 && offset < 16 ? page0[offset] : 0;
    }

    private void step() {
        remoteAddress++;
        if (remoteAddress == page0[PSTOP] << 8) {
            remoteAddress = page0[PSTART] << 8;
        }
        if (remoteCount > 0 && --remoteCount == 0) {
            isr |= ISR_RDC;
        }
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        int bits = (int) value & 0xff;
        if (offset == DATA) {
            if (inRam(remoteAddress)) {
                ram[remoteAddress - RAM_START] = (byte) bits;
            }
            step();
        } else if (offset == CR) {
            command(bits);
        } else if (offset == 7) {
            if (command >>> 6 == 1) {
                current = bits;
            } else {
                isr &= ~bits;
            }
        } else if (offset > 0 && offset < 16) {
            page0[offset] = bits;
        }
    }

    private void command(int bits) {
        command = bits;
        if ((bits & 0x18) != 0) { // remote read or write
            remoteAddress = page0[RSAR0] | page0[RSAR1] << 8;
            remoteCount = page0[RBCR0] | page0[RBCR1] << 8;
        }
        if ((bits & 4) != 0) {
            int from = page0[TPSR] << 8;
            int length = page0[TBCR0] | page0[TBCR1] << 8;
            if (inRam(from) && inRam(from + length)) {
                byte[] frame = new byte[length];
                System.arraycopy(ram, from - RAM_START, frame, 0, length);
                wire.frame(frame);
            }
            command &= ~4;
            isr |= ISR_PTX;
        }
    }

    /** Returns whether a cause that the driver enabled is pending. */
    public boolean interruptPending() {
        return (isr & page0[IMR]) != 0;
    }

    /** Returns how many frames were dropped for want of pages. */
    public long dropped() {
        return dropped;
    }

    /** A frame comes from the wire; returns false if the ring has no room. */
    public boolean receive(byte[] frame) {
        int start = page0[PSTART];
        int stop = page0[PSTOP];
        int ring = stop - start;
        int pages = (frame.length + 4 + 255) / 256;
        boolean sane = ring > 0
                && inRam(start << 8)
                && inRam((stop << 8) - 1)
                && current >= start
                && current < stop
                && page0[BNRY] >= start
                && page0[BNRY] < stop;
        int used = sane ? Math.floorMod(current - page0[BNRY], ring) : 0;
        if (!sane || used + pages >= ring) {
            dropped++;
            isr |= ISR_OVW;
            return false;
        }
        int next = start + (current - start + pages) % ring;
        int total = frame.length + 4;
        int at = current << 8;
        at = put(at, 1);
        at = put(at, next);
        at = put(at, total & 0xff);
        at = put(at, total >>> 8);
        for (byte b : frame) {
            at = put(at, b);
        }
        current = next;
        isr |= ISR_PRX;
        return true;
    }

    private int put(int at, int value) {
        ram[at - RAM_START] = (byte) value;
        return at + 1 == page0[PSTOP] << 8 ? page0[PSTART] << 8 : at + 1;
    }
}
