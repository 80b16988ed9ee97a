package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;
import io.torosim.guest.device.PcDevices.EthernetCard;
import io.torosim.virtio.device.NetDevice.FrameSink;
import java.util.Arrays;
import java.util.Objects;

/**
 * An NE2000 (RTL8029, DP8390 data sheet) as QEMU 7.2 has it: 32 ports, a PROM with every byte twice, 32 KiB of card memory behind the data
 * port, a receive ring of pages of 256 bytes. Frames go out within the command that starts them, not padded; those that come in are padded to
 * 60 bytes.
 *
 * <p>The ring is full when fewer than 1518 bytes are free between CURR and BNRY; then a frame is lost without a sign. A BNRY outside the
 * ring, above PSTOP, makes it never full: unread frames are overwritten.
 *
 * <p>{@link PcDevices} plugs it into a machine; Toro's driver for it is {@link io.torosim.guest.driver.Ne2000Driver Ne2000Driver}.
 */
final class Ne2000 implements EthernetCard {
    /** Ports it claims. */
    static final int PORTS = 32;

    private static final int CR = 0;
    private static final int CURR = 7;
    private static final int DATA = 0x10;
    private static final int RESET = 0x1f;
    private static final int STOP = 1;
    private static final int TRANSMIT = 4;
    private static final int REMOTE = 0x18;
    private static final int ISR_PRX = 1;
    private static final int ISR_PTX = 2;
    private static final int ISR_RDC = 0x40;
    private static final int ISR_RST = 0x80;
    private static final int RAM_START = 0x4000;
    private static final int RAM_END = 0xc000;
    private static final int PROM_BYTES = 32;
    private static final int LEAST_FRAME = 60;
    private static final int LEAST_FREE = 1518;
    private static final int RCR_AB = 4;
    private static final int RCR_AM = 8;
    private static final int RCR_PRO = 0x10;

    private final int port;
    private final int line;
    private final byte[] mac;
    private final FrameSink wire;
    private final byte[] memory = new byte[RAM_END];
    /** What is written to page 0; what is read there is elsewhere. */
    private final int[] page0 = new int[16];
    /** The address, CURR and the multicast table. */
    private final int[] page1 = new int[16];

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

    private int command;
    private int isr;
    private int tsr;
    private int rsr;
    private int start;
    private int stop;
    private int remoteAddress;
    private int remoteCount;
    private long lost;

    /**
     * Creates the card.
     *
     * @param port the first of its 32 ports
     * @param line its interrupt line
     * @param mac its hardware address, 6 bytes
     * @param wire where its frames go
     */
    Ne2000(int port, int line, byte[] mac, FrameSink wire) {
        Objects.requireNonNull(mac, "mac");
        Objects.requireNonNull(wire, "wire");
        if (mac.length != 6) {
            throw new IllegalArgumentException("mac must be 6 bytes, mac bytes=" + mac.length);
        }
        this.port = port;
        this.line = line;
        this.mac = mac.clone();
        this.wire = wire;
        reset();
    }

    /**
     * Claims its ports.
     *
     * @return this
     */
    Ne2000 plug(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        bus = machine.bus();
        bus.claim("ne2000", port, PORTS, new Ports());
        return this;
    }

    /** Returns how many frames were lost for want of pages, or while the card was stopped. */
    long lost() {
        return lost;
    }

    /** The PROM is doubled in place, so bytes 6 to 11 change with the first reset after power-on. */
    private void reset() {
        isr = ISR_RST;
        System.arraycopy(mac, 0, memory, 0, 6);
        memory[14] = 0x57;
        memory[15] = 0x57;
        for (int i = 15; i >= 0; i--) {
            memory[2 * i] = memory[i];
            memory[2 * i + 1] = memory[2 * i];
        }
    }

    private void updateLine() {
        bus.setLine(line, (isr & page0[15] & 0x7f) != 0);
    }

    // ---- registers

    private final class Ports implements PortDevice {
        @Override
        public int read(int offset, int widthBytes) {
            if (offset == DATA) {
                return widthBytes == 4 ? readLong() : readData(widthBytes);
            }
            if (offset == RESET) {
                reset();
                return 0;
            }
            return offset < 16 && widthBytes == 1 ? register(offset) : widthBytes == 1 ? 0xff : 0xffff;
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            if (offset == DATA) {
                if (widthBytes == 4) {
                    writeLong(value);
                } else {
                    writeData(value);
                }
            } else if (offset == CR) {
                command(value & 0xff);
            } else if (offset < 16) {
                setRegister(offset, value & 0xff);
            }
        }
    }

    private int register(int offset) {
        if (offset == CR) {
            return command;
        }
        return switch (command >>> 6 << 4 | offset) {
            case 0x03 -> page0[3];
            case 0x04 -> tsr;
            case 0x07 -> isr;
            case 0x08 -> remoteAddress & 0xff;
            case 0x09 -> remoteAddress >>> 8;
            case 0x0a -> 0x50; // RTL8029
            case 0x0b -> 0x43;
            case 0x0c -> rsr;
            case 0x21 -> start >>> 8;
            case 0x22 -> stop >>> 8;
            case 0x35, 0x36 -> 0x40; // full duplex
            default -> command >>> 6 == 1 ? page1[offset] : 0;
        };
    }

    private void setRegister(int offset, int value) {
        int page = command >>> 6;
        if (page == 1) {
            page1[offset] = value;
        } else if (page == 0) {
            page0[offset] = value;
            switch (offset) {
                case 1 -> start = value << 8 <= RAM_END ? value << 8 : start;
                case 2 -> stop = value << 8 <= RAM_END ? value << 8 : stop;
                case 7 -> {
                    isr &= ~(value & 0x7f);
                    updateLine();
                }
                case 8 -> remoteAddress = remoteAddress & 0xff00 | value;
                case 9 -> remoteAddress = remoteAddress & 0xff | value << 8;
                case 10 -> remoteCount = remoteCount & 0xff00 | value;
                case 11 -> remoteCount = remoteCount & 0xff | value << 8;
                case 15 -> updateLine();
                default -> {}
            }
        }
    }

    private void command(int bits) {
        command = bits;
        if ((bits & STOP) != 0) {
            return;
        }
        isr &= ~ISR_RST;
        if ((bits & REMOTE) != 0 && remoteCount == 0) {
            raise(ISR_RDC);
        }
        if ((bits & TRANSMIT) != 0) {
            int from = page0[4] << 8;
            int length = page0[5] | page0[6] << 8;
            if (from >= RAM_END) {
                from -= RAM_END - RAM_START; // the memory is seen twice
            }
            if (from + length <= RAM_END) {
                wire.frame(Arrays.copyOfRange(memory, from, from + length));
            }
            tsr = 1;
            command &= ~TRANSMIT;
            raise(ISR_PTX);
        }
    }

    private void raise(int bits) {
        isr |= bits;
        updateLine();
    }

    // ---- the data port

    private static boolean exists(int address) {
        return address < PROM_BYTES || address >= RAM_START && address < RAM_END;
    }

    private int load(int address) {
        return exists(address) ? memory[address] & 0xff : 0xff;
    }

    private void store(int address, int value) {
        if (exists(address)) {
            memory[address] = (byte) value;
        }
    }

    private boolean words() {
        return (page0[14] & 1) != 0;
    }

    private int readData(int widthBytes) {
        int value;
        if (words()) {
            int at = remoteAddress & ~1;
            value = load(at) | load(at + 1) << 8;
            moved(2);
        } else {
            value = load(remoteAddress);
            moved(1);
        }
        return widthBytes == 1 ? value & 0xff : value;
    }

    private int readLong() {
        int at = remoteAddress & ~1;
        int value = load(at) | load(at + 1) << 8 | load(at + 2) << 16 | load(at + 3) << 24;
        moved(4);
        return value;
    }

    private void writeData(int value) {
        if (remoteCount == 0) {
            return;
        }
        if (words()) {
            int at = remoteAddress & ~1;
            store(at, value);
            store(at + 1, value >>> 8);
            moved(2);
        } else {
            store(remoteAddress, value);
            moved(1);
        }
    }

    private void writeLong(int value) {
        if (remoteCount == 0) {
            return;
        }
        int at = remoteAddress & ~1;
        for (int i = 0; i < 4; i++) {
            store(at + i, value >>> 8 * i);
        }
        moved(4);
    }

    private void moved(int bytes) {
        remoteAddress = remoteAddress + bytes & 0xffff;
        if (remoteAddress == stop) {
            remoteAddress = start;
        }
        if (remoteCount <= bytes) {
            remoteCount = 0;
            raise(ISR_RDC);
        } else {
            remoteCount -= bytes;
        }
    }

    // ---- receive

    private boolean full() {
        int current = page1[CURR] << 8;
        int boundary = page0[3] << 8;
        int free = current < boundary ? boundary - current : stop - start - (current - boundary);
        return free < LEAST_FREE;
    }

    /** The PROM says which address is its own, not page 1. */
    private boolean wanted(byte[] frame) {
        int control = page0[12];
        if ((control & RCR_PRO) != 0) {
            return true;
        }
        boolean broadcast = true;
        boolean own = true;
        for (int i = 0; i < 6; i++) {
            broadcast &= frame[i] == -1;
            own &= frame[i] == memory[2 * i];
        }
        if (broadcast) {
            return (control & RCR_AB) != 0;
        }
        if ((frame[0] & 1) != 0) {
            int hash = multicastHash(frame);
            return (control & RCR_AM) != 0 && (page1[8 + (hash >>> 3)] >>> (hash & 7) & 1) != 0;
        }
        return own;
    }

    /** The upper six bits of the Ethernet checksum of the address. */
    private static int multicastHash(byte[] frame) {
        int crc = -1;
        for (int i = 0; i < 6; i++) {
            int bits = frame[i];
            for (int j = 0; j < 8; j++) {
                int carry = crc >>> 31 ^ bits & 1;
                crc = crc << 1 ^ (carry != 0 ? 0x04c1_1db7 : 0);
                bits >>= 1;
            }
        }
        return crc >>> 26;
    }

    @Override
    public boolean receive(byte[] frame) {
        Objects.requireNonNull(frame, "frame");
        if ((command & STOP) != 0 || full()) {
            lost++;
            return false;
        }
        byte[] bytes = frame.length < LEAST_FRAME ? Arrays.copyOf(frame, LEAST_FRAME) : frame;
        if (!wanted(bytes)) {
            return true;
        }
        int index = page1[CURR] << 8;
        int total = bytes.length + 4;
        int next = index + (total + 4 + 255 & ~255);
        if (next >= stop) {
            next -= stop - start;
        }
        rsr = 1 | ((bytes[0] & 1) != 0 ? 0x20 : 0);
        store(index, rsr);
        store(index + 1, next >>> 8);
        store(index + 2, total);
        store(index + 3, total >>> 8);
        index += 4;
        for (byte b : bytes) {
            if (index >= stop) {
                if (index > stop) {
                    break; // CURR lies behind the ring
                }
                index = start;
            }
            store(index++, b);
        }
        page1[CURR] = next >>> 8 & 0xff;
        raise(ISR_PRX);
        return true;
    }
}
