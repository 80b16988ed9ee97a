package io.torosim.virtio.transport;

import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import org.jspecify.annotations.Nullable;

/**
 * The PCI configuration space of a modern virtio function (virtio 1.2 sections 4.1.2 and 4.1.4): ids, class, a capability for
 * each structure, and the window of VIRTIO_PCI_CAP_PCI_CFG, through which the BAR can be reached without being mapped. There
 * are no BAR addresses and no PCI Express: the bus hands the BAR over by its number.
 */
final class PciConfigSpace implements RegisterSpace {
    private static final int BYTES = 256;
    private static final int FIRST_CAPABILITY = 0x40;
    private static final int WINDOW = 0x88;
    private static final int WINDOW_BAR = WINDOW + 4;
    private static final int WINDOW_OFFSET = WINDOW + 8;
    private static final int WINDOW_LENGTH = WINDOW + 12;
    private static final int WINDOW_DATA = WINDOW + 16;
    private static final int MSIX = WINDOW + 20;
    private static final int MSIX_CONTROL = MSIX + 2;
    private static final int OTHER_CLASS = 0x00ff;

    private final byte[] bytes = new byte[BYTES];
    private final RegisterSpace bar;
    private final int barNumber;
    private final int barBytes;
    private @Nullable Msix msix;

    /**
     * Describes a function with one BAR.
     *
     * @param deviceId virtio device type
     * @param bar the memory BAR that all structures lie in
     * @param barNumber its number
     * @param barBytes its size
     */
    PciConfigSpace(int deviceId, RegisterSpace bar, int barNumber, int barBytes) {
        this.bar = bar;
        this.barNumber = barNumber;
        this.barBytes = barBytes;
        put(0, 2, PciCommon.VENDOR);
        put(2, 2, 0x1040 + deviceId);
        put(6, 2, 0x10); // has a capability list
        put(8, 1, 1); // revision 1: not transitional
        put(10, 2, classCode(deviceId));
        put(0x2c, 2, PciCommon.VENDOR);
        put(0x2e, 2, 0x1100); // 40h or more: not transitional either; the value is QEMU's
        put(PciCommon.CAPABILITY_POINTER, 1, FIRST_CAPABILITY);
        capability(WINDOW, 0, 20, PciCommon.CFG_PCI, 0, 0);
    }

    /** Adds the capability of interrupts by message. */
    void interrupts(Msix table) {
        msix = table;
        put(WINDOW + 1, 1, MSIX);
        put(MSIX, 1, PciCommon.CAPABILITY_MSIX);
        put(MSIX_CONTROL, 2, table.control());
        put(MSIX + 4, 4, Msix.BAR);
        put(MSIX + 8, 4, table.pendingAt() | Msix.BAR);
    }

    private static int classCode(int deviceId) {
        return switch (deviceId) {
            case 1 -> 0x0200; // network, Ethernet
            case 2 -> 0x0100; // storage
            case 3, 19 -> 0x0780; // communication
            default -> OTHER_CLASS;
        };
    }

    /** Adds the capability of a structure at {@code at}; {@code next} is where the next one lies, 0 for the window. */
    void structure(int at, int next, int capabilityBytes, int type, int offset, int length) {
        capability(at, next == 0 ? WINDOW : next, capabilityBytes, type, offset, length);
        put(at + 4, 1, barNumber);
    }

    private void capability(int at, int next, int capabilityBytes, int type, int offset, int length) {
        put(at, 1, PciCommon.CAPABILITY_VENDOR);
        put(at + 1, 1, next);
        put(at + 2, 1, capabilityBytes);
        put(at + 3, 1, type);
        put(at + 8, 4, offset);
        put(at + 12, 4, length);
    }

    void put(int at, int width, long value) {
        for (int i = 0; i < width && at + i < BYTES; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    private long get(int at, int width) {
        long value = 0;
        for (int i = 0; i < width && at + i < BYTES; i++) {
            value |= (long) (bytes[at + i] & 0xff) << 8 * i;
        }
        return value;
    }

    /** Returns how many bytes the window shows; 0 if it was set to what it cannot show. */
    private int windowBytes() {
        long length = get(WINDOW_LENGTH, 4);
        long offset = get(WINDOW_OFFSET, 4);
        boolean width = length == 1 || length == 2 || length == 4;
        boolean shows = width && get(WINDOW_BAR, 1) == barNumber && offset % length == 0 && offset + length <= barBytes;
        return shows ? (int) length : 0;
    }

    @Override
    public long read(int offset, int widthBytes) {
        if (offset != WINDOW_DATA) {
            return get(offset, widthBytes);
        }
        int shown = windowBytes();
        return shown == 0 ? 0 : bar.read((int) get(WINDOW_OFFSET, 4), shown) & mask(Math.min(shown, widthBytes));
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        int shown = offset == WINDOW_DATA ? windowBytes() : 0;
        if (shown != 0) {
            bar.write((int) get(WINDOW_OFFSET, 4), shown, value & mask(Math.min(shown, widthBytes)));
        } else if (msix != null && offset >= MSIX && offset < MSIX + 4) {
            put(offset, Math.min(widthBytes, MSIX + 4 - offset), value);
            msix.control((int) get(MSIX_CONTROL, 2));
            put(MSIX, 1, PciCommon.CAPABILITY_MSIX); // all but two bits are read-only
            put(MSIX + 1, 1, 0);
            put(MSIX_CONTROL, 2, msix.control());
        } else if (offset == 4 && widthBytes <= 2) {
            put(4, widthBytes, value); // command: bus master and so on
        } else if (offset == WINDOW_BAR) {
            put(WINDOW_BAR, 1, value);
        } else if (offset >= WINDOW_OFFSET && offset < WINDOW_DATA) {
            put(offset, Math.min(widthBytes, WINDOW_DATA - offset), value);
        }
    }

    private static long mask(int widthBytes) {
        return (1L << 8 * widthBytes) - 1;
    }
}
