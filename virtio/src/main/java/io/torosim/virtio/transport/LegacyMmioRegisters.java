package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/**
 * The device's end of the legacy interface over MMIO, version 1 (virtio 1.2 section 4.2.4). A device without a legacy
 * interface reads as 0. A queue goes into use where page frame number times page size is a multiple of 4096 and QueueAlign
 * is 4096, as on PCI; elsewhere it stays out of use, since its rings would lie somewhere else.
 */
final class LegacyMmioRegisters implements RegisterSpace {
    private final VirtioDevice device;
    private int featureSelect;
    private int acceptSelect;
    private int selected;
    private long pageSize;
    private long align;

    /** Creates the register file of a device. */
    public LegacyMmioRegisters(VirtioDevice device) {
        this.device = device;
    }

    @Override
    public long read(int offset, int widthBytes) {
        if (!device.profile().legacyInterface()) {
            return 0;
        }
        if (offset >= MmioLayout.CONFIG) {
            return device.configRead(offset - MmioLayout.CONFIG, widthBytes);
        }
        return switch (offset) {
            case MmioLayout.MAGIC_VALUE -> MmioLayout.MAGIC;
            case MmioLayout.VERSION -> 1;
            case MmioLayout.DEVICE_ID -> device.deviceId();
            case MmioLayout.VENDOR_ID -> 0x4f524f54; // "TORO"
            case MmioLayout.DEVICE_FEATURES -> featureSelect == 0 ? device.offeredLegacyMmioFeatures() : 0;
            case MmioLayout.QUEUE_NUM_MAX -> device.queueSizeMax(selected);
            case MmioLayout.QUEUE_PFN -> pageSize == 0
                    ? 0
                    : device.queuePfn(selected) * QueueLayout.LEGACY_ALIGN / pageSize;
            case MmioLayout.INTERRUPT_STATUS -> device.isr();
            case MmioLayout.STATUS -> device.status();
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        if (!device.profile().legacyInterface()) {
            return;
        }
        if (offset >= MmioLayout.CONFIG) {
            device.configWrite(offset - MmioLayout.CONFIG, widthBytes, value);
            return;
        }
        long word = value & 0xffff_ffffL;
        switch (offset) {
            case MmioLayout.DEVICE_FEATURES_SEL -> featureSelect = word == 0 ? 0 : 1;
            case MmioLayout.DRIVER_FEATURES -> accept(word);
            case MmioLayout.DRIVER_FEATURES_SEL -> acceptSelect = word == 0 ? 0 : 1;
            case MmioLayout.GUEST_PAGE_SIZE -> pageSize = Long.bitCount(word) == 1 ? word : 0;
            case MmioLayout.QUEUE_SEL -> selected = (int) Math.min(word, 0xffff);
            case MmioLayout.QUEUE_NUM -> device.queueSize(selected, (int) Math.min(word, 0x1_0000));
            case MmioLayout.QUEUE_ALIGN -> align = word;
            case MmioLayout.QUEUE_PFN -> use(word);
            case MmioLayout.QUEUE_NOTIFY -> device.notifyQueue((int) (word & 0xffff));
            case MmioLayout.INTERRUPT_ACK -> device.acknowledge((int) word);
            case MmioLayout.STATUS -> {
                device.status((int) word & 0xff);
                selected = device.status() == 0 ? 0 : selected;
            }
            default -> {} // read-only or not there
        }
    }

    private void accept(long word) {
        if (acceptSelect == 0) {
            device.legacyFeatures(word);
        }
    }

    private void use(long pageNumber) {
        long address = pageNumber * pageSize;
        boolean fits = align == QueueLayout.LEGACY_ALIGN && address % QueueLayout.LEGACY_ALIGN == 0;
        device.queuePfn(selected, fits ? address / QueueLayout.LEGACY_ALIGN : 0);
    }
}
