package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetDeviceTest {
    private static final byte[] MAC = {0x52, 0x54, 0, 1, 2, 3};
    private final List<byte[]> sent = new ArrayList<>();

    private static byte[] frame(int length, int seed) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = (byte) (seed + i * 3);
        }
        return frame;
    }

    @ParameterizedTest
    @EnumSource(Rig.Way.class)
    void framesGoBothWays_onEveryTransportAndRing(Rig.Way way) {
        for (long ring : Rig.ringFeatureSets()) {
            for (long mergeable : new long[] {0, NetDevice.F_MRG_RXBUF}) {
                for (long layout : new long[] {0, VirtioFeatures.ANY_LAYOUT}) {
                    sent.clear();
                    NetDevice card = new NetDevice(MAC, sent::add);
                    Rig rig = new Rig(card, DeviceProfile.STRICT);
                    NetDriver driver = new NetDriver(
                            rig.transport(way),
                            rig.memory(),
                            rig.dma(),
                            ring & ~VirtioFeatures.ANY_LAYOUT | mergeable | layout,
                            200);
                    assertThat(driver.mac()).isEqualTo(MAC);
                    for (int i = 0; i < 150; i++) {
                        assertThat(driver.send(frame(60 + i, i))).isTrue();
                        byte[] in = frame(64 + 9 * i, i);
                        assertThat(card.receive(in)).isTrue();
                        assertThat(driver.receive()).isEqualTo(in);
                        assertThat(driver.receive()).isNull();
                    }
                    assertThat(sent).hasSize(150);
                    assertThat(sent.get(149)).isEqualTo(frame(209, 149));
                    assertThat(card.headerViolations()).isZero();
                    assertThat(driver.badHeaders()).isZero();
                    assertThat(rig.device.brokenBy()).isNull();
                }
            }
        }
    }

    /** A card with raw receive buffers of given sizes. */
    private static final class RawRx {
        final Rig rig;
        final NetDevice card;
        final DriverQueue rx;
        final VirtioTransport transport;
        final UsedBuffer used = new UsedBuffer();
        long next = 0x100000;

        RawRx(DeviceProfile profile, long features, int... sizes) {
            card = new NetDevice(MAC, f -> {});
            rig = new Rig(card, profile);
            transport = rig.transport(Rig.Way.MODERN_PCI);
            VirtioHandshake handshake = VirtioHandshake.begin(transport, 1, features);
            rx = handshake.queue(0, 16, rig.memory(), rig.dma());
            handshake.queue(1, 16, rig.memory(), rig.dma());
            handshake.ready();
            for (int size : sizes) {
                post(size);
            }
        }

        void post(int... sizes) {
            BufferChain chain = new BufferChain();
            for (int size : sizes) {
                chain.addWritable(next, size);
                next += size;
            }
            rig.memory().fill(next - sizes[0], sizes[0], 0xcc);
            rx.add(chain);
            rx.publish();
            transport.notifyQueue(0);
        }
    }

    @Test
    void mergeable_fillsAllButTheLast_andSaysHowMany() {
        RawRx raw = new RawRx(DeviceProfile.STRICT, NetDevice.F_MRG_RXBUF, 1024, 1024, 1024, 1024);
        assertThat(raw.card.receive(frame(3000, 1))).isTrue();
        long[] lengths = new long[3];
        for (int i = 0; i < 3; i++) {
            assertThat(raw.rx.poll(raw.used)).isTrue();
            lengths[i] = raw.used.lengthBytes();
        }
        assertThat(lengths).containsExactly(1024, 1024, 964); // 12 + 3000
        assertThat(raw.rx.poll(raw.used)).isFalse();
        assertThat(raw.rig.memory().load16(0x100000 + 10)).isEqualTo(3);
    }

    @Test
    void mergeable_withTooFewBuffers_dropsAndKeepsThem() {
        RawRx raw = new RawRx(DeviceProfile.STRICT, NetDevice.F_MRG_RXBUF, 1024, 1024);
        assertThat(raw.card.receive(frame(3000, 1))).isFalse();
        assertThat(raw.rx.poll(raw.used)).isFalse();
        assertThat(raw.card.receive(frame(2000, 1))).isTrue();
        assertThat(raw.card.dropped()).isEqualTo(1);
        assertThat(raw.rx.poll(raw.used)).isTrue();
        assertThat(raw.rx.poll(raw.used)).isTrue();
    }

    @Test
    void notMergeable_frameThatDoesNotFit_isDropped_bufferStays() {
        RawRx raw = new RawRx(DeviceProfile.STRICT, 0, 1526);
        assertThat(raw.card.receive(frame(1600, 1))).isFalse();
        assertThat(raw.rx.poll(raw.used)).isFalse();
        assertThat(raw.card.receive(frame(1514, 1))).isTrue();
        assertThat(raw.rx.poll(raw.used)).isTrue();
        assertThat(raw.used.lengthBytes()).isEqualTo(1526);
        assertThat(raw.rig.memory().load16(0x100000 + 10)).isEqualTo(1); // num_buffers, section 5.1.9.4.1
    }

    @Test
    void qemuProfile_leavesNumBuffersAlone() {
        RawRx raw = new RawRx(DeviceProfile.QEMU_7_2, 0, 1526);
        assertThat(raw.card.receive(frame(60, 1))).isTrue();
        assertThat(raw.rig.memory().load16(0x100000 + 10)).isEqualTo(0xcccc);
        assertThat(raw.rig.memory().load8(0x100000 + 12)).isEqualTo(1);
    }

    @Test
    void receiveBufferSmallerThanTheHeader_breaksTheDevice() {
        RawRx raw = new RawRx(DeviceProfile.STRICT, 0, 6);
        assertThat(raw.card.receive(frame(60, 1))).isFalse();
        assertThat(raw.rig.device.brokenBy()).startsWith("NET7");
    }

    @Test
    void readableReceiveBuffer_breaksTheDevice() {
        RawRx raw = new RawRx(DeviceProfile.STRICT, 0);
        BufferChain chain = new BufferChain();
        chain.addReadable(0x100000, 1526);
        raw.rx.add(chain);
        raw.rx.publish();
        assertThat(raw.card.receive(frame(60, 1))).isFalse();
        assertThat(raw.rig.device.brokenBy()).startsWith("NET7");
    }

    @Test
    void header_mayBeCutAnywhere() {
        for (int cut = 1; cut < 40; cut++) {
            RawRx raw = new RawRx(DeviceProfile.STRICT, 0);
            raw.post(cut, 1526 - cut);
            byte[] in = frame(100, cut);
            assertThat(raw.card.receive(in)).isTrue();
            assertThat(raw.rx.poll(raw.used)).isTrue();
            byte[] got = new byte[100];
            raw.rig.memory().copyOut(0x100000 + 12, got, 0, 100);
            assertThat(got).isEqualTo(in);
        }
    }

    @Test
    void shortTransmitHeader_breaksTheDevice() {
        RawRx raw = new RawRx(DeviceProfile.STRICT, 0);
        VirtioTransport transport = raw.rig.transport(Rig.Way.MMIO);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 1, 0);
        DriverQueue tx = handshake.queue(1, 8, raw.rig.memory(), raw.rig.dma());
        handshake.ready();
        BufferChain chain = new BufferChain();
        chain.addReadable(0x100000, 11);
        tx.add(chain);
        tx.publish();
        transport.notifyQueue(1);
        assertThat(raw.rig.device.brokenBy()).isNotNull();
    }

    @Test
    void withoutDriverOrLink_framesAreDropped() {
        NetDevice card = new NetDevice(MAC, f -> {});
        Rig rig = new Rig(card, DeviceProfile.STRICT);
        assertThat(card.receive(frame(60, 0))).isFalse();
        NetDriver driver = new NetDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), 0, 1526);
        int generation = rig.device.configGeneration();
        rig.interrupts.clear();
        card.link(false);
        assertThat(rig.interrupts).containsExactly(InterruptSink.CONFIG);
        assertThat(rig.device.configGeneration()).isNotEqualTo(generation);
        assertThat(rig.device.configRead(6, 2)).isZero();
        assertThat(card.receive(frame(60, 0))).isFalse();
        card.link(true);
        assertThat(card.receive(frame(60, 0))).isTrue();
        assertThat(driver.interruptStatus()).isEqualTo(3);
        assertThat(driver.interruptStatus()).isZero();
        rig.device.status(0);
        assertThat(card.receive(frame(60, 0))).isFalse();
    }

    @Test
    void fullTransmitQueue_refuses_andGoesOnLater() {
        NetDevice card = new NetDevice(MAC, sent::add);
        Rig rig = new Rig(card, DeviceProfile.KVM_IOEVENTFD);
        NetDriver driver = new NetDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), 0, 1526);
        int accepted = 0;
        while (driver.send(frame(60, accepted))) {
            accepted++;
        }
        assertThat(accepted).isEqualTo(32);
        assertThat(sent).isEmpty();
        rig.device.serviceKicks();
        assertThat(sent).hasSize(32);
        assertThat(driver.send(frame(60, 1))).isTrue();
        assertThatThrownBy(() -> driver.send(frame(1515, 0))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void featuresWithoutTheirPrerequisite_areNotAcceptable() {
        NetDevice card = new NetDevice(MAC, f -> {});
        assertThat(card.acceptable(1L << 7)).isFalse(); // GUEST_TSO4 without GUEST_CSUM
        assertThat(card.acceptable(1L << 7 | 1L << 1)).isTrue();
        assertThat(card.acceptable(1L << 11)).isFalse(); // HOST_TSO4 without CSUM
        assertThat(card.acceptable(1L << 22)).isFalse(); // MQ without CTRL_VQ
        assertThat(card.acceptable(1L << 22 | 1L << 17)).isTrue();
        assertThat(card.acceptable(0)).isTrue();
    }
}
