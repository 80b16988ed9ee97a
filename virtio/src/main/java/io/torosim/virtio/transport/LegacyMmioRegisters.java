package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.queue.QueueLayout;

/**
 * The device's end of the legacy interface over MMIO, version 1 (virtio 1.2 section 4.2.4). A device without a legacy
 * interface reads as 0. A queue goes into use where page frame number times page size is a multiple of 4096 and QueueAlign
 * is 4096, as on PCI; elsewhere it stays out of use, since its rings would lie somewhere else.
 */
public final class LegacyMmioRegisters implements RegisterSpace {
    static final int GUEST_PAGE_SIZE = 0x028;
    static final int QUEUE_ALIGN = 0x03c;
    static final int QUEUE_PFN = 0x040;

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
        if (offset >= MmioRegisters.CONFIG) {
            return device.configRead(offset - MmioRegisters.CONFIG, widthBytes);
        }
        return switch (offset) {
            case 0x000 -> MmioRegisters.MAGIC;
            case 0x004 -> 1;
            case 0x008 -> device.deviceId();
            case 0x00c -> 0x4f524f54; // "TORO"
            case 0x010 -> featureSelect == 0 ? device.offeredFeatures() & 0xffff_ffffL : 0;
            case 0x034 -> device.queueSize(selected);
            case QUEUE_PFN -> pageSize == 0 ? 0 : device.queuePfn(selected) * QueueLayout.LEGACY_ALIGN / pageSize;
            case 0x060 -> device.isr();
            case 0x070 -> device.status();
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        if (!device.profile().legacyInterface()) {
            return;
        }
        if (offset >= MmioRegisters.CONFIG) {
            device.configWrite(offset - MmioRegisters.CONFIG, widthBytes, value);
            return;
        }
        long word = value & 0xffff_ffffL;
        switch (offset) {
            case 0x014 -> featureSelect = word == 0 ? 0 : 1;
            case 0x020 -> accept(word);
            case 0x024 -> acceptSelect = word == 0 ? 0 : 1;
            case GUEST_PAGE_SIZE -> pageSize = Long.bitCount(word) == 1 ? word : 0;
            case 0x030 -> selected = (int) Math.min(word, 0xffff);
            case 0x038 -> device.queueSize(selected, (int) Math.min(word, 0x1_0000));
            case QUEUE_ALIGN -> align = word;
            case QUEUE_PFN -> use(word);
            case 0x050 -> device.notifyQueue((int) (word & 0xffff));
            case 0x064 -> device.acknowledge((int) word);
            case 0x070 -> {
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
