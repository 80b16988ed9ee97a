package io.torosim.virtio.transport;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.VirtioDevice;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The device's end of the modern PCI interface: configuration space with the virtio capabilities, and one memory BAR
 * that holds, a page each, the common, ISR, device and notify structures (as QEMU lays them out in BAR 4). Without an {@link Msix} it
 * has no MSI-X: an {@link io.torosim.virtio.device.VirtioDevice.InterruptSink} is told the cause and the queue.
 */
public final class ModernPciDevice {
    /** The memory BAR that holds all structures. */
    public static final int BAR = 4;
    /** Offset of the notify structure in the BAR. */
    public static final int NOTIFY = 0x3000;

    private static final int COMMON = 0;
    private static final int ISR = 0x1000;
    private static final int DEVICE = 0x2000;
    private static final int PAGE = 0x1000;
    private static final int BAR_BYTES = NOTIFY + PAGE;
    private static final int NOTIFY_MULTIPLIER = 4;

    private final VirtioDevice device;
    private final @Nullable Msix msix;
    private final RegisterSpace bar = new Bar();
    private final PciConfigSpace config;
    private @Nullable IntUnaryOperator names; // of queues in notifications, or null
    private int deviceFeatureSelect;
    private int driverFeatureSelect;
    private int selected;

    /** Creates the PCI function of a device. */
    public ModernPciDevice(VirtioDevice device) {
        this(device, null);
    }

    /**
     * Creates the PCI function of a device with interrupts by message.
     *
     * @param device the device
     * @param msix where the device's interrupts go; null: it has none
     */
    public ModernPciDevice(VirtioDevice device, @Nullable Msix msix) {
        this.device = device;
        this.msix = msix;
        config = new PciConfigSpace(device.deviceId(), bar, BAR, BAR_BYTES);
        config.structure(0x40, 0x54, 16, PciCommon.CFG_COMMON, COMMON, PAGE);
        config.structure(0x54, 0x64, 16, PciCommon.CFG_ISR, ISR, PAGE);
        config.structure(0x64, 0x74, 16, PciCommon.CFG_DEVICE, DEVICE, PAGE);
        config.structure(0x74, 0, 20, PciCommon.CFG_NOTIFY, NOTIFY, PAGE);
        config.put(0x74 + 16, 4, NOTIFY_MULTIPLIER);
        if (msix != null) {
            msix.of(device);
            config.interrupts(msix);
        }
    }

    /**
     * Offers NOTIF_CONFIG_DATA (section 4.1.5.2.1): in notifications queues go by numbers of the device's own.
     *
     * @param newNames gives for each queue its number, 16 bits, no two alike
     */
    public ModernPciDevice notifyData(IntUnaryOperator newNames) {
        names = newNames;
        device.transportFeatures(VirtioFeatures.NOTIF_CONFIG_DATA);
        return this;
    }

    private int name(int queue) {
        return names == null ? queue : names.applyAsInt(queue) & 0xffff;
    }

    /** A notification: by its place, or where that was agreed on, by the queue's name. */
    private void notified(int within, int value) {
        if (names == null || !VirtioFeatures.has(device.driverFeatures(), VirtioFeatures.NOTIF_CONFIG_DATA)) {
            device.notifyQueue(within / NOTIFY_MULTIPLIER);
            return;
        }
        for (int queue = 0; queue < device.queueCount(); queue++) {
            if (name(queue) == value) {
                device.notifyQueue(queue);
            }
        }
    }

    /** Returns the PCI configuration space. */
    public RegisterSpace configSpace() {
        return config;
    }

    /** Returns the memory BAR. */
    public RegisterSpace bar() {
        return bar;
    }

    /**
     * Returns a BAR by its number: {@value #BAR}, and where there is MSI-X {@value Msix#BAR}.
     *
     * @throws IllegalArgumentException if there is no such BAR
     */
    public RegisterSpace bar(int number) {
        if (number == BAR) {
            return bar;
        }
        if (msix == null || number != Msix.BAR) {
            throw new IllegalArgumentException("this function has no BAR " + number);
        }
        return msix.bar();
    }

    private int vector(long written) {
        return msix == null ? Msix.NO_VECTOR : msix.accepted((int) written & 0xffff);
    }

    private final class Bar implements RegisterSpace {
        @Override
        public long read(int offset, int widthBytes) {
            int page = offset & -PAGE;
            int within = offset & PAGE - 1;
            return switch (page) {
                case COMMON -> readCommon(within, widthBytes);
                case ISR -> within == 0 ? device.readIsr() : 0;
                case DEVICE -> device.configRead(within, widthBytes);
                default -> 0;
            };
        }

        @Override
        public void write(int offset, int widthBytes, long value) {
            int page = offset & -PAGE;
            int within = offset & PAGE - 1;
            switch (page) {
                case COMMON -> writeCommon(within, widthBytes, value);
                case DEVICE -> device.configWrite(within, widthBytes, value);
                case NOTIFY -> notified(within, (int) value & 0xffff);
                default -> {} // ISR is read-only
            }
        }
    }

    private static long half(long value, int within, int base) {
        return within == base ? value : value >>> 32;
    }

    private long readCommon(int within, int widthBytes) {
        long value =
                switch (within) {
                    case PciCommon.DEVICE_FEATURE_SELECT -> deviceFeatureSelect;
                    case PciCommon.DEVICE_FEATURE -> deviceFeatureSelect > 1
                            ? 0
                            : device.offeredFeatures() >>> 32 * deviceFeatureSelect;
                    case PciCommon.DRIVER_FEATURE_SELECT -> driverFeatureSelect;
                    case PciCommon.DRIVER_FEATURE -> driverFeatureSelect > 1
                            ? 0
                            : device.driverFeatures() >>> 32 * driverFeatureSelect;
                    case PciCommon.CONFIG_MSIX_VECTOR -> device.configVector();
                    case PciCommon.QUEUE_MSIX_VECTOR -> device.queueVector(selected);
                    case PciCommon.NUM_QUEUES -> device.queueCount();
                    case PciCommon.DEVICE_STATUS -> device.status();
                    case PciCommon.CONFIG_GENERATION -> device.configGeneration();
                    case PciCommon.QUEUE_SELECT -> selected;
                    case PciCommon.QUEUE_SIZE -> device.queueSize(selected);
                    case PciCommon.QUEUE_ENABLE -> device.queueEnabled(selected) ? 1 : 0;
                    case PciCommon.QUEUE_NOTIFY_OFF -> selected;
                    case PciCommon.QUEUE_NOTIFY_DATA -> names == null ? 0 : name(selected);
                    case PciCommon.QUEUE_DESC, PciCommon.QUEUE_DESC + 4 -> half(
                            device.queueArea(selected, 0), within, PciCommon.QUEUE_DESC);
                    case PciCommon.QUEUE_DRIVER, PciCommon.QUEUE_DRIVER + 4 -> half(
                            device.queueArea(selected, 1), within, PciCommon.QUEUE_DRIVER);
                    case PciCommon.QUEUE_DEVICE, PciCommon.QUEUE_DEVICE + 4 -> half(
                            device.queueArea(selected, 2), within, PciCommon.QUEUE_DEVICE);
                    default -> 0; // QUEUE_RESET: done at once
                };
        return widthBytes == 8 ? value : value & (1L << 8 * widthBytes) - 1;
    }

    private void writeCommon(int within, int widthBytes, long value) {
        switch (within) {
            case PciCommon.DEVICE_FEATURE_SELECT -> deviceFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case PciCommon.DRIVER_FEATURE_SELECT -> driverFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case PciCommon.DRIVER_FEATURE -> device.acceptFeatures(driverFeatureSelect, value);
            case PciCommon.DEVICE_STATUS -> {
                device.status((int) value & 0xff);
                if (device.status() == 0) {
                    deviceFeatureSelect = 0;
                    driverFeatureSelect = 0;
                    selected = 0;
                }
            }
                // what cannot be mapped reads back as NO_VECTOR (section 4.1.5.1.2)
            case PciCommon.CONFIG_MSIX_VECTOR -> device.configVector(vector(value));
            case PciCommon.QUEUE_MSIX_VECTOR -> device.queueVector(selected, vector(value));
            case PciCommon.QUEUE_SELECT -> selected = (int) value & 0xffff;
            case PciCommon.QUEUE_SIZE -> device.queueSize(selected, (int) value & 0xffff);
            case PciCommon.QUEUE_ENABLE -> {
                if ((value & 0xffff) == 1) {
                    device.enableQueue(selected);
                }
            }
            case PciCommon.QUEUE_RESET -> {
                if ((value & 0xffff) == 1) {
                    device.resetQueue(selected);
                }
            }
            default -> writeArea(within, widthBytes, value);
        }
    }

    private void writeArea(int within, int widthBytes, long value) {
        int area = (within - PciCommon.QUEUE_DESC) / 8;
        if (within < PciCommon.QUEUE_DESC || area > 2) {
            return;
        }
        long old = device.queueArea(selected, area);
        boolean high = (within & 7) == 4;
        long address = widthBytes == 8
                ? value
                : high ? old & 0xffff_ffffL | value << 32 : old & ~0xffff_ffffL | value & 0xffff_ffffL;
        device.queueArea(selected, area, address);
    }
}
