package io.torosim.guest.device;

import static io.torosim.guest.device.E1000Registers.*;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.PcDevices.EthernetCard;
import io.torosim.virtio.device.NetDevice.FrameSink;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;

/**
 * An 82540EM as QEMU 7.2 has it: 128 KiB of registers in memory, one receive and one transmit ring of 16-byte descriptors (Intel 8254x
 * Software Developer's Manual). Frames go out within the access that starts them, joined up to the descriptor with EOP, and not padded; those
 * that come in pass the filter of RCTL and are padded to 60 bytes.
 *
 * <p>Like QEMU's card it hears nothing for a second after each write of RCTL, and lets frames wait outside as long as there is no
 * descriptor, no RCTL.EN or no link: at most {@value #MOST_WAITING}. Interrupts come at most every 128 us, with ITR 0 too.
 *
 * <p>Not modelled: checksum and segmentation offloads (their descriptors are passed over), VLAN tags, the serial EEPROM interface,
 * wake-up.
 *
 * <p>{@link PcDevices} plugs it into a machine. Descriptors and frames are read and written in the machine's memory, link and identity are
 * {@link E1000Phy}'s and {@link E1000Eeprom}'s; Toro's driver for it is {@link io.torosim.guest.driver.E1000Driver E1000Driver}.
 */
final class E1000 implements EthernetCard {
    /** Frames that may wait in front of the card: the queue of a tap device in Linux. */
    static final int MOST_WAITING = 1000;
    /** Bytes of its registers. */
    static final int REGISTER_BYTES = SPACE_BYTES;

    private static final long DEAF_PS = Picos.PER_SECOND;
    private static final long NEGOTIATION_PS = 500 * Picos.PER_MILLI;
    private static final long MODERATION_UNIT_PS = 256 * Picos.PER_NANO;
    private static final int LEAST_MODERATION = 500;
    private static final int DESCRIPTOR = 16;
    private static final int MOST_FRAME = 1522;
    private static final int MOST_LONG_FRAME = 16_384;
    private static final int MOST_SENT = 0x10000;
    private static final int OP_HEARS = 0;
    private static final int OP_LINK = 1;
    private static final int OP_MODERATED = 2;
    private static final int EECD_IDLE = 0x188; // present, granted, data out high
    private static final int EECD_INPUTS = 0x77;
    private static final int TX_EOP = 1 << 24;
    private static final int TX_RS = 1 << 27;
    private static final int TX_RPS = 1 << 28;
    private static final int TX_EXTENDED = 1 << 29;

    private final long base;
    private final int line;
    private final byte[] mac;
    private final FrameSink wire;
    private final int[] registers = new int[SPACE_BYTES / 4];
    private final E1000Eeprom eeprom;
    private final E1000Phy phy = new E1000Phy();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final byte[] sending = new byte[MOST_SENT];
    private final EventHandler handler = this::onEvent;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Machine machine;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private GuestMemory memory;

    private long ramBytes;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Simulation clock;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

    private int sendingBytes;
    private long deaf = Simulation.NO_HANDLE;
    private long negotiating = Simulation.NO_HANDLE;
    private boolean moderating;
    private boolean lineHigh;
    private long lost;
    private long faults;

    /**
     * Creates the card.
     *
     * @param base guest-physical address of its registers, a multiple of 128 KiB
     * @param line its interrupt line
     * @param mac its hardware address, 6 bytes
     * @param wire where its frames go
     */
    E1000(long base, int line, byte[] mac, FrameSink wire) {
        Objects.requireNonNull(mac, "mac");
        Objects.requireNonNull(wire, "wire");
        if (mac.length != 6 || base % SPACE_BYTES != 0) {
            throw new IllegalArgumentException("mac must be 6 bytes and base a multiple of 0x20000, mac bytes="
                    + mac.length + ", base=0x" + Long.toHexString(base));
        }
        this.base = base;
        this.line = line;
        this.mac = mac.clone();
        this.wire = wire;
        this.eeprom = new E1000Eeprom(mac);
        set(CTRL, 0x140240);
        set(STATUS, 0x80080783);
        set(EECD, EECD_IDLE);
        set(PBA, 0x100030);
        set(LEDCTL, 0x602);
        set(VET, 0x8100);
        set(MANC, 0x222300);
        set(RAL, mac[0] & 0xff | (mac[1] & 0xff) << 8 | (mac[2] & 0xff) << 16 | (mac[3] & 0xff) << 24);
        set(RAH, mac[4] & 0xff | (mac[5] & 0xff) << 8 | 1 << 31);
    }

    /**
     * Maps its registers.
     *
     * @return this
     */
    E1000 plug(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        this.machine = machine;
        memory = machine.memory();
        ramBytes = machine.memory().ram().sizeBytes();
        clock = machine.simulation();
        bus = machine.bus();
        bus.map("e1000", base, SPACE_BYTES, new Registers(), AccessKind.MMIO, AccessKind.MMIO);
        return this;
    }

    /** Returns how many frames were lost because {@value #MOST_WAITING} waited already. */
    long lost() {
        return lost;
    }

    /** Returns how many transfers were not done because an address that the driver gave lies outside memory. */
    long faults() {
        return faults;
    }

    /** Returns how many frames wait in front of the card. */
    int waiting() {
        return waiting.size();
    }

    private int get(int offset) {
        return registers[offset / 4];
    }

    private void set(int offset, int value) {
        registers[offset / 4] = value;
    }

    private void onEvent(int op, long arg) {
        switch (op) {
            case OP_HEARS -> {
                deaf = Simulation.NO_HANDLE;
                takeWaiting();
            }
            case OP_LINK -> {
                negotiating = Simulation.NO_HANDLE;
                phy.negotiated();
                set(STATUS, get(STATUS) | STATUS_LU);
                cause(CAUSE_LSC);
                takeWaiting();
            }
            default -> {
                moderating = false;
                updateLine();
            }
        }
    }

    // ---- interrupts

    private void cause(int bits) {
        machine.devicesWrote(); // what is reported stands in a descriptor
        set(ICR, get(ICR) | bits);
        updateLine();
    }

    /** The line rises at most once in the moderation interval; it falls at once. */
    private void updateLine() {
        boolean wanted = (get(ICR) & get(IMS)) != 0;
        if (wanted && !lineHigh) {
            if (moderating) {
                return;
            }
            moderating = true;
            long units = Math.max(LEAST_MODERATION, get(ITR));
            clock.at(clock.nowPs() + units * MODERATION_UNIT_PS, Machine.DEVICE_PRIORITY, handler, OP_MODERATED, 0);
        }
        lineHigh = wanted;
        bus.setLine(line, wanted);
    }

    // ---- the wire

    private boolean hears() {
        return deaf == Simulation.NO_HANDLE
                && (get(STATUS) & STATUS_LU) != 0
                && (get(RCTL) & RCTL_EN) != 0
                && hasRoom(1);
    }

    private boolean hasRoom(int bytes) {
        int head = get(RDH);
        int tail = get(RDT);
        int size = bufferBytes(get(RCTL));
        if (bytes <= size) {
            return head != tail;
        }
        int free = head < tail ? tail - head : head > tail ? get(RDLEN) / DESCRIPTOR + tail - head : 0;
        return bytes <= (long) free * size;
    }

    @Override
    public boolean receive(byte[] frame) {
        Objects.requireNonNull(frame, "frame");
        if (waiting.size() == MOST_WAITING) {
            lost++;
            return false;
        }
        waiting.add(frame);
        takeWaiting();
        return true;
    }

    private void takeWaiting() {
        while (!waiting.isEmpty() && hears()) {
            take(waiting.poll());
        }
    }

    /** Returns whether a frame is for this card. */
    private boolean wanted(byte[] frame) {
        int control = get(RCTL);
        boolean group = (frame[0] & 1) != 0;
        if (!group) {
            return (control & RCTL_UPE) != 0 || isOwn(frame);
        }
        if (isBroadcast(frame)) {
            return (control & (RCTL_BAM | RCTL_MPE)) != 0;
        }
        return (control & RCTL_MPE) != 0 || isOwn(frame) || inMulticastTable(frame, control);
    }

    /** One of the sixteen receive addresses that are valid. */
    private boolean isOwn(byte[] frame) {
        for (int at = RAL; at < RAL + 8 * 16; at += 8) {
            int high = get(at + 4);
            long address = get(at) & 0xffff_ffffL | (high & 0xffffL) << 32;
            if (high < 0 && address == destination(frame)) {
                return true;
            }
        }
        return false;
    }

    private static long destination(byte[] frame) {
        long address = 0;
        for (int i = 5; i >= 0; i--) {
            address = address << 8 | frame[i] & 0xff;
        }
        return address;
    }

    private static boolean isBroadcast(byte[] frame) {
        return destination(frame) == 0xffff_ffff_ffffL;
    }

    private boolean inMulticastTable(byte[] frame, int control) {
        int shift = new int[] {4, 3, 2, 0}[control >>> 12 & 3];
        int bit = ((frame[5] & 0xff) << 8 | frame[4] & 0xff) >>> shift & 0xfff;
        return (get(MTA + 4 * (bit >>> 5)) >>> (bit & 31) & 1) != 0;
    }

    private void take(byte[] frame) {
        int control = get(RCTL);
        byte[] bytes = frame.length < 60 ? Arrays.copyOf(frame, 60) : frame;
        int most = (control & RCTL_LPE) != 0 ? MOST_LONG_FRAME : MOST_FRAME;
        if (bytes.length > most && (control & RCTL_SBP) == 0 || bytes.length > MOST_LONG_FRAME) {
            set(ROC, get(ROC) + 1);
            return;
        }
        if (!wanted(bytes)) {
            return;
        }
        int total = bytes.length + ((control & RCTL_SECRC) != 0 ? 0 : 4); // four bytes of checksum, as zeros
        if (!hasRoom(total)) {
            cause(CAUSE_RXO);
            return;
        }
        if (fill(bytes, total)) {
            set(GPRC, get(GPRC) + 1);
            set(TPR, get(TPR) + 1);
            int entries = get(RDLEN) / DESCRIPTOR;
            int tail = get(RDT) < get(RDH) ? get(RDT) + entries : get(RDT);
            int threshold = get(RDLEN) >>> (control >>> 8 & 3) + 1;
            boolean low = (tail - get(RDH)) * DESCRIPTOR <= threshold;
            cause(CAUSE_RXT0 | (low ? CAUSE_RXDMT0 : 0));
        } else {
            cause(CAUSE_RXO);
        }
    }

    private long ring(int low) {
        return (long) get(low + 4) << 32 | get(low) & 0xffff_fff0L;
    }

    private boolean inside(long address, long bytes) {
        boolean fits = address >= 0
                && address <= ramBytes - bytes
                && bus.memoryKind(address, true) == AccessKind.MEMORY
                && bus.memoryKind(address + bytes - 1, true) == AccessKind.MEMORY;
        faults += fits ? 0 : 1;
        return fits;
    }

    /** Spreads a frame over descriptors; false if the ring came to its end or does not lie in memory. */
    private boolean fill(byte[] frame, int total) {
        int size = bufferBytes(get(RCTL));
        int first = get(RDH);
        for (int done = 0; done < total; ) {
            long at = ring(RDBAL) + (long) DESCRIPTOR * get(RDH);
            if (!inside(at, DESCRIPTOR)) {
                return false;
            }
            int part = Math.min(size, total - done);
            long buffer = memory.load64(at);
            if (buffer != 0 && inside(buffer, part)) {
                int real = Math.max(0, Math.min(part, frame.length - done));
                memory.copyIn(buffer, frame, Math.min(done, frame.length), real);
                memory.fill(buffer + real, part - real, 0);
            }
            done += part;
            memory.store16(at + 8, part);
            memory.store8(at + 12, done == total ? 7 : 1); // DD, and with the last one EOP and IXSM
            memory.store8(at + 13, 0);
            int next = get(RDH) + 1;
            set(RDH, next * DESCRIPTOR >= get(RDLEN) ? 0 : next);
            if (get(RDH) == first && done < total || first >= get(RDLEN) / DESCRIPTOR) {
                return false;
            }
        }
        return true;
    }

    // ---- transmit

    private void transmit() {
        if ((get(TCTL) & TCTL_EN) == 0) {
            return;
        }
        int first = get(TDH);
        int causes = CAUSE_TXQE;
        while (get(TDH) != get(TDT)) {
            long at = ring(TDBAL) + (long) DESCRIPTOR * get(TDH);
            if (!inside(at, DESCRIPTOR)) {
                return;
            }
            causes |= send(at);
            int next = get(TDH) + 1;
            set(TDH, next * DESCRIPTOR >= get(TDLEN) ? 0 : next);
            if (get(TDH) == first || first >= get(TDLEN) / DESCRIPTOR) {
                break; // TDT lies outside the ring
            }
        }
        cause(causes);
    }

    /** Sends what one descriptor says; returns the cause of its write-back. */
    private int send(long at) {
        long address = memory.load64(at);
        int command = memory.load32(at + 8);
        boolean extended = (command & TX_EXTENDED) != 0;
        boolean context = extended && (command >>> 20 & 0xf) == 0;
        if (!context) {
            int length = command & (extended ? 0xfffff : 0xffff);
            int part = Math.min(length, MOST_SENT - sendingBytes);
            if (part > 0 && inside(address, part)) {
                memory.copyOut(address, sending, sendingBytes, part);
                sendingBytes += part;
            }
            if ((command & TX_EOP) != 0) {
                if (sendingBytes > 0) {
                    set(GPTC, get(GPTC) + 1);
                    set(TPT, get(TPT) + 1);
                    wire.frame(Arrays.copyOf(sending, sendingBytes));
                }
                sendingBytes = 0;
            }
        }
        if ((command & (TX_RS | TX_RPS)) == 0) {
            return 0;
        }
        memory.store8(at + 12, memory.load8(at + 12) & ~0xe | 1);
        return CAUSE_TXDW;
    }

    // ---- registers

    private final class Registers implements MmioDevice {
        @Override
        public long read(long offset, int sizeBytes) {
            int register = (int) offset & ~3;
            int value = get(register);
            switch (register) {
                case ICR -> {
                    set(ICR, 0);
                    updateLine();
                }
                case ICS -> value = get(ICR);
                case IMC -> value = 0;
                case EERD -> value = eeprom.read(value);
                default -> {
                    if (isCounter(register)) {
                        set(register, 0);
                    }
                }
            }
            return value & 0xffff_ffffL;
        }

        @Override
        public void write(long offset, int sizeBytes, long value) {
            int register = (int) offset & ~3;
            int bits = (int) value;
            switch (register) {
                case CTRL -> set(CTRL, bits & ~CTRL_RST);
                case EECD -> set(EECD, EECD_IDLE | bits & EECD_INPUTS);
                case EERD -> set(EERD, bits);
                case MDIC -> manage(bits);
                case ICR -> {
                    set(ICR, get(ICR) & ~bits);
                    updateLine();
                }
                case ICS -> cause(bits);
                case IMS -> {
                    set(IMS, get(IMS) | bits);
                    updateLine();
                }
                case IMC -> {
                    set(IMS, get(IMS) & ~bits);
                    updateLine();
                }
                case RCTL -> {
                    set(RCTL, bits);
                    clock.cancel(deaf);
                    deaf = clock.at(clock.nowPs() + DEAF_PS, Machine.DEVICE_PRIORITY, handler, OP_HEARS, 0);
                }
                case RDT -> {
                    set(RDT, kept(RDT, bits));
                    takeWaiting();
                }
                case TCTL, TDT -> {
                    set(register, kept(register, bits));
                    set(TDT, get(TDT) & 0xffff);
                    transmit();
                }
                default -> {
                    if (isStorage(register)) {
                        set(register, kept(register, bits));
                    }
                }
            }
        }

        private void manage(int bits) {
            set(MDIC, phy.access(bits, get(MDIC)));
            if (phy.takeRestart()) {
                set(STATUS, get(STATUS) & ~STATUS_LU);
                clock.cancel(negotiating);
                negotiating = clock.at(clock.nowPs() + NEGOTIATION_PS, Machine.DEVICE_PRIORITY, handler, OP_LINK, 0);
            }
            if ((bits & E1000Phy.INTERRUPT) != 0) {
                cause(CAUSE_MDAC);
            }
        }
    }
}
