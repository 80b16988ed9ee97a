package io.torosim.virtio.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.RamDisk;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bugs of whole devices and drivers: headers, rings that were laid out wrongly, registers, each by an example of its own. */
final class BrokenDriversTest {
    // --- bugs outside the halves ---

    private static Rig net(DeviceProfile profile, List<byte[]> wire) {
        return new Rig(new NetDevice(new byte[6], wire::add), profile);
    }

    @Test
    void bug23_headerOfTheWrongSize_corruptsEveryFrame() {
        List<byte[]> wire = new ArrayList<>();
        Rig rig = net(DeviceProfile.STRICT, wire);
        VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 1, 0);
        DriverQueue tx = handshake.queue(1, 8, rig.memory(), rig.dma());
        handshake.ready();
        byte[] frame = {1, 2, 3, 4, 5, 6, 7, 8};
        BufferChain chain = new BufferChain();
        rig.memory().copyIn(0x10a, frame, 0, 8);
        chain.addReadable(0x100, 10 + 8); // 10 bytes are the legacy header
        tx.add(chain);
        tx.publish();
        transport.notifyQueue(1);
        assertThat(wire.get(0)).isNotEqualTo(frame).hasSize(6);
    }

    @Test
    void bug24_headerNotApart_isRefusedByAStrictLegacyCard() {
        Rig rig = net(DeviceProfile.LEGACY_ONLY, new ArrayList<>());
        VirtioTransport transport = rig.transport(Rig.Way.LEGACY_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 1, 0);
        DriverQueue tx = handshake.queue(1, 8, rig.memory(), rig.dma());
        handshake.ready();
        BufferChain chain = new BufferChain();
        chain.addReadable(0x100, 70);
        tx.add(chain);
        tx.publish();
        transport.notifyQueue(1);
        assertThat(rig.device.brokenBy()).startsWith("L9");
    }

    @Test
    void bug25_ringsWithoutTheirTail_areMisaligned() {
        int q = 8;
        long desc = 0x1000;
        long avail = desc + 16L * q;
        long used = avail + 4 + 2L * q + 2; // as if used_event did not exist, then aligned to 2
        assertThat(new QueueLayout(false, q, desc, avail, used).check(1 << 16).rule())
                .isEqualTo(Rule.S1);
    }

    @Test
    void bug26_sizeAboveTheOffer_isNotTaken() {
        Rig rig = new Rig(new BlkDevice(new RamDisk(1, false), ""), DeviceProfile.MINIMAL).careless();
        VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);
        int offered = transport.queueSizeMax(0);
        rig.modernBar.write(24, 2, 1024);
        assertThat(transport.queueSizeMax(0)).isEqualTo(offered).isEqualTo(16);
    }

    @Test
    void bug27_pfnThatIsAnAddress_isNamed() {
        Rig rig = net(DeviceProfile.LEGACY_ONLY, new ArrayList<>()).careless();
        VirtioTransport transport = rig.transport(Rig.Way.LEGACY_PCI);
        VirtioHandshake.begin(transport, 1, 0).ready();
        rig.legacyBar.write(14, 2, 1);
        rig.legacyBar.write(8, 4, 0x10000);
        transport.notifyQueue(1);
        assertThat(rig.device.ringError().rule()).isEqualTo(Rule.S2);
    }

    @Test
    void bug29_driverOkWithoutQueues_andEventsAfterReset_areHarmless() {
        Rig rig = new Rig(new BlkDevice(new RamDisk(1, false), ""), DeviceProfile.KVM_IOEVENTFD);
        VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, 0);
        handshake.queue(0, 8, rig.memory(), rig.dma());
        handshake.ready();
        transport.notifyQueue(0);
        VirtioHandshake.reset(transport);
        byte[] before = rig.memory.snapshot();
        rig.device.serviceKicks(); // the kick from before the reset
        VirtioHandshake.begin(transport, 2, 0).ready();
        rig.device.serviceKicks();
        assertThat(rig.memory.snapshot()).isEqualTo(before);
        assertThat(rig.device.brokenBy()).isNull();
    }

    @Test
    void bug32_queueNumberOutOfRange_breaksANaiveDecoder_notOurs() {
        Rig rig = net(DeviceProfile.STRICT, new ArrayList<>()).careless();
        RegisterSpace naive = new RegisterSpace() {
            private final int[] kicks = new int[2];

            @Override
            public long read(int offset, int width) {
                return rig.mmio.read(offset, width);
            }

            @Override
            public void write(int offset, int width, long value) {
                if (offset == 0x50) {
                    kicks[(int) value]++;
                }
                rig.mmio.write(offset, width, value);
            }
        };
        assertThat(outOfRangeKicks(rig.mmio)).isEmpty();
        assertThat(outOfRangeKicks(naive)).isNotEmpty();
    }

    private static List<String> outOfRangeKicks(RegisterSpace space) {
        List<String> wrong = new ArrayList<>();
        for (int queue : new int[] {-1, 2, 16, 0xffff, Integer.MAX_VALUE}) {
            try {
                space.write(0x50, 4, queue);
            } catch (RuntimeException e) {
                wrong.add("F21: notification of queue " + queue + ": " + e);
            }
        }
        return wrong;
    }

    @Test
    void bug33_elementsLeakedOnError_areSeenAsLeftBehind() {
        // the device pops a buffer, meets an error of its own and forgets it
        DeviceFactory leaky = (m, l, f) -> new ForgetfulDevice(DeviceQueue.create(m, l, f));
        QueueMode mode = QueueMode.all(4).get(0);
        DriverScript script = new DriverScript(
                mode,
                List.of(
                        DriverScript.Step.submit(List.of(4), List.of(4), false, 2),
                        DriverScript.Step.of(DriverScript.Kind.PUBLISH, 0, 0)));
        assertThat(ScriptRunner.run(script, DriverQueue::create, leaky).violations())
                .isNotEmpty();
    }

    @Test
    void bug36_availAreaOf2Plus2q_overlapsTheUsedRing() {
        int q = 8;
        long desc = 0x1000;
        long avail = desc + 16L * q;
        QueueLayout toro = new QueueLayout(false, q, desc, avail, avail + 2 + 2L * q + 2);
        assertThat(toro.check(1 << 16).rule()).isEqualTo(Rule.S2);
    }

    /** Forgets every second buffer. */
    private record ForgetfulDevice(DeviceQueue queue) implements DeviceQueue {
        @Override
        public boolean pop(BufferChain chain) {
            return queue.pop(chain) && queue.pop(chain);
        }

        @Override
        public void complete(int token, long writtenBytes) {
            queue.complete(token, writtenBytes);
        }

        @Override
        public void publish() {
            queue.publish();
        }

        @Override
        public boolean interruptNeeded() {
            return queue.interruptNeeded();
        }

        @Override
        public boolean enableNotifications() {
            return queue.enableNotifications();
        }

        @Override
        public void disableNotifications() {
            queue.disableNotifications();
        }

        @Override
        public io.torosim.virtio.RingError error() {
            return queue.error();
        }
    }
}
