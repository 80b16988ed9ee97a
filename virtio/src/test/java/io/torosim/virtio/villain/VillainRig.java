package io.torosim.virtio.villain;

import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;

/** A device, and split rings that a hostile driver writes byte by byte. */
final class VillainRig {
    static final int SIZE = 8;
    static final int MEMORY_BYTES = 1 << 20;
    static final long DATA = 0x40000;

    final FlatMemory memory = new FlatMemory(MEMORY_BYTES);
    final VirtioDevice device;
    final ModernPciTransport transport;
    final QueueLayout[] layouts;
    final VirtioHandshake handshake;
    private final int[] availIdx;
    private final int[] usedBefore;

    VillainRig(DeviceModel model, long features) {
        device = new VirtioDevice(model, memory, DeviceProfile.STRICT, (cause, queue) -> {});
        ModernPciDevice pci = new ModernPciDevice(device);
        transport = new ModernPciTransport(pci.configSpace(), bar -> pci.bar());
        handshake = VirtioHandshake.begin(transport, model.deviceId(), features);
        DmaAllocator dma = new DmaAllocator(0x1000, 0x20000);
        layouts = new QueueLayout[model.queueCount()];
        availIdx = new int[layouts.length];
        usedBefore = new int[layouts.length];
        for (int i = 0; i < layouts.length; i++) {
            layouts[i] = handshake.layout(i, SIZE, dma);
            transport.enableQueue(i, layouts[i]);
        }
        handshake.ready();
    }

    VillainRig desc(int queue, int index, long address, long length, int flags, int next) {
        long at = layouts[queue].descAddr() + 16L * index;
        memory.store64(at, address);
        memory.store32(at + 8, (int) length);
        memory.store16(at + 12, flags);
        memory.store16(at + 14, next);
        return this;
    }

    VillainRig table(long at, int index, long address, long length, int flags, int next) {
        memory.store64(at + 16L * index, address);
        memory.store32(at + 16L * index + 8, (int) length);
        memory.store16(at + 16L * index + 12, flags);
        memory.store16(at + 16L * index + 14, next);
        return this;
    }

    /** Makes heads available and notifies. */
    void kick(int queue, int... heads) {
        usedBefore[queue] = usedIdx(queue);
        for (int head : heads) {
            memory.store16(SplitRing.availSlot(layouts[queue].driverAddr(), availIdx[queue]++ % SIZE), head);
        }
        memory.store16(SplitRing.availIdx(layouts[queue].driverAddr()), availIdx[queue]);
        transport.notifyQueue(queue);
        device.serviceKicks();
    }

    int usedIdx(int queue) {
        return memory.load16(SplitRing.usedIdx(layouts[queue].deviceAddr()));
    }

    long usedLength(int queue, int slot) {
        return memory.load32(SplitRing.usedSlot(layouts[queue].deviceAddr(), slot % SIZE) + 4) & 0xffff_ffffL;
    }

    void queueStartsAgain(int queue) {
        transport.resetQueue(queue);
        memory.fill(layouts[queue].descAddr(), layouts[queue].descBytes(), 0);
        memory.fill(layouts[queue].driverAddr(), layouts[queue].driverBytes(), 0);
        memory.fill(layouts[queue].deviceAddr(), layouts[queue].deviceBytes(), 0);
        availIdx[queue] = 0;
        transport.enableQueue(queue, layouts[queue]);
    }

    /** In the project's words: the last kick was answered, refused in silence, or the device asks for a reset. */
    String verdict(int queue) {
        if ((device.status() & VirtioStatus.DEVICE_NEEDS_RESET) != 0) {
            return "wedged";
        }
        return usedIdx(queue) != usedBefore[queue] ? "pass" : "reject";
    }
}
