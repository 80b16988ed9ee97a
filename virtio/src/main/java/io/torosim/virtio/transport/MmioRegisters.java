package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/**
 * The device's end of virtio over MMIO, version 2 (virtio 1.2 section 4.2.2). Before the configuration space registers are 4
 * bytes wide: what is read of another width is 0, what is written is ignored, as at QEMU.
 */
final class MmioRegisters implements RegisterSpace {
    private static final int WIDTH = 4;

    private final VirtioDevice device;
    private int deviceFeatureSelect;
    private int driverFeatureSelect;
    private int selected;

    /** Creates the register file of a device. */
    public MmioRegisters(VirtioDevice device) {
        this.device = device;
    }

    @Override
    public long read(int offset, int widthBytes) {
        if (offset >= MmioLayout.CONFIG) {
            return device.configRead(offset - MmioLayout.CONFIG, widthBytes);
        }
        if (widthBytes != WIDTH) {
            return 0;
        }
        return switch (offset) {
            case MmioLayout.MAGIC_VALUE -> MmioLayout.MAGIC;
            case MmioLayout.VERSION -> 2;
            case MmioLayout.DEVICE_ID -> device.deviceId();
            case MmioLayout.VENDOR_ID -> 0x4f524f54; // "TORO"
            case MmioLayout.DEVICE_FEATURES -> deviceFeatureSelect > 1
                    ? 0
                    : device.offeredFeatures() >>> 32 * deviceFeatureSelect & 0xffff_ffffL;
            case MmioLayout.QUEUE_NUM_MAX -> device.queueSizeMax(selected);
            case MmioLayout.QUEUE_READY -> device.queueEnabled(selected) ? 1 : 0;
            case MmioLayout.INTERRUPT_STATUS -> device.isr();
            case MmioLayout.STATUS -> device.status();
            case MmioLayout.CONFIG_GENERATION -> device.configGeneration();
                // no region exists: length and base are -1
            case MmioLayout.SHM_LEN,
                    MmioLayout.SHM_LEN + 4,
                    MmioLayout.SHM_LEN + 8,
                    MmioLayout.SHM_LEN + 12 -> 0xffff_ffffL;
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        if (offset >= MmioLayout.CONFIG) {
            device.configWrite(offset - MmioLayout.CONFIG, widthBytes, value);
            return;
        }
        if (widthBytes != WIDTH) {
            return;
        }
        switch (offset) {
            case MmioLayout.DEVICE_FEATURES_SEL -> deviceFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case MmioLayout.DRIVER_FEATURES -> device.acceptFeatures(driverFeatureSelect, value);
            case MmioLayout.DRIVER_FEATURES_SEL -> driverFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case MmioLayout.QUEUE_SEL -> selected = (int) Math.min(value & 0xffff_ffffL, 0xffff);
            case MmioLayout.QUEUE_NUM -> device.queueSize(selected, (int) Math.min(value & 0xffff_ffffL, 0x1_0000));
            case MmioLayout.QUEUE_READY -> ready(value & 0xffff_ffffL);
            case MmioLayout.QUEUE_NOTIFY -> device.notifyQueue((int) (value & 0xffff));
            case MmioLayout.INTERRUPT_ACK -> device.acknowledge((int) value);
            case MmioLayout.STATUS -> {
                device.status((int) value & 0xff);
                if (device.status() == 0) {
                    deviceFeatureSelect = 0;
                    driverFeatureSelect = 0;
                    selected = 0;
                }
            }
            case MmioLayout.QUEUE_DESC, MmioLayout.QUEUE_DESC + 4 -> area(0, offset, value);
            case MmioLayout.QUEUE_DRIVER, MmioLayout.QUEUE_DRIVER + 4 -> area(1, offset, value);
            case MmioLayout.QUEUE_DEVICE, MmioLayout.QUEUE_DEVICE + 4 -> area(2, offset, value);
            case MmioLayout.QUEUE_RESET -> {
                if ((value & 0xffff_ffffL) == 1) {
                    device.resetQueue(selected);
                }
            }
            default -> {} // read-only or not there
        }
    }

    private void ready(long value) {
        if (value == 1) {
            device.enableQueue(selected);
        } else if (value == 0) {
            device.disableQueue(selected);
        }
    }

    private void area(int area, int offset, long value) {
        long old = device.queueArea(selected, area);
        boolean high = (offset & 4) != 0;
        device.queueArea(
                selected, area, high ? old & 0xffff_ffffL | value << 32 : old & ~0xffff_ffffL | value & 0xffff_ffffL);
    }
}
