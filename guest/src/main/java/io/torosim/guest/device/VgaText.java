package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;

/**
 * The text window of a VGA card at B8000h, 80 by 25 cells of character and attribute, and the registers of its CRT controller at 3D4h. Every
 * access to the window leaves the guest, as with QEMU's VGA.
 *
 * <p>Not modelled: graphics modes, fonts, the palette, what firmware has printed; all cells are blank, 0720h.
 */
public final class VgaText {
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
     */
    public VgaText plug(Machine machine) {
        Bus bus = machine.bus();
        bus.map("vga text", BASE, WINDOW_BYTES, new Window(), AccessKind.MMIO, AccessKind.MMIO);
        bus.claim("vga crtc", 0x3d4, 2, new Crtc());
        return this;
    }

    /** Returns the characters of a row, without blanks at its end. */
    public String row(int row) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < COLUMNS; i++) {
            text.append((char) (cells[2 * (row * COLUMNS + i)] & 0xff));
        }
        return text.toString().stripTrailing();
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

        private void data(int value) {
            if (index < crtc.length) {
                crtc[index] = value;
            }
        }
    }
}
