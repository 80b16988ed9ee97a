package io.torosim.virtio.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.CountedAccesses;
import io.torosim.virtio.device.CountedAccesses.Kind;
import io.torosim.virtio.device.RamDisk;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.HandshakeException;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Status, features, queue set-up and reset, as a well-behaved and as a careless driver does them. */
class HandshakeTest {
    private static final int ACK = VirtioStatus.ACKNOWLEDGE;
    private static final int DRV = VirtioStatus.DRIVER;
    private static final int OK = VirtioStatus.DRIVER_OK;
    private static final int FOK = VirtioStatus.FEATURES_OK;

    private final Rig rig = new Rig(new BlkDevice(new RamDisk(16, false), "d"), DeviceProfile.STRICT);
    private final VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);

    private Rig rig(DeviceProfile profile) {
        return new Rig(new BlkDevice(new RamDisk(16, false), "d"), profile);
    }

    @Test
    void driver_keepsTheOrderOfTheSpecification() {
        List<Integer> statuses = new ArrayList<>();
        List<String> order = new ArrayList<>();
        RegisterSpace bar = rig.modernBar;
        RegisterSpace spy = new RegisterSpace() {
            @Override
            public long read(int offset, int width) {
                long value = bar.read(offset, width);
                if (offset == 20) {
                    order.add("read status " + value);
                }
                return value;
            }

            @Override
            public void write(int offset, int width, long value) {
                if (offset == 20) {
                    statuses.add((int) value);
                    order.add("status " + value);
                } else if (offset == 28) {
                    order.add("enable " + value);
                } else if (offset == 24 || offset >= 32 && offset < 56) {
                    order.add("queue");
                } else if (offset >= ModernPciDevice.NOTIFY) {
                    order.add("kick");
                } else if (offset == 12) {
                    order.add("features");
                }
                bar.write(offset, width, value);
            }
        };
        BlkDriver driver = new BlkDriver(
                new ModernPciTransport(rig.pciConfig, b -> spy), rig.memory(), rig.dma(), 0, DeviceWait.NONE);
        assertThat(statuses).containsExactly(0, ACK, ACK | DRV, ACK | DRV | FOK, ACK | DRV | OK | FOK);
        assertThat(order.subList(0, 3)).containsExactly("status 0", "read status 0", "status 1");
        assertThat(order.indexOf("features")).isBetween(order.indexOf("status 3"), order.indexOf("status 11"));
        assertThat(order.get(order.indexOf("status 11") + 1)).isEqualTo("read status 11");
        assertThat(order.lastIndexOf("queue")).isLessThan(order.indexOf("enable 1"));
        assertThat(order.indexOf("enable 1")).isLessThan(order.indexOf("status 15"));
        assertThat(order).doesNotContain("kick", "enable 0");
        assertThat(driver.sectorCount()).isEqualTo(16);
    }

    @Test
    void featuresOk_withoutVersion1_isRefused_exceptByQemu() {
        rig.careless();
        transport.status(ACK | DRV);
        transport.driverFeatures(0);
        transport.status(ACK | DRV | FOK);
        assertThat(transport.status()).isEqualTo(ACK | DRV);
        VirtioTransport qemu = rig(DeviceProfile.QEMU_7_2).careless().transport(Rig.Way.MODERN_PCI);
        qemu.status(ACK | DRV);
        qemu.status(ACK | DRV | FOK);
        assertThat(qemu.status()).isEqualTo(ACK | DRV | FOK);
    }

    @Test
    void featuresOk_withUnofferedBits_isRefused_exceptByQemu() {
        rig.careless();
        transport.driverFeatures(VirtioFeatures.VERSION_1 | 1L << 60);
        transport.status(ACK | DRV | FOK);
        assertThat(transport.status() & FOK).isZero();
        VirtioTransport qemu = rig(DeviceProfile.QEMU_7_2).careless().transport(Rig.Way.MODERN_PCI);
        qemu.driverFeatures(VirtioFeatures.VERSION_1 | VirtioFeatures.IN_ORDER);
        qemu.status(ACK | DRV | FOK);
        assertThat(qemu.status() & FOK).isNotZero();
    }

    @Test
    void sameFeatures_areAcceptedAgainAfterReset() {
        for (int life = 0; life < 2; life++) {
            VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, VirtioFeatures.EVENT_IDX);
            assertThat(handshake.features()).isEqualTo(VirtioFeatures.VERSION_1 | VirtioFeatures.EVENT_IDX);
        }
    }

    @Test
    void featuresAfterFeaturesOk_areIgnored() {
        rig.careless();
        VirtioHandshake.begin(transport, 2, 0);
        transport.driverFeatures(VirtioFeatures.VERSION_1 | VirtioFeatures.RING_PACKED);
        assertThat(rig.device.driverFeatures()).isEqualTo(VirtioFeatures.VERSION_1);
    }

    @Test
    void statusBits_areOnlyAdded() {
        rig.careless();
        transport.status(ACK);
        transport.status(DRV);
        assertThat(transport.status()).isEqualTo(ACK | DRV);
        transport.status(VirtioStatus.DEVICE_NEEDS_RESET); // the device's own bit
        assertThat(transport.status()).isEqualTo(ACK | DRV);
    }

    @Test
    void reset_restoresEveryRegister() {
        List<Long> fresh = registers();
        new BlkDriver(transport, rig.memory(), rig.dma(), -1L, DeviceWait.NONE);
        rig.modernBar.write(
                ModernPciDevice.NOTIFY, 4, 0x8000_0700L); // -1 accepts NOTIFICATION_DATA too, and 700h is its name
        assertThat(registers()).isNotEqualTo(fresh);
        VirtioHandshake.reset(transport);
        assertThat(registers()).isEqualTo(fresh);
    }

    private List<Long> registers() {
        List<Long> values = new ArrayList<>();
        for (int offset : new int[] {0, 4, 8, 12, 16, 18, 20, 21, 22, 24, 26, 28, 30, 32, 36, 40, 44, 48, 52}) {
            values.add(
                    rig.modernBar.read(offset, offset >= 32 || offset < 16 ? 4 : offset == 20 || offset == 21 ? 1 : 2));
        }
        return values;
    }

    @Test
    void absentQueue_hasSizeZero_andItsNotificationsAreNothing() {
        rig.careless();
        assertThat(transport.queueSizeMax(0)).isEqualTo(256);
        assertThat(transport.queueSizeMax(1)).isZero();
        byte[] before = rig.memory.snapshot();
        for (int queue : new int[] {1, 2, 255, 1023}) {
            transport.notifyQueue(queue);
            rig.mmio.write(0x50, 4, queue);
            rig.legacyBar.write(16, 2, queue);
        }
        rig.legacyBar.write(16, 2, 0xffff);
        rig.mmio.write(0x50, 4, -1);
        assertThat(rig.memory.snapshot()).isEqualTo(before);
        assertThat(rig.device.brokenBy()).isNull();
    }

    @Test
    void queueSize_isTakenOnlyWhereItIsLegal() {
        rig.careless();
        rig.modernBar.write(22, 2, 0);
        for (int bad : new int[] {0, 3, 100, 512, 2048, 0xffff}) {
            rig.modernBar.write(24, 2, bad);
            assertThat(rig.modernBar.read(24, 2)).as("size %d", bad).isEqualTo(256);
        }
        rig.modernBar.write(24, 2, 64);
        assertThat(rig.modernBar.read(24, 2)).isEqualTo(64);
        Rig qemu = rig(DeviceProfile.QEMU_7_2).careless();
        qemu.modernBar.write(24, 2, 100);
        assertThat(qemu.modernBar.read(24, 2)).isEqualTo(100);
        qemu.mmio.write(0x38, 4, 0x1_0000); // would be 0 in 16 bits
        assertThat(qemu.modernBar.read(24, 2)).isEqualTo(100);
    }

    @Test
    void kickBeforeDriverOk_isServedLater_orAtOnceByQemu() {
        for (DeviceProfile profile : List.of(DeviceProfile.STRICT, DeviceProfile.QEMU_7_2)) {
            Rig early = rig(profile).careless();
            VirtioTransport t = early.transport(Rig.Way.MODERN_PCI);
            VirtioHandshake handshake = VirtioHandshake.begin(t, 2, 0);
            var queue = handshake.queue(0, 8, early.memory(), early.dma());
            var chain = new io.torosim.virtio.queue.BufferChain();
            chain.addReadable(0x180000, 16);
            chain.addWritable(0x181000, 513);
            queue.add(chain);
            queue.publish();
            t.notifyQueue(0);
            boolean served = queue.poll(new io.torosim.virtio.queue.DriverQueue.UsedBuffer());
            assertThat(served).isEqualTo(profile == DeviceProfile.QEMU_7_2);
            assertThat(early.interrupts.isEmpty()).isEqualTo(!served);
        }
    }

    @Test
    void driverOk_withoutQueues_isHarmless() {
        rig.careless(); // F35
        VirtioHandshake.begin(transport, 2, 0).ready();
        transport.notifyQueue(0);
        rig.device.serviceKicks();
        assertThat(transport.status()).isEqualTo(ACK | DRV | OK | FOK);
    }

    @Test
    void misplacedQueue_needsReset_withAConfigurationInterrupt() {
        rig.careless();
        QueueLayout good = QueueLayout.split(0x10000, 8);
        QueueLayout[] bad = {
            new QueueLayout(false, 8, good.descAddr() + 1, good.driverAddr() + 0x1000, good.deviceAddr() + 0x2000),
            new QueueLayout(false, 8, good.descAddr(), good.driverAddr() + 1, good.deviceAddr() + 0x2000),
            new QueueLayout(false, 8, good.descAddr(), good.driverAddr(), good.deviceAddr() + 2),
            new QueueLayout(false, 8, good.descAddr(), good.driverAddr(), good.driverAddr() & -4),
            new QueueLayout(false, 8, 1L << 40, good.driverAddr(), good.deviceAddr()),
            new QueueLayout(false, 8, -16, good.driverAddr(), good.deviceAddr())
        };
        Rule[] rules = {Rule.S1, Rule.S1, Rule.S1, Rule.S2, Rule.S2, Rule.S2};
        for (int i = 0; i < bad.length; i++) {
            VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, 0);
            transport.enableQueue(0, bad[i]);
            handshake.ready();
            rig.interrupts.clear();
            transport.notifyQueue(0);
            assertThat(rig.device.ringError().rule()).isEqualTo(rules[i]);
            assertThat(transport.status() & VirtioStatus.DEVICE_NEEDS_RESET).isNotZero();
            assertThat(rig.interrupts).containsExactly(InterruptSink.CONFIG);
            assertThat(transport.interruptStatus()).isEqualTo(2);
        }
    }

    @Test
    void driver_failsTheDevice_whenFeaturesOkDoesNotStay() {
        rig.careless();
        RegisterSpace bar = rig.modernBar;
        int[] lastStatus = {0};
        RegisterSpace stubborn = new RegisterSpace() {
            @Override
            public long read(int offset, int width) {
                return offset == 20 ? bar.read(offset, width) & ~FOK : bar.read(offset, width);
            }

            @Override
            public void write(int offset, int width, long value) {
                lastStatus[0] = offset == 20 ? (int) value : lastStatus[0];
                bar.write(offset, width, value);
            }
        };
        VirtioTransport t = new ModernPciTransport(rig.pciConfig, b -> stubborn);
        assertThatThrownBy(() -> VirtioHandshake.begin(t, 2, 0))
                .isInstanceOfSatisfying(
                        HandshakeException.class, e -> assertThat(e.rule()).isEqualTo(Rule.F10));
        assertThat(lastStatus[0] & VirtioStatus.FAILED).isNotZero();
        assertThat(lastStatus[0] & OK).isZero();
    }

    @Test
    void driver_refusesDevicesThatAreNotThere() {
        assertThatThrownBy(() -> VirtioHandshake.begin(transport, 1, 0)).isInstanceOf(HandshakeException.class);
        Rig old = rig(DeviceProfile.LEGACY_ONLY);
        assertThatThrownBy(() -> VirtioHandshake.begin(old.transport(Rig.Way.MODERN_PCI), 2, 0))
                .isInstanceOfSatisfying(
                        HandshakeException.class, e -> assertThat(e.rule()).isEqualTo(Rule.F13));
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, 0);
        assertThatThrownBy(() -> handshake.queue(5, 8, rig.memory(), rig.dma()))
                .isInstanceOfSatisfying(
                        HandshakeException.class, e -> assertThat(e.rule()).isEqualTo(Rule.F21));
        RegisterSpace nothing = new RegisterSpace() {
            @Override
            public long read(int offset, int width) {
                return 0xffff_ffffL;
            }

            @Override
            public void write(int offset, int width, long value) {}
        };
        assertThatThrownBy(() -> new MmioTransport(nothing)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new ModernPciTransport(nothing, b -> nothing))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> VirtioHandshake.reset(new LegacyPciTransport(nothing, 2, false)))
                .isInstanceOfSatisfying(
                        HandshakeException.class, e -> assertThat(e.rule()).isEqualTo(Rule.F6));
    }

    @Test
    void ringReset_forgetsIndices() {
        long features = VirtioFeatures.RING_RESET;
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, features);
        var queue = handshake.queue(0, 8, rig.memory(), rig.dma());
        handshake.ready();
        assertThat(queue.freeDescriptors()).isEqualTo(8);
        assertThat(rig.device.queueEnabled(0)).isTrue();
        assertThat(((ModernPciTransport) transport).resetQueue(0)).isTrue();
        assertThat(rig.device.queueEnabled(0)).isFalse();
        assertThat(rig.device.queueSize(0)).isEqualTo(256);
        byte[] before = rig.memory.snapshot();
        rig.careless(); // F35
        transport.notifyQueue(0);
        assertThat(rig.memory.snapshot()).isEqualTo(before);
    }

    @Test
    void legacyConfiguration_movesWithMsix() {
        Rig r = rig(DeviceProfile.LEGACY_ONLY);
        assertThat(new LegacyPciRegisters(r.device, false).read(20, 4)).isEqualTo(16);
        assertThat(new LegacyPciRegisters(r.device, true).read(24, 4)).isEqualTo(16);
        assertThat(new LegacyPciRegisters(r.device, true).read(20, 2)).isEqualTo(0xffff);
        LegacyPciRegisters withVectors = new LegacyPciRegisters(r.device, true);
        withVectors.write(20, 2, 1);
        withVectors.write(22, 2, 1);
        assertThat(withVectors.read(20, 2)).as("a vector that no table has").isEqualTo(0xffff);
        assertThat(withVectors.read(22, 2)).isEqualTo(0xffff);
        assertThat(new LegacyPciTransport(new LegacyPciRegisters(r.device, true), 2, true).configRead(0, 4))
                .isEqualTo(16);
    }

    @Test
    void legacyPfnZero_takesTheQueueOutOfUse_andOnly32FeaturesExist() {
        rig.careless();
        RegisterSpace bar = rig.legacyBar;
        assertThat(bar.read(0, 4) >>> 32).isZero();
        bar.write(14, 2, 0);
        assertThat(bar.read(8, 4)).isZero();
        bar.write(8, 4, 0x20);
        assertThat(bar.read(8, 4)).isEqualTo(0x20);
        bar.write(8, 4, 0);
        assertThat(rig.device.queueEnabled(0)).isFalse();
        bar.write(4, 4, -1L);
        assertThat(rig.device.driverFeatures() >>> 32).isZero();
    }

    @Test
    void queuePfnThatIsAnAddress_breaksTheLegacyDevice() {
        rig.careless();
        VirtioTransport legacy = rig.transport(Rig.Way.LEGACY_PCI);
        VirtioHandshake.begin(legacy, 2, 0).ready();
        rig.legacyBar.write(14, 2, 0);
        rig.legacyBar.write(8, 4, 0x20000); // an address where a page number belongs
        legacy.notifyQueue(0);
        assertThat(rig.device.ringError().rule()).isEqualTo(Rule.S2);
    }

    @Test
    void changingField_isReadUnderItsGeneration() {
        int[] reads = {0};
        VirtioTransport tearing = new VirtioTransportAdapter(transport) {
            @Override
            public int configGeneration() {
                return reads[0] < 4 ? reads[0] : 99;
            }

            @Override
            public long configRead(int offset, int widthBytes) {
                reads[0]++;
                return reads[0] < 6 ? reads[0] : offset == 0 ? 0x11 : 0x22;
            }
        };
        assertThat(tearing.configRead64(0) >>> 32).isNotZero();
        assertThat(reads[0]).isGreaterThanOrEqualTo(4);
        assertThat(tearing.configRead64(0)).isEqualTo(0x22_0000_0011L);
    }

    @Test
    void bringUp_isDeviceMemoryAndConfigurationSpace_withoutANotification() {
        new BlkDriver(transport, rig.memory(), rig.dma(), 0, DeviceWait.NONE);
        CountedAccesses accesses = rig.accesses;
        assertThat(accesses.count(Kind.MMIO)).isGreaterThan(10);
        assertThat(accesses.count(Kind.KICK)).isZero();
        assertThat(accesses.all()).isEqualTo(accesses.count(Kind.MMIO) + accesses.count(Kind.PCI_CONFIG));
    }

    @Test
    void packedQueueOfAnySize_works() throws Exception {
        Rig r = rig(DeviceProfile.STRICT);
        VirtioTransport t = r.transport(Rig.Way.MODERN_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(t, 2, VirtioFeatures.RING_PACKED);
        assertThat(handshake.layout(0, 100, r.dma()).size()).isEqualTo(100);
        BlkDriver driver = new BlkDriver(t, r.memory(), r.dma(), VirtioFeatures.RING_PACKED, DeviceWait.NONE);
        driver.read(0, ByteBuffer.allocate(512));
    }
}
