package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;

/** The device's end of virtio over MMIO, version 2 (virtio 1.2 section 4.2.2). */
public final class MmioRegisters implements RegisterSpace {
    static final int MAGIC = 0x74726976; // "virt"
    static final int CONFIG = 0x100;

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
        if (offset >= CONFIG) {
            return device.configRead(offset - CONFIG, widthBytes);
        }
        return switch (offset) {
            case 0x000 -> MAGIC;
            case 0x004 -> 2;
            case 0x008 -> device.deviceId();
            case 0x00c -> 0x4f524f54; // "TORO"
            case 0x010 -> deviceFeatureSelect > 1
                    ? 0
                    : device.offeredFeatures() >>> 32 * deviceFeatureSelect & 0xffff_ffffL;
            case 0x034 -> device.queueSize(selected);
            case 0x044 -> device.queueEnabled(selected) ? 1 : 0;
            case 0x060 -> device.isr();
            case 0x070 -> device.status();
            case 0x0fc -> device.configGeneration();
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        if (offset >= CONFIG) {
            device.configWrite(offset - CONFIG, widthBytes, value);
            return;
        }
        switch (offset) {
            case 0x014 -> deviceFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case 0x020 -> device.acceptFeatures(driverFeatureSelect, value);
            case 0x024 -> driverFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case 0x030 -> selected = (int) Math.min(value & 0xffff_ffffL, 0xffff);
            case 0x038 -> device.queueSize(selected, (int) Math.min(value & 0xffff_ffffL, 0x1_0000));
            case 0x044 -> ready((value & 1) != 0);
            case 0x050 -> device.notifyQueue((int) (value & 0xffff));
            case 0x064 -> device.acknowledge((int) value);
            case 0x070 -> {
                device.status((int) value & 0xff);
                selected = device.status() == 0 ? 0 : selected;
            }
            case 0x080, 0x084 -> area(0, offset, value);
            case 0x090, 0x094 -> area(1, offset, value);
            case 0x0a0, 0x0a4 -> area(2, offset, value);
            case 0x0c0 -> device.resetQueue(selected);
            default -> {} // read-only or not there
        }
    }

    private void ready(boolean on) {
        if (on) {
            device.enableQueue(selected);
        }
    }

    private void area(int area, int offset, long value) {
        long old = device.queueArea(selected, area);
        boolean high = (offset & 4) != 0;
        device.queueArea(
                selected, area, high ? old & 0xffff_ffffL | value << 32 : old & ~0xffff_ffffL | value & 0xffff_ffffL);
    }
}
