package io.torosim.virtio.device;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;
import org.jspecify.annotations.Nullable;

/** What the driver has told the device about one queue, and the half that came of it. */
final class QueueRegisters {
    final int sizeMax; // offered
    final int largest; // taken; more than is offered only at deviant devices
    int size;
    long desc;
    long driver;
    long device;
    long pfn;
    boolean enabled;
    int msixVector = 0xffff;

    @Nullable
    DeviceQueue half;

    boolean kicked;

    QueueRegisters(int sizeMax, int largest) {
        this.sizeMax = sizeMax;
        this.largest = largest;
        this.size = sizeMax;
    }

    QueueLayout layout(boolean packed) {
        return pfn != 0
                ? QueueLayout.legacy(pfn * QueueLayout.LEGACY_ALIGN, size)
                : new QueueLayout(packed, size, desc, driver, device);
    }

    void reset() {
        size = sizeMax;
        desc = 0;
        driver = 0;
        device = 0;
        pfn = 0;
        enabled = false;
        msixVector = 0xffff;
        half = null;
        kicked = false;
    }
}
