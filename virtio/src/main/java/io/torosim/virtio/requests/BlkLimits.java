package io.torosim.virtio.requests;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A disk driver at a disk with limits: size_max and seg_max bind a driver that has accepted SIZE_MAX and SEG_MAX (section 5.2.4), and any
 * driver must come to the end of a transfer of many sectors, wherever it cuts it.
 */
final class BlkLimits {
    private static final int SECTORS = 64;
    private static final long F_SIZE_MAX = 1L << 1;
    private static final int SIZE_MAX = 1024;
    private static final int SEG_MAX = 2;
    private static final int SIZE_MAX_AT = 8; // in the configuration
    private static final int SEG_MAX_AT = 12;
    private static final int MOST_SECTORS = 13;
    private static final int CALLS = 24;

    private BlkLimits() {}

    /** A disk between whose queue and whose driver somebody measures. */
    private static final class Limited implements DeviceModel {
        private final BlkDevice disk;
        private final Set<String> broken = new TreeSet<>();
        private DeviceContext context;

        Limited(BlkDevice disk) {
            this.disk = disk;
        }

        private void measure(BufferChain chain) {
            boolean in = chain.readableBytes() == BlkDevice.HEADER_BYTES;
            int elements = 0;
            long at = in ? 0 : -BlkDevice.HEADER_BYTES;
            for (int i = in ? chain.readableCount() : 0; i < (in ? chain.count() : chain.readableCount()); i++) {
                long length = chain.length(i);
                boolean data = in ? at < chain.writableBytes() - 1 : at + length > 0; // not the header, not the status
                elements += data && length > 0 ? 1 : 0;
                if (data && length > SIZE_MAX && (context.features() & F_SIZE_MAX) != 0) {
                    broken.add("an element of " + length + " bytes, size_max is " + SIZE_MAX);
                }
                at += length;
            }
            if (elements > SEG_MAX && (context.features() & BlkDevice.F_SEG_MAX) != 0) {
                broken.add(elements + " elements of data, seg_max is " + SEG_MAX);
            }
        }

        @Override
        public int deviceId() {
            return disk.deviceId();
        }

        @Override
        public long features() {
            return disk.features() | F_SIZE_MAX | BlkDevice.F_SEG_MAX;
        }

        @Override
        public int queueCount() {
            return disk.queueCount();
        }

        @Override
        public int configByte(int offset) {
            int byteOf = offset - SIZE_MAX_AT;
            return byteOf >= 0 && byteOf < 8
                    ? (offset < SEG_MAX_AT ? SIZE_MAX >>> 8 * byteOf : SEG_MAX >>> 8 * (offset - SEG_MAX_AT)) & 0xff
                    : disk.configByte(offset);
        }

        @Override
        public void configByte(int offset, int value) {
            disk.configByte(offset, value);
        }

        @Override
        public void featuresAgreed(long features) {
            disk.featuresAgreed(features);
        }

        @Override
        public void driverReady(long features) {
            disk.driverReady(features);
        }

        @Override
        public void start(DeviceContext newContext) {
            context = new MeasuringContext(newContext, this::measure);
            disk.start(context);
        }

        @Override
        public void notified(int queueIndex) {
            disk.notified(queueIndex);
        }

        @Override
        public void queueReset(int queueIndex) {
            disk.queueReset(queueIndex);
        }

        @Override
        public void reset() {
            disk.reset();
        }
    }

    static void run(Drivers.Factory<Drivers.Blk> factory, long ring, List<String> wrong) {
        String where = "blk with limits, ring " + Long.toHexString(ring) + ": ";
        MemoryBlockDevice disk = new MemoryBlockDevice(SECTORS);
        byte[] content = DriverExam.pattern(SECTORS * BlockDevice.SECTOR_BYTES, 3);
        FlatMemory memory = new FlatMemory(DriverExam.MEMORY_BYTES);
        Limited limited = new Limited(new BlkDevice(disk, ""));
        ModernPciDevice pci =
                new ModernPciDevice(new VirtioDevice(limited, memory, DeviceProfile.STRICT, (cause, queue) -> {}));
        int[] waits = {0};
        try {
            disk.write(0, ByteBuffer.wrap(content));
            Drivers.Blk driver = factory.start(
                    new ModernPciTransport(pci.configSpace(), bar -> pci.bar()),
                    memory,
                    new DmaAllocator(1 << 16, DriverExam.MEMORY_BYTES - (1 << 16)),
                    ring,
                    () -> {
                        if (++waits[0] > DriverExam.MOST_WAITS) {
                            throw new NoEnd(DriverExam.MOST_WAITS);
                        }
                    });
            for (int call = 0; call < CALLS; call++) {
                int count = 1 + call * 5 % MOST_SECTORS;
                int sector = call % 4 == 3 ? SECTORS - count : call * 11 % (SECTORS - count + 1);
                transfer(driver, call, sector, count, content, where, wrong);
            }
            byte[] after = new byte[content.length];
            disk.read(0, ByteBuffer.wrap(after));
            int at = Arrays.mismatch(after, content);
            if (at >= 0) {
                wrong.add(where + "sector " + at / BlockDevice.SECTOR_BYTES + " has other bytes than were written");
            }
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
        limited.broken.forEach(line -> wrong.add(where + line));
    }

    private static void transfer(
            Drivers.Blk driver, int call, int sector, int count, byte[] content, String where, List<String> wrong)
            throws IOException {
        int from = sector * BlockDevice.SECTOR_BYTES;
        int bytes = count * BlockDevice.SECTOR_BYTES;
        if (call % 2 == 0) {
            byte[] data = DriverExam.pattern(bytes, 100 + call);
            driver.write(sector, data);
            System.arraycopy(data, 0, content, from, bytes);
            return;
        }
        byte[] data = driver.read(sector, count);
        if (!Arrays.equals(data, Arrays.copyOfRange(content, from, from + bytes))) {
            wrong.add(where + "read of " + count + " sectors from " + sector + " returns other bytes than the disk's");
        }
    }
}
