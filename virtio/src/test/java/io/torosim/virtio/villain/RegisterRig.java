package io.torosim.virtio.villain;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;

/** A disk whose registers a hostile driver writes; after whatever it does an ordinary read tells whether the disk still works. */
final class RegisterRig {
    static final int SIZE = 8;
    private static final long RING = 0x10000;
    private static final long HEADER = 0x20000;
    private static final long STATUS = 0x20100;
    private static final long BYTES = 0x21000;
    private static final int NEXT = 1;
    private static final int WRITE = 2;

    final FlatMemory memory = new FlatMemory(1 << 18);
    final VirtioDevice device;
    final ModernPciDevice pci;
    final RegisterSpace registers;
    final List<Integer> messages = new ArrayList<>(); // vectors
    final VirtioTransport transport;
    QueueLayout layout = QueueLayout.split(RING, SIZE);
    private int availIdx;

    private RegisterRig(DeviceModel model, boolean overPci) {
        this(model, overPci, 0);
    }

    private RegisterRig(DeviceModel model, boolean overPci, int vectors) {
        InterruptSink line = (cause, queue) -> {};
        Msix msix = vectors == 0 ? null : new Msix(vectors, line, (vector, address, data) -> messages.add(vector));
        device = new VirtioDevice(model, memory, DeviceProfile.STRICT, msix == null ? line : msix);
        pci = new ModernPciDevice(device, msix);
        registers = overPci ? pci.bar() : Transports.mmioRegisters(device);
        transport = overPci ? new ModernPciTransport(pci.configSpace(), pci::bar) : Transports.mmio(registers);
    }

    static RegisterRig pci() {
        return new RegisterRig(new BlkDevice(new MemoryBlockDevice(64), "villain"), true);
    }

    /** A disk with MSI-X enabled and its vectors unmasked. */
    static RegisterRig msix(int vectors) {
        RegisterRig rig = new RegisterRig(new BlkDevice(new MemoryBlockDevice(64), "villain"), true, vectors);
        ModernPciTransport transport = (ModernPciTransport) rig.transport;
        for (int vector = 0; vector < vectors; vector++) {
            transport.msixEntry(vector, 0xfee0_0000L, vector);
        }
        transport.msix(true);
        return rig;
    }

    static RegisterRig mmio() {
        return new RegisterRig(new BlkDevice(new MemoryBlockDevice(64), "villain"), false);
    }

    static RegisterRig of(DeviceModel model, boolean overPci) {
        return new RegisterRig(model, overPci);
    }

    /** Reset, features, no queue yet. */
    VirtioHandshake begun(long features) {
        availIdx = 0;
        memory.fill(RING, 0x1000, 0);
        return VirtioHandshake.begin(transport, device.deviceId(), features);
    }

    /** Brings the disk up. */
    RegisterRig up(long features) {
        VirtioHandshake handshake = begun(features);
        transport.enableQueue(0, layout);
        handshake.ready();
        return this;
    }

    RegisterRig up() {
        return up(0);
    }

    long get(int offset, int width) {
        return registers.read(offset, width);
    }

    void put(int offset, int width, long value) {
        registers.write(offset, width, value);
    }

    /** Makes the read of a sector available. */
    void expose() {
        memory.store8(STATUS, 0xff);
        desc(0, HEADER, 16, NEXT, 1);
        desc(1, BYTES, 512, WRITE | NEXT, 2);
        desc(2, STATUS, 1, WRITE, 0);
        memory.store16(SplitRing.availSlot(layout.driverAddr(), availIdx++ % SIZE), 0);
        memory.store16(SplitRing.availIdx(layout.driverAddr()), availIdx);
    }

    private void desc(int index, long address, int length, int flags, int next) {
        long at = layout.descAddr() + 16L * index;
        memory.store64(at, address);
        memory.store32(at + 8, length);
        memory.store16(at + 12, flags);
        memory.store16(at + 14, next);
    }

    int usedIdx() {
        return memory.load16(SplitRing.usedIdx(layout.deviceAddr()));
    }

    /** Returns whether an ordinary read is answered and well. */
    boolean works() {
        int before = usedIdx();
        expose();
        transport.notifyQueue(0);
        device.serviceKicks();
        return usedIdx() == (before + 1 & 0xffff) && memory.load8(STATUS) == 0;
    }

    boolean needsReset() {
        return (device.status() & VirtioStatus.DEVICE_NEEDS_RESET) != 0;
    }

    /** What was done is right so, and the disk works. */
    String pass(boolean right) {
        return right && works() ? "pass" : "fail";
    }

    /** What was asked for is refused in silence, and the disk works. */
    String reject(boolean refused) {
        return refused && works() ? "reject" : "fail";
    }

    /** The disk asks for a reset, and works after one. */
    String wedged() {
        layout = QueueLayout.split(RING, SIZE);
        return needsReset() && up().works() ? "wedged" : "fail";
    }

    /** A write to a read-only register. */
    String readOnly(int offset, int width, long value) {
        long before = get(offset, width);
        put(offset, width, value);
        return reject(get(offset, width) == before);
    }

    static long version1() {
        return VirtioFeatures.VERSION_1;
    }
}
