package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;

/**
 * An 8042 keyboard controller with a keyboard (ports 60h and 64h, line 1) as QEMU 7.2 has it: the keyboard's queue has 16 bytes, a sequence
 * that does not fit is lost whole; after power-on both interrupts are on and translation is off.
 *
 * <p>Not modelled: a mouse (bytes for it are swallowed), the A20 gate and the processor's reset behind the output port.
 */
public final class KeyboardController {
    private static final int LINE = 1;
    private static final int OUTPUT_FULL = 1;
    private static final int SYSTEM = 4;
    private static final int UNLOCKED = 0x18;
    private static final int MODE_INTERRUPT = 1;
    private static final int MODE_DISABLED = 0x10;
    private static final int MODE_TRANSLATE = 0x40;
    private static final int NOTHING = -1;

    private final Ps2Keyboard keyboard = new Ps2Keyboard();

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

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
     */
    public KeyboardController plug(Machine machine) {
        bus = machine.bus();
        bus.claim("keyboard data", 0x60, 1, new Data());
        bus.claim("keyboard command", 0x64, 1, new Command());
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
     * @param scanCode of set 1, as a kernel with translation reads it; 0xE000 added for those with a prefix
     */
    public void key(int scanCode, boolean down) {
        keyboard.key(scanCode, down, (mode & MODE_TRANSLATE) != 0);
        update();
    }

    private boolean full() {
        return own != NOTHING || (mode & MODE_DISABLED) == 0 && !keyboard.empty();
    }

    private void update() {
        status = full() ? status | OUTPUT_FULL : status & ~OUTPUT_FULL;
        bus.setLine(LINE, full() && (mode & MODE_INTERRUPT) != 0);
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
            bus.setLine(LINE, false); // it falls, and rises again if another byte waits
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
