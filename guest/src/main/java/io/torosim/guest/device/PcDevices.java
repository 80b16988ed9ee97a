package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The small devices of a PC that need no more than a place: plugged, they are there for the guest.
 *
 * <p>Each goes onto the {@link Bus} of a {@link Machine} and raises one of its interrupt lines, which a {@link PicPair} hears: {@link Pit}, {@link Rtc},
 * {@link Uart16550}, {@link Ps2Keyboard}, the {@link EthernetCard}s {@link E1000} and {@link Ne2000}, and virtio devices of any {@link DeviceModel}.
 */
public final class PcDevices {
    /** Ticks a second of the interval timer. */
    public static final long PIT_HZ = PitChannel.HZ;

    private PcDevices() {}

    /**
     * Plugs an 8254 programmable interval timer (ports 40h to 43h) with the gate and the output of channel 2 at port 61h. Channel 0 drives
     * interrupt line 0, at any rate from 18.2 Hz to 1.193182 MHz. Served by the host kernel under KVM.
     */
    public static void pit(Machine machine) {
        new Pit().plug(machine);
    }

    /**
     * The same on a host that sees its expiries: emulation takes a while to pass one on.
     *
     * @param host called with 0, the vCPU behind line 0, at each instant when OUT of channel 0 rises by itself; returns how long it takes until the line does,
     *     in picoseconds, at least 0. The line falls as much later than OUT. What is under way when the guest sets the channel anew does not
     *     arrive: QEMU's timer is set anew too
     */
    public static void pit(Machine machine, IntToLongFunction host) {
        Objects.requireNonNull(host, "host");
        new Pit(host).plug(machine);
    }

    /**
     * Plugs an MC146818 real-time clock with its CMOS memory (ports 70h and 71h), line 8. Not modelled: setting the time, alarms.
     *
     * @param powerOn what it shows at time 0
     */
    public static void rtc(Machine machine, LocalDateTime powerOn) {
        new Rtc(powerOn).plug(machine);
    }

    /**
     * Plugs a 16550A serial port: what is written leaves at once; 16 bytes of receive FIFO, or one without; loopback. Not modelled: line speed,
     * parity and break, the character timeout.
     *
     * @param port its first port, 3F8h for COM1
     * @param line its interrupt line, 4 for COM1
     * @param output takes what is sent, byte by byte
     * @return takes what comes over the line, byte by byte
     */
    public static IntConsumer serial(Machine machine, int port, int line, IntConsumer output) {
        return new Uart16550(port, line, output).plug(machine)::receive;
    }

    /** A network card in a machine, from the side of the wire; the guest's side are its registers and its interrupt line. */
    public interface EthernetCard {
        /**
         * A frame arrives, without preamble and checksum.
         *
         * @return whether the card has it, or keeps it waiting in front of it; false if it is lost
         */
        boolean receive(byte[] frame);

        /**
         * Plugs an Intel 82540EM (e1000) as QEMU 7.2 has it: rings, filter, EEPROM, PHY, interrupts at most every 128 us, a second of deafness after
         * each write of RCTL. Up to a thousand frames wait in front of it while it cannot take them. Not modelled: offloads, VLAN tags, the serial
         * EEPROM interface, wake-up.
         *
         * @param base guest-physical address of its registers, a multiple of 128 KiB
         * @param line its interrupt line
         * @param mac its hardware address, 6 bytes
         * @param wire where its frames go
         */
        static EthernetCard e1000(Machine machine, long base, int line, byte[] mac, FrameSink wire) {
            return new E1000(base, line, mac, wire).plug(machine);
        }

        /**
         * Plugs an NE2000 (RTL8029) as QEMU 7.2 has it: a PROM with every byte twice, 32 KiB of memory behind the data port, a ring of pages of 256
         * bytes. A frame is lost, without a sign, where fewer than 1518 bytes of the ring are free.
         *
         * @param port the first of its 32 ports
         * @param line its interrupt line
         * @param mac its hardware address, 6 bytes
         * @param wire where its frames go
         */
        static EthernetCard ne2000(Machine machine, int port, int line, byte[] mac, FrameSink wire) {
            return new Ne2000(port, line, mac, wire).plug(machine);
        }
    }

    /**
     * An 8042 keyboard controller with a keyboard (ports 60h and 64h, line 1) as QEMU 7.2 has it: the keyboard's queue has 16 bytes, a sequence
     * that does not fit is lost whole; after power-on both interrupts are on and translation is off.
     *
     * <p>Not modelled: a mouse (bytes for it are swallowed), the A20 gate and the processor's reset behind the output port.
     */
    public static final class KeyboardController {
        private static final int LINE = 1;
        private static final int OUTPUT_FULL = 1;
        private static final int SYSTEM = 4;
        private static final int UNLOCKED = 0x18;
        private static final int MODE_INTERRUPT = 1;
        private static final int MODE_DISABLED = 0x10;
        private static final int MODE_TRANSLATE = 0x40;
        private static final int NOTHING = -1;

        private final Ps2Keyboard keyboard = new Ps2Keyboard();

        private @Nullable Bus bus;
        private int mode = 3;
        private int status = UNLOCKED;
        /** A byte of the controller itself, or {@link #NOTHING}. */
        private int own = NOTHING;

        private int last;
        /** A command whose data byte comes next, 0 for none. */
        private int command;

        private int outputPort = 0xcf;

        /** Creates the controller as it is after power-on. */
        public KeyboardController() {}

        /**
         * Claims its ports.
         *
         * @return this
         * @throws IllegalStateException if it is plugged in already
         */
        public KeyboardController plug(Machine machine) {
            Objects.requireNonNull(machine, "machine");
            if (bus != null) {
                throw new IllegalStateException("the keyboard controller is plugged in already: one for each machine");
            }
            Bus onto = machine.bus();
            onto.allOrNothing(() -> {
                onto.claim("keyboard data", 0x60, 1, new Data());
                onto.claim("keyboard command", 0x64, 1, new Command());
            });
            bus = onto;
            return this;
        }

        /**
         * Leaves it as SeaBIOS does: line 1 on, translation on.
         *
         * @return this
         */
        public KeyboardController initialisedByFirmware() {
            mode = 0x61;
            status |= SYSTEM;
            return this;
        }

        /**
         * Somebody presses a key or lets it go.
         *
         * @param scanCode of set 1, in [0x01, 0x7f], as a kernel with translation reads it; 0xE000 added for those with a prefix
         * @throws IllegalArgumentException if there is no such code
         * @throws IllegalStateException if the controller is not plugged in
         */
        public void key(int scanCode, boolean down) {
            int code = scanCode >>> 8 == 0xe0 ? scanCode & 0xff : scanCode;
            if (code < 1 || code > 0x7f) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "scanCode must be in [0x01, 0x7f], with 0xE000 added or without, scanCode=0x%x (%d)",
                        scanCode,
                        scanCode));
            }
            if (bus == null) {
                throw new IllegalStateException(
                        "the keyboard controller is not plugged in: KeyboardController.plug, scanCode=" + scanCode);
            }
            keyboard.key(scanCode, down, (mode & MODE_TRANSLATE) != 0);
            update();
        }

        private boolean full() {
            return own != NOTHING || (mode & MODE_DISABLED) == 0 && !keyboard.empty();
        }

        private void update() {
            status = full() ? status | OUTPUT_FULL : status & ~OUTPUT_FULL;
            line(full() && (mode & MODE_INTERRUPT) != 0);
        }

        private void line(boolean high) {
            if (bus != null) {
                bus.setLine(LINE, high);
            }
        }

        private void answer(int value) {
            own = value;
            update();
        }

        private final class Data implements PortDevice {
            @Override
            public int read(int offset, int widthBytes) {
                if (own != NOTHING) {
                    last = own;
                    own = NOTHING;
                } else if (full()) {
                    last = keyboard.take();
                }
                line(false); // it falls, and rises again if another byte waits
                update();
                return last;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                int bits = value & 0xff;
                int waiting = command;
                command = 0;
                switch (waiting) {
                    case 0x60 -> mode = bits;
                    case 0xd1 -> outputPort = bits;
                    case 0xd2 -> own = bits;
                    case 0xd3, 0xd4 -> {} // a mouse
                    default -> {
                        mode &= ~MODE_DISABLED;
                        keyboard.command(bits, (mode & MODE_TRANSLATE) != 0);
                    }
                }
                update();
            }
        }

        private final class Command implements PortDevice {
            @Override
            public int read(int offset, int widthBytes) {
                return status;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                int bits = value & 0xff;
                switch (bits) {
                    case 0x20 -> answer(mode);
                    case 0xaa -> {
                        status |= SYSTEM;
                        answer(0x55);
                    }
                    case 0xa9, 0xab -> answer(0);
                    case 0xc0 -> answer(0x80);
                    case 0xd0 -> answer(outputPort | (full() ? 0x10 : 0));
                    case 0xad -> mode |= MODE_DISABLED;
                    case 0xae -> mode &= ~MODE_DISABLED;
                    case 0xa7 -> mode |= 0x20;
                    case 0xa8 -> mode &= ~0x20;
                    case 0x60, 0xd1, 0xd2, 0xd3, 0xd4 -> command = bits;
                    default -> {} // pulses of the output port, unknown ones
                }
                update();
            }
        }
    }

    /**
     * The text window of a VGA card at B8000h, 80 by 25 cells of character and attribute, and the registers of its CRT controller at 3D4h. As
     * with QEMU's VGA every access to the window leaves the guest; what was measured is a byte moved within it, so that the store is counted and priced ({@link
     * AccessKind#DISPLAY}), with the load of what it stores.
     *
     * <p>Not modelled: graphics modes, fonts, the palette, what firmware has printed; all cells are blank, 0720h.
     */
    public static final class VgaText {
        /** Where the window begins. */
        public static final long BASE = 0xb8000L;
        /** Cells in a row. */
        public static final int COLUMNS = 80;
        /** Rows. */
        public static final int ROWS = 25;

        private static final int WINDOW_BYTES = 0x8000;
        private static final int CURSOR_HIGH = 0x0e;

        private final byte[] cells = new byte[WINDOW_BYTES];
        private final int[] crtc = new int[0x19];
        private int index;
        private boolean plugged;

        /** Creates the card as firmware leaves it. */
        public VgaText() {
            for (int i = 0; i < WINDOW_BYTES / 2; i++) {
                cells[2 * i] = ' ';
                cells[2 * i + 1] = 7;
            }
            crtc[0x0a] = 0x0d;
            crtc[0x0b] = 0x0e;
            crtc[0x0f] = 0xa0;
        }

        /**
         * Maps the window and claims the ports.
         *
         * @return this
         * @throws IllegalStateException if it is plugged in already
         */
        public VgaText plug(Machine machine) {
            Objects.requireNonNull(machine, "machine");
            if (plugged) {
                throw new IllegalStateException("the text window is plugged in already: one for each machine");
            }
            Bus bus = machine.bus();
            bus.allOrNothing(() -> {
                bus.map("vga text", BASE, WINDOW_BYTES, new Window(), AccessKind.MEMORY, AccessKind.DISPLAY);
                bus.claim("vga crtc", 0x3d4, 2, new Crtc());
            });
            plugged = true;
            return this;
        }

        /** Returns the characters of row {@code row}, in [0, {@value #ROWS}), without blanks at its end. */
        public String row(int row) {
            if (row < 0 || row >= ROWS) {
                throw new IllegalArgumentException("row must be in [0, " + ROWS + "), row=" + row);
            }
            int first = row * COLUMNS;
            int length = COLUMNS;
            while (length > 0 && Character.isWhitespace(cells[2 * (first + length - 1)] & 0xff)) {
                length--;
            }
            byte[] text = new byte[length];
            for (int i = 0; i < length; i++) {
                text[i] = cells[2 * (first + i)];
            }
            return new String(text, StandardCharsets.ISO_8859_1);
        }

        /** Returns the cell of the cursor, from 0. */
        public int cursor() {
            return crtc[CURSOR_HIGH] << 8 | crtc[CURSOR_HIGH + 1];
        }

        private final class Window implements MmioDevice {
            @Override
            public long read(long offset, int sizeBytes) {
                long value = 0;
                for (int i = sizeBytes - 1; i >= 0; i--) {
                    value = value << 8 | cells[(int) offset + i] & 0xff;
                }
                return value;
            }

            @Override
            public void write(long offset, int sizeBytes, long value) {
                for (int i = 0; i < sizeBytes; i++) {
                    cells[(int) offset + i] = (byte) (value >>> 8 * i);
                }
            }

            @Override
            public byte[] keptBytes() {
                return cells;
            }
        }

        private final class Crtc implements PortDevice {
            @Override
            public int read(int offset, int widthBytes) {
                return offset == 0 ? index : index < crtc.length ? crtc[index] : 0;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                if (offset == 0) {
                    index = value & 0xff;
                    if (widthBytes > 1) {
                        data(value >>> 8 & 0xff); // outw: index and data at once
                    }
                } else {
                    data(value & 0xff);
                }
            }

            @Override
            public AccessKind kind(int offset, boolean write) {
                return write ? AccessKind.DISPLAY_PORT : AccessKind.PORT;
            }

            private void data(int value) {
                if (index < crtc.length) {
                    crtc[index] = value;
                }
            }
        }
    }

    /**
     * Any virtio device as a legacy PCI card of a machine: its registers are ports, its rings lie in the machine's memory, its interrupt is a line of
     * the bus that is held until the guest reads the status. A notification is an exit that the host's kernel takes (ioeventfd).
     */
    public static final class VirtioCard {
        /** Ports of a card's I/O BAR. */
        public static final int PORTS = 64;

        private VirtioCard() {}

        /**
         * Plugs a device in.
         *
         * @param name what the bus calls it
         * @param port the first of its {@value #PORTS} ports
         * @param line its interrupt line, in [0, 255]; those beyond 15 go nowhere until something of one's own is connected there
         * @param model what it does; its methods are called within the accesses of the guest
         * @return the device in front of the model
         * @throws IllegalArgumentException if somebody has one of the ports, or there is no such line
         */
        public static VirtioDevice plug(Machine machine, String name, int port, int line, DeviceModel model) {
            return plug(machine, name, port, line, model, DeviceProfile.LEGACY_ONLY);
        }

        /** Plugs in a device that behaves as {@code profile} says; see {@link #plug(Machine, String, int, int, DeviceModel)}. */
        public static VirtioDevice plug(
                Machine machine, String name, int port, int line, DeviceModel model, DeviceProfile profile) {
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(profile, "profile");
            Bus.checkLine(line);
            Bus bus = machine.bus();
            VirtioDevice device = new VirtioDevice(
                    model, machine.memory(), profile, telling(machine, (cause, queue) -> bus.setLine(line, true)));
            bus.claim(name, port, PORTS, new VirtioPorts(device, () -> bus.setLine(line, false)));
            return device;
        }

        /** Bytes of the registers of virtio over MMIO, before and with the device's configuration. */
        public static final int MMIO_BYTES = 0x200;

        /**
         * Plugs a device in as virtio over MMIO, version 2, as QEMU's machine {@code microvm} has it: its rings lie in the machine's memory, its interrupt
         * is a line of the bus that is held until the guest acknowledges it. A notification is an exit that the host's kernel takes (ioeventfd).
         *
         * @param name what the bus calls it
         * @param address guest-physical address of its {@value #MMIO_BYTES} bytes of registers
         * @param line its interrupt line, in [0, 255]
         * @param model what it does; its methods are called within the accesses of the guest
         * @return the device in front of the model
         * @throws IllegalArgumentException if somebody has the addresses, named with this device, or there is no such line; nothing is mapped then
         */
        public static VirtioDevice plugMmio(Machine machine, String name, long address, int line, DeviceModel model) {
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(model, "model");
            Bus.checkLine(line);
            Bus bus = machine.bus();
            VirtioDevice device = new VirtioDevice(
                    model,
                    machine.memory(),
                    DeviceProfile.STRICT,
                    telling(machine, (cause, queue) -> bus.setLine(line, true)));
            RegisterSpace registers = Transports.mmioRegisters(device);
            int notify = Transports.MMIO_NOTIFY;
            int after = notify + 4;
            Runnable settle = () -> {
                if (device.isr() == 0) { // acknowledged, or reset
                    bus.setLine(line, false);
                }
            };
            bus.allOrNothing(() -> {
                bus.map(name, address, notify, window(registers, 0, settle), AccessKind.MMIO, AccessKind.MMIO);
                bus.map(
                        name + " notification",
                        address + notify,
                        4,
                        window(registers, notify, () -> {}),
                        AccessKind.MMIO,
                        AccessKind.NOTIFY);
                bus.map(
                        name + " registers",
                        address + after,
                        MMIO_BYTES - after,
                        window(registers, after, settle),
                        AccessKind.MMIO,
                        AccessKind.MMIO);
            });
            return device;
        }

        /** Who monitors a line of memory hears of what the device stores there. */
        private static InterruptSink telling(Machine machine, InterruptSink interrupts) {
            return new InterruptSink() {
                @Override
                public void raise(int cause, int queueIndex) {
                    interrupts.raise(cause, queueIndex);
                }

                @Override
                public void published(int queueIndex) {
                    machine.devicesWrote();
                }
            };
        }

        /** Registers from {@code first} on. */
        private static MmioDevice window(RegisterSpace registers, int first, Runnable written) {
            return new MmioDevice() {
                @Override
                public long read(long offset, int sizeBytes) {
                    return registers.read(first + (int) offset, sizeBytes);
                }

                @Override
                public void write(long offset, int sizeBytes, long value) {
                    registers.write(first + (int) offset, sizeBytes, value);
                    written.run();
                }
            };
        }

        /**
         * Any virtio device as a modern PCI card of a machine: its registers lie in memory, its rings in the machine's memory, and each of its queues
         * interrupts with a message of its own (MSI-X). A notification is an exit that the host's kernel takes (ioeventfd).
         *
         * @param config its PCI configuration space
         * @param bar its memory BAR, as start-up code sees it: nothing is counted
         */
        public record Modern(RegisterSpace config, RegisterSpace bar) {
            /** Bytes of the memory BAR. */
            public static final int BAR_BYTES = 0x4000;
            /** Distance of the notification registers of two queues. */
            public static final int NOTIFY_STRIDE = 4;

            /**
             * Plugs a device in.
             *
             * @param name what the bus calls it
             * @param address guest-physical address of its memory BAR of {@value #BAR_BYTES} bytes
             * @param model what it does; its methods are called within the accesses of the guest
             * @param message takes the number of a queue that has something to tell
             * @throws IllegalArgumentException if somebody has the addresses; nothing is mapped then
             */
            public static Modern plug(
                    Machine machine, String name, long address, DeviceModel model, IntConsumer message) {
                Objects.requireNonNull(machine, "machine");
                Objects.requireNonNull(name, "name");
                Objects.requireNonNull(model, "model");
                Objects.requireNonNull(message, "message");
                Bus bus = machine.bus();
                VirtioDevice device = new VirtioDevice(
                        model,
                        machine.memory(),
                        DeviceProfile.STRICT,
                        telling(machine, (cause, queue) -> message.accept(queue)));
                ModernPciDevice pci = new ModernPciDevice(device);
                RegisterSpace bar = pci.bar();
                bus.allOrNothing(() -> {
                    bus.map(
                            name,
                            address,
                            ModernPciDevice.NOTIFY,
                            window(bar, 0, () -> {}),
                            AccessKind.MMIO,
                            AccessKind.MMIO);
                    bus.map(
                            name + " notification",
                            address + ModernPciDevice.NOTIFY,
                            BAR_BYTES - ModernPciDevice.NOTIFY,
                            window(bar, ModernPciDevice.NOTIFY, () -> {}),
                            AccessKind.MMIO,
                            AccessKind.NOTIFY);
                });
                return new Modern(pci.configSpace(), bar);
            }
        }
    }
}
