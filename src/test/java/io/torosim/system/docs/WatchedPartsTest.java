package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.SparseRam;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileAttributeView;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.ToroAllocator;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.mem.map.PhysicalMap;
import io.torosim.mem.map.PhysicalMap.IdentityPageTables;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.VirtqueueChecker;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockDevice.VsockChecker;
import io.torosim.virtio.vsock.VsockDriver;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue, streams, an allocator and page tables in a user's own program, watched by what the documents name for that. */
final class WatchedPartsTest {
    @Test
    void aQueue_isWatchedThroughTheViewsOfItsSides() {
        FlatMemory memory = new FlatMemory(1 << 16);
        QueueLayout layout = QueueLayout.split(0x1000, 8);
        VirtqueueChecker checker = new VirtqueueChecker(memory, layout, VirtioFeatures.VERSION_1);
        DriverQueue driver = DriverQueue.create(checker.driverView(), layout, VirtioFeatures.VERSION_1);
        DeviceQueue device = DeviceQueue.create(checker.deviceView(), layout, VirtioFeatures.VERSION_1);
        checker.begin();
        BufferChain chain = new BufferChain();
        chain.addReadable(0x8000, 64);
        driver.add(chain);
        driver.publish();
        BufferChain popped = new BufferChain();
        assertThat(device.pop(popped)).isTrue();
        assertThat(checker.inFlight()).isEqualTo(1);
        device.complete(popped.token(), 0);
        device.publish();
        assertThat(driver.poll(new UsedBuffer())).isTrue();
        assertThat(checker.violations()).isEmpty();
        checker.deviceView().store64(0x1000, 0x8000); // a descriptor, which is the driver's
        assertThat(checker.violations()).hasSize(1);
    }

    @Test
    void aStream_fromADriverToAHost() {
        VsockChecker checker = new VsockChecker();
        VsockEndpoint host = new VsockEndpoint(VsockPacket.HOST_CID, 4096);
        VsockDevice device = new VsockDevice(3, host, checker);
        FlatMemory memory = new FlatMemory(1 << 20);
        VirtioDevice virtio = new VirtioDevice(device, memory, DeviceProfile.STRICT, (cause, queue) -> {});
        ModernPciDevice pci = new ModernPciDevice(virtio);
        VsockDriver driver = new VsockDriver(
                new ModernPciTransport(pci.configSpace(), bar -> pci.bar()),
                memory,
                new DmaAllocator(0x10000, 0xe0000),
                0,
                4096);
        List<VsockConnection> accepted = new ArrayList<>();
        host.listen(80, accepted::add);
        VsockConnection connection = driver.guest().connect(VsockPacket.HOST_CID, 80);
        work(driver, virtio, device);
        work(driver, virtio, device);
        assertThat(connection.write(new byte[] {1, 2, 3})).isEqualTo(3);
        work(driver, virtio, device);
        assertThat(accepted.get(0).read(10)).containsExactly(1, 2, 3);
        assertThat(checker.violations()).isEmpty();
    }

    private static void work(VsockDriver driver, VirtioDevice virtio, VsockDevice device) {
        driver.work();
        virtio.serviceKicks();
        device.work();
        driver.work();
    }

    @Test
    void anAllocator_isAuditedFromItsBytes() {
        SparseRam ram = new SparseRam(512L << 20);
        ToroAllocator toro = new ToroAllocator(
                ram, MemoryAreas.of(PhysicalMap.qemuPc(512L << 20, 2)), MemQuirk.repaired(), AllocatorCosts.FREE);
        long block = toro.alloc(0, 100);
        assertThat(toro.violations()).isEmpty();
        ram.store64(block - 8, -1);
        assertThat(toro.violations()).isNotEmpty();
    }

    @Test
    void pageTables_translateEveryAddressToItself() {
        IdentityPageTables tables = IdentityPageTables.write(new SparseRam(16 << 20));
        tables.uncache(0xFEE00000L, 4096);
        assertThat(tables.translate(0xFEE00030L)).isEqualTo(0xFEE00030L);
        assertThat(tables.isCacheable(0xFEE00030L)).isFalse();
    }

    @Test
    void theFatView_ofAFile() throws IOException {
        try (FileSystem fat = FatFileSystemProvider.inMemory("1440K", MountOptions.of("disk"))) {
            Path file = Files.writeString(fat.getPath("/a.txt"), "a");
            FatFileAttributeView view = Files.getFileAttributeView(file, FatFileAttributeView.class);
            view.setHidden(true);
            assertThat(view.readAttributes().isHidden()).isTrue();
            assertThat(view.readAttributes().shortName()).isEqualTo("A.TXT");
        }
    }
}
