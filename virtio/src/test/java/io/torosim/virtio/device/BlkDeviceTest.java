package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlkDeviceTest {
    private static final long HEADER = 0x180000;
    private static final long DATA = 0x181000;
    private static final long STATUS = 0x190000;

    private final RamDisk disk = new RamDisk(300, false);

    @ParameterizedTest
    @EnumSource(Rig.Way.class)
    void driver_readsAndWrites_onEveryTransportAndRing(Rig.Way way) throws IOException {
        for (long ring : Rig.ringFeatureSets()) {
            RamDisk ram = new RamDisk(300, false);
            Rig rig = new Rig(new BlkDevice(ram, "toro-disk"), DeviceProfile.STRICT);
            BlkDriver driver = new BlkDriver(rig.transport(way), rig.memory(), rig.dma(), ring, DeviceWait.NONE);
            assertThat(driver.sectorCount()).isEqualTo(300);
            ByteBuffer all = ByteBuffer.allocate(300 * 512);
            driver.read(0, all);
            assertThat(all.array()).isEqualTo(ram.bytes);
            byte[] fresh = new byte[3 * 512];
            new Random(7).nextBytes(fresh);
            for (int i = 0; i < 100; i++) { // goes round the ring of 64
                driver.write(i, ByteBuffer.wrap(fresh));
            }
            assertThat(Arrays.copyOfRange(ram.bytes, 99 * 512, 102 * 512)).isEqualTo(fresh);
            driver.flush();
            assertThat(ram.flushes).isEqualTo(1);
            assertThat(driver.id()).isEqualTo("toro-disk");
            assertThat(rig.device.brokenBy()).isNull();
            driver.close();
            assertThat(rig.device.status()).isZero();
        }
    }

    @Test
    void readOnlyDisk_refusesWrites_andKeepsItsBytes() throws IOException {
        RamDisk ram = new RamDisk(10, true);
        byte[] before = ram.bytes.clone();
        Raw raw = new Raw(new Rig(new BlkDevice(ram, ""), DeviceProfile.STRICT), 0);
        assertThat(raw.request(BlkDevice.T_OUT, 0, 512, 0)).isEqualTo(BlkDevice.S_IOERR);
        assertThat(raw.used.lengthBytes()).isEqualTo(1);
        assertThat(ram.bytes).isEqualTo(before);
    }

    @Test
    void outOfRange_isAnError_withoutAnyDataByte() {
        Raw raw = new Raw(new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT), 0);
        long[] sectors = {300, 299, -1, Long.MAX_VALUE, 1L << 55, (1L << 55) + 1};
        for (long sector : sectors) {
            raw.rig.memory().fill(DATA, 1024, 0xaa);
            assertThat(raw.request(BlkDevice.T_IN, sector, 0, 1024)).isEqualTo(BlkDevice.S_IOERR);
            assertThat(raw.rig.memory().load8(DATA)).isEqualTo(0xaa);
            assertThat(raw.request(BlkDevice.T_OUT, sector, 1024, 0)).isEqualTo(BlkDevice.S_IOERR);
        }
        assertThat(raw.request(BlkDevice.T_IN, 299, 0, 512)).isEqualTo(BlkDevice.S_OK);
        assertThat(raw.used.lengthBytes()).isEqualTo(513);
        assertThat(raw.request(BlkDevice.T_IN, 0, 0, 511)).isEqualTo(BlkDevice.S_IOERR);
        assertThat(raw.request(BlkDevice.T_OUT, 0, 513, 0)).isEqualTo(BlkDevice.S_IOERR);
    }

    @Test
    void unknownType_isUnsupported() {
        Raw raw = new Raw(new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT), 0);
        assertThat(raw.request(0x77, 0, 0, 512)).isEqualTo(BlkDevice.S_UNSUPP);
        assertThat(raw.request(BlkDevice.T_FLUSH, 0, 0, 0)).isEqualTo(BlkDevice.S_UNSUPP); // not negotiated
        assertThat(raw.request(BlkDevice.T_DISCARD, 0, 16, 0)).isEqualTo(BlkDevice.S_UNSUPP);
    }

    @Test
    void failingMedium_isAnError() {
        Raw raw = new Raw(new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT), 0);
        disk.failing = true;
        assertThat(raw.request(BlkDevice.T_IN, 0, 0, 512)).isEqualTo(BlkDevice.S_IOERR);
        disk.failing = false;
        assertThat(raw.request(BlkDevice.T_IN, 0, 0, 512)).isEqualTo(BlkDevice.S_OK);
    }

    @Test
    void getId_needsTwentyBytes() {
        Raw raw = new Raw(new Rig(new BlkDevice(disk, "abc"), DeviceProfile.STRICT), 0);
        assertThat(raw.request(BlkDevice.T_GET_ID, 0, 0, 20)).isEqualTo(BlkDevice.S_OK);
        assertThat(raw.used.lengthBytes()).isEqualTo(21);
        assertThat(raw.rig.memory().load32(DATA)).isEqualTo(0x00636261);
        assertThat(raw.request(BlkDevice.T_GET_ID, 0, 0, 19)).isEqualTo(BlkDevice.S_IOERR);
    }

    @Test
    void writeZeroes_zeroesItsRanges_andRefusesUnknownFlags() {
        Raw raw = new Raw(
                new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT), BlkDevice.F_WRITE_ZEROES | BlkDevice.F_DISCARD);
        raw.range(0, 3, 2, 0);
        assertThat(raw.request(BlkDevice.T_WRITE_ZEROES, 0, 16, 0)).isEqualTo(BlkDevice.S_OK);
        assertThat(Arrays.copyOfRange(disk.bytes, 3 * 512, 5 * 512)).containsOnly(0);
        assertThat(disk.bytes[5 * 512 + 1]).isNotZero();
        raw.range(0, 3, 2, 2);
        assertThat(raw.request(BlkDevice.T_WRITE_ZEROES, 0, 16, 0)).isEqualTo(BlkDevice.S_UNSUPP);
        raw.range(0, 299, 2, 0);
        assertThat(raw.request(BlkDevice.T_WRITE_ZEROES, 0, 16, 0)).isEqualTo(BlkDevice.S_IOERR);
        raw.range(0, 0, 1, 1);
        assertThat(raw.request(BlkDevice.T_DISCARD, 0, 16, 0)).isEqualTo(BlkDevice.S_UNSUPP);
        raw.range(0, 0, 1, 0);
        assertThat(raw.request(BlkDevice.T_DISCARD, 0, 16, 0)).isEqualTo(BlkDevice.S_OK);
        assertThat(raw.request(BlkDevice.T_DISCARD, 0, 17, 0)).isEqualTo(BlkDevice.S_IOERR);
        assertThat(raw.request(BlkDevice.T_DISCARD, 0, 0, 0)).isEqualTo(BlkDevice.S_IOERR);
    }

    @Test
    void anyFraming_givesTheSame() {
        Raw raw = new Raw(new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT), 0);
        raw.rig.memory().store64(HEADER, 0);
        raw.rig.memory().store64(HEADER + 8, 2);
        for (int cut = 1; cut < 16; cut++) {
            for (int dataCut : new int[] {1, 100, 511, 512}) {
                raw.rig.memory().fill(DATA, 514, 0xff);
                raw.chain.clear();
                raw.chain.addReadable(HEADER, cut);
                raw.chain.addReadable(HEADER + cut, 16 - cut);
                raw.chain.addWritable(DATA, dataCut);
                raw.chain.addWritable(DATA + dataCut, 513 - dataCut);
                raw.go();
                byte[] got = new byte[513];
                raw.rig.memory().copyOut(DATA, got, 0, 513);
                assertThat(Arrays.copyOf(got, 512)).isEqualTo(Arrays.copyOfRange(disk.bytes, 1024, 1536));
                assertThat(got[512]).isZero();
                assertThat(raw.used.lengthBytes()).isEqualTo(513);
            }
        }
    }

    @Test
    void requestWithoutRoomForAnswer_breaksTheDevice_andResetRevivesIt() {
        Rig rig = new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT);
        int[][] shapes = {{15, 1}, {16, 0}, {0, 1}};
        for (int[] shape : shapes) {
            Raw raw = new Raw(rig, 0);
            rig.interrupts.clear();
            raw.chain.clear();
            if (shape[0] > 0) {
                raw.chain.addReadable(HEADER, shape[0]);
            }
            if (shape[1] > 0) {
                raw.chain.addWritable(STATUS, shape[1]);
            }
            raw.submit();
            assertThat(rig.device.brokenBy()).contains("without room");
            assertThat(rig.device.status() & VirtioStatus.DEVICE_NEEDS_RESET).isNotZero();
            assertThat(rig.interrupts).containsExactly(InterruptSink.CONFIG);
            byte[] before = rig.memory.snapshot();
            raw.transport.notifyQueue(0);
            rig.device.serviceKicks();
            assertThat(rig.memory.snapshot()).isEqualTo(before);
            VirtioHandshake.reset(raw.transport);
            assertThat(new Raw(rig, 0).request(BlkDevice.T_IN, 0, 0, 512)).isEqualTo(BlkDevice.S_OK);
        }
    }

    @Test
    void legacyWithoutAnyLayout_wantsHeaderAndStatusApart() {
        Rig rig = new Rig(new BlkDevice(disk, ""), DeviceProfile.LEGACY_ONLY);
        VirtioTransport transport = rig.transport(Rig.Way.LEGACY_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, 0);
        DriverQueue queue = handshake.queue(0, 64, rig.memory(), rig.dma());
        handshake.ready();
        BufferChain chain = new BufferChain();
        chain.clear();
        chain.addReadable(HEADER, 16);
        chain.addWritable(DATA, 513);
        queue.add(chain);
        queue.publish();
        transport.notifyQueue(0);
        assertThat(rig.device.brokenBy()).startsWith("L9");
        assertThat(transport.status() & VirtioStatus.DEVICE_NEEDS_RESET).isZero(); // legacy has no such sign
    }

    @ParameterizedTest
    @EnumSource(Rig.Way.class)
    void writeback_isReadAndSwitched_whereConfigWceIsThere(Rig.Way way) throws IOException {
        RamDisk ram = new RamDisk(10, false);
        Rig rig = new Rig(new BlkDevice(ram, ""), DeviceProfile.STRICT);
        BlkDriver driver = new BlkDriver(rig.transport(way), rig.memory(), rig.dma(), 0, DeviceWait.NONE);
        assertThat(driver.writeback()).isTrue();
        driver.write(0, ByteBuffer.allocate(512));
        assertThat(ram.flushes).isZero();
        driver.writeback(false);
        assertThat(driver.writeback()).isFalse();
        assertThat(ram.flushes).isZero(); // section 5.2.6.2: what is volatile stays so
        driver.write(0, ByteBuffer.allocate(1024));
        assertThat(ram.flushes).isEqualTo(1); // stable when it is completed
        driver.read(0, ByteBuffer.allocate(512));
        assertThat(ram.flushes).isEqualTo(1);
        driver.writeback(true);
        driver.write(0, ByteBuffer.allocate(512));
        assertThat(ram.flushes).isEqualTo(1);
        driver.close();
        rig.checkers.get(way).end();
    }

    @Test
    void cacheWithoutFlush_isWritethrough() {
        for (long features : new long[] {0, BlkDevice.F_CONFIG_WCE, BlkDevice.F_FLUSH}) {
            RamDisk ram = new RamDisk(10, false);
            Rig rig = new Rig(new BlkDevice(ram, ""), DeviceProfile.STRICT);
            Raw raw = new Raw(rig, features);
            if (features == BlkDevice.F_CONFIG_WCE) {
                assertThat(raw.transport.configRead(BlkDevice.WRITEBACK, 1)).isZero();
            } else {
                raw.transport.configWrite(BlkDevice.WRITEBACK, 1, 1); // without CONFIG_WCE: nothing happens
            }
            assertThat(raw.request(BlkDevice.T_OUT, 0, 512, 0)).isEqualTo(BlkDevice.S_OK);
            assertThat(raw.request(BlkDevice.T_OUT, 99, 512, 0)).isEqualTo(BlkDevice.S_IOERR);
            assertThat(ram.flushes).isEqualTo(features == BlkDevice.F_FLUSH ? 0 : 1);
        }
        RamDisk ram = new RamDisk(10, false);
        Raw raw = new Raw(new Rig(new BlkDevice(ram, ""), DeviceProfile.MINIMAL), 0);
        assertThat(raw.request(BlkDevice.T_OUT, 0, 512, 0)).isEqualTo(BlkDevice.S_OK);
        assertThat(ram.flushes).isZero(); // FLUSH was not offered either
    }

    @Test
    void writebackWithoutConfigWce_cannotBeSwitched() {
        Rig rig = new Rig(new BlkDevice(disk, ""), DeviceProfile.MINIMAL);
        BlkDriver driver = new BlkDriver(rig.transport(Rig.Way.MMIO), rig.memory(), rig.dma(), 0, DeviceWait.NONE);
        assertThat(driver.writeback()).isFalse();
        assertThatThrownBy(() -> driver.writeback(true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void secondLife_isLikeTheFirst() throws IOException {
        Rig rig = new Rig(new BlkDevice(new RamDisk(20, false), "x"), DeviceProfile.STRICT);
        byte[][] lives = new byte[2][];
        for (int life = 0; life < 2; life++) {
            rig.memory().fill(0, rig.memory().sizeBytes(), 0);
            BlkDriver driver = new BlkDriver(
                    rig.transport(Rig.Way.MODERN_PCI),
                    rig.memory(),
                    rig.dma(),
                    VirtioFeatures.EVENT_IDX,
                    DeviceWait.NONE);
            driver.read(3, ByteBuffer.allocate(1024));
            lives[life] = rig.memory.snapshot();
        }
        assertThat(lives[1]).isEqualTo(lives[0]);
    }

    @Test
    void driver_refusesRangesOutsideTheDisk() throws IOException {
        Rig rig = new Rig(new BlkDevice(disk, ""), DeviceProfile.STRICT);
        BlkDriver driver = new BlkDriver(rig.transport(Rig.Way.MMIO), rig.memory(), rig.dma(), 0, DeviceWait.NONE);
        assertThatThrownBy(() -> driver.read(300, ByteBuffer.allocate(512)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> driver.read(0, ByteBuffer.allocate(5))).isInstanceOf(IllegalArgumentException.class);
        assertThat(driver.readOnly()).isFalse();
        disk.failing = true;
        assertThatThrownBy(() -> driver.read(0, ByteBuffer.allocate(512))).isInstanceOf(IOException.class);
    }

    /** A driver without manners: requests as they come. */
    private static final class Raw {
        final Rig rig;
        final VirtioTransport transport;
        final DriverQueue queue;
        final BufferChain chain = new BufferChain();
        final UsedBuffer used = new UsedBuffer();

        Raw(Rig rig, long features) {
            this.rig = rig;
            this.transport = rig.transport(Rig.Way.MODERN_PCI);
            VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, features);
            this.queue = handshake.queue(0, 64, rig.memory(), rig.dma());
            handshake.ready();
        }

        void range(int index, long sector, int sectors, int flags) {
            long at = DATA + 16L * index;
            rig.memory().store64(at, sector);
            rig.memory().store32(at + 8, sectors);
            rig.memory().store32(at + 12, flags);
        }

        int request(int type, long sector, int out, int in) {
            rig.memory().store32(HEADER, type);
            rig.memory().store64(HEADER + 8, sector);
            rig.memory().store8(STATUS, 0xff);
            chain.clear();
            chain.addReadable(HEADER, 16);
            if (out > 0) {
                chain.addReadable(DATA, out);
            }
            if (in > 0) {
                chain.addWritable(DATA, in);
            }
            chain.addWritable(STATUS, 1);
            go();
            return rig.memory().load8(STATUS);
        }

        void submit() {
            queue.add(chain);
            queue.publish();
            transport.notifyQueue(0);
        }

        void go() {
            submit();
            assertThat(queue.poll(used)).isTrue();
        }
    }
}
